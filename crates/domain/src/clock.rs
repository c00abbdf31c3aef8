//! Time and randomness as arguments.

use std::{
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::Timestamp;

/// Where the time comes from. Two readings, because the system's clock may be set while we run:
/// [`now`](Clock::now) is what the world calls it (signatures, records), [`steady`](Clock::steady) never
/// jumps (schedules).
pub trait Clock: Send + Sync + 'static {
    /// The wall clock.
    fn now(&self) -> Timestamp;
    /// The wall clock as it was at start, plus the time that has really gone by since.
    fn steady(&self) -> Timestamp;
    /// Ends once [`steady`](Clock::steady) has reached `at`.
    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Where randomness comes from: ids, secrets, jitter.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `out` with random bytes, good enough for keys.
    fn fill(&self, out: &mut [u8]);

    /// A fraction in `0.0..1.0`.
    fn fraction(&self) -> f64 {
        let mut bytes = [0u8; 8];
        self.fill(&mut bytes);
        (u64::from_le_bytes(bytes) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Ten random bytes, as ids want them.
    fn ten(&self) -> [u8; 10] {
        let mut bytes = [0u8; 10];
        self.fill(&mut bytes);
        bytes
    }
}

/// A clock that stands still until it is told to go on: for tests and simulations.
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<ManualState>,
}

#[derive(Debug)]
struct ManualState {
    now: Timestamp,
    sleepers: Vec<(Timestamp, std::task::Waker)>,
}

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self {
            state: Mutex::new(ManualState {
                now: start,
                sleepers: Vec::new(),
            }),
        }
    }

    /// Goes on by `length` and wakes whoever slept until then.
    pub fn advance(&self, length: Duration) {
        let woken = {
            let mut state = self.lock();
            state.now = state.now + length;
            let now = state.now;
            let (due, rest) = std::mem::take(&mut state.sleepers)
                .into_iter()
                .partition::<Vec<_>, _>(|(at, _)| *at <= now);
            state.sleepers = rest;
            due
        };
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// The earliest time that somebody sleeps until.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.lock().sleepers.iter().map(|(at, _)| *at).min()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ManualState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }
    fn steady(&self) -> Timestamp {
        self.lock().now
    }
    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::poll_fn(move |context| {
            let mut state = self.lock();
            if state.now >= at {
                return std::task::Poll::Ready(());
            }
            state
                .sleepers
                .retain(|(_, waker)| !waker.will_wake(context.waker()));
            state.sleepers.push((at, context.waker().clone()));
            std::task::Poll::Pending
        }))
    }
}

/// Randomness that repeats itself from a seed (SplitMix64): for tests and simulations, never for keys.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<u64>);

impl SeededEntropy {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in out.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = *state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::{Context, Wake, Waker},
    };

    use super::*;

    /// Counts how often it was woken.
    #[derive(Default)]
    struct Alarm(AtomicUsize);

    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_sleeper_is_woken_once_its_time_has_come() {
        let at = Timestamp::from_ms;
        let clock = ManualClock::new(at(1_000));
        assert_eq!(clock.next_wake(), None);
        let alarms = [(); 2].map(|()| Arc::new(Alarm::default()));
        let wakers = alarms.clone().map(Waker::from);
        let mut sleeps = [2_000, 3_000].map(|ms| clock.sleep_until(at(ms)));
        let mut ends = || {
            let polled = sleeps.iter_mut().zip(&wakers).map(|(sleep, waker)| {
                let polled = sleep.as_mut().poll(&mut Context::from_waker(waker));
                polled.is_ready()
            });
            polled.collect::<Vec<_>>()
        };
        let woken = || {
            alarms
                .each_ref()
                .map(|alarm| alarm.0.load(Ordering::Relaxed))
        };
        assert_eq!(ends(), [false, false]);
        assert_eq!(clock.next_wake(), Some(at(2_000)));
        clock.advance(Duration::from_millis(999));
        assert_eq!(woken(), [0, 0]);
        // Whoever asks twice is woken once.
        assert_eq!(ends(), [false, false]);
        clock.advance(Duration::from_millis(1));
        assert_eq!((clock.now(), clock.steady()), (at(2_000), at(2_000)));
        assert_eq!(woken(), [1, 0]);
        assert_eq!(ends(), [true, false]);
        assert_eq!(clock.next_wake(), Some(at(3_000)));
        clock.advance(Duration::from_secs(1));
        assert_eq!(woken(), [1, 1]);
        assert_eq!(ends(), [true, true]);
        assert_eq!(clock.next_wake(), None);
    }

    #[test]
    fn a_seed_has_its_sequence() {
        // The first three of the reference implementation of SplitMix64 for seed 0.
        let reference = [
            0xe220_a839_7b1d_cdaf_u64,
            0x6e78_9e6a_a1b9_65f4,
            0x06c4_5d18_8009_454f,
        ];
        let expected = reference.map(u64::to_le_bytes).concat();
        let mut filled = [0; 21];
        SeededEntropy::new(0).fill(&mut filled);
        assert_eq!(filled, expected[..21]);
    }

    #[test]
    fn ten_bytes_are_the_next_ten() {
        let entropy = SeededEntropy::new(0);
        let mut filled = [0; 10];
        SeededEntropy::new(0).fill(&mut filled);
        assert_eq!(entropy.ten(), filled);
        assert_ne!(entropy.ten(), filled);
    }

    #[test]
    fn a_fraction_is_the_upper_bits_of_a_word() {
        struct Word(u64);
        impl Entropy for Word {
            fn fill(&self, out: &mut [u8]) {
                out.copy_from_slice(&self.0.to_le_bytes());
            }
        }
        let check = |word, expected: f64| assert_eq!(Word(word).fraction(), expected, "{word:x}");
        check(0, 0.0);
        check(1 << 63, 0.5);
        check(0b11 << 62, 0.75);
        check(0x7ff, 0.0);
        check(u64::MAX, 1.0 - f64::EPSILON / 2.0);
    }
}
