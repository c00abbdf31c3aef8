//! Whether the promises are kept: at each request, and at the end.

use std::collections::HashMap;

use nuncio_domain::{Clock, EventId, State, Timestamp};

use super::{
    END, Simulation, name,
    promises::{Broken, Promise, hold},
};
use crate::support::Call;

impl Simulation {
    /// Takes the requests that have arrived, and checks that they were allowed.
    pub(super) fn take_calls(&mut self) -> Result<(), Broken> {
        while let Some(call) = self.world.receivers.try_next() {
            self.take_call(call)?;
        }
        let mut by_url: HashMap<&str, usize> = HashMap::new();
        for call in &self.open {
            *by_url.entry(&call.url).or_default() += 1;
        }
        let most = by_url.values().max().copied().unwrap_or_default();
        let limits = self.limits;
        hold(
            Promise::WithinLimits,
            most <= limits.lane_in_flight_max && self.open.len() <= limits.in_flight_max,
            || {
                format!(
                    "{} attempts in flight, {most} to one endpoint",
                    self.open.len()
                )
            },
        )
    }

    pub(super) fn take_call(&mut self, call: Call) -> Result<(), Broken> {
        self.note(|| format!("arrives: {}", name(&call)));
        hold(
            Promise::NothingToTheDisabled,
            self.enabled[&call.url],
            || name(&call),
        )?;
        let event: EventId = call.header("webhook-id").parse().expect("it is an id");
        // Each event has one delivery.
        let is_open = |open: &Call| open.header("webhook-id") == call.header("webhook-id");
        hold(Promise::OneAtATime, !self.open.iter().any(is_open), || {
            name(&call)
        })?;
        hold(
            Promise::NotBeforeItIsDue,
            self.world.store.is_due(event, call.at),
            || name(&call),
        )?;
        hold(
            Promise::InOrder,
            !self.world.store.is_blocked(event),
            || name(&call),
        )?;
        self.calls += 1;
        self.open.push(call);
        Ok(())
    }

    /// Everything is well again: each delivery must come to its end.
    pub(super) async fn finish(&mut self) -> Result<(), Broken> {
        self.note(|| "everything is well from now on".to_owned());
        self.world.store.set_unavailable(false);
        self.world.store.set_commits_fail(false);
        self.slow_looks(false);
        self.notices.drain(..).for_each(|notice| notice());
        for endpoint in self.endpoints.clone() {
            // No change to those that go on anyway: it would make up for a look that was missed.
            if !self.enabled[&self.world.store.spec(endpoint).url()] {
                self.enable(endpoint, true)?;
            }
        }
        let until = self.world.clock.steady() + END;
        loop {
            self.take_calls()?;
            for call in std::mem::take(&mut self.open) {
                call.answer(200);
            }
            self.world.settle().await;
            // As the store does ten times a second.
            self.world.store.commit().expect("commits succeed");
            self.world.settle().await;
            let Some(call) = self.world.receivers.try_next() else {
                let next = self.world.clock.next_wake();
                let Some(next) = next.filter(|next| *next <= until) else {
                    break;
                };
                let length = next.since(self.world.clock.steady());
                self.world.clock.advance(length);
                continue;
            };
            self.take_call(call)?;
        }
        self.check_all_final()?;
        self.check_repeats()?;
        self.check_attempts()
    }

    pub(super) fn check_all_final(&self) -> Result<(), Broken> {
        for progress in self.world.store.all_progress() {
            let is_final = !matches!(progress.state, State::Pending { .. });
            hold(Promise::EverythingEnds, is_final, || {
                format!("{progress:?}")
            })?;
        }
        Ok(())
    }

    /// Nothing was sent again after its success, and nothing without a record, but for what crashes cut off.
    pub(super) fn check_repeats(&self) -> Result<(), Broken> {
        let repeats = self.world.store.repeats();
        hold(Promise::NothingAfterSuccess, repeats == 0, || {
            format!("{repeats} attempts")
        })?;
        let records = self.world.store.records().len();
        let recorded = self.calls - self.starved;
        hold(
            Promise::EverythingIsRecorded,
            (records..=records + self.cut_off_max).contains(&recorded),
            || format!("{recorded} calls, {records} records"),
        )
    }

    /// The attempts of a delivery did not overlap.
    pub(super) fn check_attempts(&self) -> Result<(), Broken> {
        let mut last: HashMap<_, Timestamp> = HashMap::new();
        for (index, record) in self.world.store.records().into_iter().enumerate() {
            // A clock that starts anew may show less than before.
            if self.starts.contains(&index) {
                last.clear();
            }
            let ended = last.insert(record.delivery, record.ended);
            let alone = ended.is_none_or(|ended| record.done.began >= ended);
            hold(Promise::OneAtATime, alone, || record.delivery.to_string())?;
        }
        Ok(())
    }
}
