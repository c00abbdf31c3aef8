//! The page that `GET /v1/guide` writes for each dialect, taken at its word: every program on it is cut out, run, and
//! sent real deliveries by a real server, then forgeries.

#[path = "../support/mod.rs"]
mod support;

mod documents;
mod forgeries;
mod page;
mod program;
mod receivers;
mod tour;
