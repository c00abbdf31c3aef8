//! What a transaction counts: added up in memory while it runs, and merged with the rollups before its commit.

use std::collections::{BTreeMap, HashMap};

use nuncio_domain::{State, Timestamp};

use crate::{EndpointKey, Rollup, RollupUnit};

/// Whose numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Owner {
    Project,
    Tenant(i64),
    Endpoint(EndpointKey),
}

/// The key of a rollup, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RollupKey {
    pub(crate) unit: RollupUnit,
    /// Where its time begins.
    pub(crate) at: Timestamp,
    pub(crate) project: i64,
    pub(crate) owner: Owner,
}

/// Where a delivery goes, for counting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whose {
    pub(crate) project: i64,
    pub(crate) endpoint: EndpointKey,
}

impl Whose {
    const fn owners(self) -> [Owner; 2] {
        [Owner::Project, Owner::Endpoint(self.endpoint)]
    }
}

/// An attempt, as far as it counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) failed: bool,
    pub(crate) took_us: u64,
    /// What it ended.
    pub(crate) end: Option<End>,
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// It took so long.
    Succeeded {
        took_us: u64,
    },
    Dead,
    Cancelled,
}

impl End {
    /// What lies between two states of a delivery that would have taken so long; `None` if it did not end there.
    pub(crate) const fn between(before: State, after: State, took_us: u64) -> Option<Self> {
        match (before, after) {
            (_, State::Pending { .. })
            | (State::Succeeded, State::Succeeded)
            | (State::Dead(_), State::Dead(_))
            | (State::Cancelled(_), State::Cancelled(_)) => None,
            (_, State::Succeeded) => Some(Self::Succeeded { took_us }),
            (_, State::Dead(_)) => Some(Self::Dead),
            (_, State::Cancelled(_)) => Some(Self::Cancelled),
        }
    }

    fn count(self, rollup: &mut Rollup) {
        match self {
            Self::Succeeded { took_us } => {
                rollup.succeeded += 1;
                rollup.delivery_times.add(took_us);
            }
            Self::Dead => rollup.dead += 1,
            Self::Cancelled => rollup.cancelled += 1,
        }
    }
}

/// What the running transaction has to count, by minutes.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    minutes: HashMap<RollupKey, Rollup>,
}

impl Tally {
    /// Counts an event accepted at `at`.
    pub(crate) fn event(&mut self, project: i64, tenant: i64, at: Timestamp) {
        for owner in [Owner::Project, Owner::Tenant(tenant)] {
            self.of(project, owner, at).events += 1;
        }
    }

    /// Counts an attempt that began at `at`, with what it made of its delivery.
    pub(crate) fn attempt(&mut self, whose: Whose, at: Timestamp, attempt: Counted) {
        for owner in whose.owners() {
            let rollup = self.of(whose.project, owner, at);
            rollup.attempts += 1;
            rollup.attempts_failed += u64::from(attempt.failed);
            let last = if attempt.failed {
                &mut rollup.last_failure
            } else {
                &mut rollup.last_success
            };
            *last = (*last).max(Some(at));
            rollup.attempt_times.add(attempt.took_us);
            attempt.end.inspect(|end| end.count(rollup));
        }
    }

    /// Counts a delivery that ended at `at` without an attempt.
    pub(crate) fn end(&mut self, whose: Whose, at: Timestamp, end: End) {
        for owner in whose.owners() {
            end.count(self.of(whose.project, owner, at));
        }
    }

    fn of(&mut self, project: i64, owner: Owner, at: Timestamp) -> &mut Rollup {
        let unit = RollupUnit::Minute;
        let at = unit.begin(at);
        self.minutes
            .entry(RollupKey {
                unit,
                at,
                project,
                owner,
            })
            .or_default()
    }

    /// Takes over what another part of the work counted.
    pub(crate) fn append(&mut self, other: Self) {
        for (key, rollup) in other.minutes {
            self.minutes.entry(key).or_default().merge(&rollup);
        }
    }

    /// All rollups that change, hours among them, in the order of the table.
    pub(crate) fn rollups(self) -> BTreeMap<RollupKey, Rollup> {
        let unit = RollupUnit::Hour;
        let mut all = BTreeMap::<RollupKey, Rollup>::new();
        for (minute, rollup) in self.minutes {
            let at = unit.begin(minute.at);
            all.entry(RollupKey { unit, at, ..minute })
                .or_default()
                .merge(&rollup);
            all.insert(minute, rollup);
        }
        all
    }
}
