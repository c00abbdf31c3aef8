//! The audit log: who changed what, when and from where. Entries are added, never changed.

use core::net::IpAddr;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{AuditId, KeyId, KeyKind, ProjectId, TenantId, Timestamp};

/// Fields of one entry. What is kept has fewer, its free-form part aside, which must not fill the log.
const FIELDS_MAX: usize = 100;
/// Bytes of JSON of one value: enough for a filter list or a URL; a longer one is told by its size.
const VALUE_BYTES_MAX: usize = 2_048;
/// What tells nothing that the entry does not tell already.
const LEFT_OUT: [&str; 8] = [
    "id",
    "tenant",
    "project",
    "created_at",
    "updated_at",
    "last_used_at",
    "failing_since",
    "secrets",
];
/// Objects whose fields are told one by one.
const TAKEN_APART: [&str; 3] = ["policy", "branding", "metadata"];

/// With what kind of key somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// The admin key.
    Admin,
    /// A key of a project.
    Project,
    /// A key of a tenant.
    Tenant,
    /// A portal's token.
    Portal,
    /// Nobody's key: the server itself, by its rules.
    System,
}

impl ActorKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Admin,
        Self::Project,
        Self::Tenant,
        Self::Portal,
        Self::System,
    ];

    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Project => "project",
            Self::Tenant => "tenant",
            Self::Portal => "portal",
            Self::System => "system",
        }
    }

    /// The kind with that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl From<&KeyKind> for ActorKind {
    fn from(kind: &KeyKind) -> Self {
        match kind {
            KeyKind::Admin => Self::Admin,
            KeyKind::Project { .. } => Self::Project,
            KeyKind::Tenant { .. } => Self::Tenant,
            KeyKind::Portal { .. } => Self::Portal,
        }
    }
}

/// How a key was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// With the request.
    Bearer,
    /// By the cookie of a session that it had signed in.
    Session,
    /// Not at all: no request was made.
    Server,
}

impl Via {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Session => "session",
            Self::Server => "server",
        }
    }

    /// The way with that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Bearer, Self::Session, Self::Server]
            .into_iter()
            .find(|via| via.as_str() == word)
    }
}

/// Whoever did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// With what kind of key.
    pub kind: ActorKind,
    /// Which key; none for the admin's, which is a setting.
    pub key: Option<KeyId>,
    /// What its owner called it then.
    pub name: Option<String>,
    /// How it was shown.
    pub via: Via,
}

/// Who makes a change, when and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// From which address, if it is known.
    pub ip: Option<IpAddr>,
    /// With what program, as it called itself.
    pub user_agent: Option<String>,
    /// In which request.
    pub request_id: String,
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its noun, such as `endpoint`.
    pub kind: String,
    /// Its id or name; none where it has none that may be shown.
    pub id: Option<String>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAuditEntry {
    /// Noun and verb, such as `endpoint.create`.
    pub action: &'static str,
    /// In which project; none beyond projects.
    pub project: Option<ProjectId>,
    /// The tenant that the changed resource belongs to, if any.
    pub tenant: Option<TenantId>,
    /// To what.
    pub target: Target,
    /// What was changed, or what was asked for; never a secret.
    pub changes: Option<Map<String, Value>>,
}

impl NewAuditEntry {
    /// Something done to a thing; of a project, unless it is beyond them.
    pub fn new(
        action: &'static str,
        project: impl Into<Option<ProjectId>>,
        kind: &str,
        id: Option<impl std::fmt::Display>,
    ) -> Self {
        Self {
            action,
            project: project.into(),
            tenant: None,
            target: Target {
                kind: kind.to_owned(),
                id: id.map(|id| id.to_string()),
            },
            changes: None,
        }
    }

    /// The same, to what is a tenant's.
    #[must_use]
    pub fn of(self, tenant: Option<&TenantId>) -> Self {
        Self {
            tenant: tenant.cloned(),
            ..self
        }
    }

    /// The same, with what was changed.
    #[must_use]
    pub fn changing(self, changes: Map<String, Value>) -> Self {
        Self {
            changes: Some(changes),
            ..self
        }
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// Who, when, from where.
    pub author: Author,
    /// Noun and verb.
    pub action: String,
    /// In which project.
    pub project: Option<ProjectId>,
    /// The tenant that the changed resource belongs to, if any.
    pub tenant: Option<TenantId>,
    /// To what.
    pub target: Target,
    /// What was changed.
    pub changes: Option<Map<String, Value>>,
}

/// What differs between a thing as it was and as it is, as it is kept: `{"field": {"from": …, "to": …}}`. Something new
/// comes from nothing, something deleted goes to nothing, and nothing is null.
pub fn difference<T: Serialize>(before: Option<&T>, after: Option<&T>) -> Map<String, Value> {
    let (mut before, mut after) = (fields(before), fields(after));
    let mut names: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    let mut changes = Map::new();
    for name in names {
        let take = |from: &mut Map<String, Value>| from.remove(&name).unwrap_or_default();
        let (from, to) = (take(&mut before), take(&mut after));
        if from == to {
            continue;
        }
        if changes.len() == FIELDS_MAX {
            changes.insert("…".to_owned(), "more fields than are kept".into());
            break;
        }
        changes.insert(name, json!({"from": told(from), "to": told(to)}));
    }
    changes
}

fn fields<T: Serialize>(thing: Option<&T>) -> Map<String, Value> {
    let Some(Ok(Value::Object(kept))) = thing.map(serde_json::to_value) else {
        return Map::new();
    };
    let mut fields = Map::new();
    for (name, value) in kept {
        match value {
            _ if LEFT_OUT.contains(&name.as_str()) => {}
            Value::Object(parts) if TAKEN_APART.contains(&name.as_str()) => {
                let parts = parts.into_iter();
                fields.extend(parts.map(|(part, value)| (format!("{name}.{part}"), value)));
            }
            value => drop(fields.insert(name, value)),
        }
    }
    fields
}

fn told(value: Value) -> Value {
    let bytes = value.to_string().len();
    if bytes <= VALUE_BYTES_MAX {
        value
    } else {
        Value::String(format!("({bytes} bytes)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: Value, after: Value, expected: Value) {
        let of = |value: &Value| (!value.is_null()).then(|| value.clone());
        let changes = difference(of(&before).as_ref(), of(&after).as_ref());
        assert_eq!(Value::Object(changes), expected);
    }

    #[test]
    fn what_stays_is_not_told() {
        check(
            json!({"id": "a", "url": "u", "updated_at": 1, "rate_limit": null}),
            json!({"id": "a", "url": "v", "updated_at": 2, "rate_limit": null}),
            json!({"url": {"from": "u", "to": "v"}}),
        );
    }

    #[test]
    fn the_new_comes_from_nothing_and_the_deleted_goes_there() {
        let thing = json!({"id": "a", "name": "n", "plan": null});
        check(
            Value::Null,
            thing.clone(),
            json!({"name": {"from": null, "to": "n"}}),
        );
        check(
            thing,
            Value::Null,
            json!({"name": {"from": "n", "to": null}}),
        );
    }

    #[test]
    fn settings_are_told_one_by_one() {
        check(
            json!({"policy": {"timeout_ms": 1, "history_days": 30}}),
            json!({"policy": {"timeout_ms": 2, "history_days": 30}}),
            json!({"policy.timeout_ms": {"from": 1, "to": 2}}),
        );
        // Other objects are told whole.
        check(
            json!({"transform": {"code": "a", "enabled": true}}),
            json!({"transform": {"code": "b", "enabled": true}}),
            json!({"transform": {
                "from": {"code": "a", "enabled": true},
                "to": {"code": "b", "enabled": true},
            }}),
        );
    }

    #[test]
    fn an_entry_says_whose_thing_was_changed_and_how() {
        let tenant = TenantId::parse("acme").expect("it is a tenant id");
        let changes = Map::from_iter([("url".to_owned(), json!("u"))]);
        let entry = NewAuditEntry::new("endpoint.update", None, "endpoint", Some("ep_1"))
            .of(Some(&tenant))
            .changing(changes.clone());
        assert_eq!(entry.tenant, Some(tenant));
        assert_eq!(entry.changes, Some(changes));
    }

    #[test]
    fn what_is_long_is_told_by_its_size() {
        let long = "x".repeat(VALUE_BYTES_MAX);
        check(
            json!({"branding": {"logo": long}}),
            json!({"branding": {"logo": null}}),
            json!({"branding.logo": {"from": "(2050 bytes)", "to": null}}),
        );
        let many: Map<_, _> = (0..500).map(|n| (n.to_string(), json!(n))).collect();
        let changes = difference(None, Some(&json!({ "metadata": many })));
        assert_eq!(changes.len(), FIELDS_MAX + 1);
    }

    #[test]
    fn words_come_back() {
        for kind in ActorKind::ALL {
            assert_eq!(ActorKind::from_word(kind.as_str()), Some(kind));
        }
        assert_eq!(Via::from_word("session"), Some(Via::Session));
        assert_eq!(Via::from_word("cookie"), None);
    }
}
