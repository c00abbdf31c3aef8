//! One node: what it asks of the database, and what it may do.

use nuncio_domain::Timestamp;

use crate::{
    CatalogVersion, ClusterView, Epoch, NodeId, NodeOptions, NodeStep, Owned, Shard, StepLane,
    StepReply,
    parts::{
        catalog::CatalogProgress,
        holdings::Holdings,
        lanes::{Lanes, Sent},
        lease::Lease,
        share::{choose, share},
        watch::Watch,
    },
};

/// One life of one node, from its entry to its end. See the crate for how it is driven. All times are readings of this
/// node's own steady clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    id: NodeId,
    options: NodeOptions,
    lease: Lease,
    /// When the next renewal is due; `None` until the node has entered.
    renew_at: Option<Timestamp>,
    is_leaving: bool,
    /// Whether the others know that.
    has_told_leaving: bool,
    ended: Option<NodeEnd>,
    watch: Watch,
    holdings: Holdings,
    catalog: CatalogProgress,
    catching_up: CatchingUp,
    lanes: Lanes,
    /// What the last look has shown, as far as nothing was done about it yet.
    free: Vec<Shard>,
    /// Those that shards are shared among, ascending; this node among them unless it leaves.
    sharers: Vec<NodeId>,
    look: NextLook,
}

/// How a life has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeEnd {
    /// As it was asked to.
    Left,
    /// The others have taken it for gone. A process that lives begins anew, with a new id.
    Buried,
}

/// After it has entered, and after it was without a lease, a node applies what is committed before it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum CatchingUp {
    /// It is not known what is committed.
    Unknown,
    /// This is.
    To(CatalogVersion),
    Done,
}

/// When to look at the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum NextLook {
    /// As soon as it is possible.
    Now,
    At(Timestamp),
}

impl Node {
    /// A node that has not entered yet, whose mirror of the catalog is at `applied`.
    pub fn new(id: NodeId, options: NodeOptions, applied: CatalogVersion) -> Self {
        Self {
            id,
            options,
            lease: Lease::new(options.lease),
            renew_at: None,
            is_leaving: false,
            has_told_leaving: false,
            ended: None,
            watch: Watch::new(options.gone_after()),
            holdings: Holdings::default(),
            catalog: CatalogProgress::new(applied),
            catching_up: CatchingUp::Unknown,
            lanes: Lanes::default(),
            free: Vec::new(),
            sharers: Vec::new(),
            look: NextLook::Now,
        }
    }

    // What the driver tells it.

    /// The steps to begin now. `now` has to be read before the first of them is sent.
    pub fn poll(&mut self, now: Timestamp) -> Vec<NodeStep> {
        if self.ended.is_some() {
            return Vec::new();
        }
        self.lanes.wake(now);
        let mut steps = Vec::new();
        steps.extend(self.drain());
        let lanes = [StepLane::Lease, StepLane::Shards, StepLane::Catalog];
        for lane in lanes {
            if !self.lanes.is_free(lane) {
                continue;
            }
            let step = match lane {
                StepLane::Lease => self.lease_step(now),
                StepLane::Shards => self.shards_step(now),
                StepLane::Catalog => self.catalog_step(),
            };
            if let Some(step) = step {
                self.lanes.begin(&step, now);
                steps.push(step);
            }
        }
        steps
    }

    /// What came of the step that is under way in a lane.
    pub fn reply(&mut self, lane: StepLane, reply: StepReply, now: Timestamp) {
        let Some(sent) = self.lanes.end(lane) else {
            return;
        };
        if self.ended.is_some() {
            return;
        }
        match (sent.step.clone(), reply) {
            (NodeStep::Join { applied }, StepReply::Renewed) => {
                self.catalog.reported = applied;
                self.renewed(sent.at, now);
            }
            (
                NodeStep::Renew {
                    applied, leaving, ..
                },
                StepReply::Renewed,
            ) => {
                self.catalog.reported = applied;
                self.has_told_leaving |= leaving;
                self.renewed(sent.at, now);
            }
            (NodeStep::Renew { .. }, StepReply::Buried) => self.end(if self.is_leaving {
                // It has left without hearing that it had, or has come to the same end.
                NodeEnd::Left
            } else {
                NodeEnd::Buried
            }),
            (NodeStep::Leave, StepReply::Left) => self.end(NodeEnd::Left),
            (NodeStep::Look, StepReply::Looked(view)) => self.looked(&view, &sent, now),
            (NodeStep::Bury { node, .. }, StepReply::BuryEnded) => {
                self.watch.forget(node);
                self.look = NextLook::Now;
            }
            (NodeStep::Take { shards }, StepReply::Taken(taken)) => {
                if taken.len() < shards.len() {
                    self.look = NextLook::Now;
                }
                self.holdings.take(taken, self.is_leaving);
            }
            (NodeStep::Release { shards }, StepReply::Released) => self.holdings.released(&shards),
            (NodeStep::CatchUp { .. }, StepReply::CaughtUp(version)) => self.applied(version),
            (_, StepReply::Failed) => {
                self.lanes.rest(lane, now + self.options.retry_after());
                if lane == StepLane::Shards {
                    // It may have been carried out, or will be.
                    self.look = NextLook::Now;
                }
            }
            (step, reply) => debug_assert!(false, "{step:?} has no such reply: {reply:?}"),
        }
    }

    /// Something about the cluster has changed; with a version, the catalog.
    pub fn notified(&mut self, version: Option<CatalogVersion>) {
        if let Some(version) = version {
            self.catalog.heard_of(version);
        }
        self.look = NextLook::Now;
    }

    /// A version of the catalog is committed, by what a statement said that found itself behind.
    pub fn heard_of(&mut self, version: CatalogVersion) {
        self.catalog.heard_of(version);
    }

    /// A change that was made here is committed and in the mirror, which had all before it. Its author waits until it is
    /// [in force](Self::in_force).
    pub fn changed(&mut self, version: CatalogVersion) {
        self.applied(version);
        self.catalog.awaits(version);
        self.look = NextLook::Now;
    }

    /// Nothing is in flight any more in shards that [`Drain`](NodeStep::Drain) named, and all of it is recorded.
    pub fn drained(&mut self, shards: impl IntoIterator<Item = Shard>) {
        self.holdings.drained(shards);
    }

    /// The node is to stop: it drains and releases its shards, and then leaves. Nothing is started from now on.
    pub fn leave(&mut self) {
        self.is_leaving = true;
    }

    // What it knows.

    /// Its id.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// When to poll again, if nothing is told before. Later than the last poll.
    pub fn next_poll(&self) -> Option<Timestamp> {
        if self.ended.is_some() {
            return None;
        }
        let look = match self.look {
            NextLook::Now => None,
            NextLook::At(at) => Some(at),
        };
        let all = [
            self.lanes.next(StepLane::Lease, self.renew_at),
            self.lanes.next(StepLane::Shards, look),
            self.lanes.next(StepLane::Catalog, None),
        ];
        all.into_iter().flatten().min()
    }

    /// How it has ended, if it has.
    pub fn ended(&self) -> Option<NodeEnd> {
        self.ended
    }

    /// Whether requests may be answered: it has a lease, and has applied what was committed before it.
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.is_up_to_date() && self.lease.is_valid(now)
    }

    /// The epoch under which something may be started in a shard at `now`; `None` if nothing may.
    pub fn may_start(&self, shard: Shard, now: Timestamp) -> Option<Epoch> {
        let may = self.is_ready(now) && !self.is_leaving;
        may.then(|| self.holdings.working_in(shard)).flatten()
    }

    /// The same for all shards, to be asked by others: it has the lease's end in it.
    pub fn owned(&self) -> Owned {
        match self.lease.until() {
            Some(until) if !self.is_leaving && self.is_up_to_date() => {
                Owned::leased(self.holdings.working(), until)
            }
            _ => Owned::none(),
        }
    }

    /// When its lease ends.
    pub fn lease_until(&self) -> Option<Timestamp> {
        self.lease.until()
    }

    /// The last change of the catalog that is applied here.
    pub fn applied_version(&self) -> CatalogVersion {
        self.catalog.applied
    }

    /// The last change of the catalog that every node has applied that may act: this one and those before can be answered.
    pub fn in_force(&self) -> CatalogVersion {
        self.catalog.in_force
    }

    /// The nodes that have not applied a version as far as is known; `None` as long as nobody has looked since it was made.
    pub fn waits_for(&self, version: CatalogVersion) -> Option<Vec<NodeId>> {
        self.catalog.waits_for(version)
    }

    /// Whether another node's count has stood still for too long.
    pub fn is_gone(&self, node: NodeId) -> bool {
        self.watch.is_gone(node)
    }

    // What it does next.

    fn lease_step(&self, now: Timestamp) -> Option<NodeStep> {
        let applied = self.catalog.applied;
        let Some(renew_at) = self.renew_at else {
            return Some(NodeStep::Join { applied });
        };
        let is_done = self.has_told_leaving && self.holdings.is_empty();
        if is_done && self.lanes.is_idle(StepLane::Shards) {
            return Some(NodeStep::Leave);
        }
        let leaving = self.is_leaving;
        let notify = applied > self.catalog.reported || leaving != self.has_told_leaving;
        (notify || renew_at <= now).then_some(NodeStep::Renew {
            applied,
            leaving,
            notify,
        })
    }

    fn shards_step(&mut self, now: Timestamp) -> Option<NodeStep> {
        // Before it has entered there is nothing to look at.
        self.renew_at?;
        let shards = self.holdings.releasable();
        if !shards.is_empty() {
            return Some(NodeStep::Release { shards });
        }
        if self.is_ready(now) && !self.is_leaving {
            if let Some((node, renewals)) = self.watch.first_gone() {
                return Some(NodeStep::Bury { node, renewals });
            }
            if let Some(shards) = self.wanted() {
                return Some(NodeStep::Take { shards });
            }
        }
        let due = match self.look {
            NextLook::Now => true,
            NextLook::At(at) => at <= now,
        };
        due.then(|| {
            self.look = NextLook::At(now + self.options.look_every);
            NodeStep::Look
        })
    }

    fn catalog_step(&self) -> Option<NodeStep> {
        let applied = self.catalog.applied;
        (applied < self.catalog.committed).then_some(NodeStep::CatchUp { applied })
    }

    /// Free shards that this node is to have. They are asked for once a look.
    fn wanted(&mut self) -> Option<Vec<Shard>> {
        let place = self.place()?;
        let missing = self.share().saturating_sub(self.holdings.working().count());
        let free = std::mem::take(&mut self.free);
        let shards = choose(&free, missing, place, self.sharers.len());
        (!shards.is_empty()).then_some(shards)
    }

    /// Stops work in what is beyond this node's share.
    fn drain(&mut self) -> Option<NodeStep> {
        let keep = if self.is_leaving {
            0
        } else {
            self.place()?;
            self.share()
        };
        let shards = self.holdings.drain_beyond(keep);
        (!shards.is_empty()).then_some(NodeStep::Drain { shards })
    }

    fn share(&self) -> usize {
        self.place().map_or(0, |place| {
            share(self.options.shard_count, place, self.sharers.len())
        })
    }

    fn place(&self) -> Option<usize> {
        self.sharers.iter().position(|node| *node == self.id)
    }

    fn is_up_to_date(&self) -> bool {
        self.ended.is_none() && self.catching_up == CatchingUp::Done
    }

    // What follows from a reply.

    fn renewed(&mut self, sent: Timestamp, now: Timestamp) {
        self.renew_at = Some(sent + self.options.renew_every());
        if self.lease.renewed(sent, now) {
            self.catching_up = CatchingUp::Unknown;
            self.lanes.make_stale(StepLane::Shards);
            self.watch.begin_anew(now);
            self.look = NextLook::Now;
        }
    }

    fn looked(&mut self, view: &ClusterView, sent: &Sent, now: Timestamp) {
        if !view.nodes.iter().any(|row| row.node == self.id) {
            self.end(NodeEnd::Buried);
            return;
        }
        self.watch.saw(self.id, view, sent.at, now);
        self.holdings
            .reconcile(self.id, &view.shards, self.is_leaving);
        self.catalog.saw(self.id, view);
        if self.catching_up == CatchingUp::Unknown && !sent.is_stale {
            self.catching_up = CatchingUp::To(view.catalog);
        }
        self.applied(self.catalog.applied);
        let free = view.shards.iter().filter(|row| row.owner.is_none());
        self.free = free.map(|row| row.shard).collect();
        let sharers = view.nodes.iter().filter(|row| {
            let leaves = row.leaving || row.node == self.id && self.is_leaving;
            !leaves && !self.watch.is_gone(row.node)
        });
        self.sharers = sharers.map(|row| row.node).collect();
        self.sharers.sort_unstable();
        self.plan_look(now);
    }

    /// Looks when somebody who stands still could be gone, and soon while a change waits for its answer.
    fn plan_look(&mut self, now: Timestamp) {
        let NextLook::At(at) = self.look else {
            return;
        };
        let at = self.watch.next_gone().map_or(at, |gone| gone.min(at));
        let at = if self.catalog.is_awaited() {
            at.min(now + self.options.look_awaiting())
        } else {
            at
        };
        self.look = NextLook::At(at);
    }

    fn applied(&mut self, version: CatalogVersion) {
        self.catalog.applied(version);
        if let CatchingUp::To(least) = self.catching_up
            && least <= self.catalog.applied
        {
            self.catching_up = CatchingUp::Done;
        }
    }

    fn end(&mut self, end: NodeEnd) {
        self.ended = Some(end);
        self.holdings = Holdings::default();
    }
}
