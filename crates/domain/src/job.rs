//! Bulk operations that go on in the background and survive a restart.

use serde::{Deserialize, Serialize};

use crate::{EndpointId, EventTypeName, JobId, TenantId, Timestamp};

/// What a job does, and to which deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobKind {
    /// Retries deliveries: dead ones, or those in the given states.
    Retry(Selection),
    /// Deletes dead letters for good.
    Purge(Selection),
    /// Cancels what a deleted endpoint had left.
    CancelEndpoint {
        /// The endpoint.
        endpoint: EndpointId,
    },
    /// Cancels what a deleted tenant had left.
    CancelTenant {
        /// The tenant.
        tenant: TenantId,
    },
    /// Deletes everything of a deleted project.
    DeleteProject,
}

impl JobKind {
    /// The word for it in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Retry(_) => "retry",
            Self::Purge(_) => "purge",
            Self::CancelEndpoint { .. } => "cancel_endpoint",
            Self::CancelTenant { .. } => "cancel_tenant",
            Self::DeleteProject => "delete_project",
        }
    }
}

/// Which deliveries, by what they are; a field that is `None` does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// The state's word: `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: Option<String>,
    /// To this endpoint.
    pub endpoint: Option<EndpointId>,
    /// Of this tenant.
    pub tenant: Option<TenantId>,
    /// Of events of this type.
    pub event_type: Option<EventTypeName>,
    /// Of events accepted then or later.
    pub since: Option<Timestamp>,
    /// Of events accepted before.
    pub until: Option<Timestamp>,
    /// Whose last status code is this.
    pub status_code: Option<u16>,
    /// Whose last error is of this class.
    pub error: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Going on.
    Running,
    /// Through.
    Finished,
}

/// A job as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// How far it is.
    pub state: JobState,
    /// Deliveries dealt with.
    pub done: u64,
    /// Deliveries to deal with, counted when it began.
    pub total: u64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was through.
    pub finished_at: Option<Timestamp>,
}
