//! The API as callers see it, over a real SQLite store.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attempts;
mod audit;
mod authentication;
mod broadcast;
mod catalog;
mod common;
mod credentials;
mod deliveries;
mod dialects;
mod document;
mod endpoints;
mod event_type_documents;
mod event_types;
mod extras;
mod garbage;
mod guide;
mod idempotency;
mod isolation;
mod lanes;
mod limits;
mod lists;
mod names;
mod numbers;
mod ordering;
mod portal;
mod projects;
mod publishing;
mod recovery;
mod schemas;
mod secrets;
mod sessions;
mod statuses;
mod things;
mod transform;
mod uids;
