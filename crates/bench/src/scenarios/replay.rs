//! Scenario `replay`: much history is delivered once more in one go. What do fresh events notice?

use std::{sync::Arc, time::Duration};

use anyhow::{bail, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    common::Common,
    figures::{Figures, Unit},
    ledger::Ledger,
    measure::Measure,
    progress::Progress,
    rig::{Load, Rig},
    site::{Hook, all_to},
};

/// The replay has stopped when it is not through so long after the live events.
const REPLAY_MAX: Duration = Duration::from_secs(300);

/// How often the replay is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Flags of `nuncio bench replay`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Replay {
    /// Deliveries to replay.
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    history: u64,
    /// Live events per second, of another tenant.
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// Duration of the live events.
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Measure for Replay {
    fn shrink(&mut self) {
        (self.history, self.rate, self.seconds) = (500, 200, 1);
    }

    fn about(&self) -> String {
        let Self {
            history,
            rate,
            seconds,
        } = self;
        format!("{history} deliveries replayed beside {rate} live events/s for {seconds} s")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("delivering the history");
        let history = Load::closed(common, all_to(1), self.history);
        let time = Duration::from_secs(self.seconds);
        let live = Load::open(common, all_to(0), self.rate, time);
        let events = history.events_max() + live.events_max() * 3;
        let mut rig = Rig::start(common, events, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        let replayed = rig.site.hook(&Hook::at(1, receiver.addr, 1)).await?;
        rig.run(&history, progress).await?;
        progress.say("measuring live events alone");
        rig.run(&live.part(0.1), progress).await?;
        let base = rig.run(&live, progress).await?;
        let twice = rig.ledger.duplicates();
        ensure!(
            twice == 0,
            "{twice} deliveries came twice before the replay"
        );

        progress.say("measuring live events beside the replay");
        let began = Instant::now();
        let filter = json!({"filter": {"endpoint": replayed, "status": "succeeded"}});
        let client = rig.site.client();
        client.post("/v1/deliveries/retry", &filter).await?;
        let ledger = Arc::clone(&rig.ledger);
        let (with, through) = tokio::join!(
            rig.run(&live, progress),
            all_replayed(&ledger, self.history, time + REPLAY_MAX)
        );
        let with = with?;
        let replay_s = through?.duration_since(began).as_secs_f64();

        let mut figures = Figures::default();
        base.end_to_end.tell("base", &mut figures);
        with.end_to_end.tell("live", &mut figures);
        let ratio = with.end_to_end.p99 / base.end_to_end.p99;
        figures.add("p99_ratio", Unit::Times, ratio).at_most(1.5);
        let rate = self.history as f64 / replay_s;
        figures.add("replayed_per_s", Unit::PerS, rate);
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        rig.tell_trust(&[&base, &with], &mut figures)?;
        Ok(figures)
    }
}

/// Waits until so many deliveries have arrived once more; returns when that was.
async fn all_replayed(ledger: &Ledger, history: u64, time: Duration) -> anyhow::Result<Instant> {
    let end = Instant::now() + time;
    loop {
        let now = Instant::now();
        match ledger.duplicates() {
            twice if twice >= history => return Ok(now),
            twice if now >= end => bail!("only {twice} of {history} were replayed in {time:?}"),
            _ => sleep(LOOK).await,
        }
    }
}
