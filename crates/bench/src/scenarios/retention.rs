//! Scenario `retention`: much history, all of it older than a project keeps, is deleted while fresh events flow.
//! What do these notice?

use std::time::Duration;

use clap::Args;
use nuncio_domain::{Clock, State, Timestamp};
use nuncio_tools::system::SystemClock;
use serde::Serialize;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    measure::Measure,
    progress::Progress,
    rig::{Load, Rig},
    seed::Past,
    site::{Hook, all_to},
};

/// Tenants: whose events flow, and whose history it is.
const LIVE: u64 = 0;
const OLD: u64 = 1;
/// When the history begins: all of it is older than a project keeps.
const AGE: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// Its events of one millisecond.
const PER_MS: u64 = 100;

/// Flags of `nuncio bench retention`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Retention {
    /// Finished deliveries in the data folder, about 2 KB each on disk.
    #[arg(long, value_name = "N", default_value_t = 1_000_000,
          value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    history: u64,
    /// New events per second.
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// Duration.
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Measure for Retention {
    fn shrink(&mut self) {
        (self.history, self.rate, self.seconds) = (1_000, 200, 1);
    }

    fn about(&self) -> String {
        let Self {
            history,
            rate,
            seconds,
        } = self;
        format!("{history} old deliveries, {rate} fresh events/s for {seconds} s")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        let time = Duration::from_secs(self.seconds);
        let load = Load::open(common, all_to(LIVE), self.rate, time);
        progress.say("measuring without history");
        let mut rig = Rig::start(common, load.events_max() * 2, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(LIVE, receiver.addr, 0)).await?;
        rig.run(&load.part(0.1), progress).await?;
        let base = rig.run(&load, progress).await?;
        drop((rig, receiver));

        progress.say("writing history");
        let mut rig = Rig::start(common, load.events_max() * 2, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(LIVE, receiver.addr, 0)).await?;
        let old = rig.site.hook(&Hook::at(OLD, receiver.addr, 0)).await?;
        let from = SystemClock::new().now() - AGE;
        let past = Past {
            endpoints: vec![old.parse()?],
            events: self.history,
            from,
            per_ms: PER_MS,
            state: State::Succeeded,
            payload_bytes: common.payload_bytes as usize,
        };
        rig.restart_with(past).await?;
        progress.say("measuring while history is deleted");
        rig.run(&load.part(0.1), progress).await?;
        let with = rig.run(&load, progress).await?;
        let is_left = self.is_left(&rig, from).await?;

        let mut figures = Figures::default();
        base.end_to_end.tell("base", &mut figures);
        with.end_to_end.tell("with", &mut figures);
        let ratio = with.end_to_end.p99 / base.end_to_end.p99;
        figures.add("p99_ratio", Unit::Times, ratio).at_most(2.0);
        base.publish().tell("base_publish", &mut figures);
        with.publish().tell("with_publish", &mut figures);
        // 0: all of it was deleted before the measurement ended, which was one without any for a part of the time.
        let left = f64::from(u8::from(is_left));
        figures.add("history_is_left", Unit::Level, left);
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        rig.tell_trust(&[&base, &with], &mut figures)?;
        Ok(figures)
    }
}

impl Retention {
    /// Whether some of the history is still there.
    async fn is_left(&self, rig: &Rig, from: Timestamp) -> anyhow::Result<bool> {
        let until = from + Duration::from_millis(self.history / PER_MS + 1);
        let old = format!("/v1/events?until={until}&limit=1");
        let old = rig.site.client().get(&old).await?;
        Ok(old["data"].as_array().is_some_and(|old| !old.is_empty()))
    }
}
