//! Which idle connection is used next, and which one goes when there are too
//! many?

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::connection::Connection;
use crate::limits::ClientLimits;
use crate::owner::Owner;
use crate::request::Request;
use crate::tls_settings::TlsSettings;

/// Longer times count as this one: it only keeps clock arithmetic in range.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// How many that were taken are remembered at least.
const TAKEN_MAX: usize = 64;

/// What an idle connection may be used again for: requests of the same owner to the same origin with the same TLS
/// settings. Whatever else a connection comes to depend on belongs in here.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct PoolKey {
    pub(crate) owner: Owner,
    pub(crate) origin: Arc<str>,
    /// The fingerprint of the TLS settings, if the endpoint has any.
    pub(crate) tls: Option<[u8; 32]>,
}

impl PoolKey {
    /// The key of a request, to be shared from there on: what it is made of is counted by every thread that sends for
    /// the same owner, and copies of it would have them wait for one another.
    pub(crate) fn of(request: &Request<'_>) -> Arc<Self> {
        Arc::new(Self {
            owner: request.owner.clone(),
            origin: Arc::clone(request.url.origin()),
            tls: request.tls.map(TlsSettings::fingerprint),
        })
    }
}

/// Idle connections by owner and origin. Within one key the most recently used is
/// taken first, so that the surplus grows old and goes.
pub(crate) struct Pool {
    limits: ClientLimits,
    idle: Mutex<IdleConnections>,
}

/// Tickets grow, and a connection is taken from the back and evicted at the
/// front: so a queue is sorted, with the oldest of its key at the front.
#[derive(Default)]
struct IdleConnections {
    by_key: HashMap<Arc<PoolKey>, VecDeque<Idle>>,
    count: usize,
    /// By ticket. Who was taken since is still in here, and is passed over: taking one is the most frequent thing.
    by_age: VecDeque<Age>,
    last_ticket: u64,
    reaper_runs: bool,
}

struct Age {
    ticket: u64,
    until: Instant,
    key: Arc<PoolKey>,
}

struct Idle {
    ticket: u64,
    until: Instant,
    connection: Box<Connection>,
}

impl Pool {
    pub(crate) fn new(limits: ClientLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            idle: Mutex::default(),
        })
    }

    /// The most recently used connection for `key` that is still healthy.
    pub(crate) fn take(&self, key: &PoolKey) -> Option<Box<Connection>> {
        loop {
            let idle = self.lock().take_newest(key)?;
            let mut connection = idle.connection;
            if idle.until > Instant::now() && connection.is_healthy() {
                return Some(connection);
            }
        }
    }

    /// Keeps `connection` for the next request, if it is fit for one.
    pub(crate) fn put(self: &Arc<Self>, key: &Arc<PoolKey>, connection: Box<Connection>) {
        if !connection.is_idle() {
            return;
        }
        let now = Instant::now();
        let until = self.expiry(&connection, now);
        if until <= now || self.limits.idle_per_host_max == 0 {
            return;
        }
        // Sockets are closed after the lock is released.
        let (_evicted, start_reaper) = {
            let mut idle = self.lock();
            let evicted = idle.insert(key, connection, until, &self.limits);
            (evicted, !std::mem::replace(&mut idle.reaper_runs, true))
        };
        if start_reaper {
            tokio::spawn(reap(Arc::downgrade(self)));
        }
    }

    /// Closes the connection that has waited longest; whether there was one.
    pub(crate) fn close_oldest(&self) -> bool {
        let oldest = self.lock().take_oldest_of_all();
        oldest.is_some()
    }

    fn expiry(&self, connection: &Connection, now: Instant) -> Instant {
        let idle_timeout = match connection.idle_timeout {
            Some(receivers) => receivers.min(self.limits.idle_timeout),
            None => self.limits.idle_timeout,
        };
        let end_of_life = connection.opened + self.limits.connection_age_max.min(FAR);
        (now + idle_timeout.min(FAR)).min(end_of_life)
    }

    fn lock(&self) -> MutexGuard<'_, IdleConnections> {
        // Every change is complete before anything can panic.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IdleConnections {
    fn take_newest(&mut self, key: &PoolKey) -> Option<Idle> {
        self.take_from(key, VecDeque::pop_back)
    }

    fn take_from(
        &mut self,
        key: &PoolKey,
        take: impl Fn(&mut VecDeque<Idle>) -> Option<Idle>,
    ) -> Option<Idle> {
        let queue = self.by_key.get_mut(key)?;
        let taken = take(queue);
        if queue.is_empty() {
            self.by_key.remove(key);
        }
        self.count -= usize::from(taken.is_some());
        taken
    }

    /// Adds a connection and returns those that must go for it.
    fn insert(
        &mut self,
        key: &Arc<PoolKey>,
        connection: Box<Connection>,
        until: Instant,
        limits: &ClientLimits,
    ) -> Vec<Idle> {
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        let queue = self.by_key.entry(Arc::clone(key)).or_default();
        queue.push_back(Idle {
            ticket,
            until,
            connection,
        });
        let crowded = queue.len() > limits.idle_per_host_max;
        self.count += 1;
        self.by_age.push_back(Age {
            ticket,
            until,
            key: Arc::clone(key),
        });
        self.forget_taken();

        let mut evicted = Vec::new();
        if crowded {
            evicted.extend(self.take_oldest(key));
        }
        while self.count > limits.idle_total_max {
            evicted.extend(self.take_oldest_of_all());
        }
        evicted
    }

    fn take_oldest(&mut self, key: &PoolKey) -> Option<Idle> {
        self.take_from(key, VecDeque::pop_front)
    }

    fn take_oldest_of_all(&mut self) -> Option<Idle> {
        let key = Arc::clone(&self.oldest()?.key);
        self.by_age.pop_front();
        self.take_oldest(&key)
    }

    /// The oldest of all.
    fn oldest(&mut self) -> Option<&Age> {
        while let Some(age) = self.by_age.front()
            && !is_idle(&self.by_key, age)
        {
            self.by_age.pop_front();
        }
        self.by_age.front()
    }

    /// Forgets those that were taken, once they are the most.
    fn forget_taken(&mut self) {
        if self.by_age.len() > 2 * self.count + TAKEN_MAX {
            let by_key = &self.by_key;
            self.by_age.retain(|age| is_idle(by_key, age));
        }
    }

    /// Those whose time is over, as far as they are the oldest.
    fn take_expired(&mut self, now: Instant) -> Vec<Idle> {
        let mut expired = Vec::new();
        while self.oldest().is_some_and(|oldest| oldest.until <= now) {
            expired.extend(self.take_oldest_of_all());
        }
        expired
    }
}

/// Whether a connection still waits. Those of one key are sorted by ticket.
fn is_idle(by_key: &HashMap<Arc<PoolKey>, VecDeque<Idle>>, age: &Age) -> bool {
    let queue = by_key.get(&*age.key);
    queue.is_some_and(|queue| {
        queue
            .binary_search_by_key(&age.ticket, |idle| idle.ticket)
            .is_ok()
    })
}

/// Closes connections as their time ends, and ends when none is left.
async fn reap(pool: Weak<Pool>) {
    loop {
        let next = {
            let Some(pool) = pool.upgrade() else { return };
            let (_expired, next) = {
                let mut idle = pool.lock();
                let expired = idle.take_expired(Instant::now());
                let next = idle.oldest().map(|oldest| oldest.until);
                idle.reaper_runs = next.is_some();
                (expired, next)
            };
            next
        };
        match next {
            Some(until) => sleep_until(until).await,
            None => return,
        }
    }
}
