//! What a cluster is held to, beyond what one node is.

use std::fmt;

/// A promise of the cluster's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClusterPromise {
    /// An attempt is started only by the node that owns its endpoint's shard.
    StartedByItsOwner,
    /// No attempt starts anywhere once the answer has been given that its endpoint is disabled.
    NothingToTheDisabled,
    /// A delivery has one attempt at a time at the node that works for it.
    OneAtATime,
    /// No attempt begins before it is due.
    NotBeforeItIsDue,
    /// With an ordering key, nothing is attempted before its turn.
    InOrder,
    /// What was begun before a shard changed hands is not recorded after.
    NoLateWrite,
    /// Nothing that has succeeded is recorded once more.
    NothingAfterSuccess,
    /// Every delivery comes to its end, and soon once all is well.
    EverythingEnds,
    /// Every change of the catalog is answered once all is well.
    EverythingIsAnswered,
}

/// A promise that was broken, and how.
#[derive(Debug)]
pub(crate) struct BrokenPromise {
    pub(crate) promise: ClusterPromise,
    what: String,
}

impl fmt::Display for BrokenPromise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.what)
    }
}

/// Fails with what was seen unless the promise is kept.
pub(crate) fn hold(
    promise: ClusterPromise,
    is_kept: bool,
    what: impl FnOnce() -> String,
) -> Result<(), BrokenPromise> {
    if is_kept {
        return Ok(());
    }
    let what = what();
    Err(BrokenPromise { promise, what })
}
