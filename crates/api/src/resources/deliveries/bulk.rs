//! Bulk operations on deliveries: which they are about, and how they are started.

use axum::http::StatusCode;
use nuncio_domain::{
    BulkRetry, Channel, DeliveryId, EventTypeName, Job, JobId, JobKind, JobState, Selection,
    TenantId, Timestamp,
};
use nuncio_store::{Reach, StoredAnswer};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use crate::{
    access::{
        body::OptionalBody,
        idempotency::Idempotency,
        named::{EndpointName, tenant_named},
        rights::Access,
    },
    http::{problem::Problem, rejection::Handled, reply},
    resources::{
        deliveries::status::Status,
        shared::schedule::{Schedule, again},
    },
    state::Server,
};

/// Which deliveries the bulk operation applies to; fields left out match all.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filter {
    /// One of these, at most 250.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 250)]
    deliveries: Option<Named>,
    /// Only in this state; `dead` by default.
    #[serde(default)]
    pub(crate) status: Option<Status>,
    /// Only to this endpoint, by its id, or by its uid together with its tenant.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    endpoint: Option<EndpointName>,
    /// Only of this tenant.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only for events of this type.
    #[serde(default)]
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Only for events on this channel.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Only for events accepted at or after this time.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only for events accepted before this time.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only where the last response had this status code.
    #[serde(default)]
    status_code: Option<u16>,
    /// Only where the last attempt failed with this error.
    #[serde(default)]
    error: Option<String>,
}

/// As many as a list shows at a time.
const NAMED_MAX: usize = 250;

/// Deliveries that were named one by one.
#[derive(Clone, Debug)]
struct Named(Vec<DeliveryId>);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let named = Vec::deserialize(from)?;
        match named.len() <= NAMED_MAX {
            true => Ok(Self(named)),
            false => Err(de::Error::custom(format!(
                "{} deliveries: at most {NAMED_MAX} may be named",
                named.len()
            ))),
        }
    }
}

impl Filter {
    /// The deliveries that it is for, within what the caller reaches.
    pub(crate) async fn selection(
        self,
        server: &Server,
        caller: &Access,
    ) -> Result<Selection, Problem> {
        let tenant = match self.tenant {
            Some(name) => Some(tenant_named(server, caller.project(), name).await?),
            None => None,
        };
        let own = caller.reach.tenant.clone();
        let within = Reach {
            project: caller.project(),
            tenant: own.or_else(|| tenant.clone()),
        };
        let endpoint = match self.endpoint {
            Some(name) => Some(name.id(server, &within, "/filter/endpoint").await?),
            None => None,
        };
        Ok(Selection {
            deliveries: self.deliveries.map(|named| named.0),
            status: Some(self.status.unwrap_or(Status::Dead).as_str().to_owned()),
            endpoint,
            tenant,
            event_type: self.event_type,
            channel: self.channel,
            since: self.since,
            until: self.until,
            status_code: self.status_code,
            error: self.error,
            with_failed_tests: false,
        })
    }

    /// Whether it narrows anything among the dead.
    pub(crate) const fn is_empty(&self) -> bool {
        let Self {
            deliveries,
            status: _,
            endpoint,
            tenant,
            event_type,
            channel,
            since,
            until,
            status_code,
            error,
        } = self;
        deliveries.is_none()
            && endpoint.is_none()
            && tenant.is_none()
            && event_type.is_none()
            && channel.is_none()
            && since.is_none()
            && until.is_none()
            && status_code.is_none()
            && error.is_none()
    }
}

/// A bulk operation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bulk {
    /// Which deliveries.
    #[serde(default)]
    pub(crate) filter: Filter,
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) schedule: Option<Schedule>,
    /// Only returns how many deliveries there would be (200), and starts nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

impl Bulk {
    /// The retry that it asks for, within what the caller reaches.
    pub(crate) async fn retry(
        self,
        server: &Server,
        caller: &Access,
    ) -> Result<BulkRetry, Problem> {
        Ok(BulkRetry {
            selection: self.filter.selection(server, caller).await?,
            again: again(self.schedule),
        })
    }
}

/// A job that was started.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Started {
    /// The job's id; `GET /v1/jobs/{id}` shows its progress.
    #[schema(value_type = String)]
    job: JobId,
}

/// Refuses a time that ends before it begins.
pub(crate) fn check_before(since: Timestamp, until: Timestamp) -> Result<(), Problem> {
    match since < until {
        true => Ok(()),
        false => {
            let detail = format!("{since} is not before the end, {until}");
            Err(Problem::invalid("/since", detail))
        }
    }
}

/// A bulk operation that was started, or only counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StartedOrCounted {
    /// The job's id; `GET /v1/jobs/{id}` shows its progress. Null with `dry_run`: nothing was started.
    #[schema(value_type = Option<String>, required)]
    job: Option<JobId>,
    /// How many deliveries it applies to. At most 250,000 events are looked at.
    count: u64,
}

/// Starts a bulk operation, or with `dry_run` only says how many deliveries it would be about.
pub(crate) async fn start_or_count(
    server: &Server,
    caller: &Access,
    (kind, dry_run): (JobKind, bool),
    idempotency: Idempotency,
    body: &OptionalBody,
) -> Handled {
    if dry_run {
        let count = server.store().count_job(&caller.reach, kind).await?.count;
        return Ok(reply::ok(&StartedOrCounted { job: None, count }));
    }
    let answer = |job: &Job| {
        let started = StartedOrCounted {
            job: Some(job.id),
            count: job.total,
        };
        reply::answer(StatusCode::ACCEPTED, &started)
    };
    start_and(
        server,
        caller,
        kind,
        idempotency,
        || body.fingerprint(),
        answer,
    )
    .await
}

/// Starts a bulk operation.
pub(crate) async fn start(
    server: &Server,
    caller: &Access,
    kind: JobKind,
    idempotency: Idempotency,
    body: &OptionalBody,
) -> Handled {
    start_once(server, caller, kind, idempotency, || body.fingerprint()).await
}

/// The same for a body of any kind, of which only the fingerprint is asked.
pub(crate) async fn start_once(
    server: &Server,
    caller: &Access,
    kind: JobKind,
    idempotency: Idempotency,
    fingerprint: impl FnOnce() -> [u8; 32],
) -> Handled {
    let answer = |job: &Job| reply::answer(StatusCode::ACCEPTED, &Started { job: job.id });
    start_and(server, caller, kind, idempotency, fingerprint, answer).await
}

async fn start_and(
    server: &Server,
    caller: &Access,
    kind: JobKind,
    idempotency: Idempotency,
    fingerprint: impl FnOnce() -> [u8; 32],
    answer: fn(&Job) -> StoredAnswer,
) -> Handled {
    let now = server.now();
    let job = Job {
        id: JobId::new(now.ms(), server.random()),
        kind,
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: now,
        finished_at: None,
        error: None,
    };
    let once = idempotency.once(fingerprint, move |job| Some(answer(job)));
    let store = caller.store(server);
    let job = store.start_job(&caller.reach, job, once).await?;
    Ok(reply::of(answer(&job)))
}
