//! How much a tenant's key or a portal's token may ask for: requests, changes, jobs, and how soon its endpoints are tried
//! again. A project's policy says it; keys of the project and the admin's are not limited.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    extract::OriginalUri,
    http::{Method, request::Parts},
};
use nuncio_domain::{PolicyOverride, ProjectId, Retry, TenantId, Timestamp};

use crate::{
    access::Access,
    policy::RetryInput,
    problem::{Kind, Problem},
    state::Server,
};

/// Tenants whose rates are counted apart; beyond that many at once, all others share one count.
const COUNTED_MAX: usize = 20_000;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

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
    const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "requests",
            Self::Change => "changes",
            Self::Job => "jobs",
        }
    }

    /// What a request is counted as, besides a request.
    fn of(method: &Method, path: &str) -> Option<Self> {
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

    /// How many in which time, and the policy's name for it.
    fn limit(self, policy: &PolicyOverride) -> (u32, Duration, &'static str) {
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
    refused: [AtomicU64; 3],
}

/// Whose count of what; nobody's is that of all who are not counted apart.
type Counter = (Counted, Option<(ProjectId, TenantId)>);

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

    /// Takes one; else how long to wait for the next.
    fn take(
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

/// Counts a request of a tenant's key or a portal's token.
///
/// # Errors
/// It was one too many: 429 with the time to wait.
pub(crate) async fn count(
    server: &Server,
    parts: &Parts,
    project: ProjectId,
    tenant: &TenantId,
) -> Result<(), Problem> {
    let Some(of) = server.store().project(project).await else {
        return Ok(());
    };
    let original = parts.extensions.get::<OriginalUri>();
    let path = original.map_or(&parts.uri, |original| &original.0).path();
    let also = Counted::of(&parts.method, path);
    for counted in [Some(Counted::Request), also].into_iter().flatten() {
        let (max, period, name) = counted.limit(&of.policy);
        let counter = (counted, Some((project, tenant.clone())));
        let taken = server.rates.take(counter, max, period, server.steady_now());
        taken.map_err(|wait| {
            server.rates.refused[counted as usize].fetch_add(1, Relaxed);
            let what = counted.as_str();
            let span = if period == HOUR {
                "an hour"
            } else {
                "a minute"
            };
            let detail =
                format!("too many {what} of this tenant: {max} {span} are allowed (policy {name})");
            Problem::new(Kind::TooMany, detail).after(wait)
        })?;
    }
    Ok(())
}

/// Checks a schedule that a tenant sets for its endpoint. The project and the admin may set any.
///
/// # Errors
/// It would try too soon or too often.
pub(crate) async fn check_retry(
    server: &Server,
    caller: &Access,
    retry: Option<&RetryInput>,
) -> Result<(), Problem> {
    let (Some(RetryInput(retry)), Some(_)) = (retry, caller.kind.tenant()) else {
        return Ok(());
    };
    match server.store().project(caller.project()).await {
        Some(project) => fits(retry, &project.policy),
        None => Ok(()),
    }
}

fn fits(retry: &Retry, policy: &PolicyOverride) -> Result<(), Problem> {
    let (delay_min, attempts_max) = (policy.tenant_delay_s_min(), policy.tenant_attempts_max());
    let too_soon = |pointer: String, delay: u32| {
        let detail = format!(
            "{delay} s is too soon: at least {delay_min} s between attempts (policy tenant_delay_s_min)"
        );
        Err(Problem::invalid(pointer, detail))
    };
    let too_many = |pointer: &str, attempts: String| {
        let detail = format!(
            "{attempts} attempts are too many: at most {attempts_max} (policy tenant_attempts_max)"
        );
        Err(Problem::invalid(pointer, detail))
    };
    match retry {
        Retry::Delays { delays_s } => {
            if delays_s.len() > attempts_max as usize {
                return too_many("/retry/delays_s", delays_s.len().to_string());
            }
            // The first delay is before the first attempt.
            let between = delays_s.iter().enumerate().skip(1);
            let mut soon = between.filter(|(_, delay)| **delay < delay_min);
            soon.next().map_or(Ok(()), |(n, delay)| {
                too_soon(format!("/retry/delays_s/{n}"), *delay)
            })
        }
        Retry::Backoff {
            base_s,
            factor,
            cap_s,
            span_s,
            attempts_max: given,
        } => {
            if *base_s < delay_min {
                return too_soon("/retry/base_s".to_owned(), *base_s);
            }
            if let Some(given) = given.filter(|given| *given > attempts_max) {
                return too_many("/retry/attempts_max", given.to_string());
            }
            let Some(span_s) = span_s else {
                return Ok(());
            };
            let (mut attempts, mut passed, mut delay) = (1, 0.0, f64::from(*base_s));
            while passed + delay <= f64::from(*span_s) {
                attempts += 1;
                if attempts > attempts_max {
                    return too_many("/retry/span_s", format!("more than {attempts_max}"));
                }
                passed += delay;
                delay = (delay * factor).min(f64::from(*cap_s));
            }
            Ok(())
        }
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
    fn a_tenants_schedule_is_no_flood() {
        let check = |retry: Retry, pointer: &str| {
            let found = fits(&retry, &PolicyOverride::default());
            let document = found.as_ref().err().map(|problem| {
                serde_json::to_value(problem.document(None)).unwrap()["errors"][0]["pointer"]
                    .clone()
            });
            let expected = (!pointer.is_empty()).then(|| pointer.into());
            assert_eq!(document, expected, "{retry:?}");
        };
        let delays = |delays_s: &[u32]| Retry::Delays {
            delays_s: delays_s.to_vec(),
        };
        check(delays(&[0; 60]), "/retry/delays_s");
        check(delays(&[0, 0, 0]), "/retry/delays_s/1");
        check(delays(&[0, 60, 4]), "/retry/delays_s/2");
        check(delays(&[0, 5, 300]), "");
        let backoff = |base_s, factor, cap_s, span_s, attempts_max| Retry::Backoff {
            base_s,
            factor,
            cap_s,
            span_s,
            attempts_max,
        };
        check(backoff(1, 2.0, 60, None, Some(5)), "/retry/base_s");
        check(backoff(5, 1.0, 5, None, Some(100)), "/retry/attempts_max");
        check(backoff(5, 1.0, 5, Some(500), None), "/retry/span_s");
        check(backoff(30, 2.0, 14_400, Some(86_400), None), "");
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
