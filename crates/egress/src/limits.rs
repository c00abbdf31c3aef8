//! How long may a URL be, how much may one receiver take, and how much may wait idle?

use std::time::Duration;

use crate::reserve::RESERVED_DESCRIPTORS;

/// Longer URLs are refused: some proxies and logs cut at 2 KiB.
pub const URL_CHARS_MAX: usize = 2048;

/// Headers of one response, at most: twice what large servers send behind a chain of proxies.
pub(crate) const HEADERS_MAX: usize = 256;

/// Bounds on responses and on idle connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLimits {
    /// Bytes of a response body that are kept; the connection is closed at the
    /// first byte beyond. Default 64 KiB: enough to debug a failure.
    pub response_body_bytes_max: usize,
    /// Bytes of status line and headers, at most, with everything that comes
    /// before them. Default 64 KiB. The number of headers is bounded as well,
    /// at 256.
    pub response_header_bytes_max: usize,
    /// Idle connections kept for one scheme, host and port. Default 32.
    pub idle_per_host_max: usize,
    /// Idle connections kept in all; the oldest goes first. Default 1024.
    pub idle_total_max: usize,
    /// File descriptors kept back for connections to receivers, for when
    /// everything else in the process has used them up: as many connections
    /// can be under way then. Default 64.
    pub descriptors_reserved: usize,
    /// How long a connection may wait for its next request. Default 30 s. A
    /// receiver's `Keep-Alive: timeout` shortens it.
    pub idle_timeout: Duration,
    /// How long a connection may be used in all, so that a receiver that moved
    /// to another address is followed. Default 5 minutes.
    pub connection_age_max: Duration,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            response_body_bytes_max: 64 * 1024,
            response_header_bytes_max: 64 * 1024,
            idle_per_host_max: 32,
            idle_total_max: 1024,
            descriptors_reserved: RESERVED_DESCRIPTORS,
            idle_timeout: Duration::from_secs(30),
            connection_age_max: Duration::from_secs(300),
        }
    }
}
