//! Scenario `attack`: strangers and tenants do their worst, one kind after the other. Does memory stay bounded, do
//! monitors get their answers, and what do others' deliveries notice?
//!
//! Each kind has a fresh server and the same load beside it: events of one tenant to a receiver that answers at once.
//! Strangers come from addresses of their own (127.0.0.2 and on, where the system has them).
//!
//! Strangers, load, receiver and server share one machine, so what others notice is in part what the strangers' own
//! work costs them. Attacks that need nothing of the server are therefore aimed at a bystander as well, that answers
//! `401` and closes: what others notice then is the machine's part.

mod bystander;
mod kind;
mod strangers;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use nuncio_tools::descriptors;
use serde::Serialize;
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use self::{kind::Kind, strangers::Stranger};
use crate::{
    common::Common,
    figures::{Figures, Unit},
    http::Connection,
    measure::Measure,
    percentiles::Percentiles,
    progress::Progress,
    receiver::{Reserved, Temper},
    rig::{Load, Phase, Rig},
    site::{Hook, all_to},
};

/// How often a monitor asks.
const MONITOR_EVERY: Duration = Duration::from_millis(20);
/// A monitor that waits longer has had no answer; it counts as that long.
const MONITOR_WAIT_MAX: Duration = Duration::from_secs(5);

/// Flags of `nuncio bench attack`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Attack {
    /// Events per second from publishers that do not attack.
    #[arg(long, value_name = "N", default_value_t = 300,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// Duration of each kind of attack.
    #[arg(long, value_name = "N", default_value_t = 15,
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Size of each attack, in percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 100,
          value_parser = clap::value_parser!(u32).range(1..=1_000))]
    size: u32,
    /// Only these kinds of attack [default: all]. Each is compared with a run without attacks.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<Kind>,
}

/// Whom strangers attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Server,
    Bystander,
}

impl Measure for Attack {
    fn shrink(&mut self) {
        (self.rate, self.seconds, self.size) = (100, 1, 10);
    }

    fn about(&self) -> String {
        let Self {
            rate,
            seconds,
            size,
            kinds: _,
        } = self;
        format!(
            "each kind for {seconds} s at {size} % of its size, beside {rate} events/s of others"
        )
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        // Each stranger takes a descriptor here, too.
        descriptors::raise();
        let mut figures = Figures::default();
        let mut calm_p99 = f64::NAN;
        let (mut last, mut phases) = (None, Vec::new());
        for kind in Kind::ALL {
            if !self.includes(kind) {
                continue;
            }
            progress.say(&format!("attack: {}", kind.name()));
            let name = kind.name();
            if kind.suits_a_bystander() {
                let (_, phase, _) = self.run(kind, Victim::Bystander, common, progress).await?;
                let ratio = phase.end_to_end.p99 / calm_p99;
                figures.add(format!("{name}_p99_ratio_of_machine"), Unit::Times, ratio);
            }
            let (rig, phase, monitor) = self.run(kind, Victim::Server, common, progress).await?;
            let p99 = phase.end_to_end.p99;
            figures.add(format!("{name}_p99_ms"), Unit::Ms, p99);
            match kind {
                Kind::Calm => calm_p99 = p99,
                _ => figures
                    .add(format!("{name}_p99_ratio"), Unit::Times, p99 / calm_p99)
                    .at_most(2.0),
            }
            figures
                .add(format!("{name}_healthz_p99_ms"), Unit::Ms, monitor.p99)
                .at_most(100.0);
            figures
                .add(
                    format!("{name}_memory_peak_mib"),
                    Unit::MiB,
                    rig.memory_peak_mib(),
                )
                .at_most(300.0);
            // The one before ends with this.
            last = Some(rig);
            phases.push(phase);
        }
        let phases: Vec<&Phase> = phases.iter().collect();
        if let Some(rig) = last {
            rig.tell_trust(&phases, &mut figures)?;
        }
        Ok(figures)
    }
}

impl Attack {
    fn includes(&self, kind: Kind) -> bool {
        kind == Kind::Calm || self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Ordinary load beside one kind of attack; what the load and a monitor saw.
    async fn run(
        &self,
        kind: Kind,
        victim: Victim,
        common: &Common,
        progress: &Progress,
    ) -> anyhow::Result<(Rig, Phase, Percentiles)> {
        let time = Duration::from_secs(self.seconds);
        let load = Load::open(common, all_to(0), self.rate, time);
        let mut rig = Rig::start(common, load.events_max() * 2, 1).await?;
        let receiver = rig.receiver()?;
        rig.site.hook(&Hook::at(0, receiver.addr, 0)).await?;
        rig.run(&load.part(0.2), progress).await?;
        // Tests of strangers go to a receiver of their own.
        let theirs = Reserved::at(Ipv4Addr::LOCALHOST)?.open(Temper::Forgets, &rig.desk)?;
        let prepared = prepare(kind, &rig, theirs.addr).await?;
        let (stop, stopped) = watch::channel(false);
        // On a thread of their own: they compete with the load for cores, and not for its turns.
        let crowd = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let server = match victim {
            Victim::Server => rig.server.addr,
            Victim::Bystander => crowd.spawn(bystander::open()).await??,
        };
        let count = (kind.strangers() * self.size).div_ceil(100);
        for number in 0..count {
            let stranger = Stranger {
                number,
                server,
                prepared: Arc::clone(&prepared),
            };
            crowd.spawn(async move { stranger.attack(kind).await });
        }
        let monitor = tokio::spawn(watch_health(rig.server.addr, stopped));
        let phase = rig.run(&load, progress).await;
        let _ = stop.send(true);
        crowd.shutdown_background();
        let phase = phase?;
        let monitor = Percentiles::of_us(monitor.await?);
        Ok((rig, phase, monitor))
    }
}

/// Makes what the strangers of a kind need; returns what each of them sends.
async fn prepare(kind: Kind, rig: &Rig, receiver: SocketAddr) -> anyhow::Result<Arc<[Vec<u8>]>> {
    let client = rig.site.client();
    let key = async |kind: &str, tenant: Option<&str>| {
        let mut key = json!({"name": "stranger", "kind": kind, "scope": "full"});
        if let Some(tenant) = tenant {
            key["tenant"] = tenant.into();
        }
        let made = client.post("/v1/keys", &key).await?;
        anyhow::Ok(made["key"].as_str().unwrap_or_default().to_owned())
    };
    let requests = match kind {
        Kind::Calm | Kind::IdleConnections => vec![Vec::new()],
        Kind::Heads => vec![strangers::head()],
        Kind::SignIns => vec![strangers::unfinished("/v1/session", "none", 2_000_000)],
        Kind::WrongKeys => vec![strangers::unfinished("/v1/events", "none", 2_000_000)],
        Kind::Batches => {
            let key = key("project", None).await?;
            vec![strangers::unfinished("/v1/events/batch", &key, 16_000_000)]
        }
        Kind::Schemas => {
            for (name, schema) in strangers::schemas() {
                let path = format!("/v1/event-types/{name}");
                client.put(&path, &json!({ "schema": schema })).await?;
            }
            strangers::costly_events(&key("project", None).await?)
        }
        Kind::Tests => {
            let key = key("tenant", Some("stranger")).await?;
            let hook = json!({"tenant": "stranger", "url": format!("http://{receiver}/hook/1"), "events": ["never"]});
            let hook = client.post("/v1/endpoints", &hook).await?;
            let id = hook["id"].as_str().unwrap_or_default();
            vec![strangers::request(
                &format!("/v1/endpoints/{id}/test"),
                &key,
                b"{}",
            )]
        }
    };
    Ok(requests.into())
}

/// Asks for the server's health again and again, each time on a connection of its own; microseconds each took.
async fn watch_health(server: SocketAddr, stopped: watch::Receiver<bool>) -> Vec<u64> {
    let mut ticks = interval(MONITOR_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut took_us = Vec::new();
    while !*stopped.borrow() {
        ticks.tick().await;
        let began = Instant::now();
        let answered = timeout(MONITOR_WAIT_MAX, ask(server)).await;
        let took = match answered {
            Ok(Ok(())) => began.elapsed(),
            Ok(Err(_)) | Err(_) => MONITOR_WAIT_MAX,
        };
        took_us.push(took.as_micros() as u64);
    }
    took_us
}

async fn ask(server: SocketAddr) -> std::io::Result<()> {
    let mut connection = Connection::open(server).await?;
    let request = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    connection.send(request).await?;
    match connection.next().await? {
        Some(answer) if answer.status() == 200 => Ok(()),
        _ => Err(std::io::ErrorKind::InvalidData.into()),
    }
}
