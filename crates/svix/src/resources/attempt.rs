//! Attempts, and messages by their attempts.

use std::sync::Arc;

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use nuncio_domain::{
    Attempt, AttemptId, Endpoint, EndpointId, Event, EventId, SendAgain, Timestamp, Trigger,
};
use nuncio_store::{AttemptQuery, AttemptRow, EventQuery, Page, PageStart, Reach, Slice};
use serde::Serialize;
use serde_json::json;

use crate::{
    error::{self, Handled, SvixError},
    ids,
    paging::{self, Order, Walk, Wanted},
    query,
    request::Request,
    resources::{
        delivered::{self, FAIL, SUCCESS, Standing, word},
        endpoint::EndpointOut,
        message::{Filters, MessageOut, with_data},
    },
};

/// The most of an answer's body that is shown, bytes.
const RESPONSE_BYTES_MAX: usize = 20_000;
/// What stands in place of an answer that was erased.
const EXPUNGED: &str = "EXPUNGED";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttemptOut<'a> {
    id: String,
    msg_id: String,
    endpoint_id: EndpointId,
    url: &'a str,
    response: String,
    response_status_code: u16,
    response_duration_ms: u64,
    status: u8,
    status_text: &'static str,
    trigger_type: u8,
    timestamp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    msg: Option<MessageOut<'a>>,
}

impl<'a> AttemptOut<'a> {
    fn new(attempt: &'a Attempt, event: EventId, endpoint: EndpointId, response: String) -> Self {
        let status = match attempt.error {
            None => SUCCESS,
            Some(_) => FAIL,
        };
        Self {
            id: ids::attempt(attempt.id),
            msg_id: ids::message(event),
            endpoint_id: endpoint,
            url: &attempt.url,
            response,
            response_status_code: attempt.status_code.unwrap_or(0),
            response_duration_ms: u64::from(attempt.timings.total_us) / 1_000,
            status,
            status_text: word(status),
            trigger_type: match attempt.trigger {
                Trigger::Schedule | Trigger::Test => 0,
                Trigger::Manual | Trigger::ManualOnce | Trigger::Replay | Trigger::ReplayOnce => 1,
            },
            timestamp: attempt.started_at,
            msg: None,
        }
    }
}

/// What the receiver answered, or why there was no answer.
fn response(attempt: &Attempt) -> String {
    let has_nothing = attempt.response_headers.is_empty() && attempt.response_body.is_empty();
    if attempt.status_code.is_none() {
        let class = attempt.error.as_ref();
        return match (&attempt.error_detail, class) {
            (Some(detail), _) => detail.clone(),
            (None, Some(_)) => EXPUNGED.to_owned(),
            (None, None) => String::new(),
        };
    }
    if has_nothing {
        return EXPUNGED.to_owned();
    }
    let shown = attempt.response_body.len().min(RESPONSE_BYTES_MAX);
    let body = &attempt.response_body[..shown];
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        // Cut in the middle of a letter.
        Err(fault) if shown < attempt.response_body.len() && fault.error_len().is_none() => {
            String::from_utf8_lossy(&body[..fault.valid_up_to()]).into_owned()
        }
        Err(_) => STANDARD.encode(body),
    }
}

/// `GET …/attempt/endpoint/{endpoint}`
pub(crate) async fn of_endpoint(request: &Request<'_>, app: &str, ep: &str) -> Handled {
    let reach = request.reach(app).await?;
    let endpoint = request.endpoint(&reach, ep).await?;
    let query = AttemptQuery {
        endpoint: Some(endpoint.id),
        ..AttemptQuery::default()
    };
    list(request, &reach, query).await
}

/// `GET …/attempt/msg/{msg}`, and its older names.
pub(crate) async fn of_message(
    request: &Request<'_>,
    app: &str,
    msg: &str,
    ep: Option<&str>,
) -> Handled {
    let reach = request.reach(app).await?;
    let event = request.message(&reach, msg).await?;
    let named = ep.or_else(|| request.query.text("endpoint_id"));
    let endpoint = match named {
        None => None,
        Some(name) => match request.find_endpoint(&reach, name).await? {
            Some(endpoint) => Some(endpoint.id),
            // One that was deleted has attempts all the same.
            None => Some(attempted(request, &reach, event.id, name).await?),
        },
    };
    let query = AttemptQuery {
        endpoint,
        event: Some(event.id),
        ..AttemptQuery::default()
    };
    list(request, &reach, query).await
}

async fn attempted(
    request: &Request<'_>,
    reach: &Reach,
    event: EventId,
    name: &str,
) -> Result<EndpointId, SvixError> {
    let id = ids::parse_endpoint(name).ok_or_else(SvixError::not_found)?;
    let all = delivered::of_message(&request.reader(), reach, event).await?;
    all.contains_key(&id)
        .then_some(id)
        .ok_or_else(SvixError::not_found)
}

async fn list(request: &Request<'_>, reach: &Reach, query: AttemptQuery) -> Handled {
    let with_content = request.query.with_content()?;
    let with_msg = request.query.flag("with_msg")?.unwrap_or(false);
    let filters = Filters::read(request)?;
    let wanted = Wanted::read(&request.query, ids::parse_attempt)?;
    let class = match request.query.number("status_code_class")? {
        None => None,
        Some(class @ (0 | 100 | 200 | 300 | 400 | 500)) => Some((class / 100) as u16),
        Some(_) => {
            return Err(query::invalid(
                "status_code_class",
                "must be 0, 100, 200, 300, 400 or 500",
            ));
        }
    };
    let status = request.query.number("status")?;
    let (failed, nothing) = match status {
        None => (None, false),
        Some(0) => (Some(false), false),
        Some(2) => (Some(true), false),
        Some(1 | 3 | 4) => (None, true),
        Some(_) => return Err(query::invalid("status", "must be 0, 1, 2 or 3")),
    };
    let query = AttemptQuery {
        tenant: reach.tenant.clone(),
        failed,
        status_class: class.filter(|class| *class > 0),
        event_type: filters.one_type(),
        channel: filters.channel.clone(),
        since: filters.since,
        until: filters.until,
        ..query
    };
    let store = request.reader();
    let fetch = |page: Page<AttemptId>| {
        let (store, reach, query) = (Arc::clone(&store), reach.clone(), query.clone());
        async move {
            match nothing {
                true => Ok(Slice::empty()),
                false => store.attempts(&reach, query, page).await,
            }
        }
    };
    let walk = match filters.oldest_first {
        true => Walk::oldest(AttemptId::from_bits(0)),
        false => Walk::new(&wanted, Order::Stored, AttemptId::from_bits(0)),
    };
    let keep = |row: &AttemptRow| {
        let has_no_answer = row.attempt.status_code.is_none_or(|code| code < 100);
        filters.keeps(&row.event_type) && (class != Some(0) || has_no_answer)
    };
    let listed = paging::list(&wanted, Order::Stored, walk, fetch, keep, |row| {
        row.attempt.id
    })
    .await?;
    let ends = paging::ends(&listed.items, |row| ids::attempt(row.attempt.id));
    let rows = &listed.items;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let response = match with_content {
            false => "{}".to_owned(),
            true => answered(request, reach, row).await?,
        };
        shown.push(AttemptOut::new(
            &row.attempt,
            row.event,
            row.endpoint,
            response,
        ));
    }
    let events = events_of(request, reach, rows, with_msg).await?;
    for (one, event) in shown.iter_mut().zip(&events) {
        one.msg = Some(MessageOut::new(event, with_content));
    }
    Ok(paging::answer(shown, listed.done, ends))
}

/// The events of attempts, where they are to be shown with them.
async fn events_of(
    request: &Request<'_>,
    reach: &Reach,
    rows: &[AttemptRow],
    with_msg: bool,
) -> Result<Vec<Event>, SvixError> {
    let mut events = Vec::new();
    for row in rows.iter().filter(|_| with_msg) {
        events.push(request.reader().event(reach, row.event).await?);
    }
    Ok(events)
}

/// Lists leave bodies out.
async fn answered(
    request: &Request<'_>,
    reach: &Reach,
    row: &AttemptRow,
) -> Result<String, SvixError> {
    let detail = request.reader().attempt(reach, row.attempt.id).await?;
    Ok(detail.attempts.first().map(response).unwrap_or_default())
}

/// An attempt of a message: `GET …/msg/{msg}/attempt/{attempt}`
pub(crate) async fn get(request: &Request<'_>, app: &str, msg: &str, attempt: &str) -> Handled {
    let reach = request.reach(app).await?;
    let event = request.message(&reach, msg).await?;
    let id = ids::parse_attempt(attempt).ok_or_else(SvixError::not_found)?;
    let detail = request.reader().attempt(&reach, id).await?;
    let found = detail
        .attempts
        .first()
        .filter(|_| detail.event.id == event.id);
    let found = found.ok_or_else(SvixError::not_found)?;
    let out = AttemptOut::new(found, event.id, detail.row.endpoint, response(found));
    Ok(error::json(StatusCode::OK, &out))
}

/// `DELETE …/msg/{msg}/attempt/{attempt}/content`
pub(crate) async fn expunge(request: &Request<'_>, app: &str, msg: &str, attempt: &str) -> Handled {
    request.caller.check_organization()?;
    let reach = request.reach(app).await?;
    let event = request.message(&reach, msg).await?;
    let id = ids::parse_attempt(attempt).ok_or_else(SvixError::not_found)?;
    let detail = request.reader().attempt(&reach, id).await?;
    if detail.event.id != event.id {
        return Err(SvixError::not_found());
    }
    request
        .writer()
        .erase_answer(&reach, id, request.now())
        .await?;
    Ok(error::empty(StatusCode::NO_CONTENT))
}

/// `POST …/msg/{msg}/endpoint/{endpoint}/resend`
pub(crate) async fn resend(request: &Request<'_>, app: &str, msg: &str, ep: &str) -> Handled {
    let reach = request.reach(app).await?;
    let event = request.message(&reach, msg).await?;
    let endpoint = request.endpoint(&reach, ep).await?;
    if event.data.is_none() {
        let detail = "Unable to resend message. Payload has been expired or was never stored";
        return Err(SvixError::new(
            StatusCode::BAD_REQUEST,
            "missing_payload",
            detail,
        ));
    }
    if endpoint.disabled.is_none() {
        let (store, now) = (request.writer(), request.now());
        store
            .replay(
                &reach,
                event.id,
                Some(endpoint.id),
                SendAgain::Once,
                now,
                None,
            )
            .await?;
    }
    Ok(error::json(StatusCode::ACCEPTED, &json!({})))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndpointMessageOut<'a> {
    #[serde(flatten)]
    message: MessageOut<'a>,
    status: u8,
    status_text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt: Option<Timestamp>,
}

/// `GET …/endpoint/{endpoint}/msg`: messages with at least one attempt there.
pub(crate) async fn messages_of_endpoint(request: &Request<'_>, app: &str, ep: &str) -> Handled {
    // Unlike elsewhere, content is shown unless it says no, too.
    let with_content = request.query.with_content()?;
    let filters = Filters::read(request)?;
    let wanted = Wanted::read(&request.query, ids::parse_message)?;
    let status = request.query.number("status")?;
    let reach = request.reach(app).await?;
    let endpoint = request.endpoint(&reach, ep).await?.id;
    let query = EventQuery {
        tenant: reach.tenant.clone(),
        event_type: filters.one_type(),
        channel: filters.channel.clone(),
        endpoint: Some(endpoint),
        since: filters.since,
        until: filters.until,
        ..EventQuery::default()
    };
    let (store, server) = (request.reader(), request.server);
    let fetch = |page: Page<EventId>| {
        let (store, reach, query) = (Arc::clone(&store), reach.clone(), query.clone());
        async move {
            let slice = store.events(&reach, query, page).await?;
            let mut items = Vec::with_capacity(slice.items.len());
            for event in slice.items {
                let all = delivered::of_message(&store, &reach, event.id).await?;
                let rows = all.get(&endpoint).map(Vec::as_slice).unwrap_or_default();
                items.push((event, Standing::of(rows, delivered::wall(server))));
            }
            Ok(Slice {
                items,
                next: slice.next,
                prev: slice.prev,
            })
        }
    };
    let walk = match filters.oldest_first {
        true => Walk::oldest(EventId::from_bits(0)),
        false => Walk::new(&wanted, Order::Stored, EventId::from_bits(0)),
    };
    let keep = |(event, standing): &(Event, Option<Standing>)| {
        let is_wanted = |standing: &Standing| status.is_none_or(|status| standing.is_among(status));
        filters.keeps(&event.event_type) && standing.as_ref().is_some_and(is_wanted)
    };
    let listed = paging::list(&wanted, Order::Stored, walk, fetch, keep, |(event, _)| {
        event.id
    })
    .await?;
    let ends = paging::ends(&listed.items, |(event, _)| ids::message(event.id));
    let (events, standings): (Vec<_>, Vec<_>) = listed.items.into_iter().unzip();
    let events = with_data(request, &reach, events, with_content).await?;
    let shown = events
        .iter()
        .zip(standings)
        .filter_map(|(event, standing)| {
            let standing = standing?;
            Some(EndpointMessageOut {
                message: MessageOut::new(event, with_content),
                status: standing.status,
                status_text: word(standing.status),
                next_attempt: standing.next_attempt,
            })
        });
    Ok(paging::answer(shown.collect(), listed.done, ends))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DestinationOut<'a> {
    #[serde(flatten)]
    endpoint: EndpointOut<'a>,
    status: u8,
    status_text: &'static str,
    next_attempt: Option<Timestamp>,
}

/// `GET …/msg/{msg}/endpoint`: endpoints that the message was attempted at, deleted ones too.
pub(crate) async fn destinations(request: &Request<'_>, app: &str, msg: &str) -> Handled {
    let wanted = Wanted::read(&request.query, ids::parse_endpoint)?;
    let reach = request.reach(app).await?;
    let event = request.message(&reach, msg).await?;
    let store = request.reader();
    let wall = delivered::wall(request.server);
    let mut attempted: Vec<(EndpointId, Standing)> = Vec::new();
    for (id, rows) in delivered::of_message(&store, &reach, event.id).await? {
        attempted.extend(Standing::of(&rows, &wall).map(|standing| (id, standing)));
    }
    let listed = paging::of_all(&wanted, attempted, |(id, _)| *id, |a, b| a < b);
    let ends = paging::ends(&listed.items, |(id, _)| id.to_string());
    let mut found = Vec::with_capacity(listed.items.len());
    for (id, standing) in &listed.items {
        let endpoint = match store.endpoint(&reach, *id).await? {
            Some(endpoint) => endpoint,
            None => Arc::new(deleted(request, &reach, &event, *id).await?),
        };
        found.push((endpoint, *standing));
    }
    let shown = found.iter().map(|(endpoint, standing)| {
        // A retry that is planned shows as a failure here, with its time.
        let status = match standing.next_attempt {
            Some(_) => FAIL,
            None => standing.status,
        };
        DestinationOut {
            endpoint: EndpointOut::new(endpoint),
            status,
            status_text: word(status),
            next_attempt: standing.next_attempt,
        }
    });
    Ok(paging::answer(shown.collect(), listed.done, ends))
}

/// What is still known of an endpoint that was deleted: where its last attempt went.
async fn deleted(
    request: &Request<'_>,
    reach: &Reach,
    event: &Event,
    id: EndpointId,
) -> Result<Endpoint, SvixError> {
    let query = AttemptQuery {
        endpoint: Some(id),
        event: Some(event.id),
        ..AttemptQuery::default()
    };
    let page = Page {
        start: PageStart::First,
        limit: 1,
    };
    let last = request.reader().attempts(reach, query, page).await?;
    let url = last.items.first().map(|row| row.attempt.url.clone());
    let made = Timestamp::from_ms(id.unix_ms());
    let tenant = reach.tenant.clone().ok_or_else(SvixError::not_found)?;
    Ok(Endpoint {
        disabled: Some(nuncio_domain::DisabledBecause::Requested),
        url: url.unwrap_or_default(),
        ..Endpoint::bare(id, tenant, made)
    })
}
