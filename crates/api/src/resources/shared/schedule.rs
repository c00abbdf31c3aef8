//! How often something is attempted that is sent again.

use nuncio_domain::SendAgain;
use serde::Deserialize;
use utoipa::ToSchema;

/// How often something is attempted that is sent again.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Schedule {
    /// Exactly one attempt, whatever comes of it.
    Once,
}

/// What a `schedule` in a body asks for; left out, a fresh schedule.
pub(crate) const fn again(schedule: Option<Schedule>) -> SendAgain {
    match schedule {
        Some(Schedule::Once) => SendAgain::Once,
        None => SendAgain::Scheduled,
    }
}
