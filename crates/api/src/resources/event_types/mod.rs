//! The event catalog of a project.

mod documents;
mod export;
pub(crate) mod import;
mod input;
mod put;
pub(crate) mod routes;
mod view;
