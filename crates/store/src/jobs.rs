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
        JobKind::Retry(selection) => Some(Selection {
            status: selection.status.clone().or_else(dead),
            ..selection.clone()
        }),
        JobKind::Purge(selection) => Some(Selection {
            status: dead(),
            ..selection.clone()
        }),
        JobKind::Recover(recovery) if recovery.which == Which::Dead => Some(Selection {
            status: dead(),
            endpoint: Some(recovery.endpoint),
            since: Some(recovery.since),
            until: Some(recovery.until),
            ..Selection::default()
        }),
        JobKind::Recover(_)
        | JobKind::Broadcast(_)
        | JobKind::CancelEndpoint { .. }
        | JobKind::CancelTenant { .. }
        | JobKind::DeleteProject => None,
    }
}

/// What one piece of work came to.
pub(crate) struct Piece {
    pub(crate) done: usize,
    /// Where to go on, for jobs that walk; `None` when there is no more.
    pub(crate) cursor: Option<u128>,
    pub(crate) finished: bool,
}
