//! A project: one vendor's webhook product.

use serde::{Deserialize, Serialize};

use crate::{PolicyOverride, ProjectId, Timestamp};

/// A project as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// A name for people; need not be unique.
    pub name: String,
    /// The name of its dialect.
    pub dialect: String,
    /// What it overrides of the dialect's policy.
    #[serde(default)]
    pub policy: PolicyOverride,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
