//! Scenario `open-loop`: events at a constant rate to one endpoint, timed from when each should have been sent.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    measure::Measure,
    progress::Progress,
    rig::{Load, Rig},
    site::{Hook, all_to},
};

/// Flags of `nuncio bench open-loop`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct OpenLoop {
    /// Events per second.
    #[arg(long, value_name = "N", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// Duration.
    #[arg(long, value_name = "N", default_value_t = 30,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Measure for OpenLoop {
    fn shrink(&mut self) {
        (self.rate, self.seconds) = (200, 1);
    }

    fn about(&self) -> String {
        format!(
            "{} events/s for {} s, one endpoint",
            self.rate, self.seconds
        )
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("starting the server");
        let time = Duration::from_secs(self.seconds);
        let load = Load::open(common, all_to(0), self.rate, time);
        let mut rig = Rig::start(common, load.events_max() * 2, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        progress.say("warming up");
        rig.run(&load.part(0.1), progress).await?;
        progress.say("measuring");
        let phase = rig.run(&load, progress).await?;

        let mut figures = Figures::default();
        phase.publish().tell("publish", &mut figures);
        let all = phase.end_to_end;
        figures
            .add("end_to_end_p50_ms", Unit::Ms, all.p50)
            .at_most(2.5);
        figures
            .add("end_to_end_p99_ms", Unit::Ms, all.p99)
            .at_most(12.0);
        figures.add("end_to_end_p999_ms", Unit::Ms, all.p999);
        figures.add("delivered_per_s", Unit::PerS, phase.delivered_per_s);
        let cpu = phase.cpu_us_per_delivery();
        figures.add("server_cpu_us_per_delivery", Unit::Us, cpu);
        rig.tell_trust(&[&phase], &mut figures)?;
        Ok(figures)
    }
}
