//! Scenario `many`: very many endpoints. What does publishing to one of them cost, compared with a server that has
//! only that one? How long does a start take, and how much memory?

use clap::Args;
use serde::Serialize;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    measure::Measure,
    progress::Progress,
    receiver::Receiver,
    rig::{Load, Phase, Rig},
    site::{Hook, all_to},
};

/// Windows that are measured on each side.
const ROUNDS: usize = 5;

/// Flags of `nuncio bench many`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Many {
    /// Endpoints on the server, besides the one that is published to.
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = clap::value_parser!(u64).range(1..=5_000_000))]
    endpoints: u64,
    /// Tenants that own them.
    #[arg(long, value_name = "N", default_value_t = 20_000,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    tenants: u64,
    /// Events on each side, in five windows.
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    events: u64,
}

impl Measure for Many {
    fn shrink(&mut self) {
        (self.endpoints, self.tenants, self.events) = (200, 40, 500);
    }

    fn about(&self) -> String {
        let Self {
            endpoints,
            tenants,
            events,
        } = self;
        format!("{endpoints} endpoints of {tenants} tenants, {events} events to one, closed loop")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("starting a server with one endpoint");
        let (mut alone, _receiver_of_alone) = self.stage(common).await?;
        progress.say("creating endpoints");
        let (mut rig, receiver) = self.stage(common).await?;
        let hooks = (0..self.endpoints)
            .map(|number| Hook::at(1 + number % self.tenants, receiver.addr, number));
        rig.site.hooks(hooks.collect()).await?;
        let made_mib = rig.memory_peak_mib();
        progress.say("starting the server with all endpoints");
        let start = rig.restart().await?;
        let started_mib = rig.memory_peak_mib();
        progress.say("measuring both in turn");
        let (base, with) = self.compare(&mut alone, &mut rig, common, progress).await?;

        let mut figures = Figures::default();
        let start = figures.add("start_s", Unit::S, start.as_secs_f64());
        start.at_most(3.0);
        let memory = rig.memory_peak_mib();
        let memory = figures.add("server_memory_peak_mib", Unit::MiB, memory);
        memory.at_most(500.0);
        figures.add("memory_after_start_mib", Unit::MiB, started_mib);
        figures.add("memory_after_creation_mib", Unit::MiB, made_mib);
        let cpu = [&base, &with].map(Phase::cpu_us_per_delivery);
        figures.add("base_cpu_us_per_event", Unit::Us, cpu[0]);
        figures.add("cpu_us_per_event", Unit::Us, cpu[1]);
        let ratio = cpu_ratio(&base, &with);
        figures.add("cpu_ratio", Unit::Times, ratio).at_most(1.1);
        base.publish().tell("base_publish", &mut figures);
        with.publish().tell("publish", &mut figures);
        let ratio = with.publish().p50 / base.publish().p50;
        figures.add("publish_p50_ratio", Unit::Times, ratio);
        figures.add("base_delivered_per_s", Unit::PerS, base.delivered_per_s);
        figures.add("delivered_per_s", Unit::PerS, with.delivered_per_s);
        rig.tell_trust(&[&base, &with], &mut figures)?;
        Ok(figures)
    }
}

impl Many {
    /// A server with the one endpoint that is published to.
    async fn stage(&self, common: &Common) -> anyhow::Result<(Rig, Receiver)> {
        let rig = Rig::start(common, self.events * 2, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        Ok((rig, receiver))
    }

    /// Publishes to both in turn, so that what drifts is the machine, for both. Returns the windows whose prices differ
    /// by the median ratio.
    async fn compare(
        &self,
        alone: &mut Rig,
        rig: &mut Rig,
        common: &Common,
        progress: &Progress,
    ) -> anyhow::Result<(Phase, Phase)> {
        let load = Load::closed(common, all_to(0), self.events);
        let window = load.part(1.0 / ROUNDS as f64);
        alone.run(&window, progress).await?;
        rig.run(&window, progress).await?;
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let base = alone.run(&window, progress).await?;
            rounds.push((base, rig.run(&window, progress).await?));
        }
        let ratio = |(base, with): &(Phase, Phase)| cpu_ratio(base, with).unwrap_or(f64::INFINITY);
        rounds.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
        Ok(rounds.swap_remove(ROUNDS / 2))
    }
}

fn cpu_ratio(base: &Phase, with: &Phase) -> Option<f64> {
    Some(with.cpu_us_per_delivery()? / base.cpu_us_per_delivery()?)
}
