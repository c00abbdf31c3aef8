//! What a request in a dialect looks like.

use std::sync::Arc;

use axum::extract::State;
use nuncio_dialect::{Dialect, WireAttempt, WireEvent};
use nuncio_domain::{DeliveryId, EndpointId, EventId, EventTypeName, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::given::parse;
use crate::{
    access::{body::JsonBody, named::tenant_named, rights::ProjectReader},
    http::{
        problem::Problem,
        rejection::{Handled, OrNotFound, Rejection, failed_look_up},
        reply,
    },
    resources::{
        deliveries::attempt_view::HeaderView,
        endpoints::secret::{Signing, new_secret},
        events::publication::check_data,
        shared::metadata::check_metadata,
    },
    state::{Server, Shared},
};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(preview_dialect))
}

/// A sample event, and the dialect to render it in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Preview<'a> {
    /// The dialect's name; the project's by default.
    #[serde(default)]
    dialect: Option<String>,
    /// The text of a dialect file, instead of a name: to try it before storing it.
    #[serde(default)]
    source: Option<String>,
    /// The event's type; the first in the dialect's catalog by default.
    #[serde(default)]
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// The event's data; the dialect's example by default.
    #[serde(default)]
    #[serde(borrow)]
    #[schema(value_type = Option<Value>)]
    data: Option<&'a RawValue>,
    /// The tenant whose event it is.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// The tenant's metadata, for a dialect that sends some of it; by default that of `tenant`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// The endpoint's URL.
    #[serde(default)]
    url: Option<String>,
    /// The secret to sign with; a new one by default.
    #[serde(default)]
    #[schema(format = Password)]
    secret: Option<String>,
    /// `ed25519` signs with a key pair, if the dialect can.
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
        (Some(source), None) => return parse(source, "preview", "/source"),
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
