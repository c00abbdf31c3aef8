//! Scenario `storm`: one tenant publishes nine of ten events. What do the others notice?
//!
//! The others publish at the same rate in both runs, without the storm and with it.

use std::{sync::Arc, time::Duration};

use clap::Args;
use serde::Serialize;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    measure::Measure,
    percentiles::Percentiles,
    progress::Progress,
    rig::{Load, Rig},
    site::{Hook, Route, in_turn},
};

/// Of so many events one is not the storm's.
const STORM: u64 = 10;

/// Flags of `nuncio bench storm`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Storm {
    /// Tenants besides the one that storms.
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=1_000))]
    tenants: u64,
    /// Events per second with the storm, nine of ten from the tenant that storms.
    #[arg(long, value_name = "N", default_value_t = 8_000,
          value_parser = clap::value_parser!(u32).range(10..=100_000))]
    rate: u32,
    /// Duration.
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Measure for Storm {
    fn shrink(&mut self) {
        (self.tenants, self.rate, self.seconds) = (3, 500, 1);
    }

    fn about(&self) -> String {
        let Self {
            tenants,
            rate,
            seconds,
        } = self;
        format!("{tenants} tenants and one that storms, {rate} events/s for {seconds} s")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        let tenants = self.tenants;
        let time = Duration::from_secs(self.seconds);
        let quiet = in_turn(1..1 + tenants);
        let base = Load::open(common, quiet, self.rate / STORM as u32, time);
        let storm = Arc::new(move |event| Route {
            tenant: match event % STORM {
                0 => 1 + event / STORM % tenants,
                _ => 0,
            },
            kind: 0,
        });
        let storm = Load::open(common, storm, self.rate, time);

        progress.say("starting the server");
        let events = (base.events_max() + storm.events_max()) * 2;
        let mut rig = Rig::start(common, events, 1).await?;
        let receiver = rig.receiver()?;
        let hooks = (0..=tenants).map(|tenant| Hook::at(tenant, receiver.addr, 0));
        rig.site.hooks(hooks.collect()).await?;
        progress.say("measuring without the storm");
        rig.run(&base.part(0.1), progress).await?;
        let before = rig.run(&base, progress).await?;
        progress.say("measuring with the storm");
        let with = rig.run(&storm, progress).await?;
        let others = with.numbers.clone().filter(|event| event % STORM == 0);
        let others = Percentiles::of_us(rig.ledger.latencies_us(others));

        let mut figures = Figures::default();
        before.end_to_end.tell("base", &mut figures);
        others.tell("others", &mut figures);
        let ratio = others.p99 / before.end_to_end.p99;
        figures.add("p99_ratio", Unit::Times, ratio).at_most(2.0);
        with.end_to_end.tell("all", &mut figures);
        figures.add("delivered_per_s", Unit::PerS, with.delivered_per_s);
        rig.tell_trust(&[&before, &with], &mut figures)?;
        Ok(figures)
    }
}
