//! A project's policy as it is shown.

use nuncio_domain::{
    Gone, Policy, PolicyOverride, Retry, RevealSecrets, TenantId, Transformations, WhileDisabled,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::policy::retry::RetryFields;

/// A project's effective policy: its own settings, otherwise the dialect's or the server's defaults.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
pub(crate) struct PolicyView {
    /// The retry schedule.
    #[schema(value_type = RetryFields)]
    retry: Retry,
    /// Timeout of one attempt, in milliseconds.
    timeout_ms: u32,
    /// Plans whose tenants may have endpoints; empty allows all.
    plans: Vec<String>,
    /// Maximum endpoints per tenant.
    endpoints_per_tenant_max: u32,
    /// How long events and finished deliveries are kept, in days.
    history_days: u32,
    /// Whether an event's type must be in the catalog.
    strict_types: bool,
    /// Days of continuous failure after which an endpoint is disabled; null for never.
    #[schema(required)]
    auto_disable_days: Option<u32>,
    /// The same in seconds, if it is set in seconds; otherwise null.
    #[schema(required)]
    auto_disable_s: Option<u32>,
    /// Failures in a row before the operator is notified that an endpoint is failing.
    failing_after_failures: u32,
    /// How long they must have lasted by then, in seconds.
    failing_after_s: u32,
    /// What 410 does: `disable` or `retry`.
    #[schema(value_type = String)]
    gone: Gone,
    /// What happens to new events for a disabled endpoint: `hold` or `skip`.
    #[schema(value_type = String)]
    while_disabled: WhileDisabled,
    /// The tenant that receives the server's own events about endpoints (`endpoint.created`, `endpoint.failing`, …),
    /// dead and recovered deliveries, rotated secrets, finished jobs and reached quotas; the catalog describes each. It
    /// receives none about its own endpoints.
    #[schema(value_type = Option<String>, required)]
    operator_tenant: Option<TenantId>,
    /// Origins that may embed the portal.
    portal_origins: Vec<String>,
    /// Requests with one tenant's keys and portal tokens, per minute.
    tenant_requests_per_minute: u32,
    /// Of those, the requests that change or send something, per minute.
    tenant_changes_per_minute: u32,
    /// Background jobs that tenants may start, per hour.
    tenant_jobs_per_hour: u32,
    /// The shortest delay between attempts that a tenant may set, in seconds.
    tenant_delay_s_min: u32,
    /// The most attempts that a tenant may set.
    tenant_attempts_max: u32,
    /// Who may give endpoints a transformation: `off`, `operator` or `tenant`.
    #[schema(value_type = String)]
    transformations: Transformations,
    /// Who may have an endpoint's signing secret shown again by the Svix-compatible API: `never`, `operator` or `tenant`.
    #[schema(value_type = String)]
    reveal_secrets: RevealSecrets,
}

impl PolicyView {
    /// The policy `own` over the dialect's.
    pub(crate) fn new(own: &PolicyOverride, dialect: &Policy) -> Self {
        let policy = own.over(dialect);
        Self {
            retry: policy.retry,
            timeout_ms: policy.timeout_ms,
            plans: policy.plans,
            endpoints_per_tenant_max: own.endpoints_per_tenant_max(),
            history_days: own.history_days(),
            strict_types: own.strict_types.unwrap_or(false),
            auto_disable_days: policy.auto_disable_days,
            auto_disable_s: policy.auto_disable_s,
            failing_after_failures: own.failing_after_failures(),
            failing_after_s: own.failing_after_s(),
            gone: policy.gone,
            while_disabled: own.while_disabled.unwrap_or_default(),
            operator_tenant: own.operator_tenant.clone(),
            portal_origins: own.portal_origins.clone().unwrap_or_default(),
            tenant_requests_per_minute: own.tenant_requests_per_minute(),
            tenant_changes_per_minute: own.tenant_changes_per_minute(),
            tenant_jobs_per_hour: own.tenant_jobs_per_hour(),
            tenant_delay_s_min: own.tenant_delay_s_min(),
            tenant_attempts_max: own.tenant_attempts_max(),
            transformations: own.transformations(),
            reveal_secrets: own.reveal_secrets.unwrap_or_default(),
        }
    }

    /// The same without the names of other tenants and the vendor's own sites.
    pub(crate) fn for_tenant(self, tenant: &TenantId) -> Self {
        Self {
            operator_tenant: self.operator_tenant.filter(|operator| operator == tenant),
            portal_origins: Vec::new(),
            ..self
        }
    }
}
