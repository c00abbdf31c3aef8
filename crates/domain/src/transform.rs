//! An endpoint's transformation: code that changes its webhooks before they are sent, and who may set one.

use serde::{Deserialize, Serialize};

/// The code of an endpoint, and whether it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transform {
    /// JavaScript with a `function handler(webhook)`.
    pub code: String,
    /// Whether it runs.
    pub enabled: bool,
    /// The store's number of this code, which attempts name: code is never changed, only followed by another.
    #[serde(default)]
    pub version: i64,
}

/// Who may give endpoints a transformation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transformations {
    /// Nobody, and none runs.
    Off,
    /// Whoever may change the project's things.
    #[default]
    Operator,
    /// Tenants too, for their own endpoints.
    Tenant,
}
