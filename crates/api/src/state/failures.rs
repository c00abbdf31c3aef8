//! How often may somebody try a wrong key at the sign-in? Guessing 256 bits is hopeless anyway; this is for keys that an
//! operator has chosen, and for the log. A right key is never refused for what others have tried.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nuncio_domain::Timestamp;

/// People mistype a few times; programs try thousands.
const FAILURES_MAX: u32 = 10;
/// After it all counts begin anew.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are counted apart. Beyond that many in one window, all others share one count.
const ADDRESSES_MAX: usize = 10_000;

/// Failures of the current window, by address.
#[derive(Debug, Default)]
pub(crate) struct Failures(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    began: Timestamp,
    counts: HashMap<Option<IpAddr>, u32>,
}

impl Failures {
    /// How long the address has to wait before it may try again, if it has to.
    pub(crate) fn wait(&self, address: Option<IpAddr>, now: Timestamp) -> Option<Duration> {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        window.turn(now);
        let failed = window.counts.get(&window.counted_as(address)).copied();
        (failed.unwrap_or_default() >= FAILURES_MAX).then(|| {
            (window.began + WINDOW)
                .since(now)
                .max(Duration::from_secs(1))
        })
    }

    /// Counts a failure.
    pub(crate) fn count(&self, address: Option<IpAddr>, now: Timestamp) {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        window.turn(now);
        let address = window.counted_as(address);
        *window.counts.entry(address).or_default() += 1;
    }
}

impl Window {
    fn turn(&mut self, now: Timestamp) {
        if now.since(self.began) >= WINDOW || now < self.began {
            self.began = now;
            self.counts.clear();
        }
    }

    fn counted_as(&self, address: Option<IpAddr>) -> Option<IpAddr> {
        let address = address.map(network);
        let is_known = self.counts.contains_key(&address);
        address.filter(|_| is_known || self.counts.len() < ADDRESSES_MAX)
    }
}

/// Somebody who has one IPv6 address has the 2^64 around it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            std::net::Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_ms(1_800_000_000_000 + seconds * 1_000)
    }

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn the_eleventh_try_waits_for_the_next_minute() {
        let failures = Failures::default();
        let one = address("192.0.2.1");
        for _ in 0..FAILURES_MAX {
            assert_eq!(failures.wait(one, at(5)), None);
            failures.count(one, at(5));
        }
        assert_eq!(failures.wait(one, at(45)), Some(Duration::from_secs(20)));
        assert_eq!(failures.wait(address("192.0.2.2"), at(45)), None);
        assert_eq!(failures.wait(one, at(65)), None);
    }

    #[test]
    fn one_network_of_ipv6_is_one_address() {
        let failures = Failures::default();
        for n in 0..FAILURES_MAX {
            failures.count(address(&format!("2001:db8::{n:x}")), at(0));
        }
        assert!(failures.wait(address("2001:db8::ffff"), at(0)).is_some());
        assert!(failures.wait(address("2001:db8:0:1::1"), at(0)).is_none());
        for _ in 0..FAILURES_MAX {
            failures.count(address("::ffff:192.0.2.1"), at(0));
        }
        assert!(failures.wait(address("192.0.2.1"), at(0)).is_some());
    }

    #[test]
    fn too_many_addresses_share_a_count() {
        let failures = Failures::default();
        for n in 0..ADDRESSES_MAX as u32 {
            failures.count(Some(IpAddr::from(n.to_be_bytes())), at(0));
        }
        for _ in 0..FAILURES_MAX {
            failures.count(address("192.0.2.1"), at(0));
        }
        assert!(failures.wait(address("192.0.2.2"), at(0)).is_some());
        assert!(failures.wait(address("0.0.0.1"), at(0)).is_none());
        let kept = failures.0.lock().unwrap().counts.len();
        assert!(kept <= ADDRESSES_MAX + 1, "{kept}");
    }
}
