//! The contract of the HTTP API, held against the real binary: what is refused and how, what secrets do, what
//! becomes of deliveries, and what survives a restart.

#[path = "../support/mod.rs"]
mod support;

mod again;
mod catalog;
mod changes;
mod deliveries;
mod extras;
mod isolation;
mod lifecycle;
mod ordering;
mod pages;
mod payload_filters;
mod refusals;
mod routing;
mod secrets;
mod throttling;
mod views;
mod wire;
