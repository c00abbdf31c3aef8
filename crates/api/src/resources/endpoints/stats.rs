//! How an endpoint does: what was counted, and what its lane looks like now.

use std::time::Duration;

use axum::extract::State;
use nuncio_domain::{BreakerState, EndpointId, Lane, Timestamp};
use nuncio_store::EndpointStats;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Reader,
    http::{path::Id, query::Query, rejection::Handled, reply},
    resources::shared::numbers::{QuantilesView, window_s},
    state::Shared,
};

/// A day.
const WINDOW_S_DEFAULT: u32 = 24 * 60 * 60;
/// Ninety days: as long as a project may keep dead letters unless it says otherwise.
const WINDOW_S_MAX: u32 = 90 * 24 * 60 * 60;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(endpoint_stats))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatsQuery {
    /// The window to look at, 60 to 7776000 seconds (90 days); a day by default.
    #[param(minimum = 60, maximum = 7_776_000)]
    window_seconds: Option<u32>,
}

/// How an endpoint is doing. Counts over time leave out test deliveries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndpointStats)]
struct StatsView {
    /// The endpoint's id.
    #[schema(value_type = String)]
    endpoint: EndpointId,
    /// The window that the numbers cover, in seconds.
    window_seconds: u32,
    /// Attempts.
    attempts: u64,
    /// Attempts that failed.
    attempts_failed: u64,
    /// Success rate of attempts, 0 to 1; null without attempts.
    #[schema(required)]
    success_rate: Option<f64>,
    /// Deliveries that succeeded.
    succeeded: u64,
    /// Deliveries that died.
    dead: u64,
    /// Deliveries that were cancelled.
    cancelled: u64,
    /// How long attempts took.
    attempt_time: QuantilesView,
    /// How long deliveries that succeeded took, from the acceptance of their event to the end of the attempt.
    delivery_time: QuantilesView,
    /// Deliveries that are pending now.
    pending: u64,
    /// Whether there are more than that.
    pending_more: bool,
    /// When the first pending delivery was or will be due.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    oldest_due: Option<Timestamp>,
    /// When the last successful attempt began.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_success_at: Option<Timestamp>,
    /// When the last failed attempt began.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_failure_at: Option<Timestamp>,
    /// The current work on it; null while there is none.
    #[schema(required)]
    lane: Option<LaneView>,
}

/// The current work on an endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lane)]
struct LaneView {
    /// Attempts in progress.
    in_flight: usize,
    /// How many attempts may be in progress now: more while the receiver is healthy, fewer while it is not.
    in_flight_max: usize,
    /// Deliveries queued in memory; other pending deliveries wait in the store.
    queued: QueuedView,
    /// Maximum attempts per second, if limited.
    #[schema(required)]
    rate_limit: Option<u32>,
    /// When the rate limit allows the next attempt, if not immediately.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    next_token_at: Option<Timestamp>,
    /// Whether the endpoint is paused after repeated failures.
    breaker: BreakerView,
    /// How its receiver limits it, if the receiver asked for fewer requests: with a `429`, or with a `503` that says
    /// for how long.
    #[schema(required)]
    throttle: Option<ThrottleView>,
    /// How long an attempt takes on average, over the last ones, in microseconds.
    attempt_mean_us: u64,
}

/// The receiver asked for fewer requests: the endpoint pauses, then speeds up slowly.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Throttle)]
struct ThrottleView {
    /// The end of the pause; null once it is over.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    until: Option<Timestamp>,
    /// Attempts per second after the pause; this rises while attempts succeed.
    per_second: u32,
}

/// Deliveries queued in memory.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queued)]
struct QueuedView {
    /// Tests, and retries that someone requested.
    asked: usize,
    /// Deliveries of newly published events.
    fresh: usize,
    /// Scheduled retries, and deliveries read back from the store.
    retry: usize,
    /// Replays, and retries in bulk.
    replay: usize,
}

/// A circuit breaker.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Breaker)]
struct BreakerView {
    /// `closed`: deliveries are sent; `open`: they wait; `half_open`: one is tried.
    state: &'static str,
    /// While it is open: when the next attempt checks whether the receiver is back.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    until: Option<Timestamp>,
    /// Failures since the last success.
    failures_in_a_row: u32,
}

impl From<Lane> for LaneView {
    fn from(lane: Lane) -> Self {
        let until = match lane.breaker {
            BreakerState::Open { until } => Some(until),
            BreakerState::Closed | BreakerState::HalfOpen => None,
        };
        Self {
            in_flight: lane.in_flight,
            in_flight_max: lane.in_flight_max,
            queued: QueuedView {
                asked: lane.queued.asked,
                fresh: lane.queued.fresh,
                retry: lane.queued.retry,
                replay: lane.queued.replay,
            },
            rate_limit: lane.rate_limit,
            next_token_at: lane.next_token_at,
            breaker: BreakerView {
                state: lane.breaker.as_str(),
                until,
                failures_in_a_row: lane.failures_in_a_row,
            },
            throttle: lane.throttle.map(|throttle| ThrottleView {
                until: throttle.until,
                per_second: throttle.per_second,
            }),
            attempt_mean_us: u64::try_from(lane.attempt_mean.as_micros()).unwrap_or(u64::MAX),
        }
    }
}

impl StatsView {
    fn new(endpoint: EndpointId, window_s: u32, stats: &EndpointStats, lane: Option<Lane>) -> Self {
        let totals = &stats.totals;
        Self {
            endpoint,
            window_seconds: window_s,
            attempts: totals.attempts,
            attempts_failed: totals.attempts_failed,
            success_rate: totals.success_rate(),
            succeeded: totals.succeeded,
            dead: totals.dead,
            cancelled: totals.cancelled,
            attempt_time: (&totals.attempt_times).into(),
            delivery_time: (&totals.delivery_times).into(),
            pending: stats.pending.count,
            pending_more: stats.pending.more,
            oldest_due: stats.oldest_due,
            last_success_at: stats.last_success,
            last_failure_at: stats.last_failure,
            lane: lane.map(LaneView::from),
        }
    }
}

/// Check on an endpoint
///
/// Success rate, latency and backlog, and the state of the work on it: concurrency, rate limit, circuit breaker.
#[utoipa::path(
    get, path = "/{id}/stats", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid"), StatsQuery),
    responses((status = 200, description = "How the endpoint does", body = StatsView))
)]
async fn endpoint_stats(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<EndpointId>,
    Query(query): Query<StatsQuery>,
) -> Handled {
    let window_s = window_s(query.window_seconds, WINDOW_S_DEFAULT, WINDOW_S_MAX)?;
    let window = Duration::from_secs(u64::from(window_s));
    let store = server.store();
    let stats = store
        .endpoint_stats(&caller.reach, id, window, server.now())
        .await?;
    let lanes = &server.state.lanes;
    let lane = lanes.lane(caller.reach.project, id, None).await;
    Ok(reply::ok(&StatsView::new(id, window_s, &stats, lane)))
}
