//! The model: what can happen to a few nodes and their database, in every order.

use std::time::Duration;

use nuncio_cluster::{
    CatalogVersion, NodeEnd, NodeId, NodeOptions, NodeStep, Shard, StepLane, StepReply,
};
use nuncio_domain::Timestamp;
use stateright::{Model, Property};

use crate::{
    bug::Bug,
    database::Database,
    process::{Attempt, Hold, OnItsWay, Process},
    recovery::recovers,
};

/// How much of everything there may be.
#[derive(Clone, Debug)]
pub(crate) struct ClusterModel {
    pub(crate) nodes: usize,
    pub(crate) shards: usize,
    pub(crate) lease_ms: u64,
    /// How long it goes on, ms of true time.
    pub(crate) time_max: i64,
    /// How fast the clock of the first node runs: so many ms in so many.
    pub(crate) first_clock: (i64, i64),
    /// How many of the processes are there at first.
    pub(crate) alive: usize,
    /// Whether they have joined already, each with its share.
    pub(crate) begins_settled: bool,
    /// How many nodes may be slow at the same time: the others do what there is to do before time goes on.
    pub(crate) slow_max: usize,
    pub(crate) budget: Budget,
    /// How many of the processes make attempts: the first ones.
    pub(crate) attempting: usize,
    pub(crate) with_wakes: bool,
    pub(crate) bug: Option<Bug>,
    /// The one property that is looked at; all if there is none.
    pub(crate) only: Option<&'static str>,
}

/// What may still happen. A node that freezes and thaws costs nothing: it does not go on for a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    /// Steps that are held up on their way to the database, or on their way back.
    pub(crate) holds: u8,
    /// Connections that are lost while a step is under way.
    pub(crate) losses: u8,
    pub(crate) crashes: u8,
    /// Processes that begin (again).
    pub(crate) starts: u8,
    /// Nodes that are told to leave.
    pub(crate) leaves: u8,
    /// Changes of the catalog.
    pub(crate) changes: u8,
    /// Deliveries that become due.
    pub(crate) deliveries: u8,
    /// Times that somebody sets a clock; only some bugs look at such a clock.
    pub(crate) jumps: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cluster {
    pub(crate) time: i64,
    pub(crate) database: Database,
    pub(crate) processes: Vec<Process>,
    /// Steps and records that nobody waits for any more, and that the database may carry out yet.
    pub(crate) forgotten: Vec<Forgotten>,
    pub(crate) next_node: u64,
    budget: Budget,
    /// The last change that was answered.
    answered: CatalogVersion,
    /// Whether something was recorded that was begun when the shard was another's, or in an earlier time of the same one.
    has_late_write: bool,
    /// Whether a fence has refused something.
    has_refused: bool,
    /// When everything has happened.
    end: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Forgotten {
    Step(NodeId, NodeStep),
    Record(Attempt),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Tick,
    GoOn(usize, Option<Hold>),
    Drained(usize),
    Notified(usize),
    Woken(usize),
    Arrives(usize, StepLane),
    Lost(usize, StepLane),
    CarriedOut(usize),
    Crash(usize),
    Start(usize),
    Leave(usize),
    Change(usize),
    Begin(usize, Shard),
    Record(usize),
    RecordLost(usize),
    Publish(usize, Shard),
    ClockSet(usize, i64),
}

impl ClusterModel {
    pub(crate) fn options(&self) -> NodeOptions {
        NodeOptions {
            lease: Duration::from_millis(self.lease_ms),
            look_every: Duration::from_millis(1),
            shard_count: self.shards,
        }
    }

    /// What a process's clock shows.
    pub(crate) fn clock(&self, cluster: &Cluster, process: usize) -> Timestamp {
        let (fast, slow) = if process == 0 {
            self.first_clock
        } else {
            (1, 1)
        };
        let shown = cluster.time * fast / slow;
        Timestamp::from_ms(shown + cluster.processes[process].clock_ahead)
    }

    pub(crate) fn process(&self, id: u64, applied: CatalogVersion) -> Process {
        Process::new(NodeId(id), self.options(), applied, self.with_wakes)
    }

    fn shard_numbers(&self) -> impl Iterator<Item = Shard> + use<> {
        (0..self.shards as u8).map(Shard::numbered)
    }

    fn starters(&self, cluster: &Cluster, shard: Shard) -> usize {
        let all = cluster.processes.iter().enumerate();
        let may = all.filter(|(number, process)| {
            let now = self.clock(cluster, *number);
            process.is_alive && process.node.may_start(shard, now).is_some()
        });
        may.count()
    }

    /// How many nodes have something to do.
    fn slow(&self, cluster: &Cluster) -> usize {
        if self.slow_max >= self.nodes {
            return 0;
        }
        let all = cluster.processes.iter().enumerate();
        let slow = all.filter(|(number, process)| {
            let now = self.clock(cluster, *number);
            process.is_alive && !process.node.clone().poll(now).is_empty()
        });
        slow.count()
    }

    fn answers(&self, cluster: &mut Cluster, number: usize) {
        let in_force = cluster.processes[number].node.in_force();
        cluster.answered = in_force.max(cluster.answered);
    }

    fn go_on(&self, cluster: &mut Cluster, number: usize, hold: Option<Hold>) -> Option<()> {
        let now = self.clock(cluster, number);
        let process = &mut cluster.processes[number];
        let progress = process.go_on(&mut cluster.database, now, hold, self.bug);
        if !progress.did_something || hold.is_some() && !progress.has_held {
            return None;
        }
        if hold.is_some() {
            cluster.budget.holds -= 1;
        }
        if progress.notifies {
            cluster.notify(number);
        }
        if !progress.wakes.is_empty() {
            for process in cluster.processes.iter_mut() {
                process.woken.extend(progress.wakes.iter().copied());
            }
        }
        self.answers(cluster, number);
        Some(())
    }

    fn arrive(&self, cluster: &mut Cluster, number: usize, lane: StepLane) -> Option<()> {
        let now = self.clock(cluster, number);
        let process = &mut cluster.processes[number];
        let at = process.held.iter().position(|held| held.lane == lane)?;
        match process.held[at].on_its_way.clone() {
            OnItsWay::ThereStill(step) => {
                let me = process.node.id();
                let (reply, notifies) = cluster.database.execute(me, &step, self.bug);
                process.held[at].on_its_way = OnItsWay::Back(reply);
                if notifies {
                    cluster.notify(number);
                }
            }
            OnItsWay::Back(reply) => {
                process.held.remove(at);
                process.node.reply(lane, reply, now);
            }
        }
        self.answers(cluster, number);
        Some(())
    }

    fn lose(&self, cluster: &mut Cluster, number: usize, lane: StepLane) -> Option<()> {
        let now = self.clock(cluster, number);
        let process = &mut cluster.processes[number];
        let at = process.held.iter().position(|held| held.lane == lane)?;
        let held = process.held.remove(at);
        process.node.reply(lane, StepReply::Failed, now);
        if let OnItsWay::ThereStill(step) = held.on_its_way {
            let id = process.node.id();
            cluster.forgotten.push(Forgotten::Step(id, step));
        }
        cluster.budget.losses -= 1;
        Some(())
    }

    fn record(&self, cluster: &mut Cluster, attempt: &Attempt) {
        let Attempt {
            node, shard, epoch, ..
        } = *attempt;
        let accepted = cluster.database.is_fenced(node, shard, epoch);
        let tenure = cluster.database.tenure(shard);
        let is_late = tenure != attempt.tenure;
        if accepted || self.bug == Some(Bug::NoFence) {
            cluster.has_late_write |= is_late;
        } else {
            cluster.has_refused = true;
        }
    }

    fn apply(&self, cluster: &mut Cluster, action: Action) -> Option<()> {
        match action {
            Action::Tick => cluster.time += 1,
            Action::GoOn(number, hold) => self.go_on(cluster, number, hold)?,
            Action::Drained(number) => {
                cluster.processes[number].drain().then_some(())?;
            }
            Action::Notified(number) => {
                let version = cluster.database.tables.catalog;
                let process = &mut cluster.processes[number];
                process.is_notified = false;
                process.node.notified(Some(version));
                self.go_on(cluster, number, None);
            }
            Action::Woken(number) => {
                let process = &mut cluster.processes[number];
                let shards = std::mem::take(&mut process.woken);
                process.wakes.as_mut()?.heard(shards);
                self.go_on(cluster, number, None);
            }
            Action::Arrives(number, lane) => self.arrive(cluster, number, lane)?,
            Action::Lost(number, lane) => self.lose(cluster, number, lane)?,
            Action::CarriedOut(number) => match cluster.forgotten.remove(number) {
                Forgotten::Step(node, step) => {
                    cluster.database.execute(node, &step, self.bug);
                }
                Forgotten::Record(attempt) => self.record(cluster, &attempt),
            },
            Action::Crash(number) => {
                cluster.budget.crashes -= 1;
                cluster.end(number);
            }
            Action::Start(number) => {
                cluster.budget.starts -= 1;
                cluster.end(number);
                cluster.start(self, number);
            }
            Action::Leave(number) => {
                cluster.budget.leaves -= 1;
                cluster.processes[number].node.leave();
            }
            Action::Change(number) => {
                cluster.budget.changes -= 1;
                cluster.database.tables.catalog.0 += 1;
                let version = cluster.database.tables.catalog;
                cluster.processes[number].node.changed(version);
                cluster.notify(number);
                if self.bug == Some(Bug::AnswersOnCommit) {
                    cluster.answered = version;
                }
            }
            Action::Begin(number, shard) => {
                let now = self.clock(cluster, number);
                let process = &mut cluster.processes[number];
                let epoch = process.node.may_start(shard, now)?;
                process.attempt = Some(Attempt {
                    node: process.node.id(),
                    shard,
                    epoch,
                    tenure: cluster.database.tenure(shard),
                });
            }
            Action::Record(number) => {
                let attempt = cluster.processes[number].attempt.take()?;
                self.record(cluster, &attempt);
            }
            Action::RecordLost(number) => {
                // The recorder makes it again: this one is nobody's.
                let attempt = cluster.processes[number].attempt.clone()?;
                cluster.budget.losses -= 1;
                cluster.forgotten.push(Forgotten::Record(attempt));
            }
            Action::Publish(number, shard) => {
                cluster.budget.deliveries -= 1;
                let now = self.clock(cluster, number);
                let process = &mut cluster.processes[number];
                process.wakes.as_mut()?.wrote(shard);
                // Its own engine has it from memory.
                let is_own = process.node.may_start(shard, now).is_some();
                cluster.database.due[usize::from(shard.number())] = !is_own;
            }
            Action::ClockSet(number, ahead) => {
                cluster.budget.jumps -= 1;
                cluster.processes[number].clock_ahead += ahead;
            }
        }
        Some(())
    }
}

impl Cluster {
    /// A process is gone; what it had sent may arrive yet.
    pub(crate) fn end(&mut self, number: usize) {
        let process = &mut self.processes[number];
        let id = process.node.id();
        for held in std::mem::take(&mut process.held) {
            if let OnItsWay::ThereStill(step) = held.on_its_way {
                self.forgotten.push(Forgotten::Step(id, step));
            }
        }
        if let Some(attempt) = process.attempt.take() {
            // Its record may have been on its way.
            self.forgotten.push(Forgotten::Record(attempt));
        }
        process.draining.clear();
        process.is_notified = false;
        process.woken.clear();
        process.is_alive = false;
    }

    /// A process begins with what the catalog has by then.
    pub(crate) fn start(&mut self, model: &ClusterModel, number: usize) {
        let ahead = self.processes[number].clock_ahead;
        self.processes[number] = model.process(self.next_node, self.database.tables.catalog);
        self.processes[number].clock_ahead = ahead;
        self.next_node += 1;
    }

    fn notify(&mut self, from: usize) {
        let others = self.processes.iter_mut().enumerate();
        for (_, process) in others.filter(|(number, process)| *number != from && process.is_alive) {
            process.is_notified = true;
        }
    }
}

impl Model for ClusterModel {
    type State = Cluster;
    type Action = Action;

    fn init_states(&self) -> Vec<Cluster> {
        let mut cluster = Cluster {
            time: 0,
            database: Database::new(self.shards),
            processes: (1..=self.nodes as u64)
                .map(|id| self.process(id, CatalogVersion(0)))
                .collect(),
            forgotten: Vec::new(),
            next_node: self.nodes as u64 + 1,
            budget: self.budget,
            answered: CatalogVersion(0),
            has_late_write: false,
            has_refused: false,
            end: self.time_max,
        };
        for process in &mut cluster.processes[self.alive.min(self.nodes)..] {
            process.is_alive = false;
        }
        if self.begins_settled {
            assert!(recovers(self, &mut cluster), "{cluster:?}");
            cluster.end += cluster.time;
        }
        vec![cluster]
    }

    fn actions(&self, cluster: &Cluster, actions: &mut Vec<Action>) {
        let Budget {
            holds,
            losses,
            crashes,
            starts,
            leaves,
            changes,
            deliveries,
            jumps,
        } = cluster.budget;
        if cluster.time < cluster.end && self.slow(cluster) <= self.slow_max {
            actions.push(Action::Tick);
        }
        for (number, process) in cluster.processes.iter().enumerate() {
            if starts > 0 && (!process.is_alive || process.node.ended().is_some()) {
                actions.push(Action::Start(number));
            }
            if !process.is_alive {
                continue;
            }
            if crashes > 0 {
                actions.push(Action::Crash(number));
            }
            actions.push(Action::GoOn(number, None));
            if holds > 0 {
                for lane in [StepLane::Lease, StepLane::Shards, StepLane::Catalog] {
                    actions.push(Action::GoOn(number, Some(Hold::Request(lane))));
                    actions.push(Action::GoOn(number, Some(Hold::Reply(lane))));
                }
            }
            for held in &process.held {
                actions.push(Action::Arrives(number, held.lane));
                if losses > 0 {
                    actions.push(Action::Lost(number, held.lane));
                }
            }
            if !process.draining.is_empty() {
                actions.push(Action::Drained(number));
            }
            if process.is_notified {
                actions.push(Action::Notified(number));
            }
            if !process.woken.is_empty() {
                actions.push(Action::Woken(number));
            }
            if leaves > 0 {
                actions.push(Action::Leave(number));
            }
            if changes > 0 && process.node.applied_version() == cluster.database.tables.catalog {
                actions.push(Action::Change(number));
            }
            if number < self.attempting {
                match process.attempt {
                    None => actions.extend(
                        self.shard_numbers()
                            .map(|shard| Action::Begin(number, shard)),
                    ),
                    Some(_) => {
                        actions.push(Action::Record(number));
                        if losses > 0 {
                            actions.push(Action::RecordLost(number));
                        }
                    }
                }
            }
            if deliveries > 0 {
                let shards = self.shard_numbers();
                actions.extend(shards.map(|shard| Action::Publish(number, shard)));
            }
            if jumps > 0 {
                let length = self.lease_ms as i64;
                match self.bug {
                    Some(Bug::LeaseByWallClock) => {
                        actions.push(Action::ClockSet(number, -length));
                    }
                    // Who sets it a whole lease forward ends the node's own lease, too.
                    Some(Bug::GoneByWallClock) => {
                        actions.push(Action::ClockSet(number, length * 3 / 5));
                    }
                    _ => {}
                }
            }
        }
        let forgotten = 0..cluster.forgotten.len();
        actions.extend(forgotten.map(Action::CarriedOut));
    }

    fn next_state(&self, last: &Cluster, action: Action) -> Option<Cluster> {
        let mut cluster = last.clone();
        self.apply(&mut cluster, action)?;
        Some(cluster)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(ONE_STARTER, |model: &Self, cluster: &Cluster| {
                let mut shards = model.shard_numbers();
                shards.all(|shard| model.starters(cluster, shard) <= 1)
            }),
            Property::always(NO_LATE_WRITE, |_: &Self, cluster: &Cluster| {
                !cluster.has_late_write
            }),
            Property::always(IN_FORCE, |model: &Self, cluster: &Cluster| {
                let mut all = cluster.processes.iter().enumerate();
                all.all(|(number, process)| {
                    let now = model.clock(cluster, number);
                    let may_act = process.is_alive && process.node.is_ready(now);
                    !may_act || process.node.applied_version() >= cluster.answered
                })
            }),
            Property::always(RECOVERS, |model: &Self, cluster: &Cluster| {
                cluster.time < cluster.end || recovers(model, &mut cluster.clone())
            }),
        ];
        // What has to happen somewhere, or nothing was checked.
        let lasts = self.time_max > self.options().gone_after().as_millis() as i64;
        if self.nodes > 1 && lasts {
            properties.push(Property::sometimes(
                "a node is buried",
                |_: &Self, cluster: &Cluster| {
                    let ended = |process: &Process| process.node.ended() == Some(NodeEnd::Buried);
                    cluster.processes.iter().any(ended)
                },
            ));
        }
        if self.budget.changes > 0 {
            properties.push(Property::sometimes(
                "a change is answered",
                |_: &Self, cluster: &Cluster| cluster.answered > CatalogVersion(0),
            ));
        }
        if self.attempting > 0 {
            properties.push(Property::sometimes(
                "a late write is refused",
                |_: &Self, cluster: &Cluster| cluster.has_refused,
            ));
        }
        if let Some(only) = self.only {
            properties.retain(|property| property.name == only);
        }
        properties
    }
}

/// No two nodes may start something in one shard at the same time.
pub(crate) const ONE_STARTER: &str = "one starter a shard";
/// What was begun in one time of a shard is not recorded in another.
pub(crate) const NO_LATE_WRITE: &str = "a late writer changes nothing";
/// An answered change is applied wherever something may be done.
pub(crate) const IN_FORCE: &str = "an answered change is in force";
/// Whatever has happened: once all goes well, every shard has an owner, every change is answered, all that is due is looked at.
pub(crate) const RECOVERS: &str = "it recovers";
