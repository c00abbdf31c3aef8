//! An endpoint: a URL with its secrets and its filter.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Channel, EndpointAuth, EndpointId, EndpointTls, EventFilter, EventTypeName, PayloadFilter,
    Retry, Secrets, TenantId, Timestamp, Transform, Uid, Verification,
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
    /// Another name for it within its tenant, which can be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<Uid>,
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
    /// What changes its webhooks before they are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<Transform>,
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
    /// An endpoint of which nothing is said, and that wants nothing.
    pub fn bare(id: EndpointId, tenant: TenantId, now: Timestamp) -> Self {
        Self {
            id,
            tenant,
            uid: None,
            url: String::new(),
            events: Vec::new(),
            filter: None,
            channels: Vec::new(),
            description: None,
            headers: Vec::new(),
            auth: None,
            tls: None,
            rate_limit: None,
            retry: None,
            timeout_ms: None,
            dialect: None,
            disabled: None,
            failing_since: None,
            verification: Verification::default(),
            transform: None,
            metadata: serde_json::Map::new(),
            created_at: now,
            updated_at: now,
            secrets: no_secrets(),
        }
    }

    /// Whether it wants events of this type.
    pub fn wants_type(&self, name: &EventTypeName) -> bool {
        self.events.iter().any(|filter| filter.matches(name))
    }

    /// The names of the headers that its requests have beside the dialect's: its own, and what authenticates them.
    pub fn header_names(&self) -> Vec<&str> {
        let own = self.headers.iter().map(|(name, _)| name.as_str());
        let auth = self.auth.as_ref().map(|auth| auth.header_name());
        own.chain(auth).collect()
    }

    /// Whether it wants events on these channels: any, if it has none of its own, or else those on one of its own.
    pub fn is_on(&self, channels: &[Channel]) -> bool {
        self.channels.is_empty() || self.channels.iter().any(|own| channels.contains(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Secret, testing};

    #[test]
    fn what_waits_has_a_word_and_lets_tests_pass_or_not() {
        let check = |waiting: Waiting, word: &str, lets_tests: bool| {
            assert_eq!((waiting.as_str(), waiting.lets_tests()), (word, lets_tests));
        };
        check(Waiting::EndpointDisabled, "endpoint_disabled", true);
        check(Waiting::Plan, "plan", true);
        check(Waiting::OrderingKey, "ordering_key", true);
        check(Waiting::Unverified, "unverified", false);
    }

    #[test]
    fn an_endpoint_wants_what_one_of_its_filters_matches() {
        let filters = ["order.*", "user.new"].map(|filter| EventFilter::parse(filter).unwrap());
        let endpoint = Endpoint {
            events: filters.to_vec(),
            ..testing::endpoint()
        };
        let wants = |name: &str| endpoint.wants_type(&EventTypeName::parse(name).unwrap());
        assert!(wants("order.paid") && wants("user.new"));
        assert!(!wants("user.gone"));
    }

    #[test]
    fn an_endpoint_without_channels_is_on_all_of_them() {
        let channels = |names: &[&str]| -> Vec<Channel> {
            let names = names.iter();
            names.map(|name| Channel::parse(name).unwrap()).collect()
        };
        let check = |own: &[&str], events: &[&str], expected: bool| {
            let endpoint = Endpoint {
                channels: channels(own),
                ..testing::endpoint()
            };
            assert_eq!(
                endpoint.is_on(&channels(events)),
                expected,
                "{own:?} {events:?}"
            );
        };
        check(&[], &[], true);
        check(&[], &["eu"], true);
        check(&["eu"], &[], false);
        check(&["eu", "us"], &["us"], true);
        check(&["eu"], &["us"], false);
    }

    #[test]
    fn its_header_names_are_its_own_and_that_of_its_credentials() {
        let token = Secret::new("t".to_owned());
        let endpoint = Endpoint {
            headers: vec![("X-A".to_owned(), "1".to_owned())],
            auth: Some(Arc::new(EndpointAuth::Bearer { token })),
            ..testing::endpoint()
        };
        assert_eq!(endpoint.header_names(), ["X-A", "Authorization"]);
    }
}
