//! What has become of deliveries, in numbers that are kept while they happen: nobody counts rows to draw a chart.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use nuncio_domain::{Endpoint, EndpointId, EndpointObservation, TenantId, Timestamp};

use crate::{Histogram, Reach, StoreError};

/// How long a rollup covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RollupUnit {
    /// A minute; kept for two days.
    Minute,
    /// An hour; kept as long as the project's history.
    Hour,
}

impl RollupUnit {
    /// How many one series may span: two days of minutes, or 120 days of hours.
    pub const SERIES_MAX: usize = 2_880;

    /// Its length.
    pub const fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_secs(60),
            Self::Hour => Duration::from_secs(60 * 60),
        }
    }

    /// The begin, in UTC, of the one that a time is in.
    pub const fn begin(self, at: Timestamp) -> Timestamp {
        let length = self.length().as_millis() as i64;
        Timestamp::from_ms(at.ms().div_euclid(length) * length)
    }
}

/// Whose numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RollupScope {
    /// Everything of the project.
    Project,
    /// Everything of a tenant: its events, and the sum over its endpoints, deleted ones too.
    Tenant(TenantId),
    /// Deliveries to an endpoint. It has no events of its own.
    Endpoint(EndpointId),
}

/// What has happened in a span of time. Test deliveries are left out. An attempt and what it ended count when the
/// attempt began; everything else when it happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rollup {
    /// Events accepted.
    pub events: u64,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed.
    pub attempts_failed: u64,
    /// Deliveries that succeeded.
    pub succeeded: u64,
    /// Deliveries that died. One that is retried may die again.
    pub dead: u64,
    /// Deliveries that were cancelled.
    pub cancelled: u64,
    /// When the last successful attempt began.
    pub last_success: Option<Timestamp>,
    /// When the last failed attempt began.
    pub last_failure: Option<Timestamp>,
    /// How long attempts took.
    pub attempt_times: Histogram,
    /// How long deliveries that succeeded took: from their making, or the time that their event was put off to, to the
    /// end of the attempt.
    pub delivery_times: Histogram,
}

impl Rollup {
    /// The share of attempts that succeeded; `None` without attempts.
    pub fn success_rate(&self) -> Option<f64> {
        let succeeded = self.attempts.saturating_sub(self.attempts_failed);
        (self.attempts > 0).then(|| succeeded as f64 / self.attempts as f64)
    }

    /// Adds what happened elsewhere or at another time.
    pub fn merge(&mut self, other: &Self) {
        self.events += other.events;
        self.attempts += other.attempts;
        self.attempts_failed += other.attempts_failed;
        self.succeeded += other.succeeded;
        self.dead += other.dead;
        self.cancelled += other.cancelled;
        self.last_success = self.last_success.max(other.last_success);
        self.last_failure = self.last_failure.max(other.last_failure);
        self.attempt_times.merge(&other.attempt_times);
        self.delivery_times.merge(&other.delivery_times);
    }
}

/// How many deliveries there are in a state, as far as they are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// So many.
    pub count: u64,
    /// Whether counting ended there, and there are more: at [`Count::MAX`].
    pub more: bool,
}

impl Count {
    /// As far as is counted: some ten milliseconds.
    pub const MAX: u64 = 1_000_000;
    /// As far as is counted of each endpoint in a list of them.
    pub const IN_SHORT_MAX: u64 = 1_000;
}

/// How an endpoint does.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointStats {
    /// What happened in the window.
    pub totals: Rollup,
    /// Its backlog now, tests and what waits for its next attempt among it.
    pub pending: Count,
    /// When the first pending delivery was or will be due, on the steady clock.
    pub oldest_due: Option<Timestamp>,
    /// When the last successful attempt began, as far back as rollups are kept.
    pub last_success: Option<Timestamp>,
    /// When the last failed attempt began, as far back as rollups are kept.
    pub last_failure: Option<Timestamp>,
}

/// How a project, or one of its tenants, stands at one moment.
#[derive(Clone, Debug, Default)]
pub struct HealthSummary {
    /// The backlog, tests and what waits for its next attempt among it.
    pub pending: Count,
    /// Dead letters.
    pub dead: Count,
    /// When the first pending delivery was or will be due, on the steady clock. Of a project with more than
    /// [`HealthSummary::BACKLOGS_MAX`] endpoints that have a backlog, the first of as many.
    pub oldest_due: Option<Timestamp>,
    /// Endpoints.
    pub endpoints: u64,
    /// Those of them that are disabled.
    pub disabled: u64,
    /// Endpoints that may be in trouble: those that failed most within the last hour or two, and those whose first
    /// pending delivery is the oldest. At most [`HealthSummary::SUSPECTS_MAX`].
    pub suspects: Vec<Suspect>,
}

impl HealthSummary {
    /// Endpoints with a backlog that are looked at: some ten milliseconds.
    pub const BACKLOGS_MAX: usize = 10_000;
    /// More than anybody looks through on a screen.
    pub const SUSPECTS_MAX: usize = 100;
}

/// What is stored and waits, of all projects: for monitors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredTotals {
    /// Pending deliveries of endpoints that may get them, what waits for its next attempt among it. With
    /// [`held`](Self::held), counting ends at [`Count::MAX`].
    pub pending: u64,
    /// Pending deliveries of endpoints that get none now: disabled, over the plan's limit, not verified.
    pub held: u64,
    /// When the first of [`pending`](Self::pending) was or will be due, on the steady clock, as far as they were counted.
    pub oldest_due: Option<Timestamp>,
    /// Bulk operations that are not over.
    pub jobs_running: u64,
    /// Bytes of the database: of SQLite's file without its log, or as PostgreSQL says.
    pub database_bytes: u64,
}

/// An endpoint that may be in trouble.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// The endpoint.
    pub endpoint: Arc<Endpoint>,
    /// What is known of it, but for its circuit breaker.
    pub observation: EndpointObservation,
    /// Its backlog.
    pub pending: Count,
}

/// The numbers. Exact, also after a crash: they are written in the commits of what they count.
#[async_trait]
pub trait Stats: Send + Sync + 'static {
    /// What is stored and waits, of all projects. Deliveries of the last moments that have no row yet are left out.
    async fn totals(&self) -> Result<StoredTotals, StoreError>;

    /// How an endpoint has done within `window` before `now`, and what it has pending. The window begins at a full
    /// minute, and if it is longer than a day at a full hour.
    ///
    /// # Errors
    /// `NotFound` when it is out of reach.
    async fn endpoint_stats(
        &self,
        reach: &Reach,
        id: EndpointId,
        window: Duration,
        now: Timestamp,
    ) -> Result<EndpointStats, StoreError>;

    /// How the project stands, or the tenant that the reach names.
    ///
    /// # Errors
    /// `NotFound` when the project is out of reach.
    async fn standing(&self, reach: &Reach, now: Timestamp) -> Result<HealthSummary, StoreError>;

    /// How each of these endpoints does, in their order; those out of reach are left out. Backlogs are counted as far as
    /// [`Count::IN_SHORT_MAX`].
    async fn standing_of_each(
        &self,
        reach: &Reach,
        endpoints: Vec<EndpointId>,
        now: Timestamp,
    ) -> Result<Vec<Suspect>, StoreError>;

    /// The rollups that begin in the unit of `since` or later and before `until`, oldest first. Those of times at
    /// which nothing happened are left out. Of a span longer than [`RollupUnit::SERIES_MAX`] only its end.
    ///
    /// # Errors
    /// `NotFound` when what is asked for is out of reach.
    async fn rollup_series(
        &self,
        reach: &Reach,
        scope: RollupScope,
        unit: RollupUnit,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, Rollup)>, StoreError>;
}
