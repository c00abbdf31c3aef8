//! Dialects: those that come with the program and the project's own; and what a request in one looks like.

mod given;
mod preview;
pub(crate) mod routes;
