//! Who may keep a connection open, and for how long.
//!
//! Connections are bounded in all and by address. A newcomer beyond the bound takes the seat of whoever has been idle
//! longest; only where all are busy it is refused. A head has to come in seconds, and an unused connection ends.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use ipnet::IpNet;
use nuncio_api::ListenerCounters;
use tokio::sync::Notify;

/// How often it is looked who has been there for too long; times are counted in these.
const TICK: Duration = Duration::from_secs(1);
/// How long the first byte of the first request may take: browsers connect before they have something to ask.
const NEW_TICKS_MAX: u64 = 60;
/// How long a request's head may take from its first byte: it is a few hundred bytes.
const HEAD_TICKS_MAX: u64 = 10;
/// How long a client may take to read an answer, once it doesn't keep up: an answer is a megabyte or two.
const SENDING_TICKS_MAX: u64 = 60;
/// How long a connection is kept between requests. Longer than the idle times of common load balancers (up to ten
/// minutes), which close first and so never find their connection gone.
const IDLE_TICKS_MAX: u64 = 650;
/// Seats that are left to this machine itself: whoever looks after the server gets in when all are taken.
const LOOPBACK_SPARE: usize = 64;

/// How many connections there may be.
#[derive(Clone, Debug)]
pub(crate) struct SeatLimits {
    /// In all.
    pub(crate) total: usize,
    /// From one address, an IPv6 network of 64 bits being one.
    pub(crate) per_address: usize,
    /// Proxies, behind which many are.
    pub(crate) exempt: Vec<IpNet>,
}

/// The connections that are open.
#[derive(Debug)]
pub(crate) struct Seats {
    limits: SeatLimits,
    taken: Mutex<Taken>,
    now: AtomicU64,
    /// Whether somebody keeps the time: several listeners may share the seats.
    is_timed: AtomicBool,
    counters: Arc<ListenerCounters>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    seats: HashMap<u64, Arc<Seat>>,
    by_address: HashMap<IpAddr, usize>,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Phase {
    /// Nothing has come yet.
    New,
    /// A head is coming.
    Head,
    /// A request is being answered.
    Busy,
    /// Between requests.
    Idle,
    /// An answer waits for its client to read on.
    Sending,
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Seat {
    address: Option<IpAddr>,
    phase: AtomicU8,
    since: AtomicU64,
    cut: Notify,
}

/// A seat that is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Seated {
    id: u64,
    seat: Arc<Seat>,
    seats: Arc<Seats>,
}

impl Seats {
    /// Empty ones.
    pub(crate) fn new(limits: SeatLimits, counters: Arc<ListenerCounters>) -> Arc<Self> {
        Arc::new(Self {
            limits,
            taken: Mutex::default(),
            now: AtomicU64::new(0),
            is_timed: AtomicBool::new(false),
            counters,
        })
    }

    /// A seat for a connection from an address; nothing if all are taken by busy ones.
    pub(crate) fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Seated> {
        let peer = peer.to_canonical();
        let is_exempt = self.limits.exempt.iter().any(|net| net.contains(&peer));
        self.take_as((!is_exempt).then(|| network(peer)), peer.is_loopback())
    }

    /// The same for one from a socket in the file system: a proxy on this machine, behind which many are.
    pub(crate) fn take_local(self: &Arc<Self>) -> Option<Seated> {
        self.take_as(None, true)
    }

    fn take_as(self: &Arc<Self>, address: Option<IpAddr>, is_local: bool) -> Option<Seated> {
        let mut taken = self.lock();
        let of_address = address.and_then(|address| taken.by_address.get(&address).copied());
        if of_address.unwrap_or_default() >= self.limits.per_address
            && !self.shed(&mut taken, address)
        {
            self.counters.refused_by_address.fetch_add(1, Relaxed);
            return None;
        }
        let spare = if is_local { LOOPBACK_SPARE } else { 0 };
        if taken.seats.len() >= self.limits.total + spare && !self.shed(&mut taken, None) {
            self.counters.refused.fetch_add(1, Relaxed);
            return None;
        }
        let id = taken.next;
        taken.next += 1;
        let seat = Arc::new(Seat {
            address,
            phase: AtomicU8::new(Phase::New as u8),
            since: AtomicU64::new(self.now.load(Relaxed)),
            cut: Notify::new(),
        });
        taken.seats.insert(id, Arc::clone(&seat));
        if let Some(address) = address {
            *taken.by_address.entry(address).or_default() += 1;
        }
        self.counters.open.fetch_add(1, Relaxed);
        Some(Seated {
            id,
            seat,
            seats: Arc::clone(self),
        })
    }

    /// Makes room: ends the connection that has been idle longest.
    pub(crate) fn shed_one(&self) -> bool {
        self.shed(&mut self.lock(), None)
    }

    /// Ends the connection that has been idle longest, of an address or of all. Whether there was one.
    fn shed(&self, taken: &mut Taken, address: Option<IpAddr>) -> bool {
        let idle = taken.seats.iter().filter(|(_, seat)| {
            !matches!(seat.phase(), Phase::Busy | Phase::Sending)
                && (address.is_none() || seat.address == address)
        });
        // Whoever has asked nothing yet goes first: pools of clients at work outlast strangers who only sit.
        let oldest = idle.min_by_key(|(id, seat)| {
            let was_of_use = seat.phase() == Phase::Idle;
            (was_of_use, seat.since.load(Relaxed), **id)
        });
        let Some(id) = oldest.map(|(id, _)| *id) else {
            return false;
        };
        self.counters.shed.fetch_add(1, Relaxed);
        self.end(taken, id);
        true
    }

    /// Takes a seat away, and ends its connection if that goes on.
    fn end(&self, taken: &mut Taken, id: u64) {
        let Some(seat) = taken.seats.remove(&id) else {
            return;
        };
        self.counters.open.fetch_sub(1, Relaxed);
        seat.cut.notify_one();
        let Some(address) = seat.address else {
            return;
        };
        if let Some(count) = taken.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&address);
            }
        }
    }

    /// Ends, once a tick, the connections that have been there for too long; never returns, unless somebody does so
    /// already.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        if self.is_timed.swap(true, Relaxed) {
            return;
        }
        let mut ticks = tokio::time::interval(TICK);
        loop {
            ticks.tick().await;
            self.tick();
        }
    }

    fn tick(&self) {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        let mut taken = self.lock();
        let late: Vec<_> = taken
            .seats
            .iter()
            .filter_map(|(id, seat)| {
                let phase = seat.phase();
                let max = match phase {
                    Phase::New => NEW_TICKS_MAX,
                    Phase::Head => HEAD_TICKS_MAX,
                    Phase::Idle => IDLE_TICKS_MAX,
                    Phase::Sending => SENDING_TICKS_MAX,
                    Phase::Busy => return None,
                };
                (now.saturating_sub(seat.since.load(Relaxed)) > max).then_some((*id, phase))
            })
            .collect();
        for (id, phase) in late {
            if phase == Phase::Head {
                self.counters.slow_heads.fetch_add(1, Relaxed);
            }
            self.end(&mut taken, id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    fn phase(&self) -> Phase {
        match self.phase.load(Relaxed) {
            0 => Phase::New,
            1 => Phase::Head,
            2 => Phase::Busy,
            3 => Phase::Idle,
            _ => Phase::Sending,
        }
    }
}

impl Seated {
    /// Bytes have come: the beginning of a head, unless a request is under way.
    pub(crate) fn reads(&self) {
        if matches!(self.seat.phase(), Phase::New | Phase::Idle) {
            self.go(Phase::Head);
        }
    }

    /// The client doesn't read as fast as it is written to.
    pub(crate) fn stalls(&self) {
        if self.seat.phase() == Phase::Idle {
            self.go(Phase::Sending);
        }
    }

    /// All that was to be written is on its way.
    pub(crate) fn is_read(&self) {
        if self.seat.phase() == Phase::Sending {
            self.go(Phase::Idle);
        }
    }

    /// A request's head is there.
    pub(crate) fn begins(&self) {
        self.go(Phase::Busy);
    }

    /// The request has its answer.
    pub(crate) fn ends(&self) {
        self.go(Phase::Idle);
    }

    /// Ends when the connection has to.
    pub(crate) async fn cut(&self) {
        self.seat.cut.notified().await;
    }

    fn go(&self, phase: Phase) {
        let now = self.seats.now.load(Relaxed);
        self.seat.since.store(now, Relaxed);
        self.seat.phase.store(phase as u8, Relaxed);
    }
}

impl Drop for Seated {
    fn drop(&mut self) {
        self.seats.end(&mut self.seats.lock(), self.id);
    }
}

/// Somebody who has one IPv6 address has the 2^64 around it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            std::net::Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn seats(total: usize, per_address: usize, exempt: &[&str]) -> Arc<Seats> {
        let limits = SeatLimits {
            total,
            per_address,
            exempt: exempt.iter().map(|net| net.parse().unwrap()).collect(),
        };
        Seats::new(limits, Arc::default())
    }

    fn address(n: u8) -> IpAddr {
        IpAddr::from([198, 51, 100, n])
    }

    #[tokio::test]
    async fn a_newcomer_takes_the_seat_of_whoever_is_idle_longest() {
        let seats = seats(3, 2, &[]);
        let first = seats.take(address(1)).unwrap();
        seats.tick();
        let second = seats.take(address(2)).unwrap();
        let third = seats.take(address(3)).unwrap();
        first.begins();
        let _fourth = seats.take(address(4)).unwrap();
        second.cut().await;
        third.begins();
        assert_eq!(seats.counters.shed.load(Relaxed), 1);
        assert_eq!(seats.counters.open.load(Relaxed), 3);
        drop(second);
        assert_eq!(seats.counters.open.load(Relaxed), 3);
    }

    #[test]
    fn strangers_who_only_sit_go_before_clients_at_work() {
        let seats = seats(10, 10, &[]);
        let client = seats.take(address(1)).unwrap();
        client.begins();
        client.ends();
        seats.tick();
        let mut strangers = Vec::new();
        for n in 0..50 {
            strangers.push(seats.take(address(100 + n)).unwrap());
        }
        assert!(seats.lock().seats.contains_key(&client.id));
    }

    #[test]
    fn the_busy_are_not_disturbed_and_this_machine_gets_in() {
        let seats = seats(2, 2, &[]);
        let busy: Vec<_> = (0..2).map(|n| seats.take(address(n)).unwrap()).collect();
        busy.iter().for_each(Seated::begins);
        assert!(seats.take(ELSEWHERE).is_none());
        assert_eq!(seats.counters.refused.load(Relaxed), 1);
        assert!(seats.take([127, 0, 0, 1].into()).is_some());
        busy[0].ends();
        assert!(seats.take(ELSEWHERE).is_some());
    }

    #[test]
    fn an_address_has_its_share_and_proxies_have_none() {
        let seats = seats(100, 2, &["10.0.0.0/8"]);
        let mut kept = Vec::new();
        for text in ["2001:db8::1", "2001:db8::2"] {
            kept.push(seats.take(text.parse().unwrap()).unwrap());
        }
        kept.iter().for_each(Seated::begins);
        assert!(seats.take("2001:db8::3".parse().unwrap()).is_none());
        assert_eq!(seats.counters.refused_by_address.load(Relaxed), 1);
        assert!(seats.take("2001:db8:0:1::1".parse().unwrap()).is_some());
        let proxied: Vec<_> = (0..50)
            .map(|_| seats.take([10, 0, 0, 1].into()).unwrap())
            .collect();
        assert_eq!(proxied.len(), 50);
        let local: Vec<_> = (0..50).map(|_| seats.take_local().unwrap()).collect();
        drop((kept, proxied, local));
        assert!(seats.lock().seats.is_empty() && seats.lock().by_address.is_empty());
    }

    #[tokio::test]
    async fn each_phase_has_its_time() {
        let check = async |prepare: fn(&Seated), ticks: u64| {
            let seats = seats(9, 9, &[]);
            let seated = seats.take(ELSEWHERE).unwrap();
            prepare(&seated);
            for _ in 0..ticks {
                seats.tick();
            }
            assert_eq!(seats.counters.open.load(Relaxed), 1);
            seats.tick();
            assert_eq!(seats.counters.open.load(Relaxed), 0);
            seated.cut().await;
        };
        check(|_| {}, NEW_TICKS_MAX).await;
        check(Seated::reads, HEAD_TICKS_MAX).await;
        check(
            |seated| {
                seated.begins();
                seated.ends();
            },
            IDLE_TICKS_MAX,
        )
        .await;
        // Reading a little now and then is no more time.
        check(
            |seated| {
                seated.begins();
                seated.ends();
                seated.stalls();
                seated.stalls();
            },
            SENDING_TICKS_MAX,
        )
        .await;
    }
}
