//! Endpoints: as callers give them, as they are shown, and what can be done with them.

pub(crate) mod actions;
pub(crate) mod auth;
pub(crate) mod auth_rules;
pub(crate) mod check;
pub(crate) mod credentials;
mod exposure;
pub(crate) mod filter_check;
pub(crate) mod filter_test;
pub(crate) mod headers;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod input;
pub(crate) mod recovery;
pub(crate) mod retry_limits;
pub(crate) mod routes;
pub(crate) mod secret;
pub(crate) mod stats;
pub(crate) mod tls;
pub(crate) mod transform;
pub(crate) mod transform_test;
pub(crate) mod verification;
pub(crate) mod view;
