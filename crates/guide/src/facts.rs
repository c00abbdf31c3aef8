//! What a guide is written from.

use std::sync::Arc;

use nuncio_dialect::{Dialect, Policy, Retry};

/// An event type of the catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// What has happened when it is sent.
    pub description: String,
    /// The heading that it stands under.
    pub group: Option<String>,
    /// An example of its data: one JSON text.
    pub example: Option<String>,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// Its own retry schedule, if it has one.
    pub retry: Option<Retry>,
}

/// All that is in force in a project.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What the vendor calls itself: the project's name.
    pub product: String,
    /// Where the customers' API is, without a slash at its end.
    pub api: String,
    /// The dialect.
    pub dialect: Arc<Dialect>,
    /// The policy in force.
    pub policy: Policy,
    /// How many endpoints a customer may have.
    pub endpoints_max: u32,
    /// How many days the history of deliveries is kept.
    pub history_days: u32,
    /// How many days dead letters are kept at least.
    pub dead_letter_days: u32,
    /// Whether a disabled endpoint gets no deliveries of new events, instead of having them wait.
    pub skips_disabled: bool,
    /// Whether customers may have code that changes their requests.
    pub customers_transform: bool,
    /// The catalog, in the order in which it is listed.
    pub catalog: Vec<Kind>,
}
