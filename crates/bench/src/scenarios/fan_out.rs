//! Scenario `fan-out`: each event goes to several endpoints of one tenant.

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

/// Flags of `nuncio bench fan-out`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct FanOut {
    /// Endpoints that get every event.
    #[arg(long, value_name = "N", default_value_t = 10,
          value_parser = clap::value_parser!(u64).range(1..=100))]
    endpoints: u64,
    /// Events in the measured window.
    #[arg(long, value_name = "N", default_value_t = 50_000,
          value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    events: u64,
}

impl Measure for FanOut {
    fn shrink(&mut self) {
        self.events = 200;
    }

    fn about(&self) -> String {
        let Self { endpoints, events } = self;
        format!("{events} events to {endpoints} endpoints each, closed loop")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("finding this machine's limit without a server");
        let bytes = common.payload_bytes as usize;
        let deliveries = self.events * self.endpoints;
        let limit_per_s = limit::measure(deliveries, common.publishers, bytes).await?;

        progress.say("starting the server");
        let load = Load::closed(common, all_to(0), self.events);
        let mut rig = Rig::start(common, load.events_max() * 2, self.endpoints).await?;
        let receiver = rig.receiver()?;
        for number in 0..self.endpoints {
            rig.site.hook(&Hook::at(0, receiver.addr, number)).await?;
        }
        progress.say("warming up");
        rig.run(&load.part(0.1), progress).await?;
        progress.say("measuring");
        let phase = rig.run(&load, progress).await?;

        let mut figures = Figures::default();
        let rate = figures.add("deliveries_per_s", Unit::PerS, phase.delivered_per_s);
        rate.at_least(40_000.0);
        let cpu = phase.cpu_us_per_delivery();
        let cpu = figures.add("cpu_us_a_delivery", Unit::Us, cpu);
        cpu.at_most(35.0);
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
