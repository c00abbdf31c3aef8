//! Endpoints as tests want them.

use std::sync::Arc;

use nuncio_dialect::builtin_named;
use nuncio_domain::{
    DialectVersion, DisabledBecause, Endpoint, EndpointAuth, EndpointId, Gone, ProjectId, Retry,
    Secret, Secrets, TenantId, Throttled, Transform, Verification, Waiting,
};
use nuncio_store::{EndpointKey, Sending};

use super::START;

#[derive(Clone, Debug)]
pub(crate) struct EndpointSpec {
    pub(crate) number: i64,
    pub(crate) dialect: &'static str,
    pub(crate) retry: Option<Retry>,
    pub(crate) gone: Option<Gone>,
    pub(crate) throttled: Option<Throttled>,
    pub(crate) rate_limit: Option<u32>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) auth: Option<Arc<EndpointAuth>>,
    pub(crate) secrets: Secrets,
    pub(crate) waiting: Option<Waiting>,
    pub(crate) verification: Verification,
    pub(crate) transform: Option<Transform>,
    pub(crate) tenant: String,
}

impl EndpointSpec {
    pub(crate) fn new(number: i64, dialect: &'static str) -> Self {
        let entropy = [u8::try_from(number % 251).expect("it is below 251"); 64];
        let dialect_file = builtin_named(dialect).expect("it is built in");
        Self {
            number,
            dialect,
            retry: None,
            gone: None,
            throttled: None,
            auth: None,
            rate_limit: None,
            headers: Vec::new(),
            secrets: Secrets::new(Secret::new(dialect_file.generate_secret(&entropy))),
            waiting: None,
            verification: Verification::default(),
            transform: None,
            tenant: "acme".to_owned(),
        }
    }

    pub(crate) fn retry(mut self, delays_s: &[u32]) -> Self {
        self.retry = Some(retry_delays(delays_s));
        self
    }

    pub(crate) fn of_tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = tenant.into();
        self
    }

    pub(crate) const fn key(&self) -> EndpointKey {
        EndpointKey::from_number(self.number)
    }

    pub(crate) fn url(&self) -> String {
        format!("https://receiver-{}.example/hook", self.number)
    }

    pub(crate) fn sending(&self) -> Sending {
        let dialect = builtin_named(self.dialect).expect("it is built in");
        let mut policy = dialect.policy().clone();
        policy.retry = self.retry.clone().unwrap_or(policy.retry);
        policy.gone = self.gone.unwrap_or(policy.gone);
        let waits = self.verification.is_waited_for();
        policy.throttled = self.throttled.unwrap_or(policy.throttled);
        let disabled = matches!(self.waiting, Some(Waiting::EndpointDisabled));
        Sending {
            project: ProjectId::new(1, [0; 10]),
            endpoint: Arc::new(Endpoint {
                id: EndpointId::new(self.number, [0; 10]),
                tenant: TenantId::parse(&self.tenant).expect("it is a tenant id"),
                url: self.url(),
                events: vec!["*".parse().expect("it is a filter")],
                filter: None,
                channels: Vec::new(),
                description: None,
                headers: self.headers.clone(),
                auth: self.auth.clone(),
                tls: None,
                rate_limit: self.rate_limit,
                retry: None,
                timeout_ms: None,
                dialect: None,
                disabled: disabled.then_some(DisabledBecause::Requested),
                uid: None,
                failing_since: None,
                verification: self.verification.clone(),
                transform: self.transform.clone(),
                metadata: serde_json::Map::new(),
                created_at: START,
                updated_at: START,
                secrets: self.secrets.clone(),
            }),
            dialect: DialectVersion {
                version: 1,
                number: 1,
                builtin: true,
                dialect: Arc::clone(dialect),
                created_at: START,
            },
            policy,
            history_days: 30,
            transformations: true,
            type_retries: Arc::default(),
            metadata: serde_json::Map::new(),
            waiting: self.waiting.or(waits.then_some(Waiting::Unverified)),
        }
    }
}

fn retry_delays(delays_s: &[u32]) -> Retry {
    Retry::Delays {
        delays_s: delays_s.to_vec(),
    }
}
