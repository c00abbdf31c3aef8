//! Descriptors kept back for connections to receivers: when the process has none left, because others came in through
//! its listener say, deliveries still go.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many descriptors are kept back. As many connections can be under way when everything else has run out: enough
/// to keep deliveries moving, and a sixteenth of the usual soft limit of 1,024.
pub(crate) const RESERVED_DESCRIPTORS: usize = 64;

/// Something to open that is always there and does nothing.
const PLACEHOLDER: &str = "/dev/null";

/// Open files that are closed when a connection needs their descriptors.
#[derive(Debug)]
pub(crate) struct Reserve {
    size: usize,
    held: Mutex<Vec<File>>,
}

/// A descriptor that was taken from the reserve; it is opened again when this is dropped.
#[derive(Debug)]
pub(crate) struct Spare(Arc<Reserve>);

impl Reserve {
    /// Holds `size` descriptors, or as many as there are.
    pub(crate) fn new(size: usize) -> Arc<Self> {
        let reserve = Self {
            size,
            held: Mutex::default(),
        };
        reserve.refill();
        Arc::new(reserve)
    }

    /// Frees one descriptor; `None` when none is left. Whoever takes it has to use it at once.
    pub(crate) fn take(self: &Arc<Self>) -> Option<Spare> {
        self.free_another().then(|| Spare(Arc::clone(self)))
    }

    /// Frees another descriptor for whoever has taken one already; whether there was one.
    pub(crate) fn free_another(&self) -> bool {
        let freed = self.lock().pop();
        freed.is_some()
    }

    /// Opens what is missing, as far as there are descriptors.
    fn refill(&self) {
        let mut held = self.lock();
        while held.len() < self.size {
            match File::open(PLACEHOLDER) {
                Ok(file) => held.push(file),
                Err(_) => return,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<File>> {
        // Every change is complete before anything can panic.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        self.0.refill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_comes_back() {
        let reserve = Reserve::new(2);
        let first = reserve.take().unwrap();
        let second = reserve.take().unwrap();
        assert!(reserve.take().is_none());
        drop(second);
        assert_eq!(reserve.lock().len(), 2, "all that is missing");
        drop(first);
        assert_eq!(reserve.lock().len(), 2);
    }
}
