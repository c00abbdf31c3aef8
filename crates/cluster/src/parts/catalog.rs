//! Which changes of the catalog has this node applied, and which are in force everywhere?

use crate::{CatalogVersion, ClusterView, NodeId};

/// The node's place in the catalog's history.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CatalogProgress {
    /// Applied to the mirror here.
    pub(crate) applied: CatalogVersion,
    /// The last that the others have been told of.
    pub(crate) reported: CatalogVersion,
    /// The last that is known to be committed.
    pub(crate) committed: CatalogVersion,
    /// The last that somebody here waits for.
    awaited: CatalogVersion,
    /// The last that every node has applied that may act.
    pub(crate) in_force: CatalogVersion,
    /// What the last view showed of the others, as far as they were behind it.
    behind: Vec<(NodeId, CatalogVersion)>,
    seen: CatalogVersion,
}

impl CatalogProgress {
    pub(crate) fn new(applied: CatalogVersion) -> Self {
        Self {
            applied,
            reported: applied,
            committed: applied,
            awaited: CatalogVersion(0),
            in_force: CatalogVersion(0),
            behind: Vec::new(),
            seen: CatalogVersion(0),
        }
    }

    /// This version is committed.
    pub(crate) fn heard_of(&mut self, version: CatalogVersion) {
        self.committed = version.max(self.committed);
    }

    /// The mirror is at this version.
    pub(crate) fn applied(&mut self, version: CatalogVersion) {
        self.heard_of(version);
        self.applied = version.max(self.applied);
    }

    /// Somebody waits until this version is in force.
    pub(crate) fn awaits(&mut self, version: CatalogVersion) {
        self.awaited = version.max(self.awaited);
    }

    pub(crate) fn is_awaited(&self) -> bool {
        self.in_force < self.awaited
    }

    /// Every version up to the last that is in the view, and that none of its nodes is behind, is in force: whoever enters
    /// later begins with it.
    pub(crate) fn saw(&mut self, me: NodeId, view: &ClusterView) {
        self.heard_of(view.catalog);
        self.seen = view.catalog.max(self.seen);
        let others = view.nodes.iter().filter(|row| row.node != me);
        let others = others.map(|row| (row.node, row.applied));
        self.behind = others
            .filter(|(_, applied)| *applied < view.catalog)
            .collect();
        let slowest = self.behind.iter().map(|(_, applied)| *applied).min();
        let everywhere = slowest.unwrap_or(view.catalog).min(self.applied);
        self.in_force = everywhere.min(view.catalog).max(self.in_force);
    }

    /// Who has not applied this version, as far as the last view shows. `None` while no view has had it.
    pub(crate) fn waits_for(&self, version: CatalogVersion) -> Option<Vec<NodeId>> {
        let behind = self.behind.iter().filter(|(_, applied)| *applied < version);
        (version <= self.seen).then(|| behind.map(|(node, _)| *node).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NodeRow;

    const ME: NodeId = NodeId(1);

    fn view(catalog: u64, others: &[u64]) -> ClusterView {
        let row = |(node, applied): (u64, u64)| NodeRow {
            node: NodeId(node),
            renewals: 0,
            leaving: false,
            applied: CatalogVersion(applied),
        };
        // What this node's own row says is older than what it knows.
        let rows = (1..).zip([0].into_iter().chain(others.iter().copied()));
        ClusterView {
            nodes: rows.map(row).collect(),
            shards: Vec::new(),
            catalog: CatalogVersion(catalog),
        }
    }

    #[test]
    fn a_version_is_in_force_once_a_view_that_has_it_shows_nobody_behind() {
        let version = CatalogVersion;
        let mut catalog = CatalogProgress::new(version(4));
        catalog.applied(version(5));
        catalog.awaits(version(5));
        catalog.saw(ME, &view(4, &[4, 9]));
        assert_eq!(catalog.in_force, version(4), "the view is from before");
        assert_eq!(catalog.waits_for(version(5)), None);
        catalog.saw(ME, &view(5, &[4, 5]));
        assert_eq!(catalog.in_force, version(4));
        assert_eq!(catalog.waits_for(version(5)), Some(vec![NodeId(2)]));
        assert!(catalog.is_awaited());
        catalog.saw(ME, &view(6, &[5, 6]));
        assert_eq!(catalog.in_force, version(5));
        assert!(!catalog.is_awaited());
        assert_eq!(catalog.committed, version(6), "there is one to apply");
    }

    #[test]
    fn nothing_is_in_force_that_is_not_applied_here() {
        let mut catalog = CatalogProgress::new(CatalogVersion(4));
        catalog.saw(ME, &view(6, &[6]));
        assert_eq!(catalog.in_force, CatalogVersion(4));
    }

    #[test]
    fn what_is_in_force_stays_so() {
        let mut catalog = CatalogProgress::new(CatalogVersion(4));
        catalog.saw(ME, &view(4, &[4]));
        catalog.saw(ME, &view(4, &[3]));
        assert_eq!(catalog.in_force, CatalogVersion(4), "it will begin with it");
    }
}
