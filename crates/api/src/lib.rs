//! Nuncio's HTTP API: what other programs see of it.
//!
//! Owns: keys and what they may do (`auth`), problem documents (`problem`), the resources (one file each), and
//! the OpenAPI document that describes them. Refuses: fields and parameters that it does not know, bodies beyond
//! their limits, and every id outside the caller's reach, exactly as if it had never been. Guarantees: an answer
//! of 202 to a publication comes after the store's commit, because the store is all that this crate can reach: it
//! does not know the engine. What it shows of the engine's lanes it sees through a trait of the domain.

mod access;
mod apart;
mod audit;
mod auth;
mod author;
mod body;
mod body_budget;
mod body_turns;
mod branding;
mod client_address;
mod credentials;
mod cursor;
mod dead_letters;
mod deliveries;
mod delivery_view;
mod dialects;
mod docs;
mod edge;
mod endpoint_actions;
mod endpoint_check;
mod endpoint_history;
mod endpoint_input;
mod endpoint_list;
mod endpoint_recovery;
mod endpoint_secret;
mod endpoint_stats;
mod endpoint_verification;
mod endpoint_view;
mod endpoints;
mod event_explanation;
mod event_types;
mod events;
mod failures;
mod filter_check;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod guide;
mod guide_programs;
mod halt;
mod headers;
mod health;
mod jobs;
mod keys;
mod linger;
mod listener;
mod metrics;
mod numbers;
mod once;
mod openapi;
mod overview;
mod own_address;
mod patch;
mod path;
mod policy;
mod portal_sessions;
mod problem;
mod projects;
mod publication;
mod publish;
mod query;
mod reply;
mod routes;
mod schemas;
mod session;
mod session_cookie;
mod state;
mod stats;
mod store_metrics;
mod tenant_limits;
mod tenants;
mod waiting;

pub use listener::ListenerCounters;
pub use openapi::{openapi, openapi_json};
pub use routes::{Api, router, router_with_pages};
pub use state::{ApiSettings, ApiState};
