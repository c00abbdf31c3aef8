//! A project's policy: what it overrides of its dialect's, and the ranges that overrides must keep to.

use std::time::Duration;

use nuncio_dialect::{Gone, Policy, Retry};
use serde::{Deserialize, Serialize};

use crate::{FailingAfter, TenantId, Transformations};

/// What becomes of new events for an endpoint that is disabled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhileDisabled {
    /// Their deliveries wait until it is enabled.
    #[default]
    Hold,
    /// It gets none of them.
    Skip,
}

/// Who may have an endpoint's signing secret shown again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealSecrets {
    /// Nobody: it is shown once.
    #[default]
    Never,
    /// Whoever has the project's key.
    Operator,
    /// Its tenant, too.
    Tenant,
}

impl RevealSecrets {
    /// Whether a tenant's caller, or a project's, may see secrets.
    pub const fn allows(self, is_tenant: bool) -> bool {
        match self {
            Self::Never => false,
            Self::Operator => !is_tenant,
            Self::Tenant => true,
        }
    }
}

/// What a project says of its own; each field that is `None` is the dialect's (or the server's) default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyOverride {
    /// The retry schedule.
    pub retry: Option<Retry>,
    /// Deadline of one attempt, milliseconds.
    pub timeout_ms: Option<u32>,
    /// Plans whose tenants may have endpoints.
    pub plans: Option<Vec<String>>,
    /// How many endpoints a tenant may have.
    pub endpoints_per_tenant_max: Option<u32>,
    /// How long events and finished deliveries are kept, days.
    pub history_days: Option<u32>,
    /// Whether an event's type must be in the catalog.
    pub strict_types: Option<bool>,
    /// `Some(None)` turns auto-disable off.
    #[serde(with = "double_option", skip_serializing_if = "Option::is_none")]
    pub auto_disable_days: Option<Option<u32>>,
    /// Seconds of nothing but failure after which an endpoint is disabled, in place of `auto_disable_days`.
    pub auto_disable_s: Option<u32>,
    /// Failures in a row before the operator is notified that an endpoint is failing.
    pub failing_after_failures: Option<u32>,
    /// Seconds from the first of them on before the operator is told.
    pub failing_after_s: Option<u32>,
    /// What 410 does.
    pub gone: Option<Gone>,
    /// What becomes of new events for disabled endpoints.
    pub while_disabled: Option<WhileDisabled>,
    /// The tenant that gets the server's own events.
    pub operator_tenant: Option<TenantId>,
    /// Origins that may embed the portal.
    pub portal_origins: Option<Vec<String>>,
    /// Requests of one tenant's keys and portal tokens, a minute.
    pub tenant_requests_per_minute: Option<u32>,
    /// Those of them that change or send something, a minute.
    pub tenant_changes_per_minute: Option<u32>,
    /// Jobs in the background that they may start, an hour.
    pub tenant_jobs_per_hour: Option<u32>,
    /// The shortest delay between attempts that a tenant may set, seconds.
    pub tenant_delay_s_min: Option<u32>,
    /// The most attempts that a tenant may set.
    pub tenant_attempts_max: Option<u32>,
    /// Who may give endpoints a transformation.
    pub transformations: Option<Transformations>,
    /// Who may have signing secrets shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reveal_secrets: Option<RevealSecrets>,
}

impl PolicyOverride {
    /// Endpoints a tenant may have when the project does not say.
    pub const ENDPOINTS_PER_TENANT: u32 = 50;
    /// Days of history when the project does not say.
    pub const HISTORY_DAYS: u32 = 30;
    /// Requests a minute when the project does not say: twenty a second, more than a page with charts makes.
    pub const TENANT_REQUESTS_PER_MINUTE: u32 = 1_200;
    /// Changes a minute when the project does not say: faster than people click.
    pub const TENANT_CHANGES_PER_MINUTE: u32 = 60;
    /// Jobs an hour when the project does not say: each may walk all of the tenant's deliveries.
    pub const TENANT_JOBS_PER_HOUR: u32 = 30;
    /// Seconds between attempts when the project does not say: the shortest of the built-in dialects.
    pub const TENANT_DELAY_S_MIN: u32 = 5;
    /// Attempts when the project does not say: twice those of the longest built-in schedule.
    pub const TENANT_ATTEMPTS_MAX: u32 = 20;

    /// Failures in a row of which the operator is told when the project does not say: one or two are an accident.
    pub const FAILING_AFTER_FAILURES: u32 = 3;
    /// Seconds that they must have lasted when the project does not say: a receiver that restarts is back by then.
    pub const FAILING_AFTER_S: u32 = 10;

    /// Days that dead letters are kept at least: somebody may still want to send them again.
    pub const DEAD_LETTER_DAYS: u32 = 90;

    /// The dialect's policy with this override laid over it.
    pub fn over(&self, defaults: &Policy) -> Policy {
        let (auto_disable_days, auto_disable_s) =
            match (self.auto_disable_s, self.auto_disable_days) {
                (Some(seconds), _) => (None, Some(seconds)),
                (None, Some(days)) => (days, None),
                (None, None) => (defaults.auto_disable_days, defaults.auto_disable_s),
            };
        Policy {
            retry: self.retry.clone().unwrap_or_else(|| defaults.retry.clone()),
            timeout_ms: self.timeout_ms.unwrap_or(defaults.timeout_ms),
            plans: self.plans.clone().unwrap_or_else(|| defaults.plans.clone()),
            gone: self.gone.unwrap_or(defaults.gone),
            auto_disable_days,
            auto_disable_s,
            ..defaults.clone()
        }
    }

    /// When the operator is told that an endpoint fails; `None` without an operator.
    pub fn failing_after(&self) -> Option<FailingAfter> {
        self.operator_tenant.as_ref().map(|_| FailingAfter {
            failures: self.failing_after_failures(),
            time: Duration::from_secs(self.failing_after_s().into()),
        })
    }

    /// Failures in a row before the operator is notified that an endpoint is failing.
    pub fn failing_after_failures(&self) -> u32 {
        self.failing_after_failures
            .unwrap_or(Self::FAILING_AFTER_FAILURES)
    }

    /// Seconds from the first of them on before the operator is told.
    pub fn failing_after_s(&self) -> u32 {
        self.failing_after_s.unwrap_or(Self::FAILING_AFTER_S)
    }

    /// How many endpoints a tenant may have.
    pub fn endpoints_per_tenant_max(&self) -> u32 {
        self.endpoints_per_tenant_max
            .unwrap_or(Self::ENDPOINTS_PER_TENANT)
    }

    /// Requests of one tenant's keys, a minute.
    pub fn tenant_requests_per_minute(&self) -> u32 {
        self.tenant_requests_per_minute
            .unwrap_or(Self::TENANT_REQUESTS_PER_MINUTE)
    }

    /// Those of them that change or send something, a minute.
    pub fn tenant_changes_per_minute(&self) -> u32 {
        self.tenant_changes_per_minute
            .unwrap_or(Self::TENANT_CHANGES_PER_MINUTE)
    }

    /// Jobs that they may start, an hour.
    pub fn tenant_jobs_per_hour(&self) -> u32 {
        self.tenant_jobs_per_hour
            .unwrap_or(Self::TENANT_JOBS_PER_HOUR)
    }

    /// The shortest delay between attempts that a tenant may set, seconds.
    pub fn tenant_delay_s_min(&self) -> u32 {
        self.tenant_delay_s_min.unwrap_or(Self::TENANT_DELAY_S_MIN)
    }

    /// The most attempts that a tenant may set.
    pub fn tenant_attempts_max(&self) -> u32 {
        self.tenant_attempts_max
            .unwrap_or(Self::TENANT_ATTEMPTS_MAX)
    }

    /// Who may give endpoints a transformation: the operator when the project does not say.
    pub fn transformations(&self) -> Transformations {
        self.transformations.unwrap_or_default()
    }

    /// How many days dead letters are kept.
    pub fn dead_letter_days(&self) -> u32 {
        self.history_days().max(Self::DEAD_LETTER_DAYS)
    }

    /// How many days events and finished deliveries are kept.
    pub fn history_days(&self) -> u32 {
        self.history_days.unwrap_or(Self::HISTORY_DAYS)
    }
}

/// Tells "not said" from "said: null".
mod double_option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &Option<Option<u32>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(to)
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Option<u32>>, D::Error> {
        Option::<u32>::deserialize(from).map(Some)
    }
}

/// A number out of its range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value} is out of range: {rule}")]
pub struct RangeError {
    /// JSON pointer of the value below the one that was checked, such as `/delays_s/3`.
    pub pointer: String,
    /// What was given.
    pub value: String,
    /// What is allowed.
    pub rule: &'static str,
}

fn range(
    pointer: &str,
    value: impl ToString,
    ok: bool,
    rule: &'static str,
) -> Result<(), RangeError> {
    if ok {
        return Ok(());
    }
    Err(RangeError {
        pointer: pointer.to_owned(),
        value: value.to_string(),
        rule,
    })
}

/// Longest delay or span: a month. Longer than that is a wish, not a schedule.
const SECONDS_MAX: u32 = 30 * 24 * 60 * 60;
/// Most attempts of one schedule: enough for once an hour over four days.
const ATTEMPTS_MAX: usize = 100;

/// Checks that a retry schedule is one that can be carried out.
///
/// # Errors
/// Names the number and its range.
pub fn check_retry(retry: &Retry) -> Result<(), RangeError> {
    let seconds = "from 0 to 2592000 seconds (30 days)";
    match retry {
        Retry::Delays { delays_s } => {
            let count = delays_s.len();
            range(
                "/delays_s",
                format!("{count} delays"),
                count <= ATTEMPTS_MAX,
                "at most 100 delays",
            )?;
            for (n, delay) in delays_s.iter().enumerate() {
                range(
                    &format!("/delays_s/{n}"),
                    delay,
                    *delay <= SECONDS_MAX,
                    seconds,
                )?;
            }
            Ok(())
        }
        Retry::Backoff {
            base_s,
            factor,
            cap_s,
            span_s,
            attempts_max,
        } => {
            let positive = "from 1 to 2592000 seconds (30 days)";
            let fits = |s: u32| (1..=SECONDS_MAX).contains(&s);
            range("/base_s", base_s, fits(*base_s), positive)?;
            range(
                "/cap_s",
                cap_s,
                fits(*cap_s) && cap_s >= base_s,
                "from base_s to 2592000 seconds (30 days)",
            )?;
            range(
                "/factor",
                factor,
                (1.0..=100.0).contains(factor),
                "from 1 to 100",
            )?;
            match (span_s, attempts_max) {
                (Some(span), None) => {
                    range("/span_s", span, fits(*span), positive)?;
                    let attempts = u64::from(*span) / u64::from(*base_s);
                    // A span full of short delays would be a flood by another name.
                    range(
                        "/span_s",
                        span,
                        *factor > 1.0 && *cap_s >= span / 100 || attempts <= 100,
                        "a span with more than about 100 attempts in it; raise cap_s or base_s",
                    )
                }
                (None, Some(max)) => range(
                    "/attempts_max",
                    max,
                    (1..=ATTEMPTS_MAX as u32).contains(max),
                    "from 1 to 100",
                ),
                (Some(_), Some(_)) | (None, None) => range(
                    "",
                    "backoff",
                    false,
                    "give exactly one of span_s and attempts_max",
                ),
            }
        }
    }
}

/// Checks the deadline of an attempt.
///
/// # Errors
/// Names the number and its range.
pub fn check_timeout_ms(timeout_ms: u32) -> Result<(), RangeError> {
    range(
        "",
        timeout_ms,
        (100..=60_000).contains(&timeout_ms),
        "from 100 to 60000 milliseconds",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_said_and_said_null_are_kept_apart() {
        let off: PolicyOverride = serde_json::from_str(r#"{"auto_disable_days":null}"#).unwrap();
        assert_eq!(off.auto_disable_days, Some(None));
        let text = serde_json::to_string(&off).unwrap();
        assert_eq!(serde_json::from_str::<PolicyOverride>(&text).unwrap(), off);
        assert_eq!(
            serde_json::from_str::<PolicyOverride>("{}")
                .unwrap()
                .auto_disable_days,
            None
        );
    }

    #[test]
    fn schedules_out_of_range_are_refused() {
        let check = |retry: &str, pointer: Option<&str>| {
            let retry: Retry = serde_json::from_str(retry).unwrap();
            let refused = check_retry(&retry).err().map(|error| error.pointer);
            assert_eq!(refused.as_deref(), pointer, "{retry:?}");
        };
        check(r#"{"delays_s":[0,60,300,1800]}"#, None);
        check(r#"{"delays_s":[0,9999999]}"#, Some("/delays_s/1"));
        check(
            &format!("{{\"delays_s\":{:?}}}", vec![1; 101]),
            Some("/delays_s"),
        );
        check(
            r#"{"base_s":30,"factor":2.0,"cap_s":14400,"span_s":86400}"#,
            None,
        );
        check(
            r#"{"base_s":0,"factor":2.0,"cap_s":14400,"span_s":86400}"#,
            Some("/base_s"),
        );
        check(
            r#"{"base_s":30,"factor":0.5,"cap_s":14400,"attempts_max":5}"#,
            Some("/factor"),
        );
        check(
            r#"{"base_s":30,"factor":2.0,"cap_s":10,"attempts_max":5}"#,
            Some("/cap_s"),
        );
        check(
            r#"{"base_s":1,"factor":1.0,"cap_s":1,"span_s":86400}"#,
            Some("/span_s"),
        );
        check(r#"{"base_s":30,"factor":2.0,"cap_s":14400}"#, Some(""));
        check(
            r#"{"base_s":30,"factor":2.0,"cap_s":14400,"attempts_max":0}"#,
            Some("/attempts_max"),
        );
    }
}
