//! What would an endpoint's code make of an event? Nothing is sent.

use std::sync::Arc;

use axum::extract::State;
use nuncio_dialect::{Dialect, WireEvent};
use nuncio_domain::{Endpoint, EndpointId, EventId, EventTypeName, Timestamp};
use nuncio_transform::{ToChange, TransformError, WebhookChange};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{body::OptionalBody, rights::Writer},
    http::{
        path::Id,
        problem::{Kind, Problem},
        rejection::{Handled, OrNotFound, failed_look_up},
        reply,
    },
    resources::{
        endpoints::transform::{may_set, owner, refused},
        events::publication::check_data,
        policy::in_force::{InForce, dialect_of},
    },
    state::{Server, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(test_transform))
}

/// A dry run: of a past event, or of a type and data; of the dialect's sample if nothing is given.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = TransformTest)]
#[serde(deny_unknown_fields)]
struct Test<'a> {
    /// A past event of the endpoint's tenant.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    event: Option<EventId>,
    /// The type of a made-up event.
    #[serde(default)]
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Its data.
    #[serde(default)]
    #[serde(borrow)]
    #[schema(value_type = Option<Value>)]
    data: Option<&'a RawValue>,
    /// Code to try in place of the endpoint's own.
    #[serde(default)]
    code: Option<String>,
}

/// What would be sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TransformTestResult)]
struct TestView {
    /// Whether the code ran and either returned something that can be sent, or cancelled.
    ok: bool,
    /// The body that would be sent; null if nothing would be.
    #[schema(required)]
    body: Option<String>,
    /// The event type that headers would show.
    #[schema(required)]
    event_type: Option<String>,
    /// The channels that the code returned.
    channels: Vec<String>,
    /// Headers that the code adds.
    headers: Map<String, Value>,
    /// Why the delivery would be cancelled; null if it would not be.
    #[schema(required)]
    cancel: Option<String>,
    /// Why the attempt would fail; null if it would not.
    #[schema(required)]
    error: Option<ErrorView>,
}

/// Why code failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TransformError)]
struct ErrorView {
    /// `syntax`, `thrown`, `timeout`, `memory` or `result` (what it returned can't be sent).
    kind: &'static str,
    /// What happened.
    message: String,
    /// The line of the code, if known; the first is 1.
    #[schema(required)]
    line: Option<u32>,
    /// The column, if known; the first is 1.
    #[schema(required)]
    column: Option<u32>,
}

/// What the code is tried with.
struct Sample {
    id: String,
    message_id: String,
    event_type: String,
    time: Timestamp,
    data: Arc<str>,
    channels: Vec<String>,
}

/// Test a transformation
///
/// Runs the endpoint's code, or the code given, and shows what would be sent. Nothing is sent or stored.
#[utoipa::path(
    post, path = "/{id}/transform/test", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id")), request_body = Option<Test<'static>>,
    responses((status = 200, description = "What would be sent, or why the code failed", body = TestView))
)]
async fn test_transform(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    let endpoint = store.endpoint(&caller.reach, id).await?.or_not_found()?;
    let wanted: Test<'_> = body.parse()?;
    may_set(&server, &caller).await?;
    let own = endpoint
        .transform
        .as_ref()
        .map(|transform| transform.code.as_str());
    let code = wanted.code.as_deref().or(own).ok_or_else(|| {
        Problem::invalid("/code", "is missing: the endpoint has no code of its own")
    })?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let dialect = dialect_of(&server, &in_force, endpoint.dialect.as_deref()).await?;
    let sample = sample(&server, &caller, &endpoint, &dialect, &wanted).await?;
    let tenant = store.tenant(caller.project(), &endpoint.tenant).await?;
    let event = WireEvent {
        id: &sample.id,
        message_id: &sample.message_id,
        kind: &sample.event_type,
        tenant: endpoint.tenant.as_str(),
        time_ms: sample.time.ms(),
        data: &sample.data,
        metadata: tenant.as_ref().map(|tenant| &tenant.metadata),
    };
    let taken = endpoint.header_names();
    let changed = server.state.transformer.change(ToChange {
        owner: owner(&caller),
        code: Arc::from(code),
        dialect: &dialect,
        event: &event,
        url: &endpoint.url,
        channels: sample.channels.clone(),
        taken: &taken,
    });
    match changed.await {
        Err(error) if error.is_busy() => Err(refused("/code", &error).into()),
        Err(error) => Ok(reply::ok(&TestView::failed(&error))),
        Ok(change) => {
            let own_body = || dialect.body(&event);
            let body = change.body.clone().map_or_else(own_body, Ok);
            let body = body.map_err(|error| Problem::invalid("/data", error))?;
            Ok(reply::ok(&TestView::of(change, &body)))
        }
    }
}

/// The event that was asked for: a past one, or what is given.
async fn sample(
    server: &Server,
    caller: &Writer,
    endpoint: &Endpoint,
    dialect: &Dialect,
    wanted: &Test<'_>,
) -> Result<Sample, Problem> {
    let now = server.now();
    let Some(id) = wanted.event else {
        let data = wanted.data.map_or(dialect.test_data(), RawValue::get);
        check_data(dialect, data)?;
        let id = server.event_id(now);
        let own_type = || dialect.test_type().to_owned();
        return Ok(Sample {
            id: id.to_string(),
            message_id: id.message_text().to_string(),
            event_type: wanted
                .event_type
                .as_ref()
                .map_or_else(own_type, ToString::to_string),
            time: now,
            data: data.into(),
            channels: Vec::new(),
        });
    };
    if wanted.data.is_some() || wanted.event_type.is_some() {
        let detail = "give either `event`, or `type` and `data`";
        return Err(Problem::invalid("/event", detail));
    }
    let event = server.store().event(&caller.reach, id).await;
    let event = event.map_err(failed_look_up)?;
    if event.tenant != endpoint.tenant {
        return Err(Problem::not_found());
    }
    let data = event
        .data
        .clone()
        .ok_or_else(|| Problem::new(Kind::Conflict, "the payload of this event was erased"))?;
    let own_id = || event.id.to_string();
    Ok(Sample {
        id: event
            .source_id
            .as_ref()
            .map_or_else(own_id, ToString::to_string),
        message_id: event.id.message_text().to_string(),
        event_type: event.event_type.to_string(),
        time: event.time(),
        channels: event.channels().iter().map(ToString::to_string).collect(),
        data,
    })
}

impl TestView {
    fn of(change: WebhookChange, body: &[u8]) -> Self {
        let sent = change.cancel.is_none();
        Self {
            ok: true,
            body: sent.then(|| String::from_utf8_lossy(body).into_owned()),
            event_type: Some(change.event_type),
            channels: change.channels,
            headers: change
                .headers
                .into_iter()
                .map(|(name, value)| (name, value.into()))
                .collect(),
            cancel: change.cancel,
            error: None,
        }
    }

    fn failed(error: &TransformError) -> Self {
        Self {
            ok: false,
            body: None,
            event_type: None,
            channels: Vec::new(),
            headers: Map::new(),
            cancel: None,
            error: Some(ErrorView {
                kind: error.kind.as_str(),
                message: error.message.clone(),
                line: error.line,
                column: error.column,
            }),
        }
    }
}
