//! What happens to a cluster, by chance.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use nuncio_cluster::{CatalogVersion, NodeEnd, NodeId};
use nuncio_domain::{Clock, Entropy, EventId, SeededEntropy, State, Timestamp, Waiting};
use nuncio_engine::Limits;
use nuncio_store::{EndpointKey, OrderingHash, Shard, Work};

use super::{
    ClusterCase,
    database::{Database, ready},
    flights::Sent,
    node::{ALL_WELL, News, SimulatedNode},
    planted::ClusterBug,
    promises::{BrokenPromise, ClusterPromise, hold},
    store::LOOKS,
};
use crate::support::{Call, EndpointSpec, START, WorldClock};

const ENDPOINTS: i64 = 6;
/// The endpoint whose receiver is down most of the time.
const DOWN: i64 = 2;
const STEPS: usize = 250;
/// How much time goes by at once: nodes have work every second.
const CHUNK: Duration = Duration::from_millis(250);
/// How far somebody sets a wall clock, ms.
const SET_MS_MAX: usize = 3 * 60 * 60 * 1_000;

pub(super) struct Simulation {
    entropy: SeededEntropy,
    seed: u64,
    bug: Option<ClusterBug>,
    database: Arc<Database>,
    endpoints: Vec<EndpointKey>,
    /// By URL.
    by_url: HashMap<String, EndpointKey>,
    clocks: Vec<Arc<WorldClock>>,
    /// `None` while the process is not there.
    nodes: Vec<Option<SimulatedNode>>,
    forgotten: Vec<Sent>,
    lives: u64,
    limits: Limits,
    /// Which endpoints may get something, by what was answered; enabling counts from its commit on.
    enabled: BTreeMap<EndpointKey, bool>,
    /// The last change of each endpoint.
    changed: BTreeMap<EndpointKey, (CatalogVersion, bool)>,
    /// Changes whose authors wait for their answer, at which node.
    unanswered: Vec<(usize, CatalogVersion, EndpointKey)>,
    notices_are_lost: bool,
    delays: bool,
    all_is_well: bool,
    trace: Option<Vec<String>>,
}

impl Simulation {
    pub(super) fn new(case: &mut ClusterCase) -> Self {
        let entropy = SeededEntropy::new(case.seed);
        let limits = Limits {
            in_flight_max: 2 + below(&entropy, 12),
            lane_in_flight_max: 1 + below(&entropy, 6),
            lane_queue_max: 1 + below(&entropy, 8),
            lane_burst_max: 1 + below(&entropy, 16),
            queued_max: 2 + below(&entropy, 20),
            looks_max: 1 + below(&entropy, 3),
            ..Limits::default()
        };
        let database = Arc::new(Database::new(case.bug));
        let mut by_url = HashMap::new();
        let endpoints: Vec<EndpointKey> = (1..=ENDPOINTS)
            .map(|number| {
                let spec = EndpointSpec::new(number, "standard").retry(&[0, 1, 5, 60]);
                let spec = spec.of_tenant(format!("tenant-{}", number % 4));
                by_url.insert(spec.url(), EndpointKey(number));
                database.rows.put_endpoint(spec)
            })
            .collect();
        let mut simulation = Self {
            enabled: endpoints.iter().map(|endpoint| (*endpoint, true)).collect(),
            changed: BTreeMap::new(),
            clocks: (0..case.nodes)
                .map(|_| Arc::new(WorldClock::new(START)))
                .collect(),
            nodes: (0..case.nodes).map(|_| None).collect(),
            entropy,
            seed: case.seed,
            bug: case.bug,
            database,
            endpoints,
            by_url,
            forgotten: Vec::new(),
            lives: 0,
            limits,
            unanswered: Vec::new(),
            notices_are_lost: false,
            delays: true,
            all_is_well: false,
            trace: case.trace.take(),
        };
        for number in 0..case.nodes {
            simulation.start(number);
        }
        simulation
    }

    pub(super) fn into_trace(self) -> Option<Vec<String>> {
        self.trace
    }

    pub(super) fn run(&mut self) -> Result<(), BrokenPromise> {
        for _ in 0..STEPS {
            self.step()?;
            self.round()?;
        }
        self.finish()
    }

    fn step(&mut self) -> Result<(), BrokenPromise> {
        let number = below(&self.entropy, self.nodes.len());
        match below(&self.entropy, 24) {
            0..=3 => self.publish(number),
            4..=8 => self.answer(number),
            9..=12 => self.some_time()?,
            13 => self.change(number),
            14 => self.crash_or_start(number),
            15 => self.freeze(number),
            16 => self.leave(number),
            17 => self.cut_or_connect(number),
            18 => self.slow_looks(number),
            19 => self.set_clock(number),
            20 => {
                self.notices_are_lost = below(&self.entropy, 2) == 0;
                let lost = self.notices_are_lost;
                self.note(|| format!("notices are lost: {lost}"));
            }
            21 => self.carry_out_forgotten(),
            _ => self.commit(number),
        }
        Ok(())
    }

    // What people and publishers do.

    fn publish(&mut self, number: usize) {
        let endpoint = self.endpoints[below(&self.entropy, self.endpoints.len())];
        let count = below(&self.entropy, 5);
        let now = self.clocks[number].steady();
        let Some(node) = self.nodes[number].as_mut().filter(|node| serves(node)) else {
            return;
        };
        for _ in 0..count {
            let rows = &self.database.rows;
            // A third has one of two ordering keys.
            match below(&self.entropy, 6) {
                key @ (0 | 1) => {
                    let queue = OrderingHash(key as i64);
                    rows.publish_ordered_unnoticed(endpoint, now, queue).1();
                }
                _ => rows.publish_unnoticed(endpoint, now).1(),
            }
            // Every delivery has its row: nothing is left to be told from memory alone.
            let _ = ready(rows.due_endpoints());
            // There must be something to take, or taking it waits.
            rows.feed().job();
            let notices = ready(rows.feed().next(usize::MAX));
            let sending = node.store.mirrored(endpoint);
            let is_own = node.store.owned.borrow().epoch(sending.shard()).is_some();
            if !is_own {
                node.wrote(sending.shard());
            } else if sending.waiting.is_some() {
                node.store.feed.due(endpoint, now);
            } else {
                for fresh in notices.fresh {
                    node.store.feed.fresh(fresh);
                }
            }
        }
        self.note(|| format!("node {number}: {count} events for {endpoint:?}"));
    }

    /// Enables or disables an endpoint. The answer is given when it is in force.
    fn change(&mut self, number: usize) {
        let endpoint = self.endpoints[below(&self.entropy, self.endpoints.len())];
        let enable = below(&self.entropy, 3) > 0;
        self.change_to(number, endpoint, enable);
    }

    fn change_to(&mut self, number: usize, endpoint: EndpointKey, enable: bool) {
        let Some(node) = self.nodes[number].as_mut().filter(|node| serves(node)) else {
            return;
        };
        // Under the catalog's lock: nobody else changes it meanwhile.
        node.catch_up();
        let version = self.database.change(endpoint, |spec| {
            spec.waiting = (!enable).then_some(Waiting::EndpointDisabled);
        });
        node.store.apply(endpoint);
        node.node.changed(version);
        if enable {
            self.enabled.insert(endpoint, true);
        }
        self.changed.insert(endpoint, (version, enable));
        self.unanswered.push((number, version, endpoint));
        self.note(|| {
            format!("node {number}: {endpoint:?} is to be enabled: {enable}, {version:?}")
        });
        self.notify_all(number);
        if self.bug == Some(ClusterBug::AnswersOnCommit) {
            self.answered(version);
        }
    }

    fn answered(&mut self, in_force: CatalogVersion) {
        for (endpoint, (version, enable)) in &self.changed {
            if *version <= in_force {
                self.enabled.insert(*endpoint, *enable);
            }
        }
    }

    // What receivers do.

    fn answer(&mut self, number: usize) {
        let Some(node) = &mut self.nodes[number] else {
            return;
        };
        let mut lines = Vec::new();
        for _ in 0..below(&self.entropy, node.open.len() + 1) {
            let call = node.open.swap_remove(below(&self.entropy, node.open.len()));
            let is_down = self.by_url[&call.url] == EndpointKey(DOWN);
            let choice = below(&self.entropy, 8);
            lines.push(format!("node {number}: answer {choice} to {}", name(&call)));
            match choice {
                0..=6 if is_down => call.fail("connect"),
                0..=3 => call.answer(200),
                4 => call.answer(500),
                5 => call.fail("timeout"),
                6 => call.answer_retry_after(429, "3"),
                _ => call.panic(),
            }
        }
        for line in lines {
            self.note(|| line);
        }
    }

    // What goes wrong.

    fn crash_or_start(&mut self, number: usize) {
        if self.nodes[number].is_none() {
            self.start(number);
        } else if below(&self.entropy, 2) == 0 {
            self.note(|| format!("node {number}: killed"));
            self.end(number);
        }
    }

    fn freeze(&mut self, number: usize) {
        let Some(node) = &mut self.nodes[number] else {
            return;
        };
        node.is_frozen = !node.is_frozen;
        let is_frozen = node.is_frozen;
        self.note(|| format!("node {number}: frozen: {is_frozen}"));
    }

    fn leave(&mut self, number: usize) {
        let Some(node) = &mut self.nodes[number] else {
            return;
        };
        if below(&self.entropy, 2) == 0 {
            node.node.leave();
            self.note(|| format!("node {number}: is to stop"));
        }
    }

    fn cut_or_connect(&mut self, number: usize) {
        let Some(node) = &mut self.nodes[number] else {
            return;
        };
        if node.store.is_connected() {
            node.cut();
        } else {
            node.store.set_connected(true);
        }
        let is_connected = node.store.is_connected();
        self.note(|| format!("node {number}: connected: {is_connected}"));
    }

    fn slow_looks(&mut self, number: usize) {
        let Some(node) = &mut self.nodes[number] else {
            return;
        };
        let is_slow = node.store.looks.available_permits() == 0;
        if is_slow {
            node.store.looks.add_permits(LOOKS);
        } else {
            node.store.looks.forget_permits(LOOKS);
        }
        self.note(|| format!("node {number}: looks are slow: {}", !is_slow));
    }

    fn set_clock(&mut self, number: usize) {
        let ahead_ms = below(&self.entropy, 2 * SET_MS_MAX) as i64 - SET_MS_MAX as i64;
        self.clocks[number].set_wall(ahead_ms);
        self.note(|| format!("node {number}: the wall clock is set {ahead_ms} ms ahead"));
    }

    /// The database does what nobody waits for any more.
    fn carry_out_forgotten(&mut self) {
        if self.forgotten.is_empty() {
            return;
        }
        let at = below(&self.entropy, self.forgotten.len());
        let now = self.now();
        match self.forgotten.swap_remove(at) {
            Sent::Step(id, step) => {
                self.note(|| format!("a forgotten step of {id}: {step:?}"));
                self.database.execute(id, &step, now);
            }
            Sent::Commit(outcomes) => {
                self.note(|| format!("a forgotten commit of {}", outcomes.len()));
                for outcome in &outcomes {
                    outcome.write(&self.database);
                }
            }
        }
    }

    fn commit(&mut self, number: usize) {
        if let Some(node) = &mut self.nodes[number]
            && !node.is_frozen
        {
            node.commit(&self.entropy, self.delays);
        }
    }

    // How it goes on.

    fn some_time(&mut self) -> Result<(), BrokenPromise> {
        let chunks = 1 + below(&self.entropy, 12);
        self.note(|| format!("{:?} go by", CHUNK * chunks as u32));
        for _ in 0..chunks {
            self.advance();
            self.round()?;
        }
        Ok(())
    }

    fn advance(&self) {
        self.clocks.iter().for_each(|clock| clock.advance(CHUNK));
    }

    /// Every node that is not frozen goes on a little; what is on its way goes on in any case.
    fn round(&mut self) -> Result<(), BrokenPromise> {
        for number in 0..self.nodes.len() {
            self.go_on(number)?;
        }
        Ok(())
    }

    fn go_on(&mut self, number: usize) -> Result<(), BrokenPromise> {
        let turns = match self.all_is_well {
            true => 60,
            false => below(&self.entropy, 60),
        };
        let impatient = below(&self.entropy, 6) == 0;
        let Some(node) = &mut self.nodes[number] else {
            return Ok(());
        };
        if node.is_frozen {
            let mut news = News::default();
            node.fly(&mut news);
            self.tell(number, news);
            return Ok(());
        }
        node.run(turns);
        self.take_calls(number)?;
        let Some(node) = &mut self.nodes[number] else {
            return Ok(());
        };
        if self.all_is_well {
            node.commit(&self.entropy, false);
        }
        node.drained(impatient);
        let news = node.drive(&self.entropy, self.delays);
        self.forgotten.append(&mut node.forgotten);
        let (in_force, ended) = (node.node.in_force(), node.node.ended());
        self.tell(number, news);
        if self
            .unanswered
            .iter()
            .any(|(at, version, _)| *at == number && *version <= in_force)
        {
            self.unanswered
                .retain(|(at, version, _)| *at != number || *version > in_force);
            self.note(|| format!("node {number}: answers up to {in_force:?}"));
            self.answered(in_force);
        }
        match ended {
            Some(NodeEnd::Left) => {
                self.note(|| format!("node {number}: has left"));
                self.end(number);
            }
            Some(NodeEnd::Buried) => {
                let id = self.next_id();
                self.note(|| format!("node {number}: was buried, begins anew as {id}"));
                if let Some(node) = &mut self.nodes[number] {
                    node.begin_anew(id);
                }
            }
            None => {}
        }
        Ok(())
    }

    /// Hands on what others are to hear, unless it is lost.
    fn tell(&mut self, number: usize, news: News) {
        if self.notices_are_lost {
            return;
        }
        if news.cluster {
            self.notify_all(number);
        }
        if !news.due.is_empty() {
            for node in self.nodes.iter_mut().flatten() {
                node.woken(&news.due);
            }
        }
    }

    fn notify_all(&mut self, from: usize) {
        if self.notices_are_lost {
            return;
        }
        for (number, node) in self.nodes.iter_mut().enumerate() {
            if let Some(node) = node
                && number != from
                && node.store.is_connected()
            {
                node.notified();
            }
        }
    }

    fn next_id(&mut self) -> NodeId {
        self.lives += 1;
        NodeId(self.lives)
    }

    fn start(&mut self, number: usize) {
        let id = self.next_id();
        self.note(|| format!("node {number}: starts as {id}"));
        self.nodes[number] = Some(SimulatedNode::start(
            &self.database,
            &self.clocks[number],
            id,
            &self.endpoints,
            self.limits,
            self.bug,
            self.seed.wrapping_mul(1_000).wrapping_add(id.0),
        ));
    }

    fn end(&mut self, number: usize) {
        self.unanswered.retain(|(at, _, _)| *at != number);
        if let Some(mut node) = self.nodes[number].take() {
            node.cut();
            self.forgotten.append(&mut node.forgotten);
            node.kill();
        }
    }

    fn now(&self) -> Timestamp {
        self.clocks[0].steady()
    }

    // What is checked.

    /// Takes the requests that have arrived, and checks that they were allowed.
    fn take_calls(&mut self, number: usize) -> Result<(), BrokenPromise> {
        loop {
            let Some(node) = &mut self.nodes[number] else {
                return Ok(());
            };
            let Some(call) = node.receivers.try_next() else {
                return Ok(());
            };
            self.note(|| format!("node {number}: arrives: {}", name(&call)));
            self.check_call(number, &call)?;
            if let Some(node) = &mut self.nodes[number] {
                node.open.push(call);
            }
        }
    }

    fn check_call(&self, number: usize, call: &Call) -> Result<(), BrokenPromise> {
        let Some(node) = &self.nodes[number] else {
            return Ok(());
        };
        let endpoint = self.by_url[&call.url];
        let shard: Shard = node.store.mirrored(endpoint).shard();
        let owner = self.database.owner(shard);
        let what = || format!("node {number}: {}", name(call));
        hold(
            ClusterPromise::StartedByItsOwner,
            owner == Some(node.node.id()),
            what,
        )?;
        hold(
            ClusterPromise::NothingToTheDisabled,
            self.enabled[&endpoint],
            what,
        )?;
        let event: EventId = call.header("webhook-id").parse().expect("it is an id");
        let rows = &self.database.rows;
        hold(
            ClusterPromise::NotBeforeItIsDue,
            rows.is_due(event, call.at),
            what,
        )?;
        hold(ClusterPromise::InOrder, !rows.is_blocked(event), what)?;
        // What was begun before the shard was taken last may be open still.
        let taken_at = self.database.taken_at(shard);
        let is_same = |open: &Call| {
            open.header("webhook-id") == call.header("webhook-id") && open.at > taken_at
        };
        let others = self.nodes.iter().flatten().flat_map(|node| &node.open);
        hold(
            ClusterPromise::OneAtATime,
            !others.into_iter().any(is_same),
            what,
        )
    }

    fn check_records(&self) -> Result<(), BrokenPromise> {
        let late = self.database.late();
        hold(ClusterPromise::NoLateWrite, late == 0, || {
            format!("{late} outcomes")
        })?;
        let repeats = self.database.rows.repeats();
        hold(ClusterPromise::NothingAfterSuccess, repeats == 0, || {
            format!("{repeats} outcomes")
        })
    }

    /// Everything is well again: each delivery must come to its end, each change to its answer.
    fn finish(&mut self) -> Result<(), BrokenPromise> {
        self.note(|| "everything is well from now on".to_owned());
        self.check_records()?;
        (self.all_is_well, self.notices_are_lost, self.delays) = (true, false, false);
        if self.nodes.iter().all(Option::is_none) {
            self.start(0);
        }
        for node in self.nodes.iter_mut().flatten() {
            node.is_frozen = false;
            node.store.set_connected(true);
            if node.store.looks.available_permits() == 0 {
                node.store.looks.add_permits(LOOKS);
            }
        }
        let until = self.now() + ALL_WELL;
        while self.now() < until {
            self.advance();
            self.round()?;
            for node in self.nodes.iter_mut().flatten() {
                for call in std::mem::take(&mut node.open) {
                    call.answer(200);
                }
            }
            if self.nodes.iter().all(Option::is_none) {
                // The last one had been told to stop.
                self.start(0);
            }
            self.enable_all();
            if self.is_done() {
                break;
            }
        }
        let unanswered = self.unanswered.len();
        hold(
            ClusterPromise::EverythingIsAnswered,
            unanswered == 0,
            || format!("{unanswered} changes"),
        )?;
        for progress in self.database.rows.all_progress() {
            let is_final = !matches!(progress.state, State::Pending { .. });
            hold(ClusterPromise::EverythingEnds, is_final, || {
                format!("{progress:?}")
            })?;
        }
        self.check_records()
    }

    fn enable_all(&mut self) {
        for endpoint in self.endpoints.clone() {
            let is_enabled = self
                .changed
                .get(&endpoint)
                .is_none_or(|(_, enabled)| *enabled);
            let serving = |node: &Option<SimulatedNode>| node.as_ref().is_some_and(serves);
            if !is_enabled && let Some(number) = self.nodes.iter().position(serving) {
                self.change_to(number, endpoint, true);
            }
        }
    }

    fn is_done(&self) -> bool {
        let mut all = self.database.rows.all_progress().into_iter();
        self.unanswered.is_empty()
            && all.all(|progress| !matches!(progress.state, State::Pending { .. }))
    }

    /// Notes what happens.
    fn note(&mut self, what: impl FnOnce() -> String) {
        let ms = self.now().ms() - START.ms();
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{ms:>9} ms  {}", what()));
        }
    }
}

/// Whether a node answers requests now.
fn serves(node: &SimulatedNode) -> bool {
    !node.is_frozen && node.store.is_connected() && node.node.is_ready(node.now())
}

/// A call as a trace shows it.
fn name(call: &Call) -> String {
    let at = call.at.ms() - START.ms();
    format!("{} at {at} ms to {}", call.header("webhook-id"), call.url)
}

pub(super) fn below(entropy: &SeededEntropy, bound: usize) -> usize {
    (entropy.fraction() * bound as f64) as usize
}
