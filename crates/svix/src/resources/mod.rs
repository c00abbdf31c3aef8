//! A noun each: its operations, how it is shown, how callers give it.

pub(crate) mod application;
pub(crate) mod attempt;
pub(crate) mod delivered;
pub(crate) mod endpoint;
pub(crate) mod endpoint_actions;
pub(crate) mod endpoint_input;
pub(crate) mod event_type;
pub(crate) mod event_type_import;
pub(crate) mod headers;
pub(crate) mod health;
pub(crate) mod message;
pub(crate) mod portal;
pub(crate) mod task;
