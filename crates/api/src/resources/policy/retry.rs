//! Retry schedules and deadlines as callers give them.

use nuncio_domain::{Retry, check_retry, check_timeout_ms};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::problem::Problem;

/// A retry schedule: either `delays_s`, or `base_s`, `factor`, `cap_s` and one of `span_s` and `attempts_max`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "RetryFields")]
pub(crate) struct RetryInput(pub(crate) Retry);

/// A retry schedule: either `delays_s` alone, or `base_s`, `factor`, `cap_s` with exactly one of `span_s` and
/// `attempts_max`. Each delay starts at the end of the previous attempt.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Retry)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetryFields {
    /// Seconds before each attempt, the first included: its length is the number of attempts.
    #[serde(default)]
    delays_s: Option<Vec<u32>>,
    /// Seconds before the second attempt.
    #[serde(default)]
    base_s: Option<u32>,
    /// What each further delay is multiplied by.
    #[serde(default)]
    factor: Option<f64>,
    /// The longest delay in seconds.
    #[serde(default)]
    cap_s: Option<u32>,
    /// Seconds from the first attempt to the last.
    #[serde(default)]
    span_s: Option<u32>,
    /// Maximum number of attempts.
    #[serde(default)]
    attempts_max: Option<u32>,
}

impl TryFrom<RetryFields> for RetryInput {
    type Error = &'static str;

    fn try_from(fields: RetryFields) -> Result<Self, &'static str> {
        let RetryFields {
            delays_s,
            base_s,
            factor,
            cap_s,
            span_s,
            attempts_max,
        } = fields;
        match (delays_s, base_s, factor, cap_s) {
            (Some(delays_s), None, None, None) if span_s.or(attempts_max).is_none() => {
                Ok(Self(Retry::Delays { delays_s }))
            }
            (None, Some(base_s), Some(factor), Some(cap_s)) => Ok(Self(Retry::Backoff {
                base_s,
                factor,
                cap_s,
                span_s,
                attempts_max,
            })),
            _ => Err(
                "a retry schedule is either delays_s alone, or base_s, factor, cap_s and one of span_s and attempts_max",
            ),
        }
    }
}

impl RetryInput {
    /// Checks the schedule's numbers; `at` is its place in the body.
    pub(crate) fn check(&self, at: &str) -> Result<(), Problem> {
        check_retry(&self.0)
            .map_err(|error| Problem::invalid(format!("{at}{}", error.pointer), error))
    }
}

/// Checks the deadline of an attempt; `at` is its place in the body.
pub(crate) fn check_timeout(timeout_ms: Option<&u32>, at: &str) -> Result<(), Problem> {
    timeout_ms.map_or(Ok(()), |ms| {
        check_timeout_ms(*ms).map_err(|error| Problem::invalid(at, error))
    })
}
