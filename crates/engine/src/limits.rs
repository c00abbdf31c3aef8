//! How much may be in memory and in flight?

/// The engine's bounds. Memory depends on these alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Attempts in flight, over all endpoints.
    pub in_flight_max: usize,
    /// Payload bytes of the attempts in flight, over all endpoints.
    pub in_flight_bytes_max: usize,
    /// Attempts in flight to one endpoint.
    pub lane_in_flight_max: usize,
    /// Deliveries of one endpoint that wait in memory: this many fresh ones, and as many out of the store.
    pub lane_queue_max: usize,
    /// The same for an endpoint that works so many off within a second, while there is memory to spare.
    pub lane_burst_max: usize,
    /// Deliveries that wait in memory, over all endpoints.
    pub queued_max: usize,
    /// Payload bytes of the deliveries that wait in memory, over all endpoints.
    pub queued_bytes_max: usize,
    /// Replays and retries in bulk that start in a second, over all endpoints, while something fresh comes too: a tenth
    /// or so of what a small machine can do, so that fresh deliveries do not wait for processors.
    pub bulk_per_second: u32,
    /// Endpoints whose due deliveries are looked up in the store in one go.
    pub looks_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight_max: 4_096,
            in_flight_bytes_max: 256 * 1024 * 1024,
            lane_in_flight_max: 256,
            lane_queue_max: 512,
            lane_burst_max: 16_384,
            queued_max: 65_536,
            queued_bytes_max: 64 * 1024 * 1024,
            bulk_per_second: 2_000,
            looks_max: 32,
        }
    }
}

/// While others have work too, one endpoint may have this part of everything that may be in flight: eight that
/// hang are needed to use it up, and their attempts end by their deadline.
const SHARE_AMONG_OTHERS: usize = 8;
/// When it is the only one it may have this part, so that whoever comes next finds room.
const SHARE_ALONE: usize = 2;

impl Limits {
    /// How many attempts one endpoint may have in flight: at least one.
    pub(crate) fn lane_cap(&self, alone: bool) -> usize {
        self.lane_in_flight_max
            .min(share(self.in_flight_max, alone))
    }

    /// How many payload bytes one endpoint may have in flight, before its last attempt.
    pub(crate) fn lane_bytes_cap(&self, alone: bool) -> usize {
        share(self.in_flight_bytes_max, alone)
    }
}

/// What is left of what may be in flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Free {
    /// Attempts.
    pub(crate) attempts: usize,
    /// Payload bytes.
    pub(crate) bytes: usize,
}

/// A tenant may have so many times as much in flight as is left free: the dynamic thresholds of Choudhury and Hahne
/// (1998). One alone gets four fifths of everything, n of them leave a part in 4n + 1 for whoever comes next.
const TENANT_TIMES_FREE: usize = 4;

impl Free {
    /// Whether a tenant with so much in flight may have another attempt.
    pub(crate) fn admits(self, in_flight: usize, in_flight_bytes: usize) -> bool {
        in_flight < self.attempts.saturating_mul(TENANT_TIMES_FREE)
            && in_flight_bytes < self.bytes.saturating_mul(TENANT_TIMES_FREE)
    }

    /// Whether there is nothing.
    pub(crate) fn is_nothing(self) -> bool {
        self.attempts == 0 || self.bytes == 0
    }
}

fn share(whole: usize, alone: bool) -> usize {
    let parts = if alone {
        SHARE_ALONE
    } else {
        SHARE_AMONG_OTHERS
    };
    (whole / parts).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_may_have_four_times_what_is_left_free() {
        let check = |attempts, bytes, (in_flight, in_flight_bytes), expected| {
            let free = Free { attempts, bytes };
            let admits = free.admits(in_flight, in_flight_bytes);
            assert_eq!(
                admits, expected,
                "{in_flight} and {in_flight_bytes} of {free:?}"
            );
        };
        check(10, 100, (39, 0), true);
        check(10, 100, (40, 0), false);
        check(10, 100, (0, 399), true);
        check(10, 100, (0, 400), false);
        check(0, 100, (0, 0), false);
        check(1, 1, (3, 3), true);
        check(usize::MAX, usize::MAX, (usize::MAX - 1, 0), true);
    }

    #[test]
    fn one_endpoint_has_a_share_only() {
        let check = |in_flight_max, alone, expected| {
            let limits = Limits {
                in_flight_max,
                ..Limits::default()
            };
            assert_eq!(limits.lane_cap(alone), expected, "{in_flight_max}");
        };
        check(4_096, false, 256);
        check(4_096, true, 256);
        check(64, false, 8);
        check(64, true, 32);
        check(1, true, 1);
        check(1, false, 1);
    }
}
