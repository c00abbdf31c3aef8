//! What the API shows and changes: a noun each, `shared` for what several of them need. No two nouns know each other.

pub(crate) mod audit;
pub(crate) mod deliveries;
pub(crate) mod dialects;
pub(crate) mod endpoints;
pub(crate) mod event_types;
pub(crate) mod events;
pub(crate) mod guide;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod policy;
pub(crate) mod portal_sessions;
pub(crate) mod projects;
pub(crate) mod session;
pub(crate) mod shared;
pub(crate) mod stats;
pub(crate) mod tenants;
pub(crate) mod transforms;
