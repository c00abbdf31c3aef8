//! Projects, and how their portals look.

pub(crate) mod branding;
pub(crate) mod dialect;
pub(crate) mod routes;
pub(crate) mod view;
