//! A process of the model: a node, its driver, and one attempt that may be in flight.

use std::{collections::BTreeSet, time::Duration};

use nuncio_cluster::{
    CatalogVersion, Epoch, Node, NodeId, NodeOptions, NodeStep, Shard, StepLane, StepReply,
    WakeStep, WakeUps,
};
use nuncio_domain::Timestamp;

use crate::{bug::Bug, database::Database};

/// Two ticks.
const SWEEP_EVERY: Duration = Duration::from_millis(2);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) node: Node,
    /// How its clock differs from the true one, ms.
    pub(crate) clock_ahead: i64,
    pub(crate) is_alive: bool,
    /// Steps that were held up on their way, or whose replies were.
    pub(crate) held: Vec<Held>,
    pub(crate) draining: BTreeSet<Shard>,
    pub(crate) attempt: Option<Attempt>,
    /// Whether a notification is on its way to it.
    pub(crate) is_notified: bool,
    /// Shards that it is being woken for.
    pub(crate) woken: BTreeSet<Shard>,
    pub(crate) wakes: Option<WakeUps>,
}

/// A step that takes its time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Held {
    pub(crate) lane: StepLane,
    pub(crate) on_its_way: OnItsWay,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OnItsWay {
    ThereStill(NodeStep),
    Back(StepReply),
}

/// An attempt that has begun, and whose outcome is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Attempt {
    pub(crate) node: NodeId,
    pub(crate) shard: Shard,
    pub(crate) epoch: Epoch,
    /// The real one, which nobody in the model can see.
    pub(crate) tenure: u8,
}

/// Which part of a step is held up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Hold {
    Request(StepLane),
    Reply(StepLane),
}

/// What came of letting a process go on.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) did_something: bool,
    /// Whether what was to be held up was there.
    pub(crate) has_held: bool,
    pub(crate) notifies: bool,
    /// Owners to be woken.
    pub(crate) wakes: BTreeSet<Shard>,
}

impl Process {
    pub(crate) fn new(
        id: NodeId,
        options: NodeOptions,
        applied: CatalogVersion,
        with_wakes: bool,
    ) -> Self {
        Self {
            node: Node::new(id, options, applied),
            clock_ahead: 0,
            is_alive: true,
            held: Vec::new(),
            draining: BTreeSet::new(),
            attempt: None,
            is_notified: false,
            woken: BTreeSet::new(),
            wakes: with_wakes.then(|| WakeUps::new(true, SWEEP_EVERY)),
        }
    }

    /// Polls once and carries out what is to be done, all at once but for what is to be held up.
    pub(crate) fn go_on(
        &mut self,
        database: &mut Database,
        now: Timestamp,
        hold: Option<Hold>,
        bug: Option<Bug>,
    ) -> Progress {
        let mut progress = Progress::default();
        let steps = self.node.poll(now);
        assert!(
            self.node.next_poll().is_none_or(|next| next > now),
            "the driver would never sleep: {:?} at {now:?}",
            self.node
        );
        for step in steps {
            progress.did_something = true;
            let Some(lane) = step.lane() else {
                if let NodeStep::Drain { shards } = step {
                    self.draining.extend(shards);
                }
                continue;
            };
            if hold == Some(Hold::Request(lane)) {
                progress.has_held = true;
                let on_its_way = OnItsWay::ThereStill(step);
                self.held.push(Held { lane, on_its_way });
                continue;
            }
            let (reply, notifies) = database.execute(self.node.id(), &step, bug);
            progress.notifies |= notifies;
            if hold == Some(Hold::Reply(lane)) {
                progress.has_held = true;
                let on_its_way = OnItsWay::Back(reply);
                self.held.push(Held { lane, on_its_way });
            } else {
                self.node.reply(lane, reply, now);
            }
        }
        self.look_for_work(database, now, bug, &mut progress);
        progress
    }

    /// As often as there is something to do.
    pub(crate) fn settle(&mut self, database: &mut Database, now: Timestamp, bug: Option<Bug>) {
        for _ in 0..20 {
            self.drain();
            if !self.go_on(database, now, None, bug).did_something {
                return;
            }
        }
        panic!("the driver would never rest: {:?}", self.node);
    }

    /// Says what is drained: where no attempt is in flight.
    pub(crate) fn drain(&mut self) -> bool {
        let busy = self.attempt.as_ref().map(|attempt| attempt.shard);
        let idle = self
            .draining
            .iter()
            .filter(|shard| busy != Some(**shard))
            .copied();
        let idle: Vec<Shard> = idle.collect();
        self.draining.retain(|shard| !idle.contains(shard));
        self.node.drained(idle.iter().copied());
        !idle.is_empty()
    }

    fn look_for_work(
        &mut self,
        database: &mut Database,
        now: Timestamp,
        bug: Option<Bug>,
        progress: &mut Progress,
    ) {
        let Some(wakes) = &mut self.wakes else {
            return;
        };
        wakes.owns(&self.node.owned());
        // One who looks only when it is woken never knows that it is time.
        let now = match bug {
            Some(Bug::LooksOnlyWhenWoken) => Timestamp::from_ms(0),
            _ => now,
        };
        for step in wakes.poll(now) {
            progress.did_something = true;
            match step {
                WakeStep::Notify { shards } => {
                    progress.wakes.extend(shards);
                    wakes.notify_ended(true);
                }
                WakeStep::Search { shards } => {
                    for (shard, epoch) in shards {
                        if database.is_fenced(self.node.id(), shard, epoch) {
                            database.due[usize::from(shard.number())] = false;
                        }
                    }
                    wakes.search_ended(Some(true), now);
                }
            }
        }
    }
}
