//! Names of requests: in the answer, in the log, in the audit log.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Names requests: a random part of the process's own, then a number. Unique, and cheap to make.
pub(crate) struct RequestIds {
    process: u64,
    count: AtomicU64,
}

impl RequestIds {
    /// Ids that begin with the given random bytes.
    pub(crate) fn new(process: [u8; 8]) -> Self {
        Self {
            process: u64::from_be_bytes(process),
            count: AtomicU64::new(0),
        }
    }

    /// The next request's id.
    pub(crate) fn next(&self) -> String {
        let count = self.count.fetch_add(1, Relaxed);
        format!("req_{:016x}{count:08x}", self.process)
    }
}

/// The id of a request, for handlers.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);
