//! API keys: who may do what. The key itself is never kept, only its SHA-256.

use serde::{Deserialize, Serialize};

use crate::{KeyId, ProjectId, TenantId, Timestamp};

/// The scope of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum KeyKind {
    /// The whole server.
    Admin,
    /// One project.
    Project {
        /// Which.
        project: ProjectId,
    },
    /// One tenant of one project.
    Tenant {
        /// The project.
        project: ProjectId,
        /// The tenant.
        tenant: TenantId,
    },
    /// One tenant for a short time: the embedded portal.
    Portal {
        /// The project.
        project: ProjectId,
        /// The tenant.
        tenant: TenantId,
    },
}

impl KeyKind {
    /// The word for it in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Project { .. } => "project",
            Self::Tenant { .. } => "tenant",
            Self::Portal { .. } => "portal",
        }
    }
    /// What the key's text begins with.
    pub const fn prefix(&self) -> &'static str {
        match self {
            Self::Admin => "nk_admin_",
            Self::Project { .. } => "nk_proj_",
            Self::Tenant { .. } => "nk_ten_",
            Self::Portal { .. } => "nk_portal_",
        }
    }
    /// The project that it is bound to; an admin key is bound to none.
    pub const fn project(&self) -> Option<ProjectId> {
        match self {
            Self::Admin => None,
            Self::Project { project }
            | Self::Tenant { project, .. }
            | Self::Portal { project, .. } => Some(*project),
        }
    }
    /// The tenant that it is bound to.
    pub const fn tenant(&self) -> Option<&TenantId> {
        match self {
            Self::Admin | Self::Project { .. } => None,
            Self::Tenant { tenant, .. } | Self::Portal { tenant, .. } => Some(tenant),
        }
    }
}

/// How much a key may do of what its kind may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything.
    Full,
    /// Publish, nothing else.
    Publish,
    /// Look, change nothing.
    Read,
}

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// Its scope.
    #[serde(flatten)]
    pub kind: KeyKind,
    /// How much it may do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `None` is never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute or so.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_bound_to_what_its_kind_says() {
        let project = ProjectId::new(1, [1; 10]);
        let tenant = TenantId::parse("acme").unwrap();
        let check = |kind: KeyKind, word: &str, prefix: &str, bound: (bool, bool)| {
            assert_eq!((kind.as_str(), kind.prefix()), (word, prefix));
            let (to_project, to_tenant) = bound;
            assert_eq!(kind.project(), to_project.then_some(project));
            assert_eq!(kind.tenant(), to_tenant.then_some(&tenant));
        };
        check(KeyKind::Admin, "admin", "nk_admin_", (false, false));
        let of_project = KeyKind::Project { project };
        check(of_project, "project", "nk_proj_", (true, false));
        let of_tenant = KeyKind::Tenant {
            project,
            tenant: tenant.clone(),
        };
        check(of_tenant, "tenant", "nk_ten_", (true, true));
        let of_portal = KeyKind::Portal {
            project,
            tenant: tenant.clone(),
        };
        check(of_portal, "portal", "nk_portal_", (true, true));
    }
}
