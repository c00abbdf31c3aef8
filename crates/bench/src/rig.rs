//! A server, its receivers' desk and the ledger, and one phase of load after the other.

use std::{ops::Range, sync::Arc, time::Duration};

use anyhow::Context;
use nuncio_tools::system::SystemEntropy;
use tokio::{task::spawn_blocking, time::sleep};

use super::{
    Common,
    database::Usage,
    figures::{Figures, Unit},
    history::{self, History},
    ledger::Ledger,
    load::{Pace, Sent, drive},
    percentiles::Percentiles,
    process::{CpuTime, cores, rss_peak_kib},
    progress::Progress,
    receiver::{Desk, Receiver},
    seed::{self, Past},
    server::{Home, Server},
    site::{self, Routing, Site},
};

/// Outcomes may be written a moment after the answer that they record: that work is part of the price.
const OUTCOMES_SETTLE: Duration = Duration::from_millis(300);

/// A ledger has room for so many events a second of a closed loop: no server here takes in more.
const EVENTS_PER_S_MAX: u64 = 60_000;

/// Publishers of an open loop: enough that a request finds a free one also while others wait for a commit.
const OPEN_PUBLISHERS: u16 = 256;

/// Everything that is measured, at work.
pub(super) struct Rig {
    pub(super) server: Server,
    pub(super) site: Site,
    pub(super) ledger: Arc<Ledger>,
    pub(super) desk: Arc<Desk>,
    /// The number of the next event.
    next: u64,
}

/// What a phase sends.
#[derive(Clone)]
pub(super) struct Load {
    routing: Routing,
    pace: Pace,
    extent: Extent,
    publishers: u16,
    payload_bytes: usize,
    /// Events of one request; a batch if more than one.
    events_a_request: u64,
    /// Which events arrive at all; latencies are told of these.
    arrives: Arc<dyn Fn(u64) -> bool + Send + Sync>,
}

#[derive(Clone, Copy)]
enum Extent {
    Events(u64),
    Time(Duration),
}

impl Load {
    /// As fast as the publishers can, for a number of events.
    pub(super) fn closed(common: &Common, routing: Routing, events: u64) -> Self {
        Self {
            routing,
            pace: Pace::Closed,
            extent: Extent::Events(events),
            publishers: common.publishers,
            payload_bytes: common.payload_bytes as usize,
            events_a_request: 1,
            arrives: Arc::new(|_| true),
        }
    }

    /// As fast as the publishers can, for a time.
    pub(super) fn closed_for(common: &Common, routing: Routing, time: Duration) -> Self {
        Self {
            extent: Extent::Time(time),
            ..Self::closed(common, routing, 0)
        }
    }

    /// So many events a second, whatever the answers do.
    pub(super) fn open(common: &Common, routing: Routing, rate: u32, time: Duration) -> Self {
        let events = (f64::from(rate) * time.as_secs_f64()) as u64;
        Self {
            pace: Pace::Open(rate),
            publishers: OPEN_PUBLISHERS,
            ..Self::closed(common, routing, events)
        }
    }

    /// Several events a request.
    pub(super) fn in_batches(self, events: u64) -> Self {
        Self {
            events_a_request: events,
            ..self
        }
    }

    /// With so many publishers.
    pub(super) fn with_publishers(self, publishers: u16) -> Self {
        Self { publishers, ..self }
    }

    /// Only some of the events are expected to arrive.
    pub(super) fn arriving(self, arrives: impl Fn(u64) -> bool + Send + Sync + 'static) -> Self {
        Self {
            arrives: Arc::new(arrives),
            ..self
        }
    }

    /// The same for a part of the events or the time.
    pub(super) fn part(&self, share: f64) -> Self {
        let whole = self.events_a_request;
        let extent = match self.extent {
            Extent::Events(events) => {
                let events = (events as f64 * share) as u64;
                Extent::Events(events.div_ceil(whole) * whole)
            }
            Extent::Time(time) => Extent::Time(time.mul_f64(share)),
        };
        Self {
            extent,
            ..self.clone()
        }
    }

    /// How many events there will be at the most.
    pub(super) fn events_max(&self) -> u64 {
        match self.extent {
            Extent::Events(events) => events,
            Extent::Time(time) => time.as_secs().max(1) * EVENTS_PER_S_MAX,
        }
    }
}

/// What a phase showed.
pub(super) struct Phase {
    /// Its events.
    pub(super) numbers: Range<u64>,
    /// What the publishers saw.
    pub(super) sent: Sent,
    /// From publishing to arrival.
    pub(super) end_to_end: Percentiles,
    /// Deliveries that arrived, from the first request to the last arrival.
    pub(super) delivered_per_s: f64,
    /// Events that were answered 2xx, from the first request to the last answer.
    pub(super) accepted_per_s: f64,
    deliveries: u64,
    cpu: Option<CpuTime>,
    database: Option<Usage>,
    capacity_us: f64,
}

impl Rig {
    /// A fresh server, with room in the ledger for `events` of `copies` deliveries each.
    ///
    /// # Errors
    /// It does not start.
    pub(super) async fn start(common: &Common, events: u64, copies: u64) -> anyhow::Result<Self> {
        let server = Server::start(Home::make(common).await?).await?;
        let site = Site::make(server.addr).await;
        let site = site.with_context(|| server.log_tail())?;
        Ok(Self::of(server, site, events, copies))
    }

    /// Around a server that runs.
    pub(super) fn of(server: Server, site: Site, events: u64, copies: u64) -> Self {
        let ledger = Arc::new(Ledger::open(events, copies));
        Self {
            desk: Desk::new(Arc::clone(&ledger), site::key()),
            server,
            site,
            ledger,
            next: 0,
        }
    }

    /// A receiver that answers at once.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn receiver(&self) -> std::io::Result<Receiver> {
        Receiver::start(&self.desk)
    }

    /// Publishes, and waits until everything that was accepted has arrived.
    ///
    /// # Errors
    /// The server fails, stops delivering, or signs wrongly; the end of its log is in the message.
    pub(super) async fn run(&mut self, load: &Load, progress: &Progress) -> anyhow::Result<Phase> {
        let phase = self.try_run(load, progress).await;
        phase.with_context(|| self.server.log_tail())
    }

    async fn try_run(&mut self, load: &Load, progress: &Progress) -> anyhow::Result<Phase> {
        let (numbers, time) = match load.extent {
            Extent::Events(events) => (self.next..self.next + events, None),
            Extent::Time(time) => (self.next..self.ledger.events(), Some(time)),
        };
        let requests = (0..load.publishers).map(|_| match load.events_a_request {
            1 => self.site.requests(load.payload_bytes, &load.routing),
            events => self.site.batches(load.payload_bytes, events, &load.routing),
        });
        let requests = requests.collect();
        let ledger = &self.ledger;
        let arrived = ledger.arrived();
        let watched = progress.watch(ledger);
        let used_before = self.server.database_usage().await?;
        let cpu_before = CpuTime::of(self.server.pid);
        let began_us = ledger.now_us();
        let first = numbers.start;
        let sent = drive(self.server.addr, requests, numbers, time, load.pace, ledger).await?;
        self.next = sent.end;
        let arriving = || (first..sent.end).filter(|number| (load.arrives)(*number));
        let deliveries = arriving().count() as u64 * ledger.copies();
        ledger.wait(arrived + deliveries).await?;
        drop(watched);
        sleep(OUTCOMES_SETTLE).await;
        let cpu = CpuTime::of(self.server.pid).zip(cpu_before);
        let used = self.server.database_usage().await?.zip(used_before);
        self.desk.signatures()?;
        let per_s = |count: u64, until_us: u64| {
            count as f64 * 1e6 / until_us.saturating_sub(began_us).max(1) as f64
        };
        Ok(Phase {
            numbers: first..sent.end,
            end_to_end: Percentiles::of_us(ledger.latencies_us(arriving())),
            delivered_per_s: per_s(deliveries, ledger.last_arrival_us(arriving())),
            deliveries,
            accepted_per_s: per_s(sent.end - first, sent.last_us),
            cpu: cpu.map(|(after, before)| after.since(before)),
            database: used.map(|(after, before)| after.since(before)),
            capacity_us: (ledger.now_us() - began_us) as f64 * cores() as f64,
            sent,
        })
    }

    /// Kills the server and starts it again on its data; returns how long that took.
    ///
    /// # Errors
    /// It does not start.
    pub(super) async fn restart(&mut self) -> anyhow::Result<Duration> {
        self.server.kill().await?;
        self.start_again().await
    }

    /// Kills the server, writes a past into its store, and starts it again.
    ///
    /// # Errors
    /// The store refuses, or the server does not start.
    pub(super) async fn restart_with(&mut self, past: Past) -> anyhow::Result<()> {
        let data = self.server.past()?;
        self.server.kill().await?;
        let seeding = move || seed::seed(&data, &past, &SystemEntropy);
        spawn_blocking(seeding).await??;
        self.start_again().await?;
        Ok(())
    }

    /// Kills the server, writes a plausible past of its endpoints into its store, and starts it again.
    ///
    /// # Errors
    /// The store refuses, or the server does not start.
    pub(super) async fn restart_with_history(&mut self, past: History) -> anyhow::Result<()> {
        let data = self.server.past()?;
        self.server.kill().await?;
        let writing = move || history::write(&data, &past, &SystemEntropy);
        spawn_blocking(writing).await??;
        self.start_again().await?;
        Ok(())
    }

    async fn start_again(&mut self) -> anyhow::Result<Duration> {
        let took = self.server.start_again().await?;
        self.site.moved(self.server.addr);
        Ok(took)
    }

    /// The most memory that the server's process has had resident, MiB.
    pub(super) fn memory_peak_mib(&self) -> Option<f64> {
        rss_peak_kib(self.server.pid).map(|kib| kib as f64 / 1_024.0)
    }

    /// Adds what shows whether the figures can be trusted.
    ///
    /// # Errors
    /// Some signatures were wrong.
    pub(super) fn tell_trust(
        &self,
        phases: &[&Phase],
        figures: &mut Figures,
    ) -> anyhow::Result<()> {
        let others = phases.iter().filter_map(|phase| phase.others_share());
        let others = others.fold(None, |most: Option<f64>, one| {
            Some(most.map_or(one, |most| most.max(one)))
        });
        figures.add("cpu_used_by_others", Unit::Share, others);
        let checked = self.desk.signatures()? as f64;
        figures.add("signatures_checked", Unit::Count, checked);
        let twice = self.ledger.duplicates() as f64;
        figures.add("delivered_twice", Unit::Count, twice);
        let busy: u64 = phases.iter().map(|phase| phase.sent.busy).sum();
        figures.add("busy_answers", Unit::Count, busy as f64);
        Ok(())
    }
}

impl Phase {
    /// From sending to the answer, or from when it should have been sent.
    pub(super) fn publish(&self) -> Percentiles {
        Percentiles::of_us(self.sent.latencies_us.clone())
    }

    /// CPU time of the server for each delivery that arrived.
    pub(super) fn cpu_us_per_delivery(&self) -> Option<f64> {
        let cpu = self.cpu?.process_us as f64;
        Some(cpu / self.deliveries.max(1) as f64)
    }

    /// Adds rates, latencies and the price of a delivery.
    pub(super) fn tell(&self, figures: &mut Figures) {
        figures.add("accepted_per_s", Unit::PerS, self.accepted_per_s);
        figures.add("delivered_per_s", Unit::PerS, self.delivered_per_s);
        self.publish().tell("publish", figures);
        self.end_to_end.tell("end_to_end", figures);
        let cpu = self.cpu_us_per_delivery();
        figures.add("server_cpu_us_per_delivery", Unit::Us, cpu);
        if let Some(used) = self.database {
            let each = |all: u64| all as f64 / self.deliveries.max(1) as f64;
            let cpu = used.cpu_us.map(each);
            figures.add("database_cpu_us_per_delivery", Unit::Us, cpu);
            let wal = each(used.wal_bytes);
            figures.add("wal_bytes_per_delivery", Unit::Bytes, wal);
            let commits = each(used.commits);
            figures.add("commits_per_delivery", Unit::Each, commits);
        }
    }

    /// What other programs took of all cores: the figures are worth little if it is much.
    fn others_share(&self) -> Option<f64> {
        let database_us = self.database.and_then(|used| used.cpu_us);
        let others_us = self.cpu?.others_us;
        let others_us = others_us.saturating_sub(database_us.unwrap_or_default());
        Some(others_us as f64 / self.capacity_us)
    }
}
