//! How an endpoint does, as attempts show it: since when it fails, when its operator is told, when it is disabled.

use std::time::Duration;

use crate::{DisabledBecause, Timestamp};

/// A row of failures without a success in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Streak {
    /// Since when every attempt has failed. `None` while it is not failing, also after somebody has enabled it again: its
    /// time of failure begins anew.
    pub since: Option<Timestamp>,
    /// Failures, counted up to what the operator wants to be told of.
    pub failures: u32,
    /// Whether the operator was told that it fails, and not yet that it works again.
    pub told: bool,
}

impl Streak {
    /// Whether there is nothing to remember.
    pub fn is_over(&self) -> bool {
        self.since.is_none() && !self.told
    }
}

/// When an endpoint's failures are told to the operator: with so many in a row, over at least that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailingAfter {
    /// Failures in a row.
    pub failures: u32,
    /// From the first of them to the last.
    pub time: Duration,
}

/// What follows from an endpoint's failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FailureRules {
    /// It is disabled by a failure that comes so long after the first of an unbroken row; `None` never disables.
    pub auto_disable: Option<Duration>,
    /// When the operator is told; `None` if there is nobody to tell.
    pub tell: Option<FailingAfter>,
}

/// What attempts have shown of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its row of failures.
    pub streak: Streak,
    /// Why it is disabled, if it is.
    pub disabled: Option<DisabledBecause>,
}

impl Health {
    /// The health after an attempt that began at `began`.
    #[must_use]
    pub fn after(self, delivered: bool, began: Timestamp, rules: &FailureRules) -> Self {
        if delivered {
            return Self {
                streak: Streak::default(),
                ..self
            };
        }
        let since = self.streak.since.unwrap_or(began);
        let lasts = began.since(since);
        let given_up = rules.auto_disable.is_some_and(|patience| lasts >= patience);
        Self {
            streak: Streak {
                since: Some(since),
                ..self.streak.counted(lasts, rules.tell)
            },
            disabled: self
                .disabled
                .or(given_up.then_some(DisabledBecause::Failing)),
        }
    }
}

impl Streak {
    /// With one more failure, after it has lasted so long. Once it was told nothing is counted, so that an endpoint that
    /// goes on failing changes nothing.
    fn counted(self, lasts: Duration, tell: Option<FailingAfter>) -> Self {
        let Some(tell) = tell.filter(|_| !self.told) else {
            return self;
        };
        let failures = self.failures.saturating_add(1).min(tell.failures);
        Self {
            failures,
            told: failures >= tell.failures && lasts >= tell.time,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: u64) -> Timestamp {
        Timestamp::from_ms(0) + Duration::from_secs(days * 24 * 60 * 60)
    }

    const HEALTHY: Health = Health {
        streak: Streak {
            since: None,
            failures: 0,
            told: false,
        },
        disabled: None,
    };

    /// The health after attempts on these days, each delivered or not.
    fn after(attempts: &[(u64, bool)], auto_disable_days: Option<u64>) -> Health {
        let rules = FailureRules {
            auto_disable: auto_disable_days.map(|days| day(days).since(day(0))),
            tell: None,
        };
        attempts.iter().fold(HEALTHY, |health, (days, delivered)| {
            health.after(*delivered, day(*days), &rules)
        })
    }

    #[test]
    fn the_first_failure_is_remembered_and_a_success_forgets_it() {
        let since = |attempts: &[_]| after(attempts, None).streak.since;
        assert_eq!(since(&[(1, false), (2, false)]), Some(day(1)));
        assert_eq!(since(&[(1, false), (2, true)]), None);
    }

    #[test]
    fn only_uninterrupted_failure_disables() {
        let check = |attempts: &[(u64, bool)], days, expected| {
            assert_eq!(after(attempts, days).disabled, expected, "{attempts:?}");
        };
        let failing = Some(DisabledBecause::Failing);
        check(&[(1, false), (6, false)], Some(5), failing);
        check(&[(1, false), (5, false)], Some(5), None);
        check(&[(1, false), (4, true), (6, false)], Some(5), None);
        check(&[(1, false), (99, false)], None, None);
    }

    #[test]
    fn why_it_was_disabled_first_stays() {
        let health = Health {
            streak: Streak {
                since: Some(day(0)),
                ..Streak::default()
            },
            disabled: Some(DisabledBecause::Requested),
        };
        let rules = FailureRules {
            auto_disable: Some(Duration::ZERO),
            tell: None,
        };
        let after = health.after(false, day(9), &rules);
        assert_eq!(after.disabled, Some(DisabledBecause::Requested));
    }

    #[test]
    fn failing_is_told_once_until_it_works_again() {
        let check = |failures, seconds, attempts: &[(u64, bool)], expected: &[bool]| {
            let rules = FailureRules {
                auto_disable: None,
                tell: Some(FailingAfter {
                    failures,
                    time: Duration::from_secs(seconds),
                }),
            };
            let mut health = HEALTHY;
            let told = attempts.iter().map(|(second, delivered)| {
                let began = Timestamp::from_ms(0) + Duration::from_secs(*second);
                health = health.after(*delivered, began, &rules);
                health.streak.told
            });
            let told: Vec<_> = told.collect();
            assert_eq!(told, expected, "{failures} {seconds} {attempts:?}");
        };
        let (ok, no) = (true, false);
        check(
            2,
            0,
            &[(0, no), (0, no), (0, no), (1, ok), (2, no)],
            &[no, ok, ok, no, no],
        );
        // So many are not enough within a moment, nor is the time with too few.
        check(
            2,
            10,
            &[(0, no), (1, no), (9, no), (10, no)],
            &[no, no, no, ok],
        );
        check(3, 10, &[(0, no), (60, no), (61, no)], &[no, no, ok]);
        check(1, 0, &[(0, no)], &[ok]);
    }

    #[test]
    fn an_endpoint_that_goes_on_failing_changes_nothing() {
        let rules = FailureRules {
            auto_disable: None,
            tell: Some(FailingAfter {
                failures: 2,
                time: Duration::ZERO,
            }),
        };
        let told = HEALTHY
            .after(false, day(1), &rules)
            .after(false, day(1), &rules);
        assert!(told.streak.told);
        assert_eq!(told.after(false, day(2), &rules), told);
    }
}
