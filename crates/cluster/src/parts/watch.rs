//! Which of the other nodes are gone?

use std::{collections::BTreeMap, time::Duration};

use nuncio_domain::Timestamp;

use crate::{ClusterView, NodeId};

/// The other nodes' counts, and since when they have stood still, on this node's clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Watch {
    gone_after: Duration,
    others: BTreeMap<NodeId, Seen>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Seen {
    renewals: u64,
    /// When a look that showed this count for the first time had come back: it was there by then.
    since: Timestamp,
    /// Whether a look that was sent long enough after that has shown it still.
    gone: bool,
}

impl Watch {
    pub(crate) fn new(gone_after: Duration) -> Self {
        Self {
            gone_after,
            others: BTreeMap::new(),
        }
    }

    /// A look that was sent at `sent` has come back at `now`.
    pub(crate) fn saw(&mut self, me: NodeId, view: &ClusterView, sent: Timestamp, now: Timestamp) {
        self.others
            .retain(|node, _| view.nodes.iter().any(|row| row.node == *node));
        for row in view.nodes.iter().filter(|row| row.node != me) {
            let renewals = row.renewals;
            let since = now;
            let new = Seen {
                renewals,
                since,
                gone: false,
            };
            let seen = self.others.entry(row.node).or_insert_with(|| new.clone());
            if seen.renewals != renewals {
                *seen = new;
            }
            seen.gone = seen.since + self.gone_after <= sent;
        }
    }

    /// This node had no lease for a while: perhaps the database could not be reached, and the others could not count
    /// either. They have their whole time once more.
    pub(crate) fn begin_anew(&mut self, now: Timestamp) {
        for seen in self.others.values_mut() {
            (seen.since, seen.gone) = (now, false);
        }
    }

    /// Somebody who is gone, with the count that stands still.
    pub(crate) fn first_gone(&self) -> Option<(NodeId, u64)> {
        let mut gone = self.others.iter().filter(|(_, seen)| seen.gone);
        gone.next().map(|(node, seen)| (*node, seen.renewals))
    }

    pub(crate) fn is_gone(&self, node: NodeId) -> bool {
        self.others.get(&node).is_some_and(|seen| seen.gone)
    }

    /// Its burial has ended, one way or the other: the next look tells.
    pub(crate) fn forget(&mut self, node: NodeId) {
        self.others.remove(&node);
    }

    /// When the first of those that stand still could be gone: a look then finds out.
    pub(crate) fn next_gone(&self) -> Option<Timestamp> {
        let others = self.others.values().filter(|seen| !seen.gone);
        others.map(|seen| seen.since + self.gone_after).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CatalogVersion, NodeRow};

    const ME: NodeId = NodeId(1);
    const OTHER: NodeId = NodeId(2);

    fn view(renewals: u64) -> ClusterView {
        let row = |node, renewals| NodeRow {
            node,
            renewals,
            leaving: false,
            applied: CatalogVersion(0),
        };
        ClusterView {
            nodes: vec![row(ME, 0), row(OTHER, renewals)],
            ..ClusterView::default()
        }
    }

    #[test]
    fn a_node_is_gone_when_its_count_stood_still_from_one_look_back_to_another_sent() {
        let at = Timestamp::from_ms;
        let mut watch = Watch::new(Duration::from_millis(120));
        watch.saw(ME, &view(7), at(0), at(50));
        assert_eq!(watch.next_gone(), Some(at(170)));
        watch.saw(ME, &view(7), at(169), at(180));
        assert_eq!(watch.first_gone(), None, "sent 119 after it was seen");
        watch.saw(ME, &view(7), at(170), at(171));
        assert_eq!(watch.first_gone(), Some((OTHER, 7)));
        assert!(watch.is_gone(OTHER) && !watch.is_gone(ME));
        watch.saw(ME, &view(8), at(500), at(501));
        assert_eq!(watch.first_gone(), None, "it has counted on");
        watch.saw(ME, &ClusterView::default(), at(502), at(503));
        assert_eq!(watch.next_gone(), None);
    }

    #[test]
    fn who_had_no_lease_begins_to_watch_anew() {
        let at = Timestamp::from_ms;
        let mut watch = Watch::new(Duration::from_millis(120));
        watch.saw(ME, &view(7), at(0), at(0));
        watch.saw(ME, &view(7), at(120), at(120));
        watch.begin_anew(at(130));
        assert_eq!(watch.first_gone(), None);
        watch.saw(ME, &view(7), at(249), at(249));
        assert_eq!(watch.first_gone(), None);
        watch.saw(ME, &view(7), at(250), at(250));
        assert_eq!(watch.first_gone(), Some((OTHER, 7)));
    }
}
