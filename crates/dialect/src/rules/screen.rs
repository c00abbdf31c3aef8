//! What the vendor's own screen shows.

use serde::{Deserialize, Serialize};

/// What the vendor's own screen offers its customers; the API accepts every filter in every dialect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// How event types can be picked.
    pub filters: Vec<FilterChoice>,
    /// What of the delivery history is shown.
    #[serde(default)]
    pub history: Option<String>,
    /// The event type that the endpoint's page can send as a test, if the vendor publishes one.
    #[serde(default)]
    pub test_event: Option<String>,
}

/// A way to pick event types on a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterChoice {
    /// From the list of types.
    Types,
    /// A whole group, as `risk.*`.
    Prefix,
    /// All of them, as `*`.
    All,
}
