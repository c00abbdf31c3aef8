//! Dialects: those that come with the program and the project's own; and what a request in one looks like.

use std::sync::Arc;

use axum::extract::State;
use nuncio_dialect::{Dialect, WireAttempt, WireEvent};
use nuncio_domain::{
    DeliveryId, DialectVersion, EndpointId, EventId, EventTypeName, PolicyOverride, ProjectId,
    TenantId, Timestamp,
};
use nuncio_store::{Page, Reach};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::JsonBody,
        named::tenant_named,
        rights::{AnyProjectReader, ProjectReader, ProjectWriter},
    },
    http::rejection::failed_look_up,
    http::{
        path::Id,
        problem::Problem,
        rejection::{Handled, OrNotFound, Rejection},
        reply::{self, List},
    },
    resources::{
        deliveries::attempt_view::HeaderView,
        endpoints::secret::{Signing, new_secret},
        events::publication::check_data,
        policy::view::PolicyView,
        projects::dialect::would_show,
        shared::metadata::check_metadata,
    },
    state::{Server, Shared},
};

/// A dialect's file is a page or two; it is kept in memory in every version.
const SOURCE_BYTES_MAX: usize = 64 * 1024;
/// Endpoints looked at in one go: nobody else waits for long.
const ENDPOINTS_AT_A_TIME: usize = 500;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_dialects))
        .routes(routes!(get_dialect, put_dialect))
        .routes(routes!(preview_dialect))
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
    /// The version number of its file.
    version: i64,
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
    /// Sentences for its documentation.
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
            version: version.version,
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

/// A dialect's file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDialect {
    /// The text of the file (TOML), at most 64 KiB; its `name` is that of the path.
    source: String,
}

/// List dialects
///
/// The built-in dialects, and the project's own.
#[utoipa::path(
    get, path = "/v1/dialects", tag = "dialects",
    responses((
        status = 200,
        description = "Dialects by name, all at once; for an admin who names no project, those that come with the program",
        body = List<DialectView<'static>>
    ))
)]
async fn list_dialects(State(server): State<Shared>, caller: AnyProjectReader) -> Handled {
    let versions = server
        .store()
        .dialects(caller.0)
        .await
        .map_err(failed_look_up)?;
    Ok(reply::ok(&List {
        data: versions.iter().map(DialectView::new).collect(),
        next_cursor: None,
        prev_cursor: None,
    }))
}

/// Get a dialect
#[utoipa::path(
    get, path = "/v1/dialects/{name}", tag = "dialects",
    params(("name" = String, Path, description = "The dialect's name")),
    responses((status = 200, description = "The dialect, newest version", body = DialectDetailView<'static>))
)]
async fn get_dialect(
    State(server): State<Shared>,
    caller: ProjectReader,
    Id(name): Id<String>,
) -> Handled {
    let found = server
        .store()
        .dialect(caller.project(), &name)
        .await
        .map_err(failed_look_up)?;
    let version = found.or_not_found()?;
    Ok(reply::ok(&DialectDetailView::new(&version)))
}

/// Create or change a dialect of the project
///
/// A changed file becomes a new version; attempts keep the version they were rendered with.
#[utoipa::path(
    put, path = "/v1/dialects/{name}", tag = "dialects",
    params(("name" = String, Path, description = "The dialect's name")), request_body = NewDialect,
    responses((status = 200, description = "The dialect as it is now", body = DialectDetailView<'static>))
)]
async fn put_dialect(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(name): Id<String>,
    body: JsonBody,
) -> Handled {
    let wanted: NewDialect = body.parse()?;
    let dialect = parse(&wanted.source, &name)?;
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

fn parse(source: &str, name: &str) -> Result<Arc<Dialect>, Problem> {
    let bytes = source.len();
    if bytes > SOURCE_BYTES_MAX {
        let detail = format!("{bytes} bytes: at most {SOURCE_BYTES_MAX} are allowed");
        return Err(Problem::invalid("/source", detail));
    }
    Dialect::parse(source, &format!("{name}.toml"))
        .map(Arc::new)
        .map_err(|error| Problem::invalid("/source", error))
}

/// A sample event, and the dialect to render it in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Preview<'a> {
    /// The dialect's name; the project's own unless given.
    #[serde(default)]
    dialect: Option<String>,
    /// The text of a dialect file, instead of a name: to try it before storing it.
    #[serde(default)]
    source: Option<String>,
    /// The event's type; the first of the dialect's catalog unless given.
    #[serde(default)]
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// The event's data; an example of the dialect's unless given.
    #[serde(default)]
    #[serde(borrow)]
    #[schema(value_type = Option<Value>)]
    data: Option<&'a RawValue>,
    /// The tenant whose event it is.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// What the vendor keeps with the tenant, for a dialect that sends entries of it; unless given, what is kept with
    /// `tenant`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// The endpoint's URL.
    #[serde(default)]
    url: Option<String>,
    /// The secret to sign with; a new one unless given.
    #[serde(default)]
    #[schema(format = Password)]
    secret: Option<String>,
    /// `ed25519` signs with a key pair, where the dialect does.
    #[serde(default)]
    signing: Option<Signing>,
}

/// The exact request that a sample event produces.
#[derive(Debug, Serialize, ToSchema)]
struct Previewed {
    /// The HTTP method.
    method: &'static str,
    /// Where it would go.
    url: String,
    /// The dialect's headers, in order.
    headers: Vec<HeaderView>,
    /// The body, as text.
    body: String,
    /// The secret that it is signed with.
    #[schema(format = Password)]
    secret: String,
}

/// Preview a dialect
///
/// Nothing is sent or stored.
#[utoipa::path(
    post, path = "/v1/dialects/preview", tag = "dialects", request_body = Preview<'static>,
    responses((status = 200, description = "The request that the sample event makes", body = Previewed))
)]
async fn preview_dialect(
    State(server): State<Shared>,
    caller: ProjectReader,
    body: JsonBody,
) -> Handled {
    let mut wanted: Preview<'_> = body.parse()?;
    let dialect = wanted_dialect(&server, &caller, &wanted).await?;
    let secret = new_secret_for_preview(&server, &dialect, &wanted)?;
    let key = dialect
        .parse_secret(&secret)
        .map_err(|error| Problem::invalid("/secret", error))?;
    let metadata = preview_metadata(&server, &caller, &mut wanted).await?;
    let first = dialect.catalog().first();
    let kind = match (&wanted.event_type, first) {
        (Some(name), _) => name.as_str(),
        (None, Some(entry)) => entry.name.as_str(),
        (None, None) => "example.created",
    };
    let data = match (wanted.data, first) {
        (Some(data), _) => data.get(),
        (None, Some(entry)) if wanted.event_type.is_none() => entry.example.as_str(),
        (None, _) => dialect.test_data(),
    };
    check_data(&dialect, data)?;

    let now = server.now();
    let id = EventId::new(now.ms(), server.random());
    let endpoint = EndpointId::new(now.ms(), server.random());
    let delivery = DeliveryId::derive(id, endpoint, 0);
    let event = WireEvent {
        id: &id.to_string(),
        kind,
        tenant: wanted.tenant.as_ref().map_or("acme", TenantId::as_str),
        time_ms: now.ms(),
        data,
        message_id: &id.message_text(),
        metadata: Some(&metadata),
    };
    let rendered = dialect
        .body(&event)
        .map_err(|error| Problem::invalid(format!("/data{}", error.pointer), error.detail))?;
    let url = wanted
        .url
        .as_deref()
        .unwrap_or("https://example.com/webhooks");
    let attempt = WireAttempt {
        event: &event,
        delivery_id: &delivery.to_string(),
        delivery_uuid: &delivery.uuid(),
        endpoint_id: &endpoint.to_string(),
        url,
        method: "POST",
        timestamp_ms: now.ms(),
        body: &rendered,
        ..WireAttempt::EMPTY
    };
    let headers = dialect.headers(&attempt, &[key]).into_iter();
    Ok(reply::ok(&Previewed {
        method: "POST",
        url: url.to_owned(),
        headers: headers
            .map(|header| HeaderView {
                name: header.name,
                value: header.value,
            })
            .collect(),
        body: String::from_utf8_lossy(&rendered).into_owned(),
        secret,
    }))
}

async fn preview_metadata(
    server: &Server,
    caller: &ProjectReader,
    wanted: &mut Preview<'_>,
) -> Result<Map<String, Value>, Rejection> {
    if let Some(metadata) = wanted.metadata.take() {
        check_metadata(Some(&metadata))?;
        return Ok(metadata);
    }
    let Some(tenant) = wanted.tenant.take() else {
        return Ok(Map::new());
    };
    let tenant = tenant_named(server, caller.project(), tenant).await?;
    let id = wanted.tenant.insert(tenant);
    let tenant = server.store().tenant(caller.project(), id).await?;
    Ok(tenant.map_or_else(Map::new, |tenant| tenant.metadata.clone()))
}

async fn wanted_dialect(
    server: &Server,
    caller: &ProjectReader,
    wanted: &Preview<'_>,
) -> Result<Arc<Dialect>, Problem> {
    let project = caller.project();
    let name = match (&wanted.source, &wanted.dialect) {
        (Some(_), Some(_)) => {
            return Err(Problem::invalid(
                "/source",
                "give either a dialect's name or its text, not both",
            ));
        }
        (Some(source), None) => return parse(source, "preview"),
        (None, Some(name)) => name.clone(),
        (None, None) => server
            .store()
            .project(project)
            .await
            .map_err(failed_look_up)?
            .or_not_found()?
            .dialect
            .clone(),
    };
    let version = server
        .store()
        .dialect(project, &name)
        .await
        .map_err(failed_look_up)?;
    version.map(|version| version.dialect).ok_or_else(|| {
        Problem::invalid(
            "/dialect",
            format!("unknown dialect `{name}`: GET /v1/dialects lists them"),
        )
    })
}

/// The given secret, or one that the dialect would make, whoever chooses it otherwise.
fn new_secret_for_preview(
    server: &Server,
    dialect: &Dialect,
    wanted: &Preview<'_>,
) -> Result<String, Problem> {
    let entropy = server.random();
    match (&wanted.secret, wanted.signing) {
        (None, None | Some(Signing::Hmac)) => Ok(dialect.generate_secret(&entropy)),
        (secret, signing) => new_secret(dialect, secret.clone(), signing, &entropy)
            .map(|secret| secret.expose().to_owned()),
    }
}
