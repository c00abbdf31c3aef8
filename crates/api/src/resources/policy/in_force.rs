//! What is in force in a project: its policy, its dialect, and the dialects of its endpoints.

use std::sync::Arc;

use nuncio_dialect::Dialect;
use nuncio_domain::{DialectVersion, Project, ProjectId, TenantId};

use crate::{
    http::{
        problem::{Kind, Problem},
        rejection::failed_look_up,
    },
    state::Server,
};

/// A project with the dialect that it uses now.
pub(crate) struct InForce {
    pub(crate) project: Arc<Project>,
    pub(crate) dialect: DialectVersion,
}

impl InForce {
    /// What is in force in a project.
    pub(crate) async fn of(server: &Server, id: ProjectId) -> Result<Self, Problem> {
        let project = server.store().project(id).await.map_err(failed_look_up)?;
        let project = project.ok_or_else(Problem::not_found)?;
        let dialect = server
            .store()
            .dialect(id, &project.dialect)
            .await
            .map_err(failed_look_up)?;
        let dialect = dialect.ok_or_else(|| {
            tracing::error!(project = %id, dialect = project.dialect, "a project's dialect is gone");
            Problem::new(Kind::Internal, "the project's dialect is gone")
        })?;
        Ok(Self { project, dialect })
    }

    /// The plans whose tenants may have endpoints. The project's dialect counts, never an endpoint's own: nobody
    /// gets round the plan by another dialect.
    pub(crate) fn plans(&self) -> &[String] {
        let own = self.project.policy.plans.as_ref();
        own.unwrap_or(&self.dialect.dialect.policy().plans)
    }

    /// Refuses tenants whose plan has no endpoints.
    pub(crate) async fn check_plan(&self, server: &Server, id: &TenantId) -> Result<(), Problem> {
        let plans = self.plans();
        if plans.is_empty() {
            return Ok(());
        }
        let tenant = server.store().tenant(self.project.id, id).await;
        let tenant = tenant.map_err(failed_look_up)?;
        if tenant.as_ref().is_some_and(|tenant| tenant.is_on(plans)) {
            return Ok(());
        }
        let plan = tenant.as_ref().and_then(|tenant| tenant.plan.as_deref());
        let has = plan.map_or_else(
            || "has no plan".to_owned(),
            |plan| format!("is on plan `{plan}`"),
        );
        Err(Problem::new(
            Kind::PlanRequired,
            format!(
                "tenant `{id}` {has}: endpoints require one of the plans {}",
                plans.join(", ")
            ),
        ))
    }
}

/// The dialect that an endpoint uses: that of the given name, else the project's.
pub(crate) async fn dialect_of(
    server: &Server,
    in_force: &InForce,
    name: Option<&str>,
) -> Result<Arc<Dialect>, Problem> {
    let Some(name) = name else {
        return Ok(Arc::clone(&in_force.dialect.dialect));
    };
    match server
        .store()
        .dialect(in_force.project.id, name)
        .await
        .map_err(failed_look_up)?
    {
        Some(version) => Ok(version.dialect),
        None => Err(Problem::invalid(
            "/dialect",
            format!("unknown dialect `{name}`: GET /v1/dialects lists them"),
        )),
    }
}
