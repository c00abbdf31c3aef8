//! The clocks that a call's time is taken from.

use std::{fmt, sync::Arc, time::Duration};

type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Two clocks. Code is held to the time that it takes a processor for, so that a machine with much else to do ends nothing; the
/// steady one bounds how long anybody waits.
#[derive(Clone)]
pub struct TransformClocks {
    steady: Clock,
    thread: Clock,
}

impl TransformClocks {
    /// `steady` is a monotonic time, from wherever it began; `thread` the processor time that the calling thread has taken.
    pub fn new(
        steady: impl Fn() -> Duration + Send + Sync + 'static,
        thread: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        Self {
            steady: Arc::new(steady),
            thread: Arc::new(thread),
        }
    }

    pub(crate) fn steady(&self) -> Duration {
        (self.steady)()
    }

    pub(crate) fn thread(&self) -> Duration {
        (self.thread)()
    }
}

impl fmt::Debug for TransformClocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransformClocks")
    }
}
