//! The catalog of event types: what a project's events are called, and what their data is promised to look like.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EventTypeName, Retry, Timestamp};

/// Older versions of a schema that are kept with a type. They are in memory with it, and events may name them.
const OLDER_MAX: usize = 99;
/// What the older versions may hold together, as JSON: of large schemas fewer are kept.
const OLDER_BYTES_MAX: usize = 1024 * 1024;

/// An entry of a project's event catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventType {
    /// Its name.
    pub name: EventTypeName,
    /// What it tells, for the catalog's readers.
    #[serde(default)]
    pub description: String,
    /// JSON Schema (2020-12) of `data`, checked when an event is published.
    #[serde(default)]
    pub schema: Option<Value>,
    /// Which version of its schema this is, counted from 1.
    #[serde(default = "first_version")]
    pub schema_version: u32,
    /// When that version came; `None` for the first one, which came with the type.
    #[serde(default)]
    pub schema_since: Option<Timestamp>,
    /// Whether that version broke what the one before it had promised.
    #[serde(default)]
    pub schema_forced: bool,
    /// Older versions of the schema, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub older: Vec<SchemaVersion>,
    /// The heading that it stands under.
    #[serde(default)]
    pub group: Option<String>,
    /// An example of `data`.
    #[serde(default)]
    pub example: Option<Value>,
    /// Whether it should not be used any more.
    #[serde(default)]
    pub deprecated: bool,
    /// The retry schedule of its deliveries, at endpoints that have none of their own; `None` is the project's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Only those who have this flag see it, where a caller's flags are known; `None` is everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature_flag: Option<String>,
    /// Schemas that are kept for its readers, by their version's name. No event is checked against them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_schemas: Option<serde_json::Map<String, Value>>,
    /// Since when no events are accepted under it.
    #[serde(default)]
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One version of the schema of an event type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaVersion {
    /// Its number, counted from 1.
    pub version: u32,
    /// The schema; `None` where there was none.
    #[serde(default)]
    pub schema: Option<Value>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Whether it broke what the version before it had promised.
    #[serde(default)]
    pub forced: bool,
}

const fn first_version() -> u32 {
    1
}

impl EventType {
    /// A type of that name, of which nothing else is said.
    pub fn named(name: EventTypeName, now: Timestamp) -> Self {
        Self {
            name,
            description: String::new(),
            schema: None,
            schema_version: first_version(),
            schema_since: None,
            schema_forced: false,
            older: Vec::new(),
            group: None,
            example: None,
            deprecated: false,
            retry: None,
            feature_flag: None,
            shown_schemas: None,
            archived_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// This description of a type in place of the one before: it keeps what is not described, and another schema is a
    /// new version, which came at `updated_at`.
    #[must_use]
    pub fn in_place_of(mut self, before: &Self) -> Self {
        self.created_at = before.created_at;
        self.archived_at = before.archived_at;
        self.older.clone_from(&before.older);
        if self.schema == before.schema {
            self.schema_version = before.schema_version;
            self.schema_since = before.schema_since;
            self.schema_forced = before.schema_forced;
            return self;
        }
        self.schema_version = before.schema_version.saturating_add(1);
        self.schema_since = Some(self.updated_at);
        self.older.push(before.current_version());
        forget_oldest(&mut self.older);
        self
    }

    /// Whether the two say the same to the catalog's readers, whatever their versions and times.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.name == other.name
            && self.description == other.description
            && self.schema == other.schema
            && self.group == other.group
            && self.example == other.example
            && self.deprecated == other.deprecated
            && self.retry == other.retry
    }

    /// The version of its schema that is in force.
    pub fn current_version(&self) -> SchemaVersion {
        SchemaVersion {
            version: self.schema_version,
            schema: self.schema.clone(),
            created_at: self.schema_since.unwrap_or(self.created_at),
            forced: self.schema_forced,
        }
    }

    /// The schema of that version, if the version is kept.
    pub fn schema_of(&self, version: u32) -> Option<Option<&Value>> {
        if version == self.schema_version {
            return Some(self.schema.as_ref());
        }
        let mut older = self.older.iter();
        let found = older.find(|older| older.version == version)?;
        Some(found.schema.as_ref())
    }

    /// The oldest version that is kept.
    pub fn oldest_version(&self) -> u32 {
        let oldest = self.older.first();
        oldest.map_or(self.schema_version, |oldest| oldest.version)
    }
}

fn forget_oldest(older: &mut Vec<SchemaVersion>) {
    let bytes = |version: &SchemaVersion| {
        let schema = version.schema.as_ref();
        schema.map_or(0, |schema| schema.to_string().len())
    };
    let mut left = OLDER_BYTES_MAX;
    let fit = older.iter().rev().take(OLDER_MAX).take_while(|version| {
        let rest = left.checked_sub(bytes(version));
        left = rest.unwrap_or_default();
        rest.is_some()
    });
    let kept = fit.count();
    older.drain(..older.len() - kept);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(schema: Value, at_ms: i64) -> EventType {
        EventType {
            schema: Some(schema),
            ..EventType::named(
                EventTypeName::parse("a").unwrap(),
                Timestamp::from_ms(at_ms),
            )
        }
    }

    #[test]
    fn another_schema_is_the_next_version() {
        let one = with(json!({"type": "object"}), 1);
        let same = with(json!({"type": "object"}), 2).in_place_of(&one);
        assert_eq!((same.schema_version, same.older.len()), (1, 0));
        assert_eq!(same.created_at, one.created_at);
        let two = with(json!({"type": "array"}), 3).in_place_of(&same);
        assert_eq!(two.schema_version, 2);
        assert_eq!(two.schema_of(1), Some(one.schema.as_ref()));
        assert_eq!(two.schema_of(2), Some(two.schema.as_ref()));
        assert_eq!(two.schema_of(3), None);
        assert_eq!(two.current_version().created_at, Timestamp::from_ms(3));
        let none = EventType {
            schema: None,
            ..with(json!(true), 4)
        }
        .in_place_of(&two);
        assert_eq!((none.schema_version, none.schema_of(3)), (3, Some(None)));
    }

    #[test]
    fn two_types_say_the_same_whatever_their_versions_and_times() {
        let one = with(json!({"type": "object"}), 1);
        let later = EventType {
            schema_version: 7,
            archived_at: Some(Timestamp::from_ms(9)),
            ..with(json!({"type": "object"}), 9)
        };
        assert!(one.says_the_same(&later) && later.says_the_same(&one));
        let of = |change: &dyn Fn(&mut EventType)| {
            let mut other = one.clone();
            change(&mut other);
            assert!(!one.says_the_same(&other), "{other:?}");
        };
        of(&|other| other.name = EventTypeName::parse("b").unwrap());
        of(&|other| other.description = "another".to_owned());
        of(&|other| other.schema = None);
        of(&|other| other.group = Some("Orders".to_owned()));
        of(&|other| other.example = Some(json!({})));
        of(&|other| other.deprecated = true);
        of(&|other| other.retry = Some(Retry::Delays { delays_s: vec![0] }));
    }

    #[test]
    fn the_oldest_versions_are_forgotten_first() {
        let put = |schema: &dyn Fn(i64) -> Value, times: i64| {
            (1..=times).fold(with(schema(0), 0), |before, n| {
                with(schema(n), n).in_place_of(&before)
            })
        };
        let many = put(&|n| json!({ "maxLength": n }), 150);
        assert_eq!((many.schema_version, many.older.len()), (151, OLDER_MAX));
        assert_eq!(many.oldest_version(), 52);
        let large = put(
            &|n| json!({ "title": "x".repeat(60_000), "maxLength": n }),
            30,
        );
        assert_eq!((large.schema_version, large.older.len()), (31, 17));
    }

    #[test]
    fn what_was_kept_before_there_were_versions_is_the_first() {
        let old = json!({"name": "a", "created_at": Timestamp::from_ms(5), "updated_at": Timestamp::from_ms(6)});
        let old: EventType = serde_json::from_value(old).unwrap();
        assert_eq!((old.schema_version, old.archived_at), (1, None));
        assert_eq!(old.current_version().created_at, Timestamp::from_ms(5));
    }
}
