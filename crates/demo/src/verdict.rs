//! Did everything end as it should? The server's account and the receiver's, compared.

use std::collections::HashSet;

use hyper::StatusCode;
use serde::Serialize;

use super::{receiver::Tally, standing::Standing, temper::Temper};

/// What both sides say about one vendor's deliveries.
pub(super) struct Evidence<'a> {
    pub(super) temper: Temper,
    /// Attempts of one retry schedule.
    pub(super) schedule_attempts: u32,
    /// Events that were answered 202, each for one endpoint.
    pub(super) published: usize,
    /// When the receiver that is down was still down and all else was settled.
    pub(super) before: &'a Standing,
    /// At the end.
    pub(super) after: &'a Standing,
    /// The receiver's own counts.
    pub(super) tally: &'a Tally,
    /// What it answered to a tampered copy.
    pub(super) tampered: StatusCode,
}

/// What is wrong with one vendor's part; nothing if all is well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Faults(pub(super) Vec<String>);

impl Faults {
    fn unless(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.0.push(fault());
        }
    }
}

/// Compares the two accounts.
pub(super) fn judge(evidence: &Evidence<'_>) -> Faults {
    let Evidence {
        temper,
        published,
        before,
        after,
        tally,
        tampered,
        ..
    } = *evidence;
    let mut faults = Faults::default();
    let succeeded = after.count("succeeded");
    faults.unless(after.0.len() == published && succeeded == published, || {
        format!("{succeeded} of {published} deliveries succeeded")
    });
    let attempts_min = temper.attempts_min(evidence.schedule_attempts);
    let early = after
        .0
        .iter()
        .filter(|delivery| delivery.attempts < attempts_min)
        .count();
    faults.unless(early == 0, || {
        format!("{early} deliveries have fewer than {attempts_min} attempts")
    });
    let dead = before.count("dead");
    let dead_expected = if temper == Temper::Down { published } else { 0 };
    faults.unless(dead == dead_expected, || {
        format!("{dead} dead letters instead of {dead_expected}")
    });
    let accepted = tally.accepted.len();
    faults.unless(accepted == published, || {
        format!("the receiver counted {accepted} of {published} deliveries")
    });
    let refused: HashSet<String> = tally.refused.iter().map(|why| format!("{why:?}")).collect();
    faults.unless(refused.is_empty(), || {
        format!(
            "the receiver refused {} requests: {refused:?}",
            tally.refused.len()
        )
    });
    faults.unless(tampered == StatusCode::UNAUTHORIZED, || {
        format!("a tampered copy was answered {tampered}")
    });
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rules::Refusal, standing::Delivery};

    fn standing(status: &str, attempts: u32) -> Standing {
        let delivery = Delivery {
            status: status.to_owned(),
            attempts,
        };
        Standing(vec![delivery.clone(), delivery])
    }

    fn tally(accepted: &[&str], refused: &[Refusal]) -> Tally {
        Tally {
            accepted: accepted.iter().map(|&key| key.to_owned()).collect(),
            refused: refused.to_vec(),
            ..Tally::default()
        }
    }

    #[test]
    fn both_accounts_must_agree() {
        let check =
            |temper, before: (&str, u32), after: (&str, u32), tally: Tally, faults: usize| {
                let evidence = Evidence {
                    temper,
                    schedule_attempts: 5,
                    published: 2,
                    before: &standing(before.0, before.1),
                    after: &standing(after.0, after.1),
                    tally: &tally,
                    tampered: StatusCode::UNAUTHORIZED,
                };
                let found = judge(&evidence);
                assert_eq!(found.0.len(), faults, "{found:?}");
            };
        let (healthy, flaky) = (Temper::Healthy, Temper::Flaky { failures: 2 });
        let done = |attempts| ("succeeded", attempts);
        let both = || tally(&["a", "b"], &[]);
        check(healthy, done(1), done(1), both(), 0);
        check(flaky, done(3), done(3), both(), 0);
        check(Temper::Down, ("dead", 5), done(6), both(), 0);
        // Wrong, each in one way.
        check(healthy, done(1), done(1), tally(&["a"], &[]), 1);
        check(
            healthy,
            done(1),
            done(1),
            tally(&["a", "b"], &[Refusal::Wrong]),
            1,
        );
        check(flaky, done(1), done(1), both(), 1);
        check(Temper::Down, done(6), done(6), both(), 1);
        check(healthy, ("pending", 1), ("pending", 1), both(), 1);
    }

    #[test]
    fn a_receiver_that_takes_a_tampered_copy_proves_nothing() {
        let evidence = Evidence {
            temper: Temper::Healthy,
            schedule_attempts: 5,
            published: 2,
            before: &standing("succeeded", 1),
            after: &standing("succeeded", 1),
            tally: &tally(&["a", "b"], &[]),
            tampered: StatusCode::OK,
        };
        assert_eq!(judge(&evidence).0.len(), 1);
    }
}
