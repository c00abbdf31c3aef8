//! A project as answers show it.

use nuncio_dialect::Dialect;
use nuncio_domain::{Project, ProjectId, TenantId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::{policy::view::PolicyView, projects::branding::BrandingView};

/// A project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Project)]
pub(crate) struct ProjectView<'a> {
    /// Its id, `proj_…`.
    #[schema(value_type = String)]
    id: ProjectId,
    /// A display name.
    name: &'a str,
    /// The name of its dialect.
    dialect: &'a str,
    /// The policy in force.
    policy: PolicyView,
    /// The portal's branding.
    branding: BrandingView<'a>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl<'a> ProjectView<'a> {
    pub(crate) fn new(project: &'a Project, dialect: &Dialect) -> Self {
        Self {
            id: project.id,
            name: &project.name,
            dialect: &project.dialect,
            policy: PolicyView::new(&project.policy, dialect.policy()),
            branding: BrandingView::from(&project.branding),
            created_at: project.created_at,
            updated_at: project.updated_at,
        }
    }

    /// The project as one of its tenants sees it: without what concerns others.
    pub(crate) fn for_tenant(project: &'a Project, dialect: &Dialect, tenant: &TenantId) -> Self {
        let view = Self::new(project, dialect);
        Self {
            policy: view.policy.for_tenant(tenant),
            ..view
        }
    }
}
