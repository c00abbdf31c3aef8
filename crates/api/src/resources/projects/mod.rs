//! Projects, and how their portals look.

pub(crate) mod branding;
pub(crate) mod routes;
