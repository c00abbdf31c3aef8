//! Scenario `throughput`: small events to one endpoint that answers at once, published in a closed loop.
//!
//! Warm-up first (connections, caches, adaptive concurrency), then the measured window: from its first request
//! until its last event has arrived. What the warm-up left is delivered before the window begins.

use clap::Args;
use serde::Serialize;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    limit,
    measure::Measure,
    progress::Progress,
    rig::{Load, Rig},
    site::{Hook, all_to},
};

/// Flags of `nuncio bench throughput`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Throughput {
    /// Events in the measured window, after a tenth as many to warm up.
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    events: u64,
}

impl Measure for Throughput {
    fn shrink(&mut self) {
        self.events = 1_000;
    }

    fn about(&self) -> String {
        format!("{} events, one endpoint, closed loop", self.events)
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("finding this machine's limit without a server");
        let bytes = common.payload_bytes as usize;
        let limit_per_s = limit::measure(self.events, common.publishers, bytes).await?;

        progress.say("starting the server");
        let load = Load::closed(common, all_to(0), self.events);
        let mut rig = Rig::start(common, load.events_max() * 2, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        progress.say("warming up");
        rig.run(&load.part(0.1), progress).await?;
        progress.say("measuring");
        let phase = rig.run(&load, progress).await?;

        let mut figures = Figures::default();
        phase.tell(&mut figures);
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        figures.add("limit_per_s", Unit::PerS, limit_per_s);
        let share = phase.delivered_per_s / limit_per_s;
        figures.add("share_of_limit", Unit::Share, share);
        rig.tell_trust(&[&phase], &mut figures)?;
        Ok(figures)
    }
}
