//! What the simulation holds the engine to, and how it says that a promise was broken.

use std::fmt;

/// A promise of the engine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// No attempt starts while its endpoint is disabled.
    NothingToTheDisabled,
    /// With an ordering key, nothing is attempted before its turn.
    InOrder,
    /// A delivery has one attempt at a time.
    OneAtATime,
    /// No attempt begins before it is due.
    NotBeforeItIsDue,
    /// One endpoint and all of them together have so many attempts in flight, and no more.
    WithinLimits,
    /// Every delivery comes to its end.
    EverythingEnds,
    /// Nothing is sent again after its success.
    NothingAfterSuccess,
    /// Every attempt is recorded, but for those that a crash cut off.
    EverythingIsRecorded,
}

/// A promise that was broken, and how.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) promise: Promise,
    what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.promise, self.what)
    }
}

/// Fails with what was seen unless the promise is kept.
pub(crate) fn hold(
    promise: Promise,
    is_kept: bool,
    what: impl FnOnce() -> String,
) -> Result<(), Broken> {
    if is_kept {
        return Ok(());
    }
    let what = what();
    Err(Broken { promise, what })
}
