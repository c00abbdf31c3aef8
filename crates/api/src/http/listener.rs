//! What the listener counts, so that `/metrics` can tell it.

use std::sync::atomic::AtomicU64;

/// Connections as the listener sees them. Whoever takes connections in counts here.
#[derive(Debug, Default)]
pub struct ListenerCounters {
    /// Open now.
    pub open: AtomicU64,
    /// Refused with 503, because all seats were taken by busy ones.
    pub refused: AtomicU64,
    /// Refused with 503, because the address had its share.
    pub refused_by_address: AtomicU64,
    /// Closed while idle, to make room for others.
    pub shed: AtomicU64,
    /// Closed because a request's head didn't come in time.
    pub slow_heads: AtomicU64,
}
