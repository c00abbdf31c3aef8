//! How much waits in memory, over all lanes?

use nuncio_store::Due;

use crate::Limits;

/// The count of what all lanes together have queued. A lane that queues or drops something says so here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    items: usize,
    bytes: usize,
    items_max: usize,
    bytes_max: usize,
    looks_max: usize,
    /// What payloads weighed lately, on average.
    mean_bytes: usize,
}

/// What a payload is taken to weigh before any was seen.
const MEAN_BYTES_FIRST: usize = 4_096;
/// How many payloads that average is over, roughly.
const MEAN_OVER: usize = 16;

impl Memory {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            items: 0,
            bytes: 0,
            items_max: limits.queued_max,
            bytes_max: limits.queued_bytes_max,
            looks_max: limits.looks_max.max(1),
            mean_bytes: MEAN_BYTES_FIRST,
        }
    }

    pub(crate) fn add(&mut self, due: &Due) {
        let bytes = payload_bytes(due);
        self.items += 1;
        self.bytes += bytes;
        self.mean_bytes = (self.mean_bytes * (MEAN_OVER - 1) + bytes) / MEAN_OVER;
    }

    pub(crate) fn remove(&mut self, due: &Due) {
        self.items -= 1;
        self.bytes -= payload_bytes(due);
    }

    /// How many deliveries to fetch at once for a lane that has room for `wanted`: its part of what is free, by
    /// number and by what payloads weigh, and at least one so that every lane gets on.
    pub(crate) fn bite(&self, wanted: usize) -> usize {
        let items = self.items_max.saturating_sub(self.items);
        let bytes = self.bytes_max.saturating_sub(self.bytes);
        let room = items.min(bytes / self.mean_bytes.max(1)) / self.looks_max;
        wanted.min(room).max(1)
    }

    /// How many wait.
    pub(crate) fn items(&self) -> usize {
        self.items
    }

    /// Whether so many more deliveries fit.
    pub(crate) fn has_room(&self, items: usize) -> bool {
        self.items + items <= self.items_max
    }

    /// Past half of either bound: nothing more is fetched that nobody is waiting for.
    pub(crate) fn is_tight(&self) -> bool {
        self.items > self.items_max / 2 || self.bytes > self.bytes_max / 2
    }

    /// Past a bound: something has to go back to the store.
    pub(crate) fn is_over(&self) -> bool {
        self.items > self.items_max || self.bytes > self.bytes_max
    }
}

/// What a delivery weighs while it waits or is in flight.
pub(crate) fn payload_bytes(due: &Due) -> usize {
    due.event.bytes()
}
