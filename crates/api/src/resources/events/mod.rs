//! Events: published, found, explained.

pub(crate) mod explanation;
mod extras;
pub(crate) mod publication;
pub(crate) mod publish;
pub(crate) mod replay;
pub(crate) mod routes;
