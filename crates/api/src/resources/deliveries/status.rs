//! The states of deliveries, as callers give them.

use serde::Deserialize;
use utoipa::ToSchema;

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Work is left.
    Pending,
    /// The receiver took it.
    Succeeded,
    /// Given up.
    Dead,
    /// Not wanted any more.
    Cancelled,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }
}
