//! Scenario `publish`: full load for minutes. How long does a publisher wait for its answer at the worst?
//!
//! Checkpoints, pruning and whatever else a server does only now and then all fall into the measured time.

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

/// Flags of `nuncio bench publish`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Publish {
    /// Duration.
    #[arg(long, value_name = "N", default_value_t = 300,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Measure for Publish {
    fn shrink(&mut self) {
        self.seconds = 1;
    }

    fn about(&self) -> String {
        format!("closed loop for {} s, one endpoint", self.seconds)
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("starting the server");
        let time = Duration::from_secs(self.seconds);
        let load = Load::closed_for(common, all_to(0), time);
        let mut rig = Rig::start(common, load.events_max(), 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        progress.say("measuring");
        let phase = rig.run(&load, progress).await?;

        let mut figures = Figures::default();
        let answer = phase.publish();
        figures.add("publish_p50_ms", Unit::Ms, answer.p50);
        figures.add("publish_p99_ms", Unit::Ms, answer.p99);
        let slow = figures.add("publish_p999_ms", Unit::Ms, answer.p999);
        slow.at_most(50.0);
        figures.add("publish_max_ms", Unit::Ms, answer.max);
        phase.end_to_end.tell("end_to_end", &mut figures);
        figures.add("delivered_per_s", Unit::PerS, phase.delivered_per_s);
        let cpu = phase.cpu_us_per_delivery();
        figures.add("server_cpu_us_per_delivery", Unit::Us, cpu);
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        rig.tell_trust(&[&phase], &mut figures)?;
        Ok(figures)
    }
}
