//! What the operator has set for this API.

use nuncio_domain::{PolicyOverride, Retry, RevealSecrets, WhileDisabled};

use crate::token::SvixKeys;

/// Endpoints of one application: that server has no limit; this is the most that a project may allow.
const ENDPOINTS_MAX: u32 = 10_000;
/// Payloads are kept for so many days unless a message says less.
const HISTORY_DAYS: u32 = 90;
/// So long a row of failures disables an endpoint, hours.
const DISABLE_AFTER_H: u32 = 120;
/// Seconds of an hour.
const HOUR_S: u32 = 60 * 60;

/// What an endpoint signs with that is made without a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultSignature {
    /// A shared secret.
    #[default]
    Hmac256,
    /// A key pair.
    Ed25519,
}

/// What the operator has set.
#[derive(Clone, Debug)]
pub struct SvixSettings {
    /// What tokens are signed and checked with.
    pub keys: SvixKeys,
    /// Whether the first valid token of an organization makes its project.
    pub create_projects: bool,
    /// What endpoints sign with that are made without a secret.
    pub default_signature: DefaultSignature,
    /// Whether endpoints must be `https`, whatever the server allows besides.
    pub https_only: bool,
    /// Whether new projects send `webhook-*` headers in place of `svix-*`.
    pub whitelabel_headers: bool,
    /// Seconds between the attempts of new projects' deliveries, in place of the dialect's.
    pub retry_schedule: Option<Vec<u32>>,
    /// The deadline of an attempt of new projects, milliseconds.
    pub timeout_ms: Option<u32>,
    /// Hours of nothing but failure after which endpoints of new projects are disabled.
    pub disable_after_h: Option<u32>,
}

impl SvixSettings {
    /// With these keys, and everything else as that server has it.
    pub const fn new(keys: SvixKeys) -> Self {
        Self {
            keys,
            create_projects: true,
            default_signature: DefaultSignature::Hmac256,
            https_only: false,
            whitelabel_headers: false,
            retry_schedule: None,
            timeout_ms: None,
            disable_after_h: None,
        }
    }

    /// The dialect of a project that is made here.
    pub(crate) const fn dialect(&self) -> &'static str {
        match self.whitelabel_headers {
            true => "svix-whitelabel",
            false => "svix",
        }
    }

    /// The policy of a project that is made here.
    pub(crate) fn policy(&self) -> PolicyOverride {
        let retry = self.retry_schedule.as_ref().map(|seconds| Retry::Delays {
            delays_s: std::iter::once(0).chain(seconds.iter().copied()).collect(),
        });
        let hours = self.disable_after_h.unwrap_or(DISABLE_AFTER_H);
        PolicyOverride {
            retry,
            timeout_ms: self.timeout_ms,
            auto_disable_s: Some(hours.saturating_mul(HOUR_S).max(1)),
            endpoints_per_tenant_max: Some(ENDPOINTS_MAX),
            history_days: Some(HISTORY_DAYS),
            while_disabled: Some(WhileDisabled::Skip),
            reveal_secrets: Some(RevealSecrets::Tenant),
            ..PolicyOverride::default()
        }
    }
}
