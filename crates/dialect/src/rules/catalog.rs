//! The event types that a dialect brings.

use serde::Serialize;

/// An event type that a new project of this dialect starts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CatalogType {
    /// Its name, such as `risk.created`.
    pub name: String,
    /// What has happened when it is sent.
    pub description: String,
    /// The heading that it is listed under.
    pub group: Option<String>,
    /// Sample data: one JSON text.
    pub example: String,
}
