//! Which endpoints' certificates are at their end? Told in the log, at an attempt, once a day.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nuncio_domain::{CertificateAge, Endpoint, EndpointId, Timestamp};

const AGAIN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// Endpoints that are remembered as told of, a few dozen bytes each; past them, some are told of again.
const TOLD_MAX: usize = 10_000;

/// What was told, and when.
#[derive(Debug, Default)]
pub(crate) struct CertificateWatch {
    told: Mutex<HashMap<EndpointId, Timestamp>>,
}

impl CertificateWatch {
    /// Warns if a certificate of the endpoint has expired or soon will, unless it was told of within a day.
    pub(crate) fn look(&self, endpoint: &Endpoint, now: Timestamp) {
        let Some(tls) = &endpoint.tls else { return };
        let (Some(age), Some(facts)) = (tls.age(now), tls.first_to_expire()) else {
            return;
        };
        if !self.is_news(endpoint.id, now) {
            return;
        }
        let (endpoint, tenant) = (endpoint.id, &endpoint.tenant);
        let (subject, expires_at) = (&facts.subject, facts.expires_at);
        match age {
            CertificateAge::Expired => {
                tracing::warn!(%endpoint, %tenant, subject, %expires_at, "a certificate in an endpoint's TLS settings has expired");
            }
            CertificateAge::Expiring => {
                tracing::warn!(%endpoint, %tenant, subject, %expires_at, "a certificate in an endpoint's TLS settings expires soon");
            }
        }
    }

    fn is_news(&self, endpoint: EndpointId, now: Timestamp) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let last = told.get(&endpoint);
        if last.is_some_and(|last| now.since(*last) < AGAIN_AFTER) {
            return false;
        }
        if told.len() >= TOLD_MAX {
            told.clear();
        }
        told.insert(endpoint, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_told_of_once_a_day() {
        let watch = CertificateWatch::default();
        let (one, other) = (EndpointId::new(1, [0; 10]), EndpointId::new(1, [1; 10]));
        let now = Timestamp::from_ms(0);
        assert!(watch.is_news(one, now));
        assert!(!watch.is_news(one, now + Duration::from_secs(3_600)));
        assert!(watch.is_news(other, now));
        assert!(watch.is_news(one, now + AGAIN_AFTER));
    }
}
