//! Projects: one vendor's webhook product each. For the admin key alone.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use nuncio_dialect::builtin_named;
use nuncio_domain::{Branding, JobId, PolicyOverride, Project, ProjectId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{body::JsonBody, idempotency::Idempotency, rights::Admin},
    http::{
        paging::{Cursor, Limit, list, page},
        patch::{Patch, given},
        path::Id,
        problem::Problem,
        query::Query,
        rejection::{Handled, OrNotFound},
        reply::{self, List},
    },
    resources::{
        policy::input::PolicyPatch,
        projects::{
            branding::BrandingPatch,
            dialect::{catalog, check_endpoints, dialect_named, unknown_dialect},
            view::ProjectView,
        },
    },
    state::Shared,
};

/// The dialect of a project that names none.
const DIALECT_DEFAULT: &str = "standard";
const NAME_CHARS_MAX: usize = 200;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(create_project, list_projects))
        .routes(routes!(get_project, update_project, delete_project))
}

/// A new project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProject {
    /// An id of your choice, `proj_…`; generated if left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<ProjectId>,
    /// A display name, 1 to 200 characters.
    name: String,
    /// The dialect of its webhooks, `standard` by default.
    #[serde(default)]
    dialect: Option<String>,
    /// Settings that differ from the dialect's policy.
    #[serde(default)]
    policy: Option<PolicyPatch>,
    /// The portal's branding.
    #[serde(default)]
    branding: Option<BrandingPatch>,
}

/// Changes to a project: fields left out stay as they are.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectChange {
    /// A display name.
    #[serde(default, deserialize_with = "given")]
    name: Option<String>,
    /// The dialect, also one of the project's own.
    #[serde(default, deserialize_with = "given")]
    dialect: Option<String>,
    /// Changes to the policy; null resets all of it to the dialect's defaults.
    #[serde(default)]
    #[schema(value_type = Option<PolicyPatch>)]
    policy: Patch<PolicyPatch>,
    /// Changes to the portal's branding; null resets all of it to Nuncio's own.
    #[serde(default)]
    #[schema(value_type = Option<BrandingPatch>)]
    branding: Patch<BrandingPatch>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProjectsQuery {
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<ProjectId>>,
}

/// Create a project
///
/// Its catalog starts with the dialect's event types.
#[utoipa::path(
    post, path = "/v1/projects", tag = "projects", request_body = NewProject,
    responses((status = 201, description = "The project", body = ProjectView<'static>))
)]
async fn create_project(
    State(server): State<Shared>,
    admin: Admin,
    idempotency: Idempotency,
    body: JsonBody,
) -> Handled {
    let wanted: NewProject = body.parse()?;
    check_name(&wanted.name)?;
    let name = wanted.dialect.unwrap_or_else(|| DIALECT_DEFAULT.to_owned());
    // A new project has no dialects of its own yet.
    let dialect = builtin_named(&name)
        .cloned()
        .ok_or_else(|| unknown_dialect(&name))?;
    let mut policy = PolicyOverride::default();
    if let Some(given) = wanted.policy {
        given.check("/policy")?;
        given.apply(&mut policy);
    }
    let mut branding = Branding::default();
    if let Some(given) = wanted.branding {
        given.check()?;
        given.apply(&mut branding);
    }
    let now = server.now();
    let project = Project {
        id: wanted
            .id
            .unwrap_or_else(|| ProjectId::new(now.ms(), server.random())),
        name: wanted.name,
        dialect: name,
        policy,
        branding,
        created_at: now,
        updated_at: now,
    };
    let types = catalog(&dialect, now)?;
    let answer = move |project: &Arc<Project>| {
        reply::answer(StatusCode::CREATED, &ProjectView::new(project, &dialect))
    };
    let keep = answer.clone();
    let once = idempotency.once(|| body.fingerprint(), move |project| Some(keep(project)));
    let store = admin.store(&server);
    let project = store.create_project(project, types, once).await?;
    Ok(reply::of(answer(&project)))
}

/// List projects
#[utoipa::path(
    get, path = "/v1/projects", tag = "projects", params(ProjectsQuery),
    responses((status = 200, description = "Projects by id", body = List<ProjectView<'static>>))
)]
async fn list_projects(
    State(server): State<Shared>,
    _: Admin,
    Query(query): Query<ProjectsQuery>,
) -> Handled {
    let slice = server
        .store()
        .projects(page(query.limit, query.cursor))
        .await?;
    let mut data = Vec::with_capacity(slice.items.len());
    for project in &slice.items {
        let dialect = dialect_named(&server, project.id, &project.dialect).await?;
        data.push(ProjectView::new(project, &dialect));
    }
    Ok(reply::ok(&list(data, slice.next, slice.prev)))
}

/// Get a project
#[utoipa::path(
    get, path = "/v1/projects/{id}", tag = "projects",
    params(("id" = String, Path, description = "The project's id")),
    responses((status = 200, description = "The project", body = ProjectView<'static>))
)]
async fn get_project(State(server): State<Shared>, _: Admin, Id(id): Id<ProjectId>) -> Handled {
    let project = server.store().project(id).await?.or_not_found()?;
    let dialect = dialect_named(&server, id, &project.dialect).await?;
    Ok(reply::ok(&ProjectView::new(&project, &dialect)))
}

/// Change a project
///
/// Fields left out stay as they are. A policy field that is null goes back to the dialect's default, except for
/// `auto_disable_days`, where null turns it off.
#[utoipa::path(
    patch, path = "/v1/projects/{id}", tag = "projects",
    params(("id" = String, Path, description = "The project's id")), request_body = ProjectChange,
    responses((status = 200, description = "The project as it is now", body = ProjectView<'static>))
)]
async fn update_project(
    State(server): State<Shared>,
    admin: Admin,
    Id(id): Id<ProjectId>,
    body: JsonBody,
) -> Handled {
    let current = server.store().project(id).await?.or_not_found()?;
    let mut wanted: ProjectChange = body.parse()?;
    if let Some(name) = &wanted.name {
        check_name(name)?;
    }
    if let Patch::Set(policy) = &mut wanted.policy {
        policy.check("/policy")?;
        policy.resolve(&server, id).await?;
    }
    if let Some(branding) = wanted.branding.as_set() {
        branding.check()?;
    }
    if let Some(name) = wanted
        .dialect
        .as_ref()
        .filter(|name| **name != current.dialect)
    {
        let dialect = dialect_named(&server, id, name).await?;
        let before = dialect_named(&server, id, &current.dialect).await?;
        check_endpoints(&server, id, (&*before, &*dialect)).await?;
    }
    let now = server.now();
    let change = Box::new(move |project: &mut Project| {
        wanted.clone().apply(project);
        project.updated_at = now;
        Ok(())
    });
    let store = admin.store(&server);
    let project = store.update_project(id, change).await?;
    let dialect = dialect_named(&server, id, &project.dialect).await?;
    Ok(reply::ok(&ProjectView::new(&project, &dialect)))
}

/// Delete a project
///
/// Deletes the project with everything in it, immediately.
#[utoipa::path(
    delete, path = "/v1/projects/{id}", tag = "projects",
    params(("id" = String, Path, description = "The project's id")),
    responses((status = 204, description = "Deleted"))
)]
async fn delete_project(
    State(server): State<Shared>,
    admin: Admin,
    Id(id): Id<ProjectId>,
) -> Handled {
    let now = server.now();
    let job = JobId::new(now.ms(), server.random());
    let store = admin.store(&server);
    store.delete_project(id, job, now).await?;
    Ok(reply::no_content())
}

impl ProjectChange {
    fn apply(self, project: &mut Project) {
        if let Some(name) = self.name {
            project.name = name;
        }
        if let Some(dialect) = self.dialect {
            project.dialect = dialect;
        }
        match self.policy {
            Patch::Keep => {}
            Patch::Clear => project.policy = PolicyOverride::default(),
            Patch::Set(change) => change.apply(&mut project.policy),
        }
        match self.branding {
            Patch::Keep => {}
            Patch::Clear => project.branding = Branding::default(),
            Patch::Set(change) => change.apply(&mut project.branding),
        }
    }
}

/// Checks a name for people.
pub(crate) fn check_name(name: &str) -> Result<(), Problem> {
    let chars = name.chars().count();
    match (1..=NAME_CHARS_MAX).contains(&chars) && !name.chars().any(char::is_control) {
        true => Ok(()),
        false => Err(Problem::invalid(
            "/name",
            format!(
                "{chars} characters: a name has 1 to {NAME_CHARS_MAX}, none of them a control character"
            ),
        )),
    }
}
