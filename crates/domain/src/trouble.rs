//! Is an endpoint in trouble, and why? A judgement over what is known of it anyway.

use std::time::Duration;

use crate::{BreakerState, CertificateAge, Timestamp, Waiting};

/// How long the first delivery may be overdue before that is trouble: the engine itself needs no more than seconds.
const OVERDUE: Duration = Duration::from_secs(5 * 60);
/// Failures below this are an accident.
const FAILURES_MIN: u64 = 3;

/// What is wrong with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It is paused after repeated failures.
    BreakerOpen,
    /// At least one attempt of ten fails, or all have failed lately.
    Failing,
    /// Its deliveries wait since its tenant's plan has no endpoints.
    Plan,
    /// Its deliveries wait since it is disabled.
    Disabled,
    /// Its deliveries wait since it has not shown yet that it wants them.
    Unverified,
    /// A certificate in its TLS settings has expired.
    CertificateExpired,
    /// Its first delivery is overdue for minutes, though nothing keeps it back.
    Backlog,
    /// A certificate in its TLS settings expires within 30 days.
    CertificateExpiring,
}

impl Trouble {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BreakerOpen => "breaker_open",
            Self::Failing => "failing",
            Self::Plan => "plan",
            Self::Disabled => "disabled",
            Self::Unverified => "unverified",
            Self::CertificateExpired => "certificate_expired",
            Self::Backlog => "backlog",
            Self::CertificateExpiring => "certificate_expiring",
        }
    }
}

/// What the judgement goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndpointObservation {
    /// Attempts within the last hours.
    pub attempts: u64,
    /// Those of them that failed.
    pub attempts_failed: u64,
    /// When the last successful one of them began.
    pub last_success: Option<Timestamp>,
    /// When the last failed one of them began.
    pub last_failure: Option<Timestamp>,
    /// When the first pending delivery was or will be due.
    pub oldest_due: Option<Timestamp>,
    /// What keeps its deliveries back.
    pub waiting: Option<Waiting>,
    /// Its circuit breaker, if somebody works on it.
    pub breaker: Option<BreakerState>,
    /// Whether a certificate in its TLS settings is at its end.
    pub certificate: Option<CertificateAge>,
}

/// What is wrong at `now` on the steady clock, the worst first; nothing for an endpoint that does well.
pub fn troubles(observation: &EndpointObservation, now: Timestamp) -> Vec<Trouble> {
    let mut all = Vec::new();
    if observation
        .breaker
        .is_some_and(|breaker| breaker != BreakerState::Closed)
    {
        all.push(Trouble::BreakerOpen);
    }
    if is_failing(observation) {
        all.push(Trouble::Failing);
    }
    match (observation.waiting, observation.oldest_due) {
        (Some(Waiting::Plan), Some(_)) => all.push(Trouble::Plan),
        (Some(Waiting::EndpointDisabled), Some(_)) => all.push(Trouble::Disabled),
        (Some(Waiting::Unverified), Some(_)) => all.push(Trouble::Unverified),
        (None, Some(due)) if due + OVERDUE < now => all.push(Trouble::Backlog),
        (None | Some(Waiting::OrderingKey), _) | (Some(_), None) => {}
    }
    all.extend(observation.certificate.map(|age| match age {
        CertificateAge::Expired => Trouble::CertificateExpired,
        CertificateAge::Expiring => Trouble::CertificateExpiring,
    }));
    all.sort();
    all
}

fn is_failing(observation: &EndpointObservation) -> bool {
    let often = observation.attempts_failed * 10 >= observation.attempts;
    let lately = observation.last_failure > observation.last_success;
    observation.attempts_failed >= FAILURES_MIN && often && lately
        || observation.attempts_failed > 0 && observation.attempts_failed == observation.attempts
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn check(observation: EndpointObservation, expected: &[Trouble]) {
        assert_eq!(troubles(&observation, NOW), expected, "{observation:?}");
    }

    #[test]
    fn failures_count_when_they_are_many_and_recent() {
        let failed = |attempts, attempts_failed, success: u64, failure: u64| EndpointObservation {
            attempts,
            attempts_failed,
            last_success: Some(NOW - Duration::from_secs(success)),
            last_failure: Some(NOW - Duration::from_secs(failure)),
            ..EndpointObservation::default()
        };
        check(failed(100, 10, 20, 10), &[Trouble::Failing]);
        check(failed(100, 9, 20, 10), &[]);
        check(failed(100, 50, 10, 20), &[]);
        check(failed(10, 2, 20, 10), &[]);
        let never = EndpointObservation {
            last_success: None,
            ..failed(1, 1, 0, 10)
        };
        check(never, &[Trouble::Failing]);
        check(EndpointObservation::default(), &[]);
    }

    #[test]
    fn what_waits_is_trouble_by_its_reason() {
        let overdue = Some(NOW - OVERDUE - Duration::from_millis(1));
        let waits = |waiting, oldest_due| EndpointObservation {
            waiting,
            oldest_due,
            ..EndpointObservation::default()
        };
        check(waits(None, overdue), &[Trouble::Backlog]);
        check(waits(None, Some(NOW - OVERDUE)), &[]);
        check(
            waits(Some(Waiting::EndpointDisabled), Some(NOW)),
            &[Trouble::Disabled],
        );
        check(waits(Some(Waiting::EndpointDisabled), None), &[]);
        check(waits(Some(Waiting::Plan), overdue), &[Trouble::Plan]);
        check(
            waits(Some(Waiting::Unverified), Some(NOW)),
            &[Trouble::Unverified],
        );
    }

    #[test]
    fn each_trouble_has_a_word() {
        let all = [
            (Trouble::BreakerOpen, "breaker_open"),
            (Trouble::Failing, "failing"),
            (Trouble::Plan, "plan"),
            (Trouble::Disabled, "disabled"),
            (Trouble::Unverified, "unverified"),
            (Trouble::CertificateExpired, "certificate_expired"),
            (Trouble::Backlog, "backlog"),
            (Trouble::CertificateExpiring, "certificate_expiring"),
        ];
        for (trouble, word) in all {
            assert_eq!(trouble.as_str(), word);
        }
        assert!(
            all.map(|(trouble, _)| trouble).is_sorted(),
            "the worst first"
        );
    }

    #[test]
    fn the_worst_comes_first() {
        let observation = EndpointObservation {
            attempts: 12,
            attempts_failed: 12,
            breaker: Some(BreakerState::Open { until: NOW }),
            oldest_due: Some(NOW - 2 * OVERDUE),
            ..EndpointObservation::default()
        };
        let all = [Trouble::BreakerOpen, Trouble::Failing, Trouble::Backlog];
        check(observation, &all);
        assert!(all.is_sorted());
    }
}
