//! Which idle connection is used next, and which one goes when there are too
//! many?

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::connection::Connection;
use crate::limits::ClientLimits;

/// Longer times count as this one: it only keeps clock arithmetic in range.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// Idle connections by origin. Within one origin the most recently used is
/// taken first, so that the surplus grows old and goes.
pub(crate) struct Pool {
    limits: ClientLimits,
    idle: Mutex<IdleConnections>,
}

/// Tickets grow, and a connection is taken from the back and evicted at the
/// front: so the oldest ticket of all is at the front of its origin's queue.
#[derive(Default)]
struct IdleConnections {
    by_origin: HashMap<Arc<str>, VecDeque<Idle>>,
    by_age: BTreeMap<u64, (Instant, Arc<str>)>,
    last_ticket: u64,
    reaper_runs: bool,
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

    /// The most recently used connection to `origin` that is still healthy.
    pub(crate) fn take(&self, origin: &str) -> Option<Box<Connection>> {
        loop {
            let idle = self.lock().take_newest(origin)?;
            let mut connection = idle.connection;
            if idle.until > Instant::now() && connection.is_healthy() {
                return Some(connection);
            }
        }
    }

    /// Keeps `connection` for the next request, if it is fit for one.
    pub(crate) fn put(self: &Arc<Self>, origin: &Arc<str>, connection: Box<Connection>) {
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
            let evicted = idle.insert(origin, connection, until, &self.limits);
            (evicted, !std::mem::replace(&mut idle.reaper_runs, true))
        };
        if start_reaper {
            tokio::spawn(reap(Arc::downgrade(self)));
        }
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
    fn take_newest(&mut self, origin: &str) -> Option<Idle> {
        let queue = self.by_origin.get_mut(origin)?;
        let newest = queue.pop_back();
        if queue.is_empty() {
            self.by_origin.remove(origin);
        }
        let newest = newest?;
        self.by_age.remove(&newest.ticket);
        Some(newest)
    }

    /// Adds a connection and returns those that must go for it.
    fn insert(
        &mut self,
        origin: &Arc<str>,
        connection: Box<Connection>,
        until: Instant,
        limits: &ClientLimits,
    ) -> Vec<Idle> {
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        let queue = self.by_origin.entry(Arc::clone(origin)).or_default();
        queue.push_back(Idle {
            ticket,
            until,
            connection,
        });
        let crowded = queue.len() > limits.idle_per_host_max;
        self.by_age.insert(ticket, (until, Arc::clone(origin)));

        let mut evicted = Vec::new();
        if crowded {
            evicted.extend(self.take_oldest(origin));
        }
        while self.by_age.len() > limits.idle_total_max {
            evicted.extend(self.take_oldest_of_all());
        }
        evicted
    }

    fn take_oldest(&mut self, origin: &str) -> Option<Idle> {
        let queue = self.by_origin.get_mut(origin)?;
        let oldest = queue.pop_front();
        if queue.is_empty() {
            self.by_origin.remove(origin);
        }
        let oldest = oldest?;
        self.by_age.remove(&oldest.ticket);
        Some(oldest)
    }

    fn take_oldest_of_all(&mut self) -> Option<Idle> {
        let (_, origin) = self.by_age.first_key_value()?.1.clone();
        self.take_oldest(&origin)
    }

    /// Those whose time is over, as far as they are the oldest.
    fn take_expired(&mut self, now: Instant) -> Vec<Idle> {
        let mut expired = Vec::new();
        while let Some((until, _)) = self.by_age.first_entry().map(|oldest| oldest.get().clone())
            && until <= now
        {
            expired.extend(self.take_oldest_of_all());
        }
        expired
    }
}

/// Closes connections as their time ends, and ends when none is left.
async fn reap(pool: Weak<Pool>) {
    loop {
        let next = {
            let Some(pool) = pool.upgrade() else { return };
            let (_expired, next) = {
                let mut idle = pool.lock();
                let expired = idle.take_expired(Instant::now());
                let next = idle.by_age.first_key_value().map(|(_, (until, _))| *until);
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
