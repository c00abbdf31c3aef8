//! The routes of dialects.

use axum::extract::State;
use nuncio_dialect::Dialect;
use nuncio_domain::{DialectVersion, PolicyOverride, ProjectId, Timestamp};
use nuncio_store::{Page, Reach};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::FileBody,
        rights::{AnyProjectReader, ProjectReader, ProjectWriter},
    },
    http::{
        paging::{Cursor, Limit, list, page},
        path::Id,
        problem::{Kind, Problem},
        query::Query,
        rejection::{Handled, OrNotFound, failed_look_up},
        reply::{self, List},
    },
    resources::{
        dialects::{
            given::{self, NewDialect},
            preview,
        },
        policy::view::PolicyView,
        projects::dialect::would_show,
    },
    state::{Server, Shared},
};

/// Endpoints looked at in one go: nobody else waits for long.
const ENDPOINTS_AT_A_TIME: usize = 500;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_dialects))
        .routes(routes!(get_dialect, put_dialect, delete_dialect))
        .routes(routes!(list_dialect_versions))
        .merge(preview::routes())
}

/// A short form of a dialect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dialect)]
struct DialectView<'a> {
    /// The name that projects and endpoints use.
    name: &'a str,
    /// The display name.
    title: &'a str,
    /// Whether it is built in.
    builtin: bool,
    /// Which version of its file this is, counted from 1 for each dialect.
    version: u32,
    /// When this version was first seen.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A dialect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DialectDetail)]
struct DialectDetailView<'a> {
    #[serde(flatten)]
    dialect: DialectView<'a>,
    /// Sentences about it, for documentation.
    notes: &'a [String],
    /// The default policy of projects with this dialect.
    policy: PolicyView,
    /// Who decides on an endpoint's secret: `server` or `customer`.
    secret_chosen_by: &'static str,
    /// Whether both secrets sign during a rotation; otherwise only the previous one does until its overlap ends.
    signs_with_all_keys: bool,
    /// The text of its file (TOML).
    source: &'a str,
}

impl<'a> DialectView<'a> {
    fn new(version: &'a DialectVersion) -> Self {
        Self {
            name: version.dialect.name(),
            title: version.dialect.title(),
            builtin: version.builtin,
            version: version.number,
            created_at: version.created_at,
        }
    }
}

impl<'a> DialectDetailView<'a> {
    fn new(version: &'a DialectVersion) -> Self {
        let dialect = &version.dialect;
        Self {
            dialect: DialectView::new(version),
            notes: dialect.notes(),
            policy: PolicyView::new(&PolicyOverride::default(), dialect.policy()),
            secret_chosen_by: match dialect.secret_rules().chosen_by {
                nuncio_dialect::ChosenBy::Server => "server",
                nuncio_dialect::ChosenBy::Customer => "customer",
            },
            signs_with_all_keys: dialect.signs_with_all_keys(),
            source: dialect.source(),
        }
    }
}

/// List dialects
///
/// The built-in dialects, and the project's own.
#[utoipa::path(
    get, path = "/v1/dialects", tag = "dialects",
    responses((
        status = 200,
        description = "All dialects by name; for an admin key without a project, the built-in ones",
        body = List<DialectView<'static>>
    ))
)]
async fn list_dialects(State(server): State<Shared>, caller: AnyProjectReader) -> Handled {
    let versions = server.store().dialects(caller.0).await?;
    Ok(reply::ok(&List {
        data: versions.iter().map(DialectView::new).collect(),
        next_cursor: None,
        prev_cursor: None,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DialectQuery {
    /// One of its versions; the newest by default.
    #[param(minimum = 1)]
    version: Option<u32>,
}

/// Get a dialect
#[utoipa::path(
    get, path = "/v1/dialects/{name}", tag = "dialects",
    params(("name" = String, Path, description = "The dialect's name"), DialectQuery),
    responses((status = 200, description = "The dialect, in that version", body = DialectDetailView<'static>))
)]
async fn get_dialect(
    State(server): State<Shared>,
    caller: ProjectReader,
    Id(name): Id<String>,
    Query(query): Query<DialectQuery>,
) -> Handled {
    let (store, project) = (server.store(), caller.project());
    let found = match query.version {
        None => store.dialect(project, &name).await?,
        Some(number) => {
            // Lists go down: it is the first one below the next.
            let page = Page::after(Some(number.saturating_add(1)), 1);
            let slice = store.dialect_versions(project, &name, page).await?;
            let mut found = slice.items.into_iter();
            found.next().filter(|version| version.number == number)
        }
    };
    Ok(reply::ok(&DialectDetailView::new(&found.or_not_found()?)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DialectVersionsQuery {
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<u32>>,
}

/// List the versions of a dialect
///
/// The newest first. `GET /v1/dialects/{name}?version=…` has the file of one.
#[utoipa::path(
    get, path = "/v1/dialects/{name}/versions", tag = "dialects",
    params(("name" = String, Path, description = "The dialect's name"), DialectVersionsQuery),
    responses((status = 200, description = "Versions, the newest first", body = List<DialectView<'static>>))
)]
async fn list_dialect_versions(
    State(server): State<Shared>,
    caller: ProjectReader,
    Id(name): Id<String>,
    Query(query): Query<DialectVersionsQuery>,
) -> Handled {
    let page = page(query.limit, query.cursor);
    let store = server.store();
    let slice = store
        .dialect_versions(caller.project(), &name, page)
        .await?;
    let views = slice.items.iter().map(DialectView::new).collect();
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}

/// Create or change a dialect of the project
///
/// A changed file becomes a new version; attempts keep the version they were rendered with. The body is the file itself
/// (`application/toml`), or JSON: its text as `source`, or its tables. Errors in a file have `line` and `column`.
#[utoipa::path(
    put, path = "/v1/dialects/{name}", tag = "dialects",
    params(("name" = String, Path, description = "The dialect's name")),
    request_body(content((NewDialect = "application/json"), (String = "application/toml"))),
    responses((status = 200, description = "The dialect as it is now", body = DialectDetailView<'static>))
)]
async fn put_dialect(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(name): Id<String>,
    body: FileBody,
) -> Handled {
    let dialect = given::read(body, &name)?;
    if dialect.name() != name {
        let detail = format!(
            "its name is `{}`, but the path says `{name}`",
            dialect.name()
        );
        return Err(Problem::invalid("/source", detail).into());
    }
    check_endpoints(&server, caller.project(), &dialect).await?;
    let store = caller.store(&server);
    let version = store
        .put_dialect(caller.project(), dialect, server.now())
        .await?;
    Ok(reply::ok(&DialectDetailView::new(&version)))
}

/// Delete a dialect of the project
///
/// Only while neither the project nor an endpoint uses it. Attempts keep the version they were rendered with.
#[utoipa::path(
    delete, path = "/v1/dialects/{name}", tag = "dialects",
    params(("name" = String, Path, description = "The dialect's name")),
    responses((status = 204, description = "Deleted"))
)]
async fn delete_dialect(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(name): Id<String>,
) -> Handled {
    let found = server.store().dialect(caller.project(), &name).await?;
    if found.or_not_found()?.builtin {
        let detail = format!("the dialect {name} is built in: it can't be deleted");
        return Err(Problem::new(Kind::Conflict, detail).into());
    }
    let store = caller.store(&server);
    store
        .delete_dialect(caller.project(), &name, server.now())
        .await?;
    Ok(reply::no_content())
}

/// Refuses a text that sends secrets in place of one that only signs with them, while an endpoint uses the dialect.
async fn check_endpoints(
    server: &Server,
    project: ProjectId,
    dialect: &Dialect,
) -> Result<(), Problem> {
    let name = dialect.name();
    let before = server
        .store()
        .dialect(project, name)
        .await
        .map_err(failed_look_up)?;
    if !dialect.sends_secret() || before.is_none_or(|before| before.dialect.sends_secret()) {
        return Ok(());
    }
    let is_projects = match server
        .store()
        .project(project)
        .await
        .map_err(failed_look_up)?
    {
        Some(found) => found.dialect == name,
        None => false,
    };
    let reach = Reach {
        project,
        tenant: None,
    };
    let mut after = None;
    loop {
        let limit = ENDPOINTS_AT_A_TIME;
        let page = Page::after(after, limit);
        let slice = server
            .store()
            .endpoints(&reach, page)
            .await
            .map_err(failed_look_up)?;
        let uses = |own: Option<&str>| own.map_or(is_projects, |own| own == name);
        let mut endpoints = slice.items.iter();
        if let Some(found) = endpoints.find(|endpoint| uses(endpoint.dialect.as_deref())) {
            return Err(Problem::invalid("/source", would_show(dialect, found.id)));
        }
        after = slice.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
