//! An endpoint: a URL with its secrets and its filter.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    Channel, EndpointAuth, EndpointId, EndpointTls, EventFilter, EventTypeName, PayloadFilter,
    Retry, Secrets, TenantId, Timestamp, Verification,
};

/// Why an endpoint is disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisabledBecause {
    /// Somebody disabled it.
    Requested,
    /// It answered 410 Gone.
    Gone,
    /// Nothing but failure for as long as the policy allows.
    Failing,
}

/// Why a pending delivery that is due is not being attempted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Its endpoint is disabled.
    EndpointDisabled,
    /// Its tenant's plan has no endpoints.
    Plan,
    /// An earlier event with the same ordering key is not final at this endpoint.
    OrderingKey,
    /// Its endpoint has not shown yet that it wants deliveries.
    Unverified,
}

impl Waiting {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndpointDisabled => "endpoint_disabled",
            Self::Plan => "plan",
            Self::OrderingKey => "ordering_key",
            Self::Unverified => "unverified",
        }
    }

    /// Whether a test is attempted all the same.
    pub const fn lets_tests(self) -> bool {
        match self {
            Self::EndpointDisabled | Self::Plan | Self::OrderingKey => true,
            Self::Unverified => false,
        }
    }
}

/// An endpoint as it is kept. Its secrets, the values of its headers, its `auth` and its `tls` are sealed before they are
/// stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where its deliveries go, as its owner typed it: some dialects sign it. Vetted, and parsed again where it is connected to.
    pub url: String,
    /// The events that it wants: those that pass any of these.
    pub events: Vec<EventFilter>,
    /// What these events have to hold besides; `None` is anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<PayloadFilter>,
    /// The channels whose events it wants; none is all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// A note for people.
    #[serde(default)]
    pub description: Option<String>,
    /// The customer's own headers, in order.
    #[serde(skip)]
    pub headers: Vec<(String, String)>,
    /// How its requests authenticate at the receiver, beside their signature.
    #[serde(skip)]
    pub auth: Option<Arc<EndpointAuth>>,
    /// How TLS with its receiver differs from everybody's.
    #[serde(skip)]
    pub tls: Option<Arc<EndpointTls>>,
    /// Most attempts to start in a second; `None` is no limit.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// Its own schedule; `None` is the project's.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// Its own deadline of an attempt, milliseconds; `None` is the project's.
    #[serde(default)]
    pub timeout_ms: Option<u32>,
    /// Its own dialect; `None` is the project's.
    #[serde(default)]
    pub dialect: Option<String>,
    /// Why it is disabled, if it is.
    #[serde(default)]
    pub disabled: Option<DisabledBecause>,
    /// Since when every attempt has failed. Told when it is asked for, and never kept with the rest: it changes with every
    /// success after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Whether it has shown that it wants deliveries, where its dialect asks for that.
    #[serde(default, skip_serializing_if = "Verification::is_none")]
    pub verification: Verification,
    /// Whatever the customer wants to keep with it.
    #[serde(default)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What it signs with.
    #[serde(skip, default = "no_secrets")]
    pub secrets: Secrets,
}

fn no_secrets() -> Secrets {
    Secrets::new(crate::Secret::new(String::new()))
}

impl Endpoint {
    /// Whether it wants events of this type.
    pub fn wants_type(&self, name: &EventTypeName) -> bool {
        self.events.iter().any(|filter| filter.matches(name))
    }

    /// Whether it wants events on these channels: any, if it has none of its own, or else those on one of its own.
    pub fn is_on(&self, channels: &[Channel]) -> bool {
        self.channels.is_empty() || self.channels.iter().any(|own| channels.contains(own))
    }
}

/// What attempts have shown of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Since when every attempt has failed.
    pub failing_since: Option<Timestamp>,
    /// Why it is disabled, if it is.
    pub disabled: Option<DisabledBecause>,
}

impl Health {
    /// The health after an attempt that began at `began`. An endpoint is disabled by a failure that comes
    /// `auto_disable_days` or more after the first of an unbroken row of failures; `None` never disables.
    #[must_use]
    pub fn after(self, delivered: bool, began: Timestamp, auto_disable_days: Option<u32>) -> Self {
        if delivered {
            return Self {
                failing_since: None,
                ..self
            };
        }
        let since = self.failing_since.unwrap_or(began);
        let patience = auto_disable_days.map(|days| Duration::from_secs(u64::from(days) * DAY_S));
        let given_up = patience.is_some_and(|patience| began.since(since) >= patience);
        Self {
            failing_since: Some(since),
            disabled: self
                .disabled
                .or(given_up.then_some(DisabledBecause::Failing)),
        }
    }
}

const DAY_S: u64 = 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: u64) -> Timestamp {
        Timestamp::from_ms(0) + Duration::from_secs(days * DAY_S)
    }

    /// The health after attempts on these days, each delivered or not.
    fn after(attempts: &[(u64, bool)], auto_disable_days: Option<u32>) -> Health {
        let healthy = Health {
            failing_since: None,
            disabled: None,
        };
        attempts.iter().fold(healthy, |health, (days, delivered)| {
            health.after(*delivered, day(*days), auto_disable_days)
        })
    }

    #[test]
    fn the_first_failure_is_remembered_and_a_success_forgets_it() {
        assert_eq!(
            after(&[(1, false), (2, false)], None).failing_since,
            Some(day(1))
        );
        assert_eq!(after(&[(1, false), (2, true)], None).failing_since, None);
    }

    #[test]
    fn only_uninterrupted_failure_disables() {
        let check = |attempts: &[(u64, bool)], days, expected| {
            assert_eq!(after(attempts, days).disabled, expected, "{attempts:?}");
        };
        let failing = Some(DisabledBecause::Failing);
        check(&[(1, false), (6, false)], Some(5), failing);
        check(&[(1, false), (5, false)], Some(5), None);
        check(&[(1, false), (4, true), (6, false)], Some(5), None);
        check(&[(1, false), (99, false)], None, None);
    }

    #[test]
    fn why_it_was_disabled_first_stays() {
        let health = Health {
            failing_since: Some(day(0)),
            disabled: Some(DisabledBecause::Requested),
        };
        assert_eq!(
            health.after(false, day(9), Some(5)).disabled,
            Some(DisabledBecause::Requested)
        );
    }
}
