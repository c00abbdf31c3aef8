//! Messages: events.

use std::sync::Arc;

use axum::{http::StatusCode, response::Response};
use nuncio_domain::{Channel, Event, EventId, EventTypeName, Extras, SourceId, Tenant, Timestamp};
use nuncio_store::{
    Accepted, EventQuery, NewEvent, Page, Reach, Refused, Shows, StoreError, StoredAnswer,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json, value::RawValue};

use crate::{
    error::{self, Handled, SHAPE, SvixError},
    ids, input,
    paging::{self, Order, Walk, Wanted},
    request::{Request, WINDOW},
    resources::{
        application::{self, ApplicationIn},
        endpoint_input::read_channels,
        event_type, headers,
    },
    routes::{no_method, no_route},
};

/// The most channels of a message.
const CHANNELS_MAX: usize = 5;
/// How long a payload may be kept, days.
const RETENTION_DAYS: std::ops::RangeInclusive<u32> = 5..=90;

pub(crate) async fn route(
    request: &Request<'_>,
    method: &str,
    app: &str,
    segments: &[&str],
) -> Handled {
    match (segments, method) {
        ([], "GET") => list(request, app).await,
        ([], "POST") => create(request, app).await,
        (["precheck", "active"], "POST") => precheck(request, app).await,
        ([msg], "GET") => get(request, app, msg).await,
        ([msg, "content"], "DELETE") => expunge(request, app, msg).await,
        ([] | [_] | [_, "content"] | ["precheck", "active"], _) => Err(no_method()),
        _ => Err(no_route()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageIn<'a> {
    event_type: String,
    #[serde(borrow, alias = "data")]
    payload: &'a RawValue,
    #[serde(default)]
    event_id: Option<String>,
    #[serde(default)]
    channels: Option<Vec<String>>,
    #[serde(default)]
    payload_retention_period: Option<u32>,
    #[serde(default)]
    payload_retention_hours: Option<u32>,
    #[serde(default)]
    application: Option<ApplicationIn>,
    #[serde(default)]
    transformations_params: Option<Map<String, Value>>,
    #[serde(default)]
    deliver_at: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageOut<'a> {
    id: String,
    event_type: &'a EventTypeName,
    event_id: Option<&'a SourceId>,
    payload: Payload<'a>,
    channels: Option<&'a [Channel]>,
    timestamp: Timestamp,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Payload<'a> {
    Text(&'a RawValue),
    Value(Value),
}

impl<'a> MessageOut<'a> {
    pub(crate) fn new(event: &'a Event, with_content: bool) -> Self {
        let channels = event.channels();
        Self {
            id: ids::message(event.id),
            event_type: &event.event_type,
            event_id: event.source_id.as_ref(),
            payload: payload(event.data.as_deref(), with_content),
            channels: (!channels.is_empty()).then_some(channels),
            timestamp: event.created_at,
        }
    }

    /// An example that was sent.
    pub(crate) fn example(id: String, event_type: &'a EventTypeName, timestamp: Timestamp) -> Self {
        Self {
            id,
            event_type,
            event_id: None,
            payload: Payload::Value(json!({})),
            channels: None,
            timestamp,
        }
    }
}

fn payload(data: Option<&str>, with_content: bool) -> Payload<'_> {
    match (data, with_content) {
        (_, false) => Payload::Value(json!({})),
        (None, true) => Payload::Value(json!({"expired": true})),
        (Some(data), true) => match serde_json::from_str::<&RawValue>(data) {
            Ok(raw) => Payload::Text(raw),
            Err(_) => Payload::Value(json!({})),
        },
    }
}

/// An application that a path names; one that is not there is made as a body describes it.
pub(crate) async fn application(
    request: &Request<'_>,
    name: &str,
    given: Option<ApplicationIn>,
) -> Result<Arc<Tenant>, SvixError> {
    if let Some(found) = request.find_application(name).await? {
        return Ok(found);
    }
    let given = given.ok_or_else(SvixError::not_found)?;
    let refused = |kind| {
        SvixError::invalid_in(
            "body",
            "application.uid",
            "must be the one in the path",
            kind,
        )
    };
    match given.uid.as_deref() {
        None => return Err(refused("application_uid_missing")),
        Some(uid) if uid != name => return Err(refused("application_uid_mismatch")),
        Some(_) => {}
    }
    match application::make(request, given.check()?).await {
        // Another request was faster.
        Err(SvixError::Plain { status, .. }) if status == StatusCode::CONFLICT => {
            request.application(name).await
        }
        made => made,
    }
}

async fn create(request: &Request<'_>, app: &str) -> Handled {
    request.caller.check_organization()?;
    let with_content = request.query.with_content()?;
    let mut wish: MessageIn<'_> = input::parse(&request.body)?;
    let event_type = event_type::read_name(&wish.event_type, "event_type.__all__")?;
    let source_id = wish.event_id.as_deref().map(ids::event_id).transpose();
    let source_id = source_id.map_err(|rule| SvixError::invalid("event_id", rule))?;
    // Elsewhere it stands in webhooks.
    let is_own_dialect = request.caller.project.dialect.starts_with("svix");
    if !is_own_dialect && source_id.as_ref().is_some_and(|id| !id.is_sendable()) {
        return Err(SvixError::invalid(
            "event_id",
            format!("must be {}", SourceId::SENDABLE),
        ));
    }
    let extras = extras(&wish)?;
    let data = data(&wish)?;
    let tenant = application(request, app, wish.application.take()).await?;
    let surface = &request.server.surface;
    let project = request.caller.project_id();
    let checked = surface.check_event(project, &event_type, &data).await;
    let (schema_version, canonical_safe) = checked.inspect_err(|_| surface.count_event(None))?;
    let now = request.now();
    let event = NewEvent {
        id: surface.event_id(now),
        project,
        tenant: tenant.id.clone(),
        event_type,
        // A repetition is refused, whatever it says: no two are the same.
        fingerprint: surface.random(),
        source_id,
        occurred_at: None,
        created_at: now,
        deliver_at: wish.deliver_at,
        ordering_key: None,
        schema_version,
        due: surface.steady(wish.deliver_at.unwrap_or(now), now),
        data: data.into(),
        canonical_safe,
        extras,
    };
    append(request, &tenant, event, with_content).await
}

async fn append(
    request: &Request<'_>,
    tenant: &Tenant,
    event: NewEvent,
    with_content: bool,
) -> Handled {
    let surface = &request.server.surface;
    let shown = MessageOut {
        id: ids::message(event.id),
        event_type: &event.event_type,
        event_id: event.source_id.as_ref(),
        payload: payload(Some(&event.data), with_content),
        channels: event
            .extras
            .as_ref()
            .map(|extras| extras.channels.as_slice())
            .filter(|all| !all.is_empty()),
        timestamp: event.created_at,
    };
    let answer = error::json(StatusCode::ACCEPTED, &shown);
    // Only its id is kept: the payload is there already.
    let id = ids::message(event.id);
    let once = request.once(move |results: &Vec<Result<Accepted, Refused>>| {
        results.first()?.as_ref().ok()?;
        Some(StoredAnswer {
            status: StatusCode::ACCEPTED.as_u16(),
            body: id.clone().into_bytes(),
            shows: Shows::NoSecret,
        })
    });
    // As the caller's: what it makes on the way is entered in the audit log.
    let results = match request.writer().append(vec![event], once).await {
        Err(StoreError::Repeated(kept)) => {
            let reach = request.caller.reach(&tenant.id);
            return repeated(request, &reach, &kept, with_content).await;
        }
        results => results?,
    };
    match results.into_iter().next() {
        Some(Ok(accepted)) => {
            surface.count_event(Some(accepted.deliveries));
            Ok(answer)
        }
        Some(Err(refused)) => {
            surface.count_event(None);
            Err(match refused {
                Refused::SourceIdReused => {
                    SvixError::conflict("A message with this eventId already exists")
                }
                Refused::NumbersUnchecked => SvixError::invalid(
                    "payload",
                    "has numbers that an endpoint's dialect can't send exactly",
                ),
            })
        }
        None => Err(SvixError::internal()),
    }
}

/// The answer to a request that was made before, from what is kept: the message's id.
async fn repeated(
    request: &Request<'_>,
    reach: &Reach,
    kept: &StoredAnswer,
    with_content: bool,
) -> Handled {
    let id = std::str::from_utf8(&kept.body)
        .ok()
        .and_then(ids::parse_message);
    let id = id.ok_or_else(SvixError::internal)?;
    let event = request.reader().event(reach, id).await?;
    Ok(error::json(
        StatusCode::ACCEPTED,
        &MessageOut::new(&event, with_content),
    ))
}

fn extras(wish: &MessageIn<'_>) -> Result<Option<Arc<Extras>>, SvixError> {
    let hours = wish.payload_retention_hours;
    let retention = wish
        .payload_retention_period
        .or(hours.map(|hours| hours.div_ceil(24)));
    if let Some(days) = retention
        && !RETENTION_DAYS.contains(&days)
    {
        let msg = format!(
            "must be {} to {}",
            RETENTION_DAYS.start(),
            RETENTION_DAYS.end()
        );
        return Err(SvixError::invalid("payload_retention_period", msg));
    }
    let params = wish.transformations_params.as_ref();
    let given = params.and_then(|params| params.get("headers")?.as_object());
    let extras = Extras {
        channels: read_channels(wish.channels.as_ref(), CHANNELS_MAX)?,
        metadata: Map::new(),
        headers: match given {
            None => Vec::new(),
            // The body is JSON, as the dialect says.
            Some(given) => headers::read(given)?
                .into_iter()
                .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
                .collect(),
        },
        retention_days: retention.filter(|days| days != RETENTION_DAYS.end()),
    };
    if !extras.headers.is_empty()
        && let Some(dialect) = nuncio_dialect::builtin_named("svix")
    {
        headers::check(&extras.headers, dialect)?;
    }
    Ok((!extras.is_empty()).then(|| Arc::new(extras)))
}

/// The body that is sent: the payload as it was written, or the text that stands in its place.
fn data(wish: &MessageIn<'_>) -> Result<String, SvixError> {
    let text = wish.payload.get();
    if !text.starts_with('{') {
        let msg = "expected an object";
        return Err(SvixError::invalid_in("body", "payload", msg, SHAPE));
    }
    let params = wish.transformations_params.as_ref();
    let Some(raw) = params.and_then(|params| params.get("rawPayload")?.as_str()) else {
        return Ok(text.to_owned());
    };
    match serde_json::from_str::<&RawValue>(raw) {
        Ok(_) => Ok(raw.to_owned()),
        Err(_) => Err(SvixError::invalid(
            "transformationsParams.rawPayload",
            "is not valid JSON, and this server sends JSON only",
        )),
    }
}

async fn get(request: &Request<'_>, app: &str, msg: &str) -> Handled {
    let with_content = request.query.with_content()?;
    let reach = request.reach(app).await?;
    let event = request.message(&reach, msg).await?;
    Ok(error::json(
        StatusCode::OK,
        &MessageOut::new(&event, with_content),
    ))
}

async fn expunge(request: &Request<'_>, app: &str, msg: &str) -> Handled {
    request.caller.check_organization()?;
    let reach = request.reach(app).await?;
    let event = request.message(&reach, msg).await?;
    request
        .writer()
        .erase_payload(&reach, event.id, request.now())
        .await?;
    Ok(error::empty(StatusCode::NO_CONTENT))
}

/// What narrows a list of messages or attempts.
pub(crate) struct Filters {
    pub(crate) channel: Option<Channel>,
    pub(crate) types: Option<Vec<String>>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    /// The oldest that match are wanted, not the newest.
    pub(crate) oldest_first: bool,
}

impl Filters {
    pub(crate) fn read(request: &Request<'_>) -> Result<Self, SvixError> {
        let (before, after) = (request.query.time("before")?, request.query.time("after")?);
        let channel = request
            .query
            .text("channel")
            .map(Channel::parse)
            .transpose();
        let channel =
            channel.map_err(|error| crate::query::invalid("channel", error.to_string()))?;
        let begins = request.query.text("iterator").is_some();
        let window = before.unwrap_or_else(|| request.now()) - WINDOW;
        let millisecond = std::time::Duration::from_millis(1);
        Ok(Self {
            channel,
            types: request.query.list("event_types"),
            // Both bounds are exclusive.
            since: Some(after.map_or(window, |after| after + millisecond)),
            until: before,
            oldest_first: after.is_some() && before.is_none() && !begins,
        })
    }

    /// The only type, if there is one: the store narrows by it.
    pub(crate) fn one_type(&self) -> Option<EventTypeName> {
        match self.types.as_deref() {
            Some([one]) => EventTypeName::parse(one).ok(),
            _ => None,
        }
    }

    pub(crate) fn keeps(&self, name: &EventTypeName) -> bool {
        let types = self.types.as_ref();
        types.is_none_or(|types| types.iter().any(|one| one == name.as_str()))
    }
}

async fn list(request: &Request<'_>, app: &str) -> Handled {
    let with_content = request.query.with_content()?;
    let filters = Filters::read(request)?;
    let wanted = Wanted::read(&request.query, ids::parse_message)?;
    let reach = request.reach(app).await?;
    let query = EventQuery {
        tenant: reach.tenant.clone(),
        event_type: filters.one_type(),
        channel: filters.channel.clone(),
        since: filters.since,
        until: filters.until,
        ..EventQuery::default()
    };
    let store = request.reader();
    let fetch = |page: Page<EventId>| {
        let (store, reach, query) = (Arc::clone(&store), reach.clone(), query.clone());
        async move { store.events(&reach, query, page).await }
    };
    let order = Order::Stored;
    let walk = match filters.oldest_first {
        true => Walk::oldest(EventId::from_bits(0)),
        false => Walk::new(&wanted, order, EventId::from_bits(0)),
    };
    let keep = |event: &Event| filters.keeps(&event.event_type);
    let listed = paging::list(&wanted, order, walk, fetch, keep, |event| event.id).await?;
    let ends = paging::ends(&listed.items, |event| ids::message(event.id));
    let events = with_data(request, &reach, listed.items, with_content).await?;
    let data = events
        .iter()
        .map(|event| MessageOut::new(event, with_content))
        .collect();
    Ok(paging::answer(data, listed.done, ends))
}

/// Lists leave the payload out: the same events with theirs, where it is to be shown.
pub(crate) async fn with_data(
    request: &Request<'_>,
    reach: &Reach,
    events: Vec<Event>,
    with_content: bool,
) -> Result<Vec<Event>, SvixError> {
    if !with_content {
        return Ok(events);
    }
    let store = request.reader();
    let mut all = Vec::with_capacity(events.len());
    for event in events {
        match store.event(reach, event.id).await {
            Ok(event) => all.push(event),
            // Cleared away meanwhile.
            Err(StoreError::NotFound) => all.push(event),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(all)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrecheckIn {
    event_type: String,
    #[serde(default)]
    channels: Option<Vec<String>>,
}

/// Whether a message of that type and those channels would go to any endpoint.
async fn precheck(request: &Request<'_>, app: &str) -> Result<Response, SvixError> {
    let wish: PrecheckIn = input::parse(&request.body)?;
    let name = event_type::read_name(&wish.event_type, "event_type")?;
    let channels = read_channels(wish.channels.as_ref(), CHANNELS_MAX)?;
    let reach = request.reach(app).await?;
    let store = request.reader();
    let mut page = Page::first(250);
    loop {
        let slice = store.endpoints(&reach, page).await?;
        let is_wanted = slice.items.iter().any(|endpoint| {
            endpoint.disabled.is_none() && endpoint.wants_type(&name) && endpoint.is_on(&channels)
        });
        match (is_wanted, slice.next) {
            (false, Some(next)) => page = Page::after(Some(next), 250),
            (active, _) => return Ok(error::json(StatusCode::OK, &json!({"active": active}))),
        }
    }
}
