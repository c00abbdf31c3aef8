//! Scenario `backlog`: very many deliveries wait, half of them for one endpoint that is down. What do fresh events
//! notice, how much memory does it take, how long a start, and how fast does it all go out once the endpoint is
//! back?

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    measure::Measure,
    progress::Progress,
    receiver::{Reserved, Temper},
    rig::{Load, Rig},
    site::{Hook, Route, Routing, all_to},
};

/// Tenants: whose events flow, whose endpoint is down, and the first of those whose endpoints are disabled.
const LIVE: u64 = 0;
const DEAD: u64 = 1;
const DISABLED: u64 = 2;
/// Endpoints that are disabled.
const DISABLED_COUNT: u64 = 10;
/// Deliveries to the dead endpoint are tried again after so many seconds, often enough to be due when it is back.
const RETRY_S: u64 = 5;
/// The time that the endpoint takes for an answer once it is back: at an instant one no request would be seen
/// beside another.
const ANSWER_TIME: Duration = Duration::from_millis(5);
/// Events of one request while filling up.
const BATCH: u64 = 1_000;

/// Flags of `nuncio bench backlog`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Backlog {
    /// Pending deliveries, rounded up to thousands.
    #[arg(long, value_name = "N", default_value_t = 1_000_000,
          value_parser = clap::value_parser!(u64).range(1_000..=20_000_000))]
    pending: u64,
    /// New events per second, of another tenant.
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// How long to measure, first without and then with the backlog.
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
}

impl Measure for Backlog {
    fn shrink(&mut self) {
        (self.pending, self.rate, self.seconds) = (2_000, 200, 1);
    }

    fn about(&self) -> String {
        let Self {
            pending,
            rate,
            seconds,
        } = self;
        format!("{pending} deliveries wait, {rate} fresh events/s for {seconds} s")
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        let time = Duration::from_secs(self.seconds);
        let fresh = Load::open(common, all_to(LIVE), self.rate, time);
        let pending = self.pending.div_ceil(BATCH) * BATCH;
        let fill = Load::closed(common, waiting(), pending);
        let fill = fill
            .in_batches(BATCH)
            .with_publishers(8)
            .arriving(|_| false);

        progress.say("starting the server");
        let events = fill.events_max() + fresh.events_max() * 3;
        let mut rig = Rig::start(common, events, 1).await?;
        let live = rig.receiver()?;
        rig.site.hook(&Hook::at(LIVE, live.addr, 0)).await?;
        let down = Reserved::at(Ipv4Addr::LOCALHOST)?;
        let dead = Hook {
            more: json!({
                "disabled": true,
                "retry": {"base_s": RETRY_S, "factor": 1.0, "cap_s": RETRY_S, "attempts_max": 100},
            }),
            ..Hook::at(DEAD, down.addr, 0)
        };
        let dead = rig.site.hook(&dead).await?;
        let disabled = (0..DISABLED_COUNT).map(|number| Hook {
            more: json!({"disabled": true}),
            ..Hook::at(DISABLED + number, down.addr, 0)
        });
        rig.site.hooks(disabled.collect()).await?;

        progress.say("measuring fresh events without a backlog");
        rig.run(&fresh.part(0.1), progress).await?;
        let base = rig.run(&fresh, progress).await?;
        progress.say("filling up");
        let filled = rig.run(&fill, progress).await?;
        progress.say("measuring fresh events beside the backlog");
        let enable = format!("/v1/endpoints/{dead}/enable");
        rig.site.client().post(&enable, &json!({})).await?;
        let with = rig.run(&fresh, progress).await?;
        let before_mib = rig.memory_peak_mib();

        progress.say("starting the server with the backlog");
        let start = rig.restart().await?;
        progress.say("waiting for the backlog");
        let began_us = rig.ledger.now_us();
        let goal = rig.ledger.arrived() + pending / 2;
        let _back = down.open(Temper::Slow(ANSWER_TIME), &rig.desk)?;
        let ledger = Arc::clone(&rig.ledger);
        let watched = progress.watch(&ledger);
        let (drained, in_flight) = rig.desk.watch(ledger.wait(goal)).await;
        drained?;
        drop(watched);

        let of_dead = || filled.numbers.clone().filter(|event| event % 2 == 0);
        let first_us = ledger.first_arrival_us(of_dead());
        let last_us = ledger.last_arrival_us(of_dead());
        let drain_s = (last_us - first_us) as f64 / 1e6;

        let mut figures = Figures::default();
        let memory = before_mib.zip(rig.memory_peak_mib());
        let memory = memory.map(|(before, after)| before.max(after));
        let memory = figures.add("server_memory_peak_mib", Unit::MiB, memory);
        memory.at_most(250.0);
        let start = figures.add("start_s", Unit::S, start.as_secs_f64());
        start.at_most(2.0);
        figures.add("filled_per_s", Unit::PerS, filled.accepted_per_s);
        base.end_to_end.tell("base", &mut figures);
        with.end_to_end.tell("fresh", &mut figures);
        let ratio = with.end_to_end.p99 / base.end_to_end.p99;
        figures.add("p99_ratio", Unit::Times, ratio).at_most(2.0);
        let rate = pending as f64 / 2.0 / drain_s;
        let rate = figures.add("drained_per_s", Unit::PerS, rate);
        rate.at_least(10_000.0);
        let idle_s = first_us.saturating_sub(began_us) as f64 / 1e6;
        figures.add("first_after_s", Unit::S, idle_s);
        let most = in_flight.iter().copied().max().unwrap_or(0);
        figures.add("in_flight_peak", Unit::Level, most as f64);
        figures.add_series("in_flight_each_20_ms", in_flight);
        rig.tell_trust(&[&base, &with], &mut figures)?;
        Ok(figures)
    }
}

/// One event to the endpoint that is down, one to those that are disabled, and so on.
fn waiting() -> Routing {
    Arc::new(|event| Route {
        tenant: match event % 2 {
            0 => DEAD,
            _ => DISABLED + event / 2 % DISABLED_COUNT,
        },
        kind: 0,
    })
}
