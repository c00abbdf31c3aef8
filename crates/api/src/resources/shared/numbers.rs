//! Numbers as they are shown: what was counted over a time, how long things took, how many there are.

use nuncio_domain::EndpointObservation;
use nuncio_store::{Count, Histogram, Rollup};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::{Place, Problem};

/// A minute: numbers are kept by the minute.
const WINDOW_S_MIN: u32 = 60;

/// How far to look back, in seconds: as the parameter `window_seconds` says, or `default`; from a minute to `max`.
pub(crate) fn window_s(given: Option<u32>, default: u32, max: u32) -> Result<u32, Problem> {
    let window_s = given.unwrap_or(default);
    if (WINDOW_S_MIN..=max).contains(&window_s) {
        return Ok(window_s);
    }
    let detail = format!("{window_s} is not between {WINDOW_S_MIN} and {max}");
    Err(Problem::invalid_in(Place::Query, "window_seconds", detail))
}

/// How long something took, in microseconds; null if there was none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quantiles)]
pub(crate) struct QuantilesView {
    /// Median.
    #[schema(required)]
    p50_us: Option<u64>,
    /// 95th percentile.
    #[schema(required)]
    p95_us: Option<u64>,
    /// 99th percentile.
    #[schema(required)]
    p99_us: Option<u64>,
}

impl From<&Histogram> for QuantilesView {
    fn from(histogram: &Histogram) -> Self {
        let quantile = |share| {
            let length = histogram.quantile(share)?;
            u64::try_from(length.as_micros()).ok()
        };
        Self {
            p50_us: quantile(0.5),
            p95_us: quantile(0.95),
            p99_us: quantile(0.99),
        }
    }
}

/// Counts over a period. Test deliveries are left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Numbers)]
pub(crate) struct NumbersView {
    /// Events accepted; always 0 for a single endpoint.
    events: u64,
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
}

impl From<&Rollup> for NumbersView {
    fn from(rollup: &Rollup) -> Self {
        Self {
            events: rollup.events,
            attempts: rollup.attempts,
            attempts_failed: rollup.attempts_failed,
            success_rate: rollup.success_rate(),
            succeeded: rollup.succeeded,
            dead: rollup.dead,
            cancelled: rollup.cancelled,
            attempt_time: (&rollup.attempt_times).into(),
            delivery_time: (&rollup.delivery_times).into(),
        }
    }
}

/// A number of deliveries, counted up to a limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Count)]
pub(crate) struct CountView {
    /// The count.
    count: u64,
    /// Whether there are more than that.
    more: bool,
}

impl From<Count> for CountView {
    fn from(count: Count) -> Self {
        Self {
            count: count.count,
            more: count.more,
        }
    }
}

/// The share of attempts that succeeded, 0 to 1; none without attempts.
pub(crate) fn success_rate(observation: &EndpointObservation) -> Option<f64> {
    let succeeded = observation
        .attempts
        .saturating_sub(observation.attempts_failed);
    (observation.attempts > 0).then(|| succeeded as f64 / observation.attempts as f64)
}
