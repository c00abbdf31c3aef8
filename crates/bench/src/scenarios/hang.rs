//! Scenario `hang`: some endpoints accept connections, read, and never answer. What do the others notice?
//!
//! Base and trouble run one after the other, each on a fresh server with the same load. In both only the events to
//! the endpoints that stay healthy count, so that the two compare.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use clap::Args;
use serde::Serialize;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    measure::Measure,
    progress::Progress,
    receiver::{Reserved, Temper},
    rig::{Load, Phase, Rig},
    site::{Hook, Route, Routing},
};

/// Flags of `nuncio bench hang`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Hang {
    /// Endpoints. Events are spread evenly over them.
    #[arg(long, value_name = "N", default_value_t = 50,
          value_parser = clap::value_parser!(u64).range(2..=10_000))]
    endpoints: u64,
    /// How many of them hang, fewer than all.
    #[arg(long, value_name = "N", default_value_t = 5)]
    hanging: u64,
    /// Events per second, over all endpoints.
    #[arg(long, value_name = "N", default_value_t = 660, conflicts_with = "closed",
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// Use publishers that never wait, instead of a rate.
    #[arg(long)]
    closed: bool,
    /// Put all endpoints in one tenant, instead of one tenant each.
    #[arg(long)]
    one_tenant: bool,
    /// Duration.
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Measure for Hang {
    fn shrink(&mut self) {
        (self.endpoints, self.hanging) = (10, 1);
        (self.rate, self.seconds) = (200, 1);
    }

    fn about(&self) -> String {
        let Self {
            endpoints,
            hanging,
            rate,
            seconds,
            ..
        } = self;
        let pace = match self.closed {
            true => "closed loop".to_owned(),
            false => format!("{rate} events/s"),
        };
        format!("{hanging} of {endpoints} endpoints hang, {pace} for {seconds} s")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        anyhow::ensure!(
            self.hanging < self.endpoints,
            "--hanging {} leaves none of {} endpoints healthy: use fewer",
            self.hanging,
            self.endpoints
        );
        progress.say("measuring with all endpoints healthy");
        let (_, base) = self.run(common, Temper::Forgets, progress).await?;
        progress.say("measuring with some that hang");
        let (rig, with) = self.run(common, Temper::Hangs, progress).await?;

        let p99_bound = if self.closed { 2.0 } else { 1.5 };
        let mut figures = Figures::default();
        base.end_to_end.tell("base", &mut figures);
        with.end_to_end.tell("healthy", &mut figures);
        let ratio = with.end_to_end.p99 / base.end_to_end.p99;
        figures
            .add("p99_ratio", Unit::Times, ratio)
            .at_most(p99_bound);
        figures.add("base_delivered_per_s", Unit::PerS, base.delivered_per_s);
        figures.add("healthy_delivered_per_s", Unit::PerS, with.delivered_per_s);
        let share = with.delivered_per_s / base.delivered_per_s;
        let share = figures.add("share_of_base", Unit::Share, share);
        if self.closed {
            share.at_least(0.85);
        }
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        rig.tell_trust(&[&base, &with], &mut figures)?;
        Ok(figures)
    }
}

impl Hang {
    /// One run in which the first `hanging` endpoints have that temper.
    async fn run(
        &self,
        common: &Common,
        temper: Temper,
        progress: &Progress,
    ) -> anyhow::Result<(Rig, Phase)> {
        let (endpoints, hanging) = (self.endpoints, self.hanging);
        let time = Duration::from_secs(self.seconds);
        let load = match self.closed {
            true => Load::closed_for(common, self.routing(), time),
            false => Load::open(common, self.routing(), self.rate, time),
        };
        let mut rig = Rig::start(common, load.events_max() * 2 + endpoints, 1).await?;
        let healthy = rig.receiver()?;
        let troubled = Reserved::at(Ipv4Addr::LOCALHOST)?.open(temper, &rig.desk)?;
        let hooks = (0..endpoints).map(|number| {
            let at = if number < hanging {
                &troubled
            } else {
                &healthy
            };
            let one_tenant = self.one_tenant;
            Hook {
                kind: one_tenant.then_some(number),
                ..Hook::at(if one_tenant { 0 } else { number }, at.addr, number)
            }
        });
        rig.site.hooks(hooks.collect()).await?;
        let load = load.arriving(move |event| event % endpoints >= hanging);
        rig.run(&load.part(0.1), progress).await?;
        let phase = rig.run(&load, progress).await?;
        Ok((rig, phase))
    }

    fn routing(&self) -> Routing {
        let (endpoints, one_tenant) = (self.endpoints, self.one_tenant);
        Arc::new(move |event| match (event % endpoints, one_tenant) {
            (endpoint, true) => Route {
                tenant: 0,
                kind: endpoint,
            },
            (endpoint, false) => Route {
                tenant: endpoint,
                kind: 0,
            },
        })
    }
}
