//! What goes wrong and what people do, step by step.

use std::time::Duration;

use nuncio_domain::Clock;
use nuncio_store::{EndpointKey, Work};

use super::{
    DOWN, Health, LOOKS, SET_MS_MAX, SLEPT_MS_MAX, Simulation, THROTTLES, THROTTLES_COUNTED, below,
    promises::Broken,
};
use crate::support::Uncommitted;

impl Simulation {
    /// Lets looks read, but keeps their answers.
    pub(super) fn slow_looks(&mut self, slow: bool) {
        self.note(|| format!("looks are slow: {slow}"));
        if slow && !self.looks_are_slow {
            self.world.store.looks.forget_permits(LOOKS);
        } else if !slow && self.looks_are_slow {
            self.world.store.looks.add_permits(LOOKS);
        }
        self.looks_are_slow = slow;
    }

    pub(super) fn store_is_full(&mut self) {
        self.note(|| "the store is unavailable".to_owned());
        self.world.store.set_unavailable(true);
    }

    pub(super) fn commits_fail(&mut self) {
        self.note(|| "commits fail".to_owned());
        self.world.store.set_commits_fail(true);
    }

    pub(super) fn commit(&mut self) {
        let done = self.world.store.commit();
        self.note(|| format!("a commit: {done:?}"));
    }

    /// A receiver breaks down, begins to throttle, or is back. Those that have their part play it most of the time.
    pub(super) fn flip_health(&mut self, endpoint: EndpointKey) {
        let spec = self.world.store.spec(endpoint);
        let has_a_part = [DOWN, THROTTLES, THROTTLES_COUNTED].contains(&spec.number);
        if has_a_part && below(&self.entropy, 4) > 0 {
            return;
        }
        let all = [Health::Well, Health::Best, Health::Down, Health::Throttling];
        let health = all[below(&self.entropy, all.len())];
        self.note(|| format!("the receiver of {endpoint:?} is now {health:?}"));
        self.health.insert(spec.url(), health);
    }

    pub(super) fn some_time(&mut self) {
        let ms = 1 + below(&self.entropy, 4_000);
        self.note(|| format!("{ms} ms go by"));
        self.world.clock.advance(Duration::from_millis(ms as u64));
    }

    /// The machine has slept, or somebody sets its wall clock, forward or back.
    pub(super) fn jump(&mut self) {
        if below(&self.entropy, 6) == 0 {
            let ms = below(&self.entropy, SLEPT_MS_MAX);
            self.note(|| format!("the machine sleeps for {ms} ms"));
            self.world.clock.advance(Duration::from_millis(ms as u64));
        } else {
            let ahead_ms = below(&self.entropy, 2 * SET_MS_MAX as usize) as i64 - SET_MS_MAX;
            self.note(|| format!("the wall clock is set {ahead_ms} ms ahead"));
            self.world.clock.set_wall(ahead_ms);
        }
        self.world.store.set_skew(self.world.clock.skew_ms());
    }

    pub(super) fn enable(&mut self, endpoint: EndpointKey, enable: bool) -> Result<(), Broken> {
        // Changes see what is committed, and are refused while nothing can be.
        if self.world.store.commit().is_err() || !self.world.store.can_commit() {
            return Ok(());
        }
        // Whatever the transport has got already was started before the change.
        self.take_calls()?;
        self.note(|| format!("{endpoint:?} is enabled: {enable}"));
        let url = self.world.store.spec(endpoint).url();
        self.enabled.insert(url, enable);
        if enable {
            self.world.store.enable(endpoint);
        } else {
            self.world.store.disable(endpoint);
        }
        Ok(())
    }

    pub(super) fn retry_something(&mut self) -> Result<(), Broken> {
        if self.world.store.commit().is_err() || !self.world.store.can_commit() {
            return Ok(());
        }
        self.take_calls()?;
        let deliveries = self.world.store.deliveries();
        if !deliveries.is_empty() {
            let delivery = deliveries[below(&self.entropy, deliveries.len())];
            let now = self.world.clock.steady();
            self.note(|| format!("{delivery} is to be tried again"));
            self.world.store.retry(delivery, now);
        }
        Ok(())
    }

    /// The process is killed and starts again, by what the wall clock shows then.
    pub(super) async fn crash(&mut self, endpoint: EndpointKey) -> Result<(), Broken> {
        self.world.crash().await;
        self.take_calls()?;
        self.open.clear();
        self.notices.clear();
        self.slow_looks(false);
        let uncommitted = if below(&self.entropy, 3) == 0 {
            Uncommitted::Stored
        } else {
            Uncommitted::Lost
        };
        let lost = self.world.store.crash(uncommitted);
        // What a commit says that nobody hears of. There must be something to take, or taking it waits.
        self.world.store.feed().job();
        self.world.forget_notices().await;
        // Events whose commit had reached the disk, though nobody was told so.
        let unnoticed = below(&self.entropy, 3);
        for _ in 0..unnoticed {
            let now = self.world.clock.steady();
            drop(self.world.store.publish_unnoticed(endpoint, now));
        }
        self.cut_off_max += self.limits.in_flight_max + lost;
        self.world.clock.start_again();
        self.world.store.set_skew(self.world.clock.skew_ms());
        self.starts.push(self.world.store.records().len());
        self.note(|| {
            format!("a crash: {lost} outcomes are lost, {unnoticed} events for {endpoint:?} are there unnoticed")
        });
        self.world.start();
        Ok(())
    }
}
