//! The tail under random use: whatever happens, every target of every accepted event has exactly one state.

use std::collections::{HashMap, HashSet};

use nuncio_domain::{DeadReason, DeliveryId, Next, Selection, State};
use proptest::prelude::*;

use crate::{
    Sqlite,
    suite::{Piece, World},
};

/// What happens to a store.
#[derive(Clone, Debug)]
enum Step {
    Publish(usize),
    Attempt(usize, Outcome),
    Flush,
    Crash,
    Restart,
    Look,
}

#[derive(Clone, Copy, Debug)]
enum Outcome {
    Succeed,
    Retry,
    Die,
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop_oneof![
        Just(Outcome::Succeed),
        Just(Outcome::Retry),
        Just(Outcome::Die)
    ];
    prop_oneof![
        6 => (1usize..4).prop_map(Step::Publish),
        8 => (any::<usize>(), outcome).prop_map(|(which, outcome)| Step::Attempt(which, outcome)),
        2 => Just(Step::Flush),
        1 => Just(Step::Crash),
        1 => Just(Step::Restart),
        1 => Just(Step::Look),
    ]
}

/// What the test knows.
struct Ledger {
    world: World<Sqlite>,
    /// Every target that was accepted.
    targets: HashSet<DeliveryId>,
    /// Attempts that could be made.
    open: Vec<Piece>,
    /// Outcomes that were flushed, so that no crash may undo them.
    safe: HashMap<DeliveryId, State>,
    /// Outcomes that were recorded since.
    recorded: HashMap<DeliveryId, State>,
}

impl Ledger {
    async fn carry_out(&mut self, step: &Step) {
        match step {
            Step::Publish(count) => {
                let batch = (0..*count)
                    .map(|_| self.world.new_event("acme", "a"))
                    .collect();
                self.world.node().append(batch, None).await.unwrap();
                let mut fresh = self.world.fresh().await;
                // Where a retry is due, what was there before a crash is found again.
                fresh.retain(|piece| !self.targets.contains(&piece.delivery));
                assert_eq!(fresh.len(), 2 * count);
                self.targets
                    .extend(fresh.iter().map(|piece| piece.delivery));
                self.open.extend(fresh);
            }
            Step::Attempt(which, outcome) => {
                if !self.open.is_empty() {
                    let piece = self.open.swap_remove(which % self.open.len());
                    self.attempt(piece, *outcome).await;
                }
            }
            Step::Flush => {
                self.world.flush().await;
                self.safe.extend(self.recorded.drain());
            }
            Step::Crash => {
                self.world.crash().await;
                self.look_again().await;
            }
            Step::Restart => {
                self.safe.extend(self.recorded.drain());
                self.world.restart().await;
                self.look_again().await;
            }
            Step::Look => {
                self.safe.extend(self.recorded.drain());
                self.check().await;
            }
        }
    }

    async fn attempt(&mut self, piece: Piece, outcome: Outcome) {
        let (next, state) = match outcome {
            Outcome::Succeed => (Next::Succeed, State::Succeeded),
            Outcome::Retry => {
                let due = self.world.now();
                (Next::RetryAt(due), State::Pending { due })
            }
            Outcome::Die => {
                let reason = DeadReason::Exhausted;
                (Next::Die(reason), State::Dead(reason))
            }
        };
        self.world.finish(&piece, next).await;
        self.recorded.insert(piece.delivery, state);
        if let State::Pending { .. } = state {
            let mut again = piece;
            again.progress = again.progress.after(self.world.outcome(&again, next).done);
            self.open.push(again);
        }
    }

    /// After a start: what is due is all that is open.
    async fn look_again(&mut self) {
        self.recorded.clear();
        self.check().await;
        self.open = self.world.due_anywhere(self.world.now()).await;
    }

    async fn check(&self) {
        let rows = self
            .world
            .list(&self.world.whole(), Selection::default(), 250)
            .await;
        let listed: HashSet<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!(rows.len(), listed.len(), "each target once");
        assert_eq!(listed, self.targets, "no target lost, none made up");
        for row in rows {
            if let Some(state) = self.safe.get(&row.id)
                && !matches!(state, State::Pending { .. })
            {
                assert_eq!(row.progress.state, *state);
            }
        }
        let pending: HashSet<_> = self.world.in_state("pending").await.into_iter().collect();
        let due = self.world.due_anywhere(self.world.now()).await;
        let due: HashSet<_> = due.iter().map(|piece| piece.delivery).collect();
        assert_eq!(pending, due, "what is pending is found by the engine");
    }
}

fn run(steps: Vec<Step>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let world = World::<Sqlite>::new().await;
        world.endpoint().await;
        world.endpoint().await;
        let mut ledger = Ledger {
            world,
            targets: HashSet::new(),
            open: Vec::new(),
            safe: HashMap::new(),
            recorded: HashMap::new(),
        };
        for step in &steps {
            ledger.carry_out(step).await;
        }
        ledger.check().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn every_target_has_exactly_one_state(steps in prop::collection::vec(step(), 1..40)) {
        run(steps);
    }
}
