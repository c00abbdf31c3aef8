//! Bulk operations, as far as no engine is needed: what they are about, and how much of it at a time.

use nuncio_domain::{JobKind, Selection, Which};

/// Deliveries that one piece changes: a commit of a millisecond or two, so that publishing does not notice.
pub(crate) const PIECE: usize = 32;

/// Failures of one piece after which its job is given up: with the engine's pauses between them, some two minutes.
pub(crate) const TRIES_MAX: i64 = 8;

/// The deliveries that a job is about; a retry without a state is about dead ones, a purge always is.
pub(crate) fn selection(kind: &JobKind) -> Option<Selection> {
    let dead = || Some("dead".to_owned());
    match kind {
        JobKind::Retry(retry) => Some(Selection {
            status: retry.selection.status.clone().or_else(dead),
            ..retry.selection.clone()
        }),
        JobKind::Purge(selection) => Some(Selection {
            status: dead(),
            ..selection.clone()
        }),
        JobKind::Recover(recovery) if is_retry(recovery.which) => Some(Selection {
            status: Some(recovery.which.as_str().to_owned()),
            endpoint: Some(recovery.endpoint),
            since: Some(recovery.since),
            until: Some(recovery.until),
            ..Selection::default()
        }),
        JobKind::Recover(_)
        | JobKind::Replay(_)
        | JobKind::CancelEndpoint { .. }
        | JobKind::CancelTenant { .. }
        | JobKind::DeleteProject => None,
    }
}

/// Whether a recovery retries deliveries that are there, rather than making new ones.
pub(crate) const fn is_retry(which: Which) -> bool {
    match which {
        Which::Dead | Which::Pending => true,
        Which::Missing | Which::All => false,
    }
}

/// What one piece of work came to.
pub(crate) struct Piece {
    pub(crate) done: usize,
    /// Where to go on, for jobs that walk; `None` when there is no more.
    pub(crate) cursor: Option<u128>,
    pub(crate) finished: bool,
}
