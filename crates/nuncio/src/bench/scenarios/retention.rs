//! Scenario `retention`: much history, all of it older than a project keeps, is deleted while fresh events flow.
//! What do these notice?

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::seed::seed;
use crate::bench::{
    Common, Measure,
    figures::{Figures, Unit},
    progress::Progress,
    rig::{Load, Phase, Rig},
    server::{Home, Server},
    site::{Hook, Site, all_to},
};

/// Flags of `nuncio bench retention`.
#[derive(Args, Clone, Debug, Serialize)]
pub(in crate::bench) struct Retention {
    /// Finished deliveries in the data folder, about 2 KB each on disk.
    #[arg(long, value_name = "N", default_value_t = 1_000_000,
          value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    history: u64,
    /// Fresh events a second.
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// How long.
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
        progress.say("measuring without history");
        let time = Duration::from_secs(self.seconds);
        let load = Load::open(common, all_to(0), self.rate, time);
        let rig = Rig::start(common, load.events_max() * 2, 1).await?;
        let (base, _) = run(rig, &load, progress).await?;

        progress.say("writing history");
        let home = Home::make(&common.folder())?;
        let bytes = common.payload_bytes as usize;
        let seeded = seed(&home.data(), self.history, bytes).await;
        let seeded = seeded.context("the history can't be written")?;
        progress.say("measuring while history is deleted");
        let server = Server::start(home).await?;
        let site = Site::of(server.addr, &seeded.project.to_string()).await?;
        let rig = Rig::of(server, site, load.events_max() * 2, 1);
        let (with, rig) = run(rig, &load, progress).await?;
        let old = format!("/v1/events?until={}&limit=1", seeded.before);
        let old = rig.site.client().get(&old).await?;
        let is_left = old["data"].as_array().is_some_and(|old| !old.is_empty());

        let mut figures = Figures::default();
        base.end_to_end.tell("base", &mut figures);
        with.end_to_end.tell("with", &mut figures);
        let ratio = with.end_to_end.p99 / base.end_to_end.p99;
        figures.add("p99_ratio", Unit::Times, ratio).at_most(2.0);
        base.publish().tell("base_publish", &mut figures);
        with.publish().tell("with_publish", &mut figures);
        // Less than 1: all of it was deleted before the measurement ended, which so was one without any in part.
        let left = f64::from(u8::from(is_left));
        figures.add("history_left", Unit::Level, left);
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        rig.tell_trust(&[&base, &with], &mut figures)?;
        Ok(figures)
    }
}

async fn run(mut rig: Rig, load: &Load, progress: &Progress) -> anyhow::Result<(Phase, Rig)> {
    let receiver = rig.receiver()?;
    rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
    rig.run(&load.part(0.1), progress).await?;
    let phase = rig.run(load, progress).await?;
    Ok((phase, rig))
}
