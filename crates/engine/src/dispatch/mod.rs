//! The one task that owns all lanes: hears what is new, has due deliveries looked up, starts whose turn it is.
//!
//! It waits for nothing but news, so that no receiver, look or lane can hold it up: attempts and looks are tasks
//! of its own, which end in a [`Report`], and are aborted when it is.

mod look;
pub(crate) mod questions;

use std::{future::pending, sync::Arc, time::Duration};

use nuncio_domain::{Clock, Progress, Timestamp, Trigger};
use nuncio_store::{Due, EndpointKey, Feed, Fresh, FreshTarget, Notices, StoreError, Work};
use tokio::{
    sync::{Notify, watch},
    task::{JoinError, JoinSet},
};

use crate::{
    delivery::{courier::Courier, ended::Ended},
    dispatch::{
        look::look,
        questions::{Question, Questions},
    },
    lane::query::Look,
    lanes::{Lanes, NextAttempt, NextLook},
    limits::Limits,
    memory::payload_bytes,
    verify::ToVerify,
};

/// How many fresh events are heard before lanes get their turns again: some milliseconds' worth at full load.
const FRESH_MAX: usize = 256;
/// How long after the store could not say what is pending it is asked again.
const RECOVER_AGAIN: Duration = Duration::from_secs(1);

/// What the dispatcher's tasks end with.
enum Report {
    /// An attempt is over and recorded, or was not made.
    Ended(Ended),
    /// A look is over.
    Looked(Look),
}

/// The owner of all lanes.
pub(crate) struct Dispatcher {
    lanes: Lanes,
    store: Arc<dyn Work>,
    clock: Arc<dyn Clock>,
    courier: Arc<Courier>,
    feed: Arc<Feed>,
    tell: Tell,
    questions: Questions,
    stopping: watch::Receiver<bool>,
    tasks: JoinSet<Report>,
}

/// Who else wants to know what the dispatcher hears.
pub(crate) struct Tell {
    /// A job was started.
    pub(crate) jobs: Arc<Notify>,
    /// A handshake is to be made.
    pub(crate) to_verify: Arc<ToVerify>,
}

impl Dispatcher {
    pub(crate) fn new(
        limits: Limits,
        courier: Arc<Courier>,
        tell: Tell,
        questions: Questions,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            lanes: Lanes::new(limits),
            store: Arc::clone(&courier.store),
            clock: Arc::clone(&courier.clock),
            feed: courier.store.feed(),
            courier,
            tell,
            questions,
            stopping,
            tasks: JoinSet::new(),
        }
    }

    /// Works until the engine stops and the last attempt in flight has ended.
    pub(crate) async fn run(mut self) {
        self.recover().await;
        while !*self.stopping.borrow() {
            self.advance();
            let next_time = self.lanes.next_time();
            tokio::select! {
                Some(report) = self.tasks.join_next() => self.take_all(report),
                notices = self.feed.next(FRESH_MAX) => self.hear(notices).await,
                () = sleep_until(&*self.clock, next_time) => {}
                question = self.questions.next() => self.answer(question),
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
            match self.find_pending().await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(%error, "the pending deliveries can't be found: trying again");
                    let again = self.clock.steady() + RECOVER_AGAIN;
                    tokio::select! {
                        () = self.clock.sleep_until(again) => {}
                        _ = self.stopping.changed() => {}
                    }
                }
            }
        }
    }

    /// What the store has of the time before: pauses, and who has pending deliveries.
    async fn find_pending(&mut self) -> Result<(), StoreError> {
        let now = self.clock.steady();
        let paused = self.store.paused_endpoints(now).await?;
        let due = self.store.due_endpoints().await?;
        for (endpoint, until) in paused {
            self.lanes.note_pause(endpoint, until, now);
        }
        for (endpoint, at) in due {
            self.lanes.note_due(endpoint, at);
        }
        Ok(())
    }

    /// Starts all that can be started now.
    fn advance(&mut self) {
        let now = self.clock.steady();
        self.lanes.refresh(now);
        while let Some(next) = self.lanes.next_attempt(now) {
            self.start_attempt(next);
        }
        while let Some(next) = self.lanes.next_look(now) {
            self.start_look(next, now);
        }
    }

    fn start_attempt(&mut self, next: NextAttempt) {
        let NextAttempt {
            endpoint,
            due,
            ticket,
            keys,
        } = next;
        let courier = Arc::clone(&self.courier);
        self.tasks.spawn(async move {
            Report::Ended(Ended {
                endpoint,
                delivery: due.delivery,
                payload_bytes: payload_bytes(&due),
                ticket,
                attempted: courier.deliver(endpoint, &due, &keys).await,
            })
        });
    }

    fn start_look(&mut self, next: NextLook, now: Timestamp) {
        let store = Arc::clone(&self.store);
        self.tasks.spawn(async move {
            Report::Looked(look(store, next.endpoint, now, next.query).await)
        });
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
        let now = self.clock.steady();
        match report {
            Ok(Report::Ended(ended)) => self.lanes.attempt_ended(&ended, now),
            Ok(Report::Looked(look)) => {
                // Asked now: what was heard meanwhile is with its lane.
                let unheard = self.feed.unheard(look.found());
                self.lanes.look_ended(look, unheard, now);
            }
            Err(error) => tracing::error!(%error, "a task of the engine broke off"),
        }
    }

    async fn hear(&mut self, notices: Notices) {
        for fresh in notices.fresh {
            self.hear_fresh(fresh).await;
        }
        if notices.all_heard {
            self.lanes.all_heard();
        }
        let now = self.clock.steady();
        for (endpoint, until) in notices.paused {
            self.lanes.note_pause(endpoint, until, now);
        }
        for (endpoint, at) in notices.due {
            self.lanes.note_news(endpoint, at);
        }
        for endpoint in notices.changed {
            self.hear_changed(endpoint).await;
        }
        if notices.jobs {
            self.tell.jobs.notify_one();
        }
    }

    async fn hear_fresh(&mut self, fresh: Fresh) {
        for target in &fresh.targets {
            if !self.lanes.has_overtaken(target.delivery) && self.open(target.endpoint).await {
                self.lanes
                    .queue_fresh(target.endpoint, first(&fresh, *target));
            }
        }
    }

    /// Sees to it that an endpoint has a lane for fresh work. False if it may get nothing now: then its deliveries
    /// stay in the store, and the endpoint's next change is heard.
    async fn open(&mut self, endpoint: EndpointKey) -> bool {
        if self.lanes.is_open(endpoint) {
            return true;
        }
        let sending = self.store.sending(endpoint).await;
        let Some(sending) = sending.filter(|sending| sending.waiting.is_none()) else {
            return false;
        };
        self.lanes.open(endpoint, &sending);
        true
    }

    async fn hear_changed(&mut self, endpoint: EndpointKey) {
        let sending = self.store.sending(endpoint).await;
        let now = self.clock.steady();
        let verification = sending
            .as_ref()
            .map(|sending| &sending.endpoint.verification);
        if verification.is_some_and(|verification| verification.next_at.is_some()) {
            self.tell.to_verify.note(endpoint, now);
        }
        self.lanes.changed(endpoint, sending.as_deref(), now);
    }

    /// Answers whoever looks at lanes. It may have gone by now.
    fn answer(&self, question: Question) {
        match question {
            Question::Lane {
                endpoint,
                delivery,
                answer,
            } => {
                let now = self.clock.steady();
                let _ = answer.send(self.lanes.view(endpoint, delivery, now));
            }
            Question::Totals { answer } => {
                let _ = answer.send(self.lanes.totals(self.clock.steady()));
            }
        }
    }
}

/// The first attempt of a fresh delivery.
fn first(fresh: &Fresh, target: FreshTarget) -> Due {
    Due {
        delivery: target.delivery,
        event_key: fresh.event_key,
        generation: 0,
        event: Arc::clone(&fresh.event),
        progress: Progress::new(fresh.due, Trigger::Schedule),
        last_error: None,
        ordering: fresh.ordering,
    }
}

async fn sleep_until(clock: &dyn Clock, at: Option<Timestamp>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => pending().await,
    }
}
