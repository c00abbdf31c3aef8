//! What a node asks its driver to do in the database, and what can come of it.
//!
//! The statements here are what the steps mean; a driver may write them otherwise. They are about three tables:
//!
//! ```sql
//! CREATE TABLE nodes (
//!   id              bigint PRIMARY KEY,         -- NodeId, never used again
//!   renewals        bigint  NOT NULL DEFAULT 0,
//!   leaving         boolean NOT NULL DEFAULT false,
//!   catalog_version bigint  NOT NULL,
//!   name text NOT NULL, address text, version text NOT NULL   -- for people
//! );
//! CREATE TABLE shards (
//!   shard smallint PRIMARY KEY,                 -- all of them are there from the first migration on
//!   owner bigint REFERENCES nodes (id),         -- NULL: free
//!   epoch bigint NOT NULL DEFAULT 0
//! );
//! CREATE TABLE catalog_changes (version bigint PRIMARY KEY, what text NOT NULL, id text NOT NULL);
//! ```
//!
//! The reference from `shards` to `nodes` is part of the protocol: without a row a node owns nothing, not even by a
//! [`Take`](NodeStep::Take) that its connection forgot and that the database carries out late.
//!
//! Whoever records outcomes, carries a job on or prunes does it in one transaction that begins with the fence, and gives up
//! if that finds fewer rows than it asked for:
//!
//! ```sql
//! SELECT count(*) FROM (SELECT FROM shards
//!   WHERE (shard, epoch) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[])) AND owner = $me
//!   ORDER BY shard FOR SHARE) AS fenced
//! ```

use crate::{CatalogVersion, Epoch, NodeId, Shard};

/// Something to be carried out in the database, in one transaction each. What is emitted together may run side by side;
/// of one [`StepLane`] there is never more than one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum NodeStep {
    /// Enters the node; done twice it counts a renewal. Notifies the others.
    ///
    /// ```sql
    /// INSERT INTO nodes (id, catalog_version, …) VALUES ($me, $applied, …)
    ///   ON CONFLICT (id) DO UPDATE SET renewals = nodes.renewals + 1
    /// ```
    Join {
        /// The last change that the node has applied.
        applied: CatalogVersion,
    },
    /// Counts a renewal, and says what the node has applied. Notifies the others if that, or `leaving`, is news to them.
    ///
    /// ```sql
    /// UPDATE nodes SET renewals = renewals + 1, catalog_version = $applied, leaving = $leaving WHERE id = $me
    /// ```
    /// No row: [`StepReply::Buried`].
    Renew {
        /// The last change that the node has applied.
        applied: CatalogVersion,
        /// Whether it is about to leave: the others count on it no longer.
        leaving: bool,
        /// Whether the others wait for this: they are notified.
        notify: bool,
    },
    /// Frees whatever is the node's still, and takes its row away: a clean end. Notifies the others.
    ///
    /// ```sql
    /// UPDATE shards SET owner = NULL WHERE owner = $me;
    /// DELETE FROM nodes WHERE id = $me
    /// ```
    Leave,
    /// Reads all nodes, all shards and the last change of the catalog, in one statement or one snapshot.
    Look,
    /// Takes a node's row away whose count has stood still for too long, and frees its shards. Notifies the others.
    /// A transaction of the gone node that holds a fence is waited for; one that comes later finds its fence gone.
    ///
    /// ```sql
    /// SELECT FROM nodes WHERE id = $node AND renewals = $renewals FOR UPDATE;  -- no row: it was not gone
    /// UPDATE shards SET owner = NULL WHERE owner = $node;
    /// DELETE FROM nodes WHERE id = $node
    /// ```
    /// That the count is compared in here is what makes it safe: a renewal that was on its way either comes first, and
    /// nobody is buried, or finds no row, and the node knows.
    Bury {
        /// Who is gone.
        node: NodeId,
        /// Its count, which has stood still.
        renewals: u64,
    },
    /// Takes shards that are free, each into a new epoch.
    ///
    /// ```sql
    /// UPDATE shards SET owner = $me, epoch = epoch + 1
    ///   WHERE shard IN (SELECT shard FROM shards WHERE shard = ANY($1) AND owner IS NULL ORDER BY shard FOR UPDATE)
    ///   RETURNING shard, epoch
    /// ```
    Take {
        /// Ascending.
        shards: Vec<Shard>,
    },
    /// Frees shards that have been drained. Notifies the others.
    ///
    /// ```sql
    /// UPDATE shards SET owner = NULL
    ///   WHERE (shard, epoch) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[])) AND owner = $me
    /// ```
    Release {
        /// Ascending, each with the epoch in which it was taken.
        shards: Vec<(Shard, Epoch)>,
    },
    /// Reads the changes of the catalog behind this one, and applies them to the mirror, all in order.
    CatchUp {
        /// The last one that the node has applied.
        applied: CatalogVersion,
    },
    /// No step in the database, and in no lane: nothing more is started in these shards; once what is in flight there has
    /// ended and is recorded, [`Node::drained`](crate::Node::drained) is told so.
    Drain {
        /// Ascending.
        shards: Vec<Shard>,
    },
}

/// Steps that wait for one another. Each wants a connection of its own, or a renewal would wait for a shard's lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepLane {
    /// Join, Renew, Leave.
    Lease,
    /// Look, Bury, Take, Release.
    Shards,
    /// CatchUp.
    Catalog,
}

impl NodeStep {
    /// The lane; `None` for [`Drain`](Self::Drain).
    pub fn lane(&self) -> Option<StepLane> {
        match self {
            Self::Join { .. } | Self::Renew { .. } | Self::Leave => Some(StepLane::Lease),
            Self::Look | Self::Bury { .. } | Self::Take { .. } | Self::Release { .. } => {
                Some(StepLane::Shards)
            }
            Self::CatchUp { .. } => Some(StepLane::Catalog),
            Self::Drain { .. } => None,
        }
    }
}

/// What came of a step. Each step of a lane has exactly one reply.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StepReply {
    /// Of Join and Renew: it is committed.
    Renewed,
    /// Of Renew: the node has no row.
    Buried,
    /// Of Leave: it is committed.
    Left,
    /// Of Look.
    Looked(ClusterView),
    /// Of Bury: committed, whether or not the node was gone.
    BuryEnded,
    /// Of Take: those that it has got, perhaps none.
    Taken(Vec<(Shard, Epoch)>),
    /// Of Release: committed.
    Released,
    /// Of CatchUp: the mirror is at this version.
    CaughtUp(CatalogVersion),
    /// Of any: it is not known to be committed. The connection was lost, or it took longer than
    /// [`step_timeout`](crate::NodeOptions::step_timeout). It may be committed all the same, even later.
    Failed,
}

/// What is in the database at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClusterView {
    /// All nodes.
    pub nodes: Vec<NodeRow>,
    /// All shards.
    pub shards: Vec<ShardRow>,
    /// The last change of the catalog that is committed.
    pub catalog: CatalogVersion,
}

/// A row of `nodes`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NodeRow {
    /// Whose it is.
    pub node: NodeId,
    /// How often it has renewed its lease.
    pub renewals: u64,
    /// Whether it is about to leave.
    pub leaving: bool,
    /// The last change of the catalog that it has applied.
    pub applied: CatalogVersion,
}

/// A row of `shards`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShardRow {
    /// Which one.
    pub shard: Shard,
    /// Whose it is; `None` while it is free.
    pub owner: Option<NodeId>,
    /// How often it has been taken.
    pub epoch: Epoch,
}
