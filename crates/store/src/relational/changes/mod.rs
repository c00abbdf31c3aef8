//! What happens inside a write transaction, one file for each thing that is changed.

pub(crate) mod act;
pub(crate) mod append;
pub(crate) mod audit;
pub(crate) mod catalog;
pub(crate) mod dialect;
pub(crate) mod ended;
pub(crate) mod endpoint;
pub(crate) mod event_type;
pub(crate) mod once;
pub(crate) mod operator;
pub(crate) mod order;
pub(crate) mod prepared;
pub(crate) mod record;
pub(crate) mod session;
pub(crate) mod start_job;
pub(crate) mod uid;
pub(crate) mod verification;
