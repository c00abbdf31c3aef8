//! What orchestrators and monitors ask.

pub(crate) mod routes;
pub(crate) mod store_metrics;
