//! A delivery as answers show it: in a list, and with every attempt.

use std::collections::HashMap;

use nuncio_domain::{
    Attempt, DeliveryId, Endpoint, EndpointId, ErrorClass, Event, EventId, EventTypeName, Mask,
    ProjectId, Reason, SourceId, State, TenantId, Timestamp, Waiting,
};
use nuncio_store::{DeliveryDetail, DeliveryRow, Reach};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::{problem::Problem, rejection::failed_look_up},
    resources::{
        deliveries::{
            attempt_view::{AttemptView, text},
            waiting::{Case, Why, why},
        },
        policy::in_force::{InForce, dialect_of},
        shared::verification::awaits_verification,
    },
    state::Server,
};

/// A delivery: one event on its way to one endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    /// Its id, `del_…`, the same on every attempt.
    #[schema(value_type = String)]
    id: DeliveryId,
    /// The event's id.
    #[schema(value_type = String)]
    event: EventId,
    /// The publisher's own id of the event.
    #[schema(value_type = Option<String>, required)]
    source_id: Option<SourceId>,
    /// The event's type.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    event_type: EventTypeName,
    /// The tenant that it belongs to.
    #[schema(value_type = String)]
    tenant: TenantId,
    /// The endpoint's id.
    #[schema(value_type = String)]
    endpoint: EndpointId,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    status: &'static str,
    /// Why it is dead or cancelled.
    #[schema(required)]
    reason: Option<&'static str>,
    /// Why a pending delivery is not attempted: `endpoint_disabled`, `plan`, `unverified` or `ordering_key`. A single
    /// pending delivery always says why: also `scheduled` (not due yet), `in_flight`, `queued` (waiting in the queue),
    /// `rate_limit`, `throttled` (the receiver asked for fewer requests), `breaker_open` (the endpoint is paused after
    /// repeated failures) or `concurrency` (the endpoint's limit of concurrent attempts is reached).
    #[schema(required)]
    waiting: Option<&'static str>,
    /// The delivery that has to become final before this one is attempted: the first with its ordering key.
    #[schema(value_type = Option<String>, required)]
    waits_for: Option<DeliveryId>,
    /// Attempts that ended.
    attempts: u32,
    /// Attempts after the first.
    retry_count: u32,
    /// The last response's status code.
    #[schema(required)]
    last_status_code: Option<u16>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`.
    #[schema(value_type = Option<String>, required)]
    last_error: Option<ErrorClass>,
    /// When the next attempt is due, if it is pending and nothing keeps it waiting.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    next_attempt_at: Option<Timestamp>,
    /// The delivery that it replays.
    #[schema(value_type = Option<String>, required)]
    replay_of: Option<DeliveryId>,
    /// Whether its event is a test.
    test: bool,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it finished.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    finished_at: Option<Timestamp>,
}

impl DeliveryView {
    /// Shows a delivery that waits for that reason.
    pub(crate) fn new(row: &DeliveryRow, waiting: Option<Waiting>) -> Self {
        Self {
            id: row.id,
            event: row.event,
            source_id: row.source_id.clone(),
            event_type: row.event_type.clone(),
            tenant: row.tenant.clone(),
            endpoint: row.endpoint,
            status: row.progress.state.as_str(),
            reason: row.progress.state.reason().map(Reason::as_str),
            waiting: waiting.map(Waiting::as_str),
            waits_for: row.waits_for,
            attempts: row.progress.attempts,
            retry_count: retry_count(row),
            last_status_code: row.last_status_code,
            last_error: row.last_error.clone(),
            next_attempt_at: next_attempt_at(row, waiting),
            replay_of: row.replay_of,
            test: row.test,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// Attempts after the first.
pub(crate) fn retry_count(row: &DeliveryRow) -> u32 {
    row.progress.attempts.saturating_sub(1)
}

/// When the delivery is tried next; nobody knows while it waits.
pub(crate) fn next_attempt_at(row: &DeliveryRow, waiting: Option<Waiting>) -> Option<Timestamp> {
    match waiting {
        Some(_) => None,
        None => row.progress.due(),
    }
}

/// Why deliveries wait, found out once for each endpoint of a list.
pub(crate) struct Waits<'a> {
    server: &'a Server,
    reach: &'a Reach,
    in_force: Option<InForce>,
    known: HashMap<EndpointId, Option<Waiting>>,
}

impl<'a> Waits<'a> {
    pub(crate) fn new(server: &'a Server, reach: &'a Reach) -> Self {
        Self {
            server,
            reach,
            in_force: None,
            known: HashMap::new(),
        }
    }

    /// Why a delivery waits: its endpoint is disabled, or not in its tenant's plan, or another comes before it. Tests
    /// never wait.
    pub(crate) async fn of(&mut self, row: &DeliveryRow) -> Result<Option<Waiting>, Problem> {
        match row.progress.state {
            State::Pending { .. } => {
                let behind = row.waits_for.map(|_| Waiting::OrderingKey);
                Ok(self.of_pending(row).await?.or(behind))
            }
            State::Succeeded | State::Dead(_) | State::Cancelled(_) => Ok(None),
        }
    }

    /// Why a delivery would wait if it were pending.
    pub(crate) async fn of_pending(
        &mut self,
        row: &DeliveryRow,
    ) -> Result<Option<Waiting>, Problem> {
        if row.test {
            return Ok(None);
        }
        if let Some(waiting) = self.known.get(&row.endpoint) {
            return Ok(*waiting);
        }
        let endpoint = self
            .server
            .store()
            .endpoint(self.reach, row.endpoint)
            .await
            .map_err(failed_look_up)?;
        let waiting = match endpoint {
            // Deleted: it is about to be cancelled.
            None => None,
            Some(endpoint) => self.of_endpoint(&endpoint).await?,
        };
        self.known.insert(row.endpoint, waiting);
        Ok(waiting)
    }

    /// Every delivery of a list, shown.
    pub(crate) async fn views(
        mut self,
        rows: &[DeliveryRow],
    ) -> Result<Vec<DeliveryView>, Problem> {
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            views.push(DeliveryView::new(row, self.of(row).await?));
        }
        Ok(views)
    }

    async fn of_endpoint(&mut self, endpoint: &Endpoint) -> Result<Option<Waiting>, Problem> {
        if endpoint.disabled.is_some() {
            return Ok(Some(Waiting::EndpointDisabled));
        }
        if self.in_force.is_none() {
            self.in_force = Some(InForce::of(self.server, self.reach.project).await?);
        }
        let plans = self.in_force.as_ref().map_or(&[][..], InForce::plans);
        let store = self.server.store();
        if !plans.is_empty() {
            let tenant = store.tenant(self.reach.project, &endpoint.tenant).await;
            let tenant = tenant.map_err(failed_look_up)?;
            if !tenant.is_some_and(|tenant| tenant.is_on(plans)) {
                return Ok(Some(Waiting::Plan));
            }
        }
        let Some(in_force) = &self.in_force else {
            return Ok(None);
        };
        if !endpoint.verification.is_waited_for() {
            return Ok(None);
        }
        let dialect = dialect_of(self.server, in_force, endpoint.dialect.as_deref()).await?;
        Ok(awaits_verification(endpoint, &dialect).then_some(Waiting::Unverified))
    }
}

/// A delivery with every attempt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryDetail)]
pub(crate) struct DetailView {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// `waiting` in a sentence.
    #[schema(required)]
    waiting_detail: Option<String>,
    /// Until when it waits, if known.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    waiting_until: Option<Timestamp>,
    /// The attempts, the oldest first.
    attempt_log: Vec<AttemptView>,
}

impl DetailView {
    /// Shows a delivery with its attempts. Their bodies are rendered again, each by the version of the dialect that
    /// rendered it then and with what it held of the tenant's metadata: the same bytes.
    pub(crate) async fn new(
        server: &Server,
        reach: &Reach,
        detail: DeliveryDetail,
        waiting: Option<Waiting>,
    ) -> Result<Self, Problem> {
        let log = attempt_views(
            server,
            reach,
            detail.row.endpoint,
            &detail.event,
            detail.attempts,
        );
        let attempt_log = log.await?;
        let why = why_now(server, reach.project, &detail.row, waiting).await;
        let mut delivery = DeliveryView::new(&detail.row, waiting);
        delivery.waiting = why.as_ref().map(|why| why.word);
        Ok(Self {
            delivery,
            waiting_until: why.as_ref().and_then(|why| why.until),
            waiting_detail: why.map(|why| why.detail),
            attempt_log,
        })
    }
}

/// The attempts of a delivery as they are shown, with the bodies that were sent.
pub(super) async fn attempt_views(
    server: &Server,
    reach: &Reach,
    endpoint: EndpointId,
    event: &Event,
    attempts: Vec<Attempt>,
) -> Result<Vec<AttemptView>, Problem> {
    let mask = mask_of(server, reach, endpoint).await?;
    let mut bodies: HashMap<(i64, String), Option<String>> = HashMap::new();
    let mut views = Vec::with_capacity(attempts.len());
    for mut attempt in attempts {
        // They were masked before they were stored, with what was secret then.
        mask.apply(&mut attempt);
        let version = attempt.dialect_version;
        let metadata = &attempt.body_metadata;
        let key = (
            version,
            serde_json::Value::from(metadata.clone()).to_string(),
        );
        let body = match bodies.get(&key) {
            Some(body) => body.clone(),
            None => {
                let body = body_as_sent(server, event, version, metadata).await?;
                let body = body.map(|body| mask.request_text(&body).into_owned());
                bodies.entry(key).or_insert(body).clone()
            }
        };
        views.push(AttemptView::new(attempt, body));
    }
    Ok(views)
}

/// What must not be shown of an endpoint; of one that is gone, what is never shown of any.
pub(super) async fn mask_of(
    server: &Server,
    reach: &Reach,
    endpoint: EndpointId,
) -> Result<Mask, Problem> {
    let store = server.store();
    let Some(endpoint) = store
        .endpoint(reach, endpoint)
        .await
        .map_err(failed_look_up)?
    else {
        return Ok(Mask::default());
    };
    let in_force = InForce::of(server, reach.project).await?;
    let dialect = dialect_of(server, &in_force, endpoint.dialect.as_deref()).await;
    let dialect = dialect.unwrap_or(in_force.dialect.dialect);
    Ok(Mask::new(&endpoint, &dialect))
}

/// Why a delivery waits at this moment, if it is pending.
async fn why_now(
    server: &Server,
    project: ProjectId,
    row: &DeliveryRow,
    waiting: Option<Waiting>,
) -> Option<Why> {
    let due = row.progress.due()?;
    let lanes = &server.state.lanes;
    let lane = lanes.lane(project, row.endpoint, Some(row.id)).await;
    why(Case {
        kept_back: waiting,
        behind: row.waits_for,
        due,
        now: server.steady_now(),
        lane: lane.as_ref(),
    })
}

async fn body_as_sent(
    server: &Server,
    event: &Event,
    version: i64,
    metadata: &serde_json::Map<String, serde_json::Value>,
) -> Result<Option<String>, Problem> {
    let Some(data) = &event.data else {
        return Ok(None);
    };
    let version = server.store().dialect_version(version).await;
    let Some(version) = version.map_err(failed_look_up)? else {
        return Ok(None);
    };
    let id = match &event.source_id {
        Some(source_id) => source_id.to_string(),
        None => event.id.to_string(),
    };
    let body = version.dialect.body(&nuncio_dialect::WireEvent {
        id: &id,
        kind: event.event_type.as_str(),
        tenant: event.tenant.as_str(),
        time_ms: event.time().ms(),
        data,
        message_id: &event.id.message_text(),
        metadata: Some(metadata),
    });
    Ok(body.ok().map(|bytes| text(&bytes)))
}
