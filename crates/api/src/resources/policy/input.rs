//! A project's policy as callers give it.

use nuncio_domain::{
    Gone, PolicyOverride, ProjectId, RevealSecrets, TenantId, Transformations, WhileDisabled,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    access::named::tenant_named,
    http::{patch::Patch, problem::Problem},
    resources::policy::retry::{RetryFields, RetryInput, check_timeout},
    state::Server,
};

/// The project's own policy. Fields left out stay as they are; null goes back to the dialect's default, except for
/// `auto_disable_days`, where null turns it off.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = PolicyChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyPatch {
    /// The retry schedule.
    #[serde(default)]
    #[schema(value_type = Option<RetryFields>)]
    retry: Patch<RetryInput>,
    /// Timeout of one attempt, 100 to 60000 milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    timeout_ms: Patch<u32>,
    /// Plans whose tenants may have endpoints, compared case-insensitively; an empty list allows all.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    plans: Patch<Vec<String>>,
    /// Maximum endpoints per tenant, up to 10000.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    endpoints_per_tenant_max: Patch<u32>,
    /// How long events and finished deliveries are kept, 1 to 3650 days.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    history_days: Patch<u32>,
    /// Whether an event's type must be in the catalog.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    strict_types: Patch<bool>,
    /// Days of continuous failure after which an endpoint is disabled, 1 to 365; null for never.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    auto_disable_days: Patch<u32>,
    /// The same in seconds, 1 to 31536000 (365 days), in place of `auto_disable_days`: setting one of the two ends the
    /// other. Null switches back to days.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    auto_disable_s: Patch<u32>,
    /// Failures in a row before the operator is notified that an endpoint is failing (`endpoint.failing`), 1 to 1000; 3
    /// by default.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    failing_after_failures: Patch<u32>,
    /// How long they must have lasted by then, 0 to 2592000 seconds (30 days); 10 by default.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    failing_after_s: Patch<u32>,
    /// What 410 does: `disable` or `retry`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    gone: Patch<Gone>,
    /// What happens to new events for a disabled endpoint: `hold`, its deliveries wait until it is enabled; or `skip`,
    /// it gets none of them. What is pending when it is disabled waits either way.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    while_disabled: Patch<WhileDisabled>,
    /// The tenant that receives the server's own events about endpoints (`endpoint.created`, `endpoint.failing`, …),
    /// dead and recovered deliveries, rotated secrets, finished jobs and reached quotas; the catalog describes each. It
    /// receives none about its own endpoints.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    operator_tenant: Patch<TenantId>,
    /// Origins that may embed the portal, such as `https://app.example.com`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    portal_origins: Patch<Vec<String>>,
    /// Requests with one tenant's keys and portal tokens, 1 to 1000000 per minute; 429 above that.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    tenant_requests_per_minute: Patch<u32>,
    /// Of those, the requests that change or send something (tests, retries, replays, endpoints), 1 to 1000000 per
    /// minute; 429 above that.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    tenant_changes_per_minute: Patch<u32>,
    /// Background jobs that tenants may start, 1 to 1000000 per hour; 429 above that.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    tenant_jobs_per_hour: Patch<u32>,
    /// The shortest delay between attempts that a tenant may set for its endpoints, 0 to 3600 seconds.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    tenant_delay_s_min: Patch<u32>,
    /// The most attempts that a tenant may set for its endpoint, 1 to 100.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    tenant_attempts_max: Patch<u32>,
    /// Who may give endpoints a transformation: `off` (nobody, and none runs: attempts at endpoints that have one fail),
    /// `operator` (with project and admin keys) or `tenant` (tenants too).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    transformations: Patch<Transformations>,
    /// Who may have an endpoint's signing secret shown again by the Svix-compatible API: `never`, `operator` (with the
    /// project's tokens and keys) or `tenant` (with those of its tenant too). Each time is in the audit log.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reveal_secrets: Patch<RevealSecrets>,
}

impl PolicyPatch {
    /// Checks every value that is set; `at` is the policy's place in the body.
    pub(crate) fn check(&self, at: &str) -> Result<(), Problem> {
        if let Some(retry) = self.retry.as_set() {
            retry.check(&format!("{at}/retry"))?;
        }
        check_timeout(self.timeout_ms.as_set(), &format!("{at}/timeout_ms"))?;
        let ranges = [
            (
                "endpoints_per_tenant_max",
                &self.endpoints_per_tenant_max,
                0..=10_000,
            ),
            ("history_days", &self.history_days, 1..=3_650),
            ("auto_disable_days", &self.auto_disable_days, 1..=365),
            ("auto_disable_s", &self.auto_disable_s, 1..=31_536_000),
            (
                "failing_after_failures",
                &self.failing_after_failures,
                1..=1_000,
            ),
            ("failing_after_s", &self.failing_after_s, 0..=2_592_000),
            (
                "tenant_requests_per_minute",
                &self.tenant_requests_per_minute,
                1..=1_000_000,
            ),
            (
                "tenant_changes_per_minute",
                &self.tenant_changes_per_minute,
                1..=1_000_000,
            ),
            (
                "tenant_jobs_per_hour",
                &self.tenant_jobs_per_hour,
                1..=1_000_000,
            ),
            ("tenant_delay_s_min", &self.tenant_delay_s_min, 0..=3_600),
            ("tenant_attempts_max", &self.tenant_attempts_max, 1..=100),
        ];
        for (name, value, range) in ranges {
            if let Some(value) = value.as_set().filter(|value| !range.contains(*value)) {
                let (from, to) = (range.start(), range.end());
                return Err(Problem::invalid(
                    format!("{at}/{name}"),
                    format!("{value} is out of range: from {from} to {to}"),
                ));
            }
        }
        if self.auto_disable_days.as_set().is_some() && self.auto_disable_s.as_set().is_some() {
            let detail = "give one of `auto_disable_days` and `auto_disable_s`";
            return Err(Problem::invalid(format!("{at}/auto_disable_s"), detail));
        }
        check_list(self.plans.as_set(), &format!("{at}/plans"), plan_fault)?;
        let origins = self.portal_origins.as_set();
        check_list(origins, &format!("{at}/portal_origins"), origin_fault)
    }

    /// Puts the operator's id in the place of its uid.
    pub(crate) async fn resolve(
        &mut self,
        server: &Server,
        project: ProjectId,
    ) -> Result<(), Problem> {
        if let Patch::Set(name) = &mut self.operator_tenant {
            *name = tenant_named(server, project, name.clone()).await?;
        }
        Ok(())
    }

    /// Lays the change over what a project says now.
    pub(crate) fn apply(self, policy: &mut PolicyOverride) {
        match self.retry {
            Patch::Keep => {}
            Patch::Clear => policy.retry = None,
            Patch::Set(RetryInput(retry)) => policy.retry = Some(retry),
        }
        let days = match self.auto_disable_days {
            Patch::Keep => None,
            Patch::Clear => Some(None),
            Patch::Set(days) => Some(Some(days)),
        };
        if days.is_some() {
            // Whoever sets one means it in place of the other.
            policy.auto_disable_days = days;
            policy.auto_disable_s = None;
        }
        self.auto_disable_s.apply(&mut policy.auto_disable_s);
        self.failing_after_failures
            .apply(&mut policy.failing_after_failures);
        self.failing_after_s.apply(&mut policy.failing_after_s);
        self.timeout_ms.apply(&mut policy.timeout_ms);
        self.plans.apply(&mut policy.plans);
        self.endpoints_per_tenant_max
            .apply(&mut policy.endpoints_per_tenant_max);
        self.history_days.apply(&mut policy.history_days);
        self.strict_types.apply(&mut policy.strict_types);
        self.gone.apply(&mut policy.gone);
        self.while_disabled.apply(&mut policy.while_disabled);
        self.operator_tenant.apply(&mut policy.operator_tenant);
        self.portal_origins.apply(&mut policy.portal_origins);
        self.tenant_requests_per_minute
            .apply(&mut policy.tenant_requests_per_minute);
        self.tenant_changes_per_minute
            .apply(&mut policy.tenant_changes_per_minute);
        self.tenant_jobs_per_hour
            .apply(&mut policy.tenant_jobs_per_hour);
        self.tenant_delay_s_min
            .apply(&mut policy.tenant_delay_s_min);
        self.tenant_attempts_max
            .apply(&mut policy.tenant_attempts_max);
        self.transformations.apply(&mut policy.transformations);
        self.reveal_secrets.apply(&mut policy.reveal_secrets);
    }
}

fn check_list(
    items: Option<&Vec<String>>,
    at: &str,
    fault: fn(&str) -> Option<&'static str>,
) -> Result<(), Problem> {
    const ITEMS_MAX: usize = 50;
    let items = items.map(Vec::as_slice).unwrap_or_default();
    if items.len() > ITEMS_MAX {
        let detail = format!("{} items: at most {ITEMS_MAX} are allowed", items.len());
        return Err(Problem::invalid(at, detail));
    }
    items.iter().enumerate().try_for_each(|(n, item)| {
        fault(item).map_or(Ok(()), |rule| {
            Err(Problem::invalid(
                format!("{at}/{n}"),
                format!("`{item}` {rule}"),
            ))
        })
    })
}

fn plan_fault(plan: &str) -> Option<&'static str> {
    let fits = (1..=64).contains(&plan.chars().count()) && !plan.chars().any(char::is_control);
    (!fits).then_some("is not a valid plan name: 1 to 64 characters")
}

/// An origin (RFC 6454) goes into a header, so nothing but host and port may follow the scheme.
fn origin_fault(origin: &str) -> Option<&'static str> {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let fits = host.is_some_and(|host| {
        (1..=255).contains(&host.len())
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    });
    (!fits).then_some("is not a valid origin: write it like https://app.example.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(text: &str) -> Result<PolicyPatch, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn values_out_of_range_are_refused_with_their_place() {
        let check = |text: &str, pointer: &str| {
            let problem = patch(text).unwrap().check("/policy").unwrap_err();
            let document = serde_json::to_value(problem.document(None)).unwrap();
            assert_eq!(document["errors"][0]["pointer"], pointer, "{document}");
        };
        check(
            r#"{"retry":{"delays_s":[0,9999999]}}"#,
            "/policy/retry/delays_s/1",
        );
        check(r#"{"timeout_ms":5}"#, "/policy/timeout_ms");
        check(r#"{"history_days":0}"#, "/policy/history_days");
        check(r#"{"auto_disable_days":0}"#, "/policy/auto_disable_days");
        check(r#"{"auto_disable_s":0}"#, "/policy/auto_disable_s");
        check(
            r#"{"auto_disable_days":1,"auto_disable_s":90}"#,
            "/policy/auto_disable_s",
        );
        check(
            r#"{"failing_after_failures":0}"#,
            "/policy/failing_after_failures",
        );
        check(r#"{"failing_after_s":2592001}"#, "/policy/failing_after_s");
        check(r#"{"plans":["a",""]}"#, "/policy/plans/1");
        check(
            r#"{"portal_origins":["https://a.b/c"]}"#,
            "/policy/portal_origins/0",
        );
        check(
            r#"{"portal_origins":["javascript:1"]}"#,
            "/policy/portal_origins/0",
        );
    }

    #[test]
    fn half_a_schedule_is_refused() {
        for retry in [
            "{}",
            r#"{"base_s":1}"#,
            r#"{"delays_s":[1],"span_s":3}"#,
            r#"{"delays_s":[1],"x":3}"#,
            r#"{"delays_s":[-1]}"#,
        ] {
            assert!(patch(&format!("{{\"retry\":{retry}}}")).is_err(), "{retry}");
        }
    }

    #[test]
    fn days_and_seconds_take_each_others_place() {
        let mut policy = PolicyOverride::default();
        let check = |policy: &mut PolicyOverride, change: &str, days, seconds| {
            patch(change).unwrap().apply(policy);
            assert_eq!(policy.auto_disable_days, days, "{change}");
            assert_eq!(policy.auto_disable_s, seconds, "{change}");
        };
        check(
            &mut policy,
            r#"{"auto_disable_days":5}"#,
            Some(Some(5)),
            None,
        );
        check(
            &mut policy,
            r#"{"auto_disable_s":90}"#,
            Some(Some(5)),
            Some(90),
        );
        check(
            &mut policy,
            r#"{"timeout_ms":1000}"#,
            Some(Some(5)),
            Some(90),
        );
        check(
            &mut policy,
            r#"{"auto_disable_days":null}"#,
            Some(None),
            None,
        );
        check(
            &mut policy,
            r#"{"auto_disable_days":null,"auto_disable_s":60}"#,
            Some(None),
            Some(60),
        );
        check(&mut policy, r#"{"auto_disable_s":null}"#, Some(None), None);
    }

    #[test]
    fn null_is_the_default_again_and_off_for_auto_disable() {
        let mut policy = PolicyOverride {
            timeout_ms: Some(1_000),
            history_days: Some(3),
            ..PolicyOverride::default()
        };
        patch(r#"{"timeout_ms":null,"auto_disable_days":null}"#)
            .unwrap()
            .apply(&mut policy);
        assert_eq!(policy.timeout_ms, None);
        assert_eq!(policy.history_days, Some(3));
        assert_eq!(policy.auto_disable_days, Some(None));
    }
}
