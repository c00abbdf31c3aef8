//! A project: one vendor's webhook product.

use serde::{Deserialize, Serialize};

use crate::{PolicyOverride, ProjectId, Timestamp};

/// How a project's portal looks to its tenants; what is `None` looks as it does everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    /// The colour of buttons and links, `#rrggbb` in lower case.
    pub accent: Option<String>,
    /// An image as a `data:` URI.
    pub logo: Option<String>,
    /// What the product is called in the portal.
    pub name: Option<String>,
}

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
    /// How its portal looks.
    #[serde(default)]
    pub branding: Branding,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
