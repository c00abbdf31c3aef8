//! Scenario `batch`: many events a request to one endpoint, published in a closed loop.

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

/// Flags of `nuncio bench batch`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Batch {
    /// Events per request.
    #[arg(long, value_name = "N", default_value_t = 100,
          value_parser = clap::value_parser!(u64).range(1..=1_000))]
    size: u64,
    /// Requests in the measured window.
    #[arg(long, value_name = "N", default_value_t = 4_000,
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    batches: u64,
}

impl Measure for Batch {
    fn shrink(&mut self) {
        (self.size, self.batches) = (10, 100);
    }

    fn about(&self) -> String {
        let Self { size, batches } = self;
        format!("{batches} batches of {size} events, one endpoint, closed loop")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("finding this machine's limit without a server");
        let events = self.size * self.batches;
        let bytes = common.payload_bytes as usize;
        let limit_per_s = limit::measure(events, common.publishers, bytes).await?;

        progress.say("starting the server");
        let load = Load::closed(common, all_to(0), events).in_batches(self.size);
        let mut rig = Rig::start(common, load.events_max() * 2, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        progress.say("warming up");
        rig.run(&load.part(0.1), progress).await?;
        progress.say("measuring");
        let phase = rig.run(&load, progress).await?;

        let mut figures = Figures::default();
        let rate = figures.add("batch_delivered_per_s", Unit::PerS, phase.delivered_per_s);
        rate.at_least(35_000.0);
        let cpu = phase.cpu_us_per_delivery();
        figures.add("server_cpu_us_per_delivery", Unit::Us, cpu);
        phase.publish().tell("publish", &mut figures);
        phase.end_to_end.tell("end_to_end", &mut figures);
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        figures.add("limit_per_s", Unit::PerS, limit_per_s);
        let share = phase.delivered_per_s / limit_per_s;
        figures.add("share_of_limit", Unit::Share, share);
        rig.tell_trust(&[&phase], &mut figures)?;
        Ok(figures)
    }
}
