//! How nodes on one database share the endpoints, as pure state machines: no input or output, no clock, no thread.
//!
//! - [`Node`] keeps one node's lease, its shards and its place in the catalog's history. It says what is to be done in the
//!   database ([`NodeStep`]), is told what came of it ([`StepReply`]), and knows from memory what the node may do now.
//! - [`WakeUps`] says whom to wake for fresh events, and in which shards to look for work.
//!
//! The driver around them has the connections. It does nothing by itself but carry steps out:
//!
//! ```text
//! loop {
//!     for step in node.poll(clock.steady()) { /* begin it, on the connection of its lane */ }
//!     publish(node.owned());                // to the engine: only if it has changed
//!     answer(node.in_force());              // callers whose change has this version, or an earlier one
//!     if let Some(ended) = node.ended() { /* leave, or begin anew with a new id */ }
//!     select! {
//!         reply of a step        => node.reply(lane, reply, clock.steady()),
//!         notification           => node.notified(catalog version, if it has one),
//!         change committed here  => node.changed(version),
//!         shards drained         => node.drained(shards),
//!         sleep_until(node.next_poll()) => {}
//!     }
//! }
//! ```
//!
//! # What holds
//! 1. No two nodes may start something in one shard at the same time.
//! 2. What was begun in a shard under one epoch can be recorded only while the shard is in that epoch.
//! 3. A change of the catalog that was answered is applied at every node that may act.
//! 4. A shard whose node has died, is frozen or cut off has another one within a lease and a half, if one is well.
//!
//! # Why
//! Time decides one thing alone: whether a node may be buried. A node's lease begins *before* its renewal is sent. Others
//! see the count that it sets at the earliest when it is committed, which is later, and bury the node when a look that
//! was sent a lease and a fifth after that still shows the same count. So it has stopped by then, as long as no clock runs a
//! fifth faster than another. What clocks *show* is never compared between nodes, and the database's is not asked.
//!
//! Everything else is decided by the database, one row after the other. A burial compares the count once more, and takes
//! the row of the node away: the next renewal finds none. A renewal that was granted therefore means that the node has not been
//! buried, that its shards are its own, and that no change was answered without it. It need not read them again, however
//! long it was frozen. Shards change hands through being free; each taking raises the epoch, so that not even their
//! former owner can record what it began earlier, should it get them back.
//!
//! A change is in force once a view of the database that has it shows no node that hasn't applied it. Nodes that hang are in
//! that view until they are buried. Nodes that enter later begin with what is committed then.
//!
//! A clock here has to go on while the machine sleeps (`CLOCK_BOOTTIME`).

mod ids;
mod node;
mod options;
mod ownership;
mod parts;
#[cfg(feature = "simulated")]
pub mod simulated;
mod step;
mod wake;

pub use ids::{CatalogVersion, NodeId};
pub use node::{Node, NodeEnd};
pub use options::NodeOptions;
pub use ownership::{Epoch, Owned, Shard};
pub use step::{ClusterView, NodeRow, NodeStep, ShardRow, StepLane, StepReply};
pub use wake::{WakeStep, WakeUps};
