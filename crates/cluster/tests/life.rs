//! The life of nodes on one database, with all 256 shards and the lease that nobody has changed.

use std::{collections::BTreeSet, time::Duration};

use nuncio_cluster::{
    CatalogVersion, Node, NodeEnd, NodeId, NodeOptions, NodeStep, Shard, StepReply,
    simulated::ClusterTables,
};
use nuncio_domain::Timestamp;

const SECOND: Duration = Duration::from_secs(1);

/// Some nodes, their database, and a clock for all.
struct Cluster {
    tables: ClusterTables,
    nodes: Vec<Node>,
    now: Timestamp,
    /// Nodes that do not go on.
    frozen: BTreeSet<usize>,
    /// Whether what is to be drained is drained at once.
    drains: bool,
}

impl Cluster {
    fn of(count: u64) -> Self {
        let mut cluster = Self {
            tables: ClusterTables::new(Shard::COUNT),
            nodes: Vec::new(),
            now: Timestamp::from_ms(1_000_000),
            frozen: BTreeSet::new(),
            drains: true,
        };
        (0..count).for_each(|_| cluster.enter());
        cluster.pass(SECOND * 3);
        cluster
    }

    fn enter(&mut self) {
        let options = NodeOptions::new(NodeOptions::LEASE, true);
        let id = NodeId(self.nodes.len() as u64 + 1);
        self.nodes.push(Node::new(id, options, self.tables.catalog));
    }

    /// Every node that is not frozen does what there is to do, until none has anything.
    fn settle(&mut self) {
        for _ in 0..40 {
            let mut is_quiet = true;
            for number in 0..self.nodes.len() {
                if !self.frozen.contains(&number) {
                    is_quiet &= !self.go_on(number);
                }
            }
            if is_quiet {
                return;
            }
        }
        panic!("they never rest");
    }

    fn go_on(&mut self, number: usize) -> bool {
        let node = &mut self.nodes[number];
        let steps = node.poll(self.now);
        for step in &steps {
            match (step, step.lane()) {
                (NodeStep::Drain { shards }, _) if self.drains => {
                    node.drained(shards.iter().copied());
                }
                (_, None) => {}
                (step, Some(lane)) => {
                    let (reply, _) = self.tables.execute(node.id(), step, None);
                    node.reply(lane, reply, self.now);
                }
            }
        }
        !steps.is_empty()
    }

    fn pass(&mut self, length: Duration) {
        self.settle();
        let until = self.now + length;
        while self.now < until {
            self.now = self.now + Duration::from_millis(250);
            self.settle();
        }
    }

    fn has(&self, number: usize) -> usize {
        let id = self.nodes[number].id();
        let own = |row: &&nuncio_cluster::ShardRow| row.owner == Some(id);
        self.tables.shards.iter().filter(own).count()
    }

    fn starts_in(&self, number: usize) -> usize {
        let all = (0..=u8::MAX).map(Shard::numbered);
        let node = &self.nodes[number];
        all.filter(|shard| node.may_start(*shard, self.now).is_some())
            .count()
    }
}

#[test]
fn one_node_has_everything() {
    let cluster = Cluster::of(1);
    assert_eq!((cluster.has(0), cluster.starts_in(0)), (256, 256));
}

#[test]
fn shares_are_even_and_stay_so_when_nodes_come_and_go() {
    let mut cluster = Cluster::of(3);
    let shares = |cluster: &Cluster| -> Vec<usize> {
        (0..cluster.nodes.len()).map(|n| cluster.has(n)).collect()
    };
    assert_eq!(shares(&cluster), [86, 85, 85]);
    cluster.enter();
    cluster.pass(SECOND * 3);
    assert_eq!(shares(&cluster), [64, 64, 64, 64]);
    cluster.nodes[1].leave();
    cluster.pass(SECOND * 3);
    assert_eq!(cluster.nodes[1].ended(), Some(NodeEnd::Left));
    assert_eq!(shares(&cluster), [86, 0, 85, 85]);
    for number in [0, 2, 3] {
        assert_eq!(cluster.starts_in(number), cluster.has(number));
    }
}

#[test]
fn what_is_in_flight_is_waited_for_before_a_shard_changes_hands() {
    let mut cluster = Cluster::of(1);
    cluster.drains = false;
    cluster.enter();
    cluster.pass(SECOND * 5);
    assert_eq!(cluster.has(0), 256, "nothing is released");
    assert_eq!(cluster.starts_in(0), 128, "but nothing is started in half");
    let all = (0..=u8::MAX).map(Shard::numbered);
    cluster.nodes[0].drained(all);
    cluster.pass(SECOND * 3);
    assert_eq!((cluster.has(0), cluster.has(1)), (128, 128));
}

#[test]
fn a_frozen_node_stops_by_itself_before_the_others_have_its_shards() {
    let mut cluster = Cluster::of(2);
    cluster.frozen.insert(1);
    let mut waited = Duration::ZERO;
    while cluster.starts_in(0) < 256 {
        cluster.pass(Duration::from_millis(250));
        waited += Duration::from_millis(250);
        let both = cluster.starts_in(0) + cluster.starts_in(1);
        assert!(both <= 256, "after {waited:?}");
        assert!(waited < SECOND * 16, "a lease and a half");
    }
    assert!(waited >= SECOND * 8, "{waited:?} is too soon");
    assert!(cluster.nodes[0].is_ready(cluster.now));
    assert!(!cluster.nodes[1].is_ready(cluster.now));
    cluster.frozen.clear();
    cluster.settle();
    assert_eq!(cluster.nodes[1].ended(), Some(NodeEnd::Buried));
    assert_eq!(cluster.nodes[1].next_poll(), None);
}

#[test]
fn who_was_frozen_for_less_goes_on_as_before() {
    let mut cluster = Cluster::of(2);
    cluster.frozen.insert(1);
    // Three seconds have passed since its last renewal: its lease ends after seven more, and it is gone after nine.
    cluster.pass(SECOND * 8);
    assert_eq!(cluster.starts_in(1), 0, "its lease has ended");
    cluster.frozen.clear();
    cluster.settle();
    assert_eq!((cluster.has(0), cluster.starts_in(1)), (128, 128));
}

#[test]
fn when_nobody_could_reach_the_database_nobody_is_buried() {
    let mut cluster = Cluster::of(3);
    cluster.frozen.extend([0, 1, 2]);
    cluster.now = cluster.now + SECOND * 60;
    // One is back much earlier than the others.
    cluster.frozen.remove(&0);
    cluster.pass(SECOND * 11);
    assert_eq!(cluster.tables.nodes.len(), 3);
    cluster.frozen.clear();
    cluster.pass(SECOND * 2);
    let all: usize = (0..3).map(|number| cluster.starts_in(number)).sum();
    assert_eq!(all, 256);
}

#[test]
fn a_change_is_in_force_when_every_node_has_applied_it_or_is_buried() {
    let mut cluster = Cluster::of(3);
    cluster.frozen.insert(2);
    cluster.tables.catalog = CatalogVersion(1);
    cluster.nodes[0].changed(CatalogVersion(1));
    cluster.pass(SECOND * 2);
    assert_eq!(cluster.nodes[1].applied_version(), CatalogVersion(1));
    assert_eq!(cluster.nodes[0].in_force(), CatalogVersion(0));
    let waits_for = cluster.nodes[0].waits_for(CatalogVersion(1));
    assert_eq!(waits_for, Some(vec![NodeId(3)]));
    cluster.pass(SECOND * 14);
    assert_eq!(cluster.nodes[0].in_force(), CatalogVersion(1));
    assert_eq!(cluster.nodes[0].waits_for(CatalogVersion(1)), Some(vec![]));
}

#[test]
fn who_enters_begins_with_what_is_committed() {
    let mut cluster = Cluster::of(1);
    cluster.enter();
    // Its mirror was read before.
    cluster.tables.catalog = CatalogVersion(5);
    let late = &cluster.nodes[1];
    assert!(!late.is_ready(cluster.now));
    cluster.settle();
    assert_eq!(cluster.nodes[1].applied_version(), CatalogVersion(5));
    assert!(cluster.nodes[1].is_ready(cluster.now));
}

#[test]
fn steps_that_fail_are_made_again_after_a_rest() {
    let mut cluster = Cluster::of(1);
    let node = &mut cluster.nodes[0];
    let at = node.next_poll().expect("it has to renew and to look");
    let steps = node.poll(at);
    assert!(!steps.is_empty());
    for step in steps {
        node.reply(step.lane().expect("one of them"), StepReply::Failed, at);
    }
    assert_eq!(node.poll(at), [], "it rests");
    let again = node.next_poll().expect("it goes on");
    assert!(again > at && again < at + SECOND);
    assert!(!node.poll(again).is_empty());
}

#[test]
fn a_driver_can_sleep_between_polls() {
    let mut cluster = Cluster::of(2);
    let mut statements = 0;
    let end = cluster.now + SECOND * 60;
    while cluster.now < end {
        for number in 0..2 {
            let next = cluster.nodes[number].next_poll();
            assert!(next.is_some_and(|next| next > cluster.now));
        }
        let next = cluster.nodes.iter().filter_map(Node::next_poll).min();
        cluster.now = next.expect("they go on");
        for number in 0..2 {
            statements += usize::from(cluster.go_on(number));
        }
        cluster.settle();
    }
    // A look a second and a renewal every third of the lease, each.
    assert!((2 * 60..2 * 90).contains(&statements), "{statements}");
}
