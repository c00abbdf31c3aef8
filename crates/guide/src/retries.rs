//! The table of attempts: when each one comes if all before it have failed.

use std::time::Duration;

use nuncio_dialect::Retry;
use nuncio_domain::{RetryClock, Timestamp, first_delay, next_attempt};
use serde::Serialize;

use crate::{Kind, text::span};

/// More rows than these tell nobody more.
const ROWS_MAX: usize = 60;

/// An attempt.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Attempt {
    pub(crate) number: usize,
    /// After the end of the attempt before it.
    pub(crate) delay: String,
    /// After the first one.
    pub(crate) since_first: String,
}

/// The attempts of a schedule.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Attempts {
    pub(crate) rows: Vec<Attempt>,
    /// Whether there are more than the rows.
    pub(crate) cut: bool,
    /// From the first attempt to the last.
    pub(crate) total: String,
}

/// An event type with a schedule of its own.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct OwnSchedule<'a> {
    pub(crate) name: &'a str,
    pub(crate) attempts: Attempts,
}

/// The event types that have a schedule of their own.
pub(crate) fn own_schedules(catalog: &[Kind]) -> Vec<OwnSchedule<'_>> {
    let own = catalog.iter().filter_map(|kind| {
        let attempts = attempts(kind.retry.as_ref()?);
        let name = kind.name.as_str();
        Some(OwnSchedule { name, attempts })
    });
    own.collect()
}

/// The attempts of `schedule`, each taking no time, without jitter.
pub(crate) fn attempts(schedule: &Retry) -> Attempts {
    let began = Timestamp::from_ms(0);
    let mut rows = vec![Attempt {
        number: 1,
        delay: span(first_delay(schedule)),
        since_first: span(Duration::ZERO),
    }];
    let (mut last, mut cut) = (began, false);
    while let Some(at) = next_attempt(schedule, clock(rows.len(), began, last)) {
        if rows.len() == ROWS_MAX {
            cut = true;
            break;
        }
        rows.push(Attempt {
            number: rows.len() + 1,
            delay: span(at.since(last)),
            since_first: span(at.since(began)),
        });
        last = at;
    }
    let total = span(last.since(began));
    Attempts { rows, cut, total }
}

fn clock(done: usize, first_began: Timestamp, last_ended: Timestamp) -> RetryClock {
    RetryClock {
        done: u32::try_from(done).unwrap_or(u32::MAX),
        first_began,
        last_ended,
        retry_after: None,
        jitter: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nuncio_dialect::builtin_named;

    fn of(dialect: &str) -> Attempts {
        let dialect = builtin_named(dialect).expect("it is built in");
        attempts(&dialect.policy().retry)
    }

    #[test]
    fn a_list_of_delays() {
        let delays: Vec<_> = of("grantiva")
            .rows
            .into_iter()
            .map(|row| row.delay)
            .collect();
        assert_eq!(delays, ["at once", "1 min", "5 min", "30 min"]);
    }

    #[test]
    fn a_backoff_ends_at_its_span() {
        let attempts = of("inviolet");
        assert_eq!(attempts.rows.len(), 15);
        assert_eq!(attempts.total, "24 h");
        assert!(!attempts.cut);
    }

    #[test]
    fn a_schedule_without_end_is_cut() {
        let retry = Retry::Backoff {
            base_s: 1,
            factor: 1.0,
            cap_s: 1,
            span_s: Some(100_000),
            attempts_max: None,
        };
        let attempts = attempts(&retry);
        assert_eq!((attempts.rows.len(), attempts.cut), (ROWS_MAX, true));
    }
}
