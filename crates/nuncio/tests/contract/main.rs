//! The contract of the HTTP API, held against the real binary: what is refused and how, what secrets do, what
//! becomes of deliveries, and what survives a restart.

#[path = "../support/mod.rs"]
mod support;

mod again;
mod broadcast;
mod catalog;
mod changes;
mod deliveries;
mod extras;
mod isolation;
mod lifecycle;
mod operator;
mod ordering;
mod pages;
mod payload_filters;
mod refusals;
mod routing;
mod secrets;
mod throttling;
mod transform;
mod views;
mod wire;
