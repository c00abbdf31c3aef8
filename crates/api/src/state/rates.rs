//! How much tenants' keys and portals' tokens have asked for: requests, changes, jobs. A project's policy says how much
//! they may.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::http::Method;
use nuncio_domain::{PolicyOverride, ProjectId, TenantId, Timestamp};
use nuncio_store::Quota;

/// Tenants whose rates are counted apart; beyond that many at once, all others share one count.
const COUNTED_MAX: usize = 20_000;
const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// Every request.
    Request,
    /// Those that change something or send something: tests, retries, replays, verifications, endpoints.
    Change,
    /// Those that start a job in the background.
    Job,
}

impl Counted {
    /// As the metric names it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "requests",
            Self::Change => "changes",
            Self::Job => "jobs",
        }
    }

    /// What a request is counted as, besides a request.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        if matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let is_job = path == "/v1/deliveries/retry"
            || path.starts_with("/v1/dead-letters/")
            || path.ends_with("/recover");
        Some(match is_job {
            true => Self::Job,
            false => Self::Change,
        })
    }

    /// As the operator is told of it.
    pub(crate) const fn quota(self) -> Quota {
        match self {
            Self::Request => Quota::RequestsPerMinute,
            Self::Change => Quota::ChangesPerMinute,
            Self::Job => Quota::JobsPerHour,
        }
    }

    /// How many in which time, and the policy's name for it.
    pub(crate) fn limit(self, policy: &PolicyOverride) -> (u32, Duration, &'static str) {
        match self {
            Self::Request => (
                policy.tenant_requests_per_minute(),
                MINUTE,
                "tenant_requests_per_minute",
            ),
            Self::Change => (
                policy.tenant_changes_per_minute(),
                MINUTE,
                "tenant_changes_per_minute",
            ),
            Self::Job => (policy.tenant_jobs_per_hour(), HOUR, "tenant_jobs_per_hour"),
        }
    }
}

/// The rates of all tenants.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    buckets: Mutex<HashMap<Counter, Bucket>>,
    /// When the operator was told of whom.
    told: Mutex<HashMap<Counter, Timestamp>>,
    refused: [AtomicU64; 3],
}

/// Whose count of what; nobody's is that of all who are not counted apart.
pub(crate) type Counter = (Counted, Option<(ProjectId, TenantId)>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
    /// When it is full again, if nothing is taken.
    full_at: Timestamp,
}

impl Rates {
    /// How often each kind was refused.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        [Counted::Request, Counted::Change, Counted::Job]
            .into_iter()
            .zip(&self.refused)
            .map(|(counted, refused)| (counted.as_str(), refused.load(Relaxed)))
    }

    /// Counts a refusal.
    pub(crate) fn refuse(&self, counted: Counted) {
        self.refused[counted as usize].fetch_add(1, Relaxed);
    }

    /// Whether the operator is to be told that somebody is at the limit: once an hour, however long they go on.
    pub(crate) fn is_news(&self, counter: Counter, now: Timestamp) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = |at: &Timestamp| now.since(*at) >= HOUR;
        if told.get(&counter).is_some_and(|at| !is_old(at)) {
            return false;
        }
        if told.len() >= COUNTED_MAX {
            told.retain(|_, at| !is_old(at));
        }
        // So many within an hour say enough.
        let has_room = told.len() < COUNTED_MAX;
        if has_room {
            told.insert(counter, now);
        }
        has_room
    }

    /// Takes one; else how long to wait for the next.
    pub(crate) fn take(
        &self,
        counter: Counter,
        count: u32,
        period: Duration,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let full = f64::from(count.max(1));
        let per_second = full / period.as_secs_f64();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counter = counter;
        if buckets.len() >= COUNTED_MAX && !buckets.contains_key(&counter) {
            // Who is full again is as good as forgotten.
            buckets.retain(|_, bucket| bucket.full_at > now);
            if buckets.len() >= COUNTED_MAX {
                counter.1 = None;
            }
        }
        let bucket = buckets.entry(counter).or_insert(Bucket {
            tokens: full,
            at: now,
            full_at: now,
        });
        let grown = now.since(bucket.at).as_secs_f64() * per_second;
        bucket.tokens = (bucket.tokens + grown).min(full);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.tokens) / per_second));
        }
        bucket.tokens -= 1.0;
        bucket.full_at = now + Duration::from_secs_f64((full - bucket.tokens) / per_second);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_ms(1_800_000_000_000 + seconds * 1_000)
    }

    fn counter(tenant: &str) -> Counter {
        let tenant = TenantId::parse(tenant).unwrap();
        (Counted::Change, Some((ProjectId::new(1, [0; 10]), tenant)))
    }

    #[test]
    fn a_rate_comes_back_over_its_period() {
        let rates = Rates::default();
        let take = |tenant: &str, now: i64| rates.take(counter(tenant), 60, MINUTE, at(now));
        for _ in 0..60 {
            assert_eq!(take("a", 0), Ok(()));
        }
        assert_eq!(take("a", 0), Err(Duration::from_secs(1)));
        assert_eq!(take("b", 0), Ok(()));
        assert_eq!(take("a", 1), Ok(()));
        assert!(take("a", 1).is_err());
        assert_eq!((0..200).filter(|_| take("a", 3_600).is_ok()).count(), 60);
    }

    #[test]
    fn the_limit_is_news_once_an_hour() {
        let rates = Rates::default();
        let news = |tenant: &str, now: i64| rates.is_news(counter(tenant), at(now));
        assert!(news("a", 0) && news("b", 0));
        assert!(!news("a", 0) && !news("a", 3_599));
        assert!(news("a", 3_600));
    }

    #[test]
    fn memory_is_bounded_by_those_who_are_busy() {
        let rates = Rates::default();
        let take = |n: usize, now: i64| rates.take(counter(&format!("t{n}")), 60, MINUTE, at(now));
        for n in 0..COUNTED_MAX {
            assert_eq!(take(n, 0), Ok(()));
        }
        // No room: these share a count.
        let shared = (0..100).filter(|n| take(COUNTED_MAX + n, 0).is_ok());
        assert_eq!(shared.count(), 60);
        assert!(rates.buckets.lock().unwrap().len() <= COUNTED_MAX + 1);
        // A second later all have what they took.
        assert_eq!(take(2 * COUNTED_MAX, 2), Ok(()));
        assert!(rates.buckets.lock().unwrap().len() <= 2);
    }

    #[test]
    fn what_starts_a_job_is_counted_as_one() {
        let check = |method: Method, path: &str, expected: Option<Counted>| {
            assert_eq!(Counted::of(&method, path), expected, "{path}");
        };
        check(Method::GET, "/v1/endpoints/ep_1", None);
        check(
            Method::POST,
            "/v1/endpoints/ep_1/test",
            Some(Counted::Change),
        );
        check(
            Method::POST,
            "/v1/webhooks/ep_1/recover",
            Some(Counted::Job),
        );
        check(
            Method::POST,
            "/v1/deliveries/dlv_1/retry",
            Some(Counted::Change),
        );
        check(Method::POST, "/v1/deliveries/retry", Some(Counted::Job));
        check(Method::POST, "/v1/dead-letters/purge", Some(Counted::Job));
    }
}
