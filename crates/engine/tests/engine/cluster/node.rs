//! One simulated node: an engine on a runtime of its own, and the driver of its place in the cluster.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use nuncio_cluster::{
    CatalogVersion, Node, NodeId, NodeOptions, NodeStep, StepLane, StepReply, WakeStep, WakeUps,
};
use nuncio_domain::{Clock, SeededEntropy, Timestamp};
use nuncio_engine::{Engine, EngineOptions, Limits};
use nuncio_store::{EndpointKey, Shard, Work};
use tokio::runtime::Runtime;

use super::{
    database::Database,
    flights::{Flight, Place, Sent},
    planted::ClusterBug,
    simulation::below,
    store::NodeStore,
};
use crate::support::{Call, FixedJitter, Receivers, START, WorldClock, transformer};

/// As it is unless somebody has chosen another.
const OPTIONS: NodeOptions = NodeOptions {
    lease: NodeOptions::LEASE,
    look_every: NodeOptions::LOOK_NOTIFIED,
    shard_count: Shard::COUNT,
};

/// See the module.
pub(crate) struct SimulatedNode {
    pub(crate) clock: Arc<WorldClock>,
    pub(crate) store: Arc<NodeStore>,
    pub(crate) receivers: Receivers,
    pub(crate) node: Node,
    wakes: WakeUps,
    pub(crate) flights: Vec<Flight>,
    pub(crate) draining: BTreeSet<Shard>,
    pub(crate) open: Vec<Call>,
    pub(crate) is_frozen: bool,
    /// What nobody waits for any more, and the database may carry out yet.
    pub(crate) forgotten: Vec<Sent>,
    bug: Option<ClusterBug>,
    // The engine goes before the runtime that it works on.
    engine: Option<Engine>,
    runtime: Runtime,
}

/// What a node wants to have told to others.
#[derive(Default)]
pub(crate) struct News {
    /// Something about the cluster.
    pub(crate) cluster: bool,
    /// Something is due in these shards.
    pub(crate) due: Vec<Shard>,
}

impl SimulatedNode {
    /// A process that begins now.
    pub(crate) fn start(
        database: &Arc<Database>,
        clock: &Arc<WorldClock>,
        id: NodeId,
        endpoints: &[EndpointKey],
        limits: Limits,
        bug: Option<ClusterBug>,
        seed: u64,
    ) -> Self {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        #[cfg(tokio_unstable)]
        builder.rng_seed(tokio::runtime::RngSeed::from_bytes(&seed.to_le_bytes()));
        let runtime = builder.build().expect("a runtime");
        let store = Arc::new(NodeStore::new(Arc::clone(database), id, endpoints));
        let receivers = Receivers::default();
        let options = EngineOptions {
            limits,
            user_agent: "Nuncio/test".to_owned(),
            origin: "sender.example".to_owned(),
            transformer: transformer(),
        };
        let engine = runtime.block_on(async {
            Engine::start(
                options,
                Arc::clone(&store) as Arc<dyn Work>,
                Arc::new(receivers.transport(Arc::clone(clock))),
                Arc::clone(clock) as Arc<dyn Clock>,
                Arc::new(FixedJitter::seeded(0.0, seed)),
            )
        });
        Self {
            clock: Arc::clone(clock),
            node: Node::new(id, OPTIONS, database.catalog()),
            wakes: WakeUps::new(true, WakeUps::SWEEP_EVERY),
            store,
            receivers,
            flights: Vec::new(),
            draining: BTreeSet::new(),
            open: Vec::new(),
            is_frozen: false,
            forgotten: Vec::new(),
            bug,
            engine: Some(engine),
            runtime,
        }
    }

    /// The clock that the driver judges leases by.
    pub(crate) fn now(&self) -> Timestamp {
        match self.bug {
            Some(ClusterBug::JudgesByTheWallClock) => self.clock.now(),
            _ => self.clock.steady(),
        }
    }

    /// Lets the engine's tasks run for a while.
    pub(crate) fn run(&self, turns: usize) {
        self.runtime.block_on(async {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        });
    }

    /// Does what there is to do, and sends what there is to send. A few rounds of it lead from a look to a taking.
    pub(crate) fn drive(&mut self, entropy: &SeededEntropy, delays: bool) -> News {
        let mut news = News::default();
        for _ in 0..8 {
            self.time_out();
            let now = self.now();
            let steps = self.node.poll(now);
            let is_quiet = steps.is_empty();
            for step in steps {
                match step {
                    NodeStep::Drain { shards } => self.draining.extend(shards),
                    step => self.send(Sent::Step(self.node.id(), step), entropy, delays),
                }
            }
            let before = self.flights.len();
            self.fly(&mut news);
            self.hear();
            if is_quiet && before == self.flights.len() {
                break;
            }
        }
        self.publish_owned();
        self.wake(&mut news);
        news
    }

    /// Begins to commit what is held.
    pub(crate) fn commit(&mut self, entropy: &SeededEntropy, delays: bool) {
        if self.store.is_connected()
            && let Some(outcomes) = self.store.begin_commit()
        {
            self.send(Sent::Commit(outcomes), entropy, delays);
        }
    }

    /// Lets what is on its way to the database get there, for one round. Happens to a frozen node's, too.
    pub(crate) fn fly(&mut self, news: &mut News) {
        let real = self.clock.steady();
        for flight in &mut self.flights {
            if flight.rounds > 0 {
                flight.rounds -= 1;
                continue;
            }
            if !matches!(flight.place, Place::There) {
                continue;
            }
            flight.rounds = flight.rounds_back;
            let reply = match &flight.what {
                Sent::Step(id, step) => {
                    let (reply, notifies) = self.store.database.execute(*id, step, real);
                    news.cluster |= notifies;
                    Some(reply)
                }
                Sent::Commit(outcomes) => {
                    self.store.write(outcomes);
                    None
                }
            };
            flight.place = Place::Back(reply);
        }
    }

    /// The connection is lost: what was on its way may get there all the same.
    pub(crate) fn cut(&mut self) {
        self.store.set_connected(false);
        for flight in std::mem::take(&mut self.flights) {
            self.lose(flight);
        }
    }

    pub(crate) fn notified(&mut self) {
        let version = self.store.database.catalog();
        self.node.notified(Some(version));
    }

    pub(crate) fn woken(&mut self, shards: &[Shard]) {
        self.wakes.heard(shards.iter().copied());
    }

    pub(crate) fn wrote(&mut self, shard: Shard) {
        self.wakes.wrote(shard);
    }

    /// Applies all changes that are committed.
    pub(crate) fn catch_up(&mut self) -> CatalogVersion {
        let applied = self.node.applied_version();
        for endpoint in self.store.database.changes_after(applied) {
            self.store.apply(endpoint);
        }
        self.store.database.catalog()
    }

    /// Shards that are to be drained, and where nothing is in flight any more, or for too long.
    pub(crate) fn drained(&mut self, is_impatient: bool) {
        let is_quiet = self.open.is_empty() && !self.store.has_uncommitted();
        if !is_quiet && !is_impatient {
            return;
        }
        let drained = std::mem::take(&mut self.draining);
        self.node.drained(drained);
    }

    /// After a burial: another life of the same process.
    pub(crate) fn begin_anew(&mut self, id: NodeId) {
        self.node = Node::new(id, OPTIONS, self.node.applied_version());
        self.store.set_id(id);
        self.draining.clear();
        self.publish_owned();
    }

    fn send(&mut self, what: Sent, entropy: &SeededEntropy, delays: bool) {
        let rounds = || match delays && below(entropy, 12) == 0 {
            true => below(entropy, 24),
            false => 0,
        };
        let flight = Flight {
            what,
            place: Place::There,
            rounds: rounds(),
            rounds_back: rounds(),
            sent: self.now(),
        };
        if self.store.is_connected() {
            self.flights.push(flight);
        } else {
            // It has not even left.
            self.fail(&flight.what);
        }
    }

    /// Takes the replies that have come.
    fn hear(&mut self) {
        let (back, rest) = std::mem::take(&mut self.flights)
            .into_iter()
            .partition::<Vec<_>, _>(|flight| {
                flight.rounds == 0 && matches!(flight.place, Place::Back(_))
            });
        self.flights = rest;
        for flight in back {
            match (flight.what, flight.place) {
                (Sent::Commit(_), _) => self.store.end_commit(),
                (Sent::Step(id, step), Place::Back(Some(reply))) if id == self.node.id() => {
                    let reply = match reply {
                        // What is read is what is there when it is applied.
                        StepReply::CaughtUp(_) => StepReply::CaughtUp(self.catch_up()),
                        reply => reply,
                    };
                    if let Some(lane) = step.lane() {
                        self.reply(lane, reply);
                    }
                }
                // Of an earlier life.
                (Sent::Step(..), _) => {}
            }
        }
    }

    /// Gives up what takes too long.
    fn time_out(&mut self) {
        let now = self.now();
        let is_late = |flight: &Flight| flight.sent + OPTIONS.step_timeout() <= now;
        let (late, rest) = std::mem::take(&mut self.flights)
            .into_iter()
            .partition::<Vec<_>, _>(is_late);
        self.flights = rest;
        for flight in late {
            self.lose(flight);
        }
    }

    /// Nobody waits for it any more.
    fn lose(&mut self, flight: Flight) {
        self.fail(&flight.what);
        if matches!(flight.place, Place::There) {
            self.forgotten.push(flight.what);
        }
    }

    fn fail(&mut self, what: &Sent) {
        match what {
            Sent::Step(id, step) if *id == self.node.id() => {
                if let Some(lane) = step.lane() {
                    self.reply(lane, StepReply::Failed);
                }
            }
            // Of an earlier life.
            Sent::Step(..) => {}
            Sent::Commit(_) => self.store.commit_again(),
        }
    }

    fn reply(&mut self, lane: StepLane, reply: StepReply) {
        let now = self.now();
        self.node.reply(lane, reply, now);
    }

    fn publish_owned(&mut self) {
        let owned = self.node.owned();
        self.wakes.owns(&owned);
        self.store.owned.send_if_modified(|before| {
            let differs = *before != owned;
            *before = owned;
            differs
        });
    }

    fn wake(&mut self, news: &mut News) {
        if !self.store.is_connected() {
            return;
        }
        let now = self.now();
        // One who looks only when it is woken never knows that it is time.
        let shown = match self.bug {
            Some(ClusterBug::LooksOnlyWhenWoken) => START,
            _ => now,
        };
        for step in self.wakes.poll(shown) {
            match step {
                WakeStep::Notify { shards } => {
                    news.due.extend(shards);
                    self.wakes.notify_ended(true);
                }
                WakeStep::Search { shards } => {
                    let found = self.store.database.search(self.node.id(), &shards);
                    for (endpoint, at) in &found {
                        self.store.feed.due(*endpoint, *at);
                    }
                    self.wakes.search_ended(Some(!found.is_empty()), shown);
                }
            }
        }
    }

    /// The engine stops from one moment to the next.
    pub(crate) fn kill(&mut self) {
        self.engine = None;
        self.run(50);
    }
}

/// How long it takes at most until all is well, once nothing goes wrong any more: somebody is gone, its shards are taken, and
/// the last attempt of the schedule is made.
pub(crate) const ALL_WELL: Duration = Duration::from_secs(20 * 60);
