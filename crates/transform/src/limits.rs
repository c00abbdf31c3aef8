//! What running code may take, and what it may be.

use std::time::Duration;

/// The longest code: ten times the longest ready-made one; an endpoint's code is in memory and is parsed at each attempt.
pub const CODE_BYTES_MAX: usize = 32 * 1024;
/// The longest payload that comes back, as JSON text: that of the largest event that can be published.
pub const PAYLOAD_BYTES_MAX: usize = 1024 * 1024;

/// What running code may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransformLimits {
    /// Threads.
    pub workers: usize,
    /// How long one call may take a processor.
    pub processor_time: Duration,
    /// How long one call may last, however little of a processor it gets.
    pub deadline: Duration,
    /// Memory of one thread's interpreter.
    pub memory_bytes: usize,
    /// Its stack.
    pub stack_bytes: usize,
}

impl Default for TransformLimits {
    /// Two threads: one owner never has both. A hundred milliseconds are a thousand times what a usual handler takes, and a
    /// thread that gets less than a thirtieth of a processor is of no use to those who wait; the memory holds the largest
    /// payload a few times over as objects.
    fn default() -> Self {
        Self {
            workers: 2,
            processor_time: Duration::from_millis(100),
            deadline: Duration::from_secs(3),
            memory_bytes: 32 * 1024 * 1024,
            stack_bytes: 256 * 1024,
        }
    }
}
