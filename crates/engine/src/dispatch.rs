//! The one task that owns all lanes: hears what is new, looks up what is due, starts whose turn it is.
//!
//! It never waits for anything but news, so that no store, receiver or lane can hold it up: attempts and looks
//! are tasks of its own, which end in a [`Report`], and are aborted when it is.

use std::{future::pending, sync::Arc, time::Duration};

use nuncio_domain::{Clock, DeliveryId, Progress, Timestamp, Trigger};
use nuncio_store::{Due, EndpointKey, Feed, Fresh, FreshTarget, Notices, Work};
use tokio::{
    sync::{Notify, watch},
    task::{JoinError, JoinSet},
};

use crate::{
    agenda::Agenda,
    deliver::Courier,
    hash::IdMap,
    lane::{Lane, Share, Start},
    limits::Limits,
    look::{Found, Look, look},
    memory::{Memory, payload_bytes},
    overtaken::Overtaken,
    turns::Turns,
};

/// How many fresh events are heard before lanes get their turns again: some milliseconds' worth at full load.
const FRESH_MAX: usize = 256;
/// How long after a failed look the next one is made.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What the dispatcher's tasks tell it.
#[derive(Debug)]
pub(crate) enum Report {
    /// An attempt is over and recorded, or was not made.
    Ended(Ended),
    /// A look is over.
    Looked(Look),
}

/// The end of an attempt.
#[derive(Debug)]
pub(crate) struct Ended {
    endpoint: EndpointKey,
    delivery: DeliveryId,
    payload_bytes: usize,
    /// How the delivery stands; `None` if no attempt was made or recorded.
    after: Option<Progress>,
}

/// The owner of all lanes.
pub(crate) struct Dispatcher {
    limits: Limits,
    store: Arc<dyn Work>,
    clock: Arc<dyn Clock>,
    courier: Arc<Courier>,
    feed: Arc<Feed>,
    jobs: Arc<Notify>,
    stopping: watch::Receiver<bool>,
    /// The attempts and the looks that are going on.
    tasks: JoinSet<Report>,
    lanes: IdMap<EndpointKey, Lane>,
    turns: Turns,
    /// When to look for due deliveries of an endpoint in the store.
    due: Agenda,
    /// When the rate limit of a lane lets it go on, or may be forgotten.
    wakes: Agenda,
    overtaken: Overtaken,
    memory: Memory,
    in_flight: usize,
    in_flight_bytes: usize,
    looks: usize,
    starts: u64,
}

impl Dispatcher {
    pub(crate) fn new(
        limits: Limits,
        courier: Arc<Courier>,
        jobs: Arc<Notify>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            limits,
            store: Arc::clone(&courier.store),
            clock: Arc::clone(&courier.clock),
            feed: courier.store.feed(),
            courier,
            jobs,
            stopping,
            tasks: JoinSet::new(),
            lanes: IdMap::default(),
            turns: Turns::default(),
            due: Agenda::default(),
            wakes: Agenda::default(),
            overtaken: Overtaken::default(),
            memory: Memory::new(&limits),
            in_flight: 0,
            in_flight_bytes: 0,
            looks: 0,
            starts: 0,
        }
    }

    /// Works until the engine stops and the last attempt in flight has ended.
    pub(crate) async fn run(mut self) {
        self.recover().await;
        while !*self.stopping.borrow() {
            self.advance();
            let next_time = self.next_time();
            tokio::select! {
                Some(report) = self.tasks.join_next() => self.take_all(report),
                notices = self.feed.next(FRESH_MAX) => self.hear(notices).await,
                () = sleep_until(&*self.clock, next_time) => {}
                _ = self.stopping.changed() => {}
            }
        }
        while let Some(report) = self.tasks.join_next().await {
            self.take(report);
        }
    }

    /// Finds the endpoints that have pending deliveries, after a start.
    async fn recover(&mut self) {
        while !*self.stopping.borrow() {
            match self.store.due_endpoints().await {
                Ok(endpoints) => {
                    for (endpoint, at) in endpoints {
                        self.due.note(endpoint, at);
                    }
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "the pending deliveries can't be found: trying again");
                    let again = self.clock.steady() + LOOK_AGAIN;
                    tokio::select! {
                        () = self.clock.sleep_until(again) => {}
                        _ = self.stopping.changed() => {}
                    }
                }
            }
        }
    }

    /// Does all that can be done now.
    fn advance(&mut self) {
        let now = self.clock.steady();
        while let Some(endpoint) = self.wakes.pop(now) {
            self.settle(endpoint, now);
        }
        self.start_looks(now);
        self.start_attempts(now);
        if self.memory.is_over() {
            self.relieve(now);
        }
        self.start_looks(now);
    }

    /// When to go on without any news.
    fn next_time(&self) -> Option<Timestamp> {
        let due = self.due.next().filter(|_| self.may_look());
        due.into_iter().chain(self.wakes.next()).min()
    }

    // News.

    async fn hear(&mut self, notices: Notices) {
        for fresh in notices.fresh {
            self.hear_fresh(fresh).await;
        }
        for (endpoint, at) in notices.due {
            self.due.note(endpoint, at);
        }
        for endpoint in notices.changed {
            self.hear_changed(endpoint).await;
        }
        if notices.jobs {
            self.jobs.notify_one();
        }
    }

    async fn hear_fresh(&mut self, fresh: Fresh) {
        for target in &fresh.targets {
            if !self.overtaken.contains(target.endpoint, fresh.event_key) {
                self.queue_fresh(&fresh, *target).await;
            }
        }
        self.overtaken.fed(fresh.event_key);
    }

    async fn queue_fresh(&mut self, fresh: &Fresh, target: FreshTarget) {
        let endpoint = target.endpoint;
        let lane = self.lanes.get(&endpoint);
        if !lane.is_some_and(Lane::knows_its_rate) && !self.open(endpoint).await {
            return;
        }
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return;
        };
        let due = Due {
            delivery: target.delivery,
            event_key: fresh.event_key,
            generation: 0,
            event: Arc::clone(&fresh.event),
            progress: Progress::new(fresh.due, Trigger::Schedule),
        };
        lane.queue_fresh(due, &self.limits, &mut self.memory);
        if !lane.in_turn {
            lane.in_turn = true;
            self.turns.push(endpoint);
        }
    }

    /// Makes a lane ready for fresh work, unless its endpoint may get nothing now: then its deliveries stay in the store, and the
    /// endpoint's next change is heard.
    async fn open(&mut self, endpoint: EndpointKey) -> bool {
        let sending = self.store.sending(endpoint).await;
        let Some(sending) = sending.filter(|sending| sending.waiting.is_none()) else {
            return false;
        };
        let lane = self.lanes.entry(endpoint).or_default();
        lane.limit_rate(sending.endpoint.rate_limit);
        true
    }

    /// A changed endpoint is looked at anew, and what its lane has queued with it: it may be disabled, deleted,
    /// enabled, or limited, and its deliveries cancelled.
    async fn hear_changed(&mut self, endpoint: EndpointKey) {
        let now = self.clock.steady();
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            if let Some(sending) = self.store.sending(endpoint).await {
                lane.limit_rate(sending.endpoint.rate_limit);
            }
            lane.give_back(&mut self.memory);
            self.settle(endpoint, now);
        } else {
            self.due.note(endpoint, now);
        }
    }

    /// Takes a report, and all that have come with it.
    fn take_all(&mut self, first: Result<Report, JoinError>) {
        let mut next = Some(first);
        while let Some(report) = next {
            self.take(report);
            next = self.tasks.try_join_next();
        }
    }

    fn take(&mut self, report: Result<Report, JoinError>) {
        match report {
            Ok(Report::Ended(ended)) => self.attempt_ended(&ended),
            Ok(Report::Looked(look)) => self.look_ended(look),
            Err(error) => tracing::error!(%error, "a task of the engine broke off"),
        }
    }

    fn attempt_ended(&mut self, ended: &Ended) {
        self.in_flight -= 1;
        self.in_flight_bytes -= ended.payload_bytes;
        if let Some(due) = ended.after.and_then(|after| after.due()) {
            self.due.note(ended.endpoint, due);
        }
        if let Some(lane) = self.lanes.get_mut(&ended.endpoint) {
            lane.end(ended.delivery, ended.payload_bytes);
            if ended.after.is_none() {
                lane.give_back(&mut self.memory);
            }
        }
        self.settle(ended.endpoint, self.clock.steady());
    }

    fn look_ended(&mut self, look: Look) {
        self.looks -= 1;
        let Some(lane) = self.lanes.get_mut(&look.endpoint) else {
            return;
        };
        match look.found {
            Ok(Some(Found { sending, batch })) => {
                lane.limit_rate(sending.endpoint.rate_limit);
                if let Some(newest) = batch.due.iter().map(|due| due.event_key).max() {
                    self.overtaken.looked(look.endpoint, newest);
                }
                let waits = sending.waiting.is_some();
                let next = lane.end_look(batch, look.asked, waits, &mut self.memory);
                if let Some(at) = next {
                    self.due.note(look.endpoint, at);
                }
            }
            Ok(None) => {
                lane.close(&mut self.memory);
                self.due.forget(look.endpoint);
            }
            Err(error) => {
                tracing::warn!(endpoint = look.endpoint.0, %error, "due deliveries can't be looked up: trying again");
                lane.fail_look();
                self.due.note(look.endpoint, look.asked + LOOK_AGAIN);
            }
        }
        self.settle(look.endpoint, self.clock.steady());
    }

    // What follows from the news.

    /// After anything has happened to a lane: gives it a turn, plans a look, or drops it.
    fn settle(&mut self, endpoint: EndpointKey, now: Timestamp) {
        let share = self.share();
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return;
        };
        if lane.has_queued() && !lane.in_turn {
            lane.in_turn = true;
            self.turns.push(endpoint);
        }
        let limited_until = lane.limited_until().filter(|until| *until > now);
        if lane.wants_look(share, now) {
            self.due.note(endpoint, now);
        } else if let Some(until) = limited_until {
            self.wakes.note(endpoint, until);
        } else if lane.is_idle() && !lane.in_turn {
            self.lanes.remove(&endpoint);
        }
    }

    /// What one lane may have now.
    fn share(&self) -> Share {
        let alone = self.lanes.len() <= 1;
        Share {
            attempts: self.limits.lane_cap(alone),
            bytes: self.limits.lane_bytes_cap(alone),
            // Half a queue at a time: looking for single deliveries would cost more than attempting them.
            look_below: if self.memory.is_tight() {
                1
            } else {
                self.limits.lane_queue_max.div_ceil(2)
            },
        }
    }

    /// Whether to fetch more: not while there is enough in memory that only waits for its turn.
    fn may_look(&self) -> bool {
        self.looks < self.limits.looks_max && (!self.memory.is_tight() || self.turns.is_empty())
    }

    fn start_looks(&mut self, now: Timestamp) {
        while self.may_look() {
            let Some(endpoint) = self.due.pop(now) else {
                return;
            };
            let share = self.share();
            let lane = self.lanes.entry(endpoint).or_default();
            lane.has_more();
            // One that wants none now gets it when it does.
            if lane.wants_look(share, now) {
                let limit = lane.begin_look(&self.limits, &self.memory);
                self.start_look(endpoint, now, limit);
            } else {
                self.settle(endpoint, now);
            }
        }
    }

    fn start_look(&mut self, endpoint: EndpointKey, now: Timestamp, limit: usize) {
        self.looks += 1;
        let store = Arc::clone(&self.store);
        let look = async move { Report::Looked(look(store, endpoint, now, limit).await) };
        self.tasks.spawn(look);
    }

    fn start_attempts(&mut self, now: Timestamp) {
        while self.in_flight < self.limits.in_flight_max
            && self.in_flight_bytes < self.limits.in_flight_bytes_max
        {
            let Some(endpoint) = self.turns.next() else {
                return;
            };
            self.turn(endpoint, now);
        }
    }

    /// One lane's turn: one attempt, and another turn if it could start more.
    fn turn(&mut self, endpoint: EndpointKey, now: Timestamp) {
        let share = self.share();
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return;
        };
        lane.in_turn = false;
        match lane.start(now, share, &mut self.memory) {
            Start::Go(due) => {
                self.starts += 1;
                lane.last_start = self.starts;
                let keys = Arc::clone(&lane.keys);
                self.start_attempt(endpoint, due, keys);
                self.settle(endpoint, now);
            }
            Start::NotBefore(at) => self.wakes.note(endpoint, at),
            Start::Full => {}
            Start::Empty => self.settle(endpoint, now),
        }
    }

    fn start_attempt(&mut self, endpoint: EndpointKey, due: Due, keys: Arc<crate::keys::KeyCache>) {
        let payload_bytes = payload_bytes(&due);
        self.in_flight += 1;
        self.in_flight_bytes += payload_bytes;
        let courier = Arc::clone(&self.courier);
        self.tasks.spawn(async move {
            Report::Ended(Ended {
                endpoint,
                delivery: due.delivery,
                payload_bytes,
                after: courier.deliver(endpoint, &due, &keys).await,
            })
        });
    }

    /// Memory is full: the lanes that have gone longest without a start give back what they have queued, until
    /// half is free. They look it up again when they can use it.
    fn relieve(&mut self, now: Timestamp) {
        let queued = self.lanes.iter().filter(|(_, lane)| lane.has_queued());
        let mut by_start: Vec<_> = queued
            .map(|(endpoint, lane)| (lane.last_start, *endpoint))
            .collect();
        by_start.sort_unstable();
        for (_, endpoint) in by_start {
            if !self.memory.is_tight() {
                return;
            }
            if let Some(lane) = self.lanes.get_mut(&endpoint) {
                lane.give_back(&mut self.memory);
            }
            self.settle(endpoint, now);
        }
    }
}

async fn sleep_until(clock: &dyn Clock, at: Option<Timestamp>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => pending().await,
    }
}
