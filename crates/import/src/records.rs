//! What comes from a source, the same whatever the source is.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::outcome::{Import, ImportOutcome, ImportedKind};

/// A secret on its way; nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportSecret(Zeroizing<String>);

impl ImportSecret {
    /// Keeps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ImportSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A former secret that still signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldSecret {
    /// The secret.
    pub secret: ImportSecret,
    /// For how many more seconds it signs.
    pub seconds_left: u32,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct TenantRecord {
    /// Where it stands in the source.
    pub origin: String,
    /// Its id.
    pub id: String,
    /// Its other name.
    pub uid: Option<String>,
    /// Its display name.
    pub name: Option<String>,
    /// Its metadata: a JSON object.
    pub metadata: Value,
}

/// An event type.
#[derive(Clone, Debug, PartialEq)]
pub struct EventTypeRecord {
    /// Where it stands in the source.
    pub origin: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// The JSON Schema of its data.
    pub schema: Option<Value>,
    /// Whether it is deprecated.
    pub deprecated: bool,
}

/// An endpoint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointRecord {
    /// Where it stands in the source.
    pub origin: String,
    /// The id of its tenant.
    pub tenant: String,
    /// Its other name, by which it is known when the import is repeated. Without one, its tenant and URL tell.
    pub uid: Option<String>,
    /// Its URL.
    pub url: String,
    /// The events that it gets.
    pub events: Vec<String>,
    /// Its channels.
    pub channels: Vec<String>,
    /// Its secret; without one, the server makes one.
    pub secret: Option<ImportSecret>,
    /// Secrets from before that still sign, in the order in which they end.
    pub old_secrets: Vec<OldSecret>,
    /// Its description.
    pub description: Option<String>,
    /// Headers that are sent with each request. Their values may be credentials.
    pub headers: BTreeMap<String, String>,
    /// Its own dialect; without one, the project's.
    pub dialect: Option<String>,
    /// Attempts a second at most.
    pub rate_limit: Option<u32>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Its metadata: a JSON object, or null for none.
    pub metadata: Value,
}

/// All that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    /// Event types.
    pub event_types: Vec<EventTypeRecord>,
    /// Tenants. Those that only endpoints name need not be here.
    pub tenants: Vec<TenantRecord>,
    /// Endpoints.
    pub endpoints: Vec<EndpointRecord>,
    /// What can't come, or not wholly.
    pub refused: Vec<Import>,
    /// What doesn't come from this source in general, as sentences.
    pub left_out: Vec<String>,
}

impl Records {
    /// Notes that an endpoint can't come.
    pub(crate) fn refuse(
        &mut self,
        origin: impl Into<String>,
        name: impl Into<String>,
        why: impl Into<String>,
    ) {
        self.refused.push(Import {
            kind: ImportedKind::Endpoint,
            origin: origin.into(),
            name: name.into(),
            outcome: ImportOutcome::Refused(why.into()),
        });
    }
}
