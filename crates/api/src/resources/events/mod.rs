//! Events: published, found, explained.

pub(crate) mod broadcast;
pub(crate) mod explanation;
mod extras;
mod outcomes;
pub(crate) mod publication;
pub(crate) mod publish;
pub(crate) mod replay;
pub(crate) mod routes;
