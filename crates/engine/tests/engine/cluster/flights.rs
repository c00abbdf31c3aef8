//! What is on its way between a node and the database, and back.

use nuncio_cluster::{NodeId, NodeStep, StepReply};
use nuncio_domain::Timestamp;

use super::store::Outcome;

/// Something that a node has sent. It goes on whether or not the node does.
pub(crate) struct Flight {
    pub(crate) what: Sent,
    pub(crate) place: Place,
    /// How many rounds it takes to get there.
    pub(crate) rounds: usize,
    /// The same for its reply.
    pub(crate) rounds_back: usize,
    /// When it was sent, by the sender's clock.
    pub(crate) sent: Timestamp,
}

#[derive(Clone)]
pub(crate) enum Sent {
    Step(NodeId, NodeStep),
    Commit(Vec<Outcome>),
}

pub(crate) enum Place {
    /// On its way to the database.
    There,
    /// Carried out: its reply is on its way. A commit's says nothing.
    Back(Option<StepReply>),
}
