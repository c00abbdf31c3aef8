//! Names that come from outside: parsed once, then carried as types.

use std::{fmt, str::FromStr, sync::Arc};

use crate::id::begins_like_an_id;

/// A name that breaks the rule of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a valid {kind}: {rule}")]
pub struct NameError {
    /// What was given, cut to 280 characters.
    pub value: String,
    /// The kind of name that was wanted.
    pub kind: &'static str,
    /// The rule, as a sentence.
    pub rule: &'static str,
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident, $kind:literal, $rule:literal, $check:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Parses a name.
            ///
            /// # Errors
            /// When the text breaks the rule; the error repeats both.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                if $check(text) {
                    return Ok(Self(text.into()));
                }
                Err(NameError {
                    value: text.chars().take(280).collect(),
                    kind: $kind,
                    rule: $rule,
                })
            }
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

names! {
    /// A tenant's id: the vendor's own string for its customer.
    TenantId, "tenant id",
    "1 to 256 letters, digits and `_ . : - | @ +`, the first a letter or digit", tenant_id;
    /// The vendor's own name for a tenant or an endpoint, which can be changed and stands wherever its id does.
    Uid, "uid",
    "1 to 256 letters, digits and `_ . : - | @ +`, the first a letter or digit, and it does not begin like an id (`ep_`)", uid;
    /// The type of an event, such as `risk.created` or `orders/create`: whatever a vendor's customers know it by, as
    /// long as it fits a header. What filters go by are its parts between dots.
    EventTypeName, "event type",
    "1 to 256 printable ASCII characters without `*`, no space at either end", event_type;
    /// The publisher's own id of an event.
    SourceId, "event id",
    "1 to 256 letters, digits and `_ : - .`", source_id;
    /// What events have in common that are to be delivered in the order of their publication, such as the id of the
    /// thing that they are about. Only events of one tenant are compared.
    OrderingKey, "ordering key",
    "1 to 128 printable ASCII characters without spaces", ordering_key;
    /// What events and endpoints may have in common besides a type, such as a region, a team or a stage.
    Channel, "channel",
    "1 to 128 letters, digits and `_ . : -`", channel;
    /// Which events an endpoint wants: an exact type, `prefix.*` (any depth below), or `*` for all. A `*` before the end
    /// is exactly one part of the type: `orders.*.failed`.
    EventFilter, "event filter",
    "an exact event type, `*` for all, or one with `*` in place of a part, such as `task.*` (any depth below) or `task.*.failed` (exactly one part): only dots part a type", event_filter;
}

/// As long as the longest id of a common identity provider, and a header line away from trouble.
const NAME_CHARS_MAX: usize = 256;

fn tenant_id(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.len())
        && text.as_bytes()[0].is_ascii_alphanumeric()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.:-|@+".contains(&byte))
}

fn uid(text: &str) -> bool {
    tenant_id(text) && !begins_like_an_id(text)
}

fn event_type(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| (0x20..0x7f).contains(&byte) && byte != b'*')
        && text.trim_matches(' ').len() == text.len()
}

fn source_id(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_:-.".contains(&byte))
}

impl SourceId {
    /// What [`is_sendable`](Self::is_sendable) asks for, as a sentence.
    pub const SENDABLE: &str = "1 to 128 letters, digits and `_ : -`";

    /// Whether it can stand in webhooks in the place of the server's id: some signatures are over parts between dots.
    pub fn is_sendable(&self) -> bool {
        self.0.len() <= 128 && !self.0.contains('.')
    }
}

fn ordering_key(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn channel(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte))
}

fn event_filter(text: &str) -> bool {
    let below = text.strip_suffix(".*").unwrap_or(text);
    text == "*" || event_type(below) || (below.contains('*') && event_type(&with_parts(below)))
}

/// The filter with a letter for each `*` that stands for one part.
fn with_parts(filter: &str) -> String {
    let parts = filter.split('.');
    let parts: Vec<&str> = parts
        .map(|part| if part == "*" { "x" } else { part })
        .collect();
    parts.join(".")
}

impl EventFilter {
    /// Whether an event of type `name` passes.
    pub fn matches(&self, name: &EventTypeName) -> bool {
        let (filter, is_open) = match self.0.strip_suffix('*') {
            // What is left of `task.*` is `task.`; of `*`, nothing.
            Some(prefix) => (prefix, true),
            None => (&*self.0, false),
        };
        match (filter.contains('*'), is_open) {
            (true, _) => self.matches_parts(name),
            (false, true) => name.as_str().starts_with(filter),
            (false, false) => *filter == *name.0,
        }
    }

    /// The same part by part: a `*` is one part, and the last one all that are left.
    fn matches_parts(&self, name: &EventTypeName) -> bool {
        let mut names = name.as_str().split('.');
        let mut parts = self.0.split('.').peekable();
        while let Some(part) = parts.next() {
            let Some(name) = names.next() else {
                return false;
            };
            if part == "*" && parts.peek().is_none() {
                return true;
            }
            if part != "*" && part != name {
                return false;
            }
        }
        names.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_exactly_below_a_prefix_or_all() {
        let check = |filter: &str, name: &str, expected: bool| {
            let filter = EventFilter::parse(filter).unwrap();
            let name = EventTypeName::parse(name).unwrap();
            assert_eq!(filter.matches(&name), expected, "{filter} {name}");
        };
        check("task.created", "task.created", true);
        check("task.created", "task.created.late", false);
        check("task.*", "task.created", true);
        check("task.*", "task.created.late", true);
        check("task.*", "task", false);
        check("task.*", "tasks.created", false);
        check("*", "anything.at-all", true);
        check("orders/create", "orders/create", true);
        check("orders/create", "orders/created", false);
        check("com.*", "com.example/x.y", true);
        check("*", "a b", true);
    }

    #[test]
    fn event_types_are_whatever_fits_a_header() {
        for text in [
            "orders/create",
            "a:b",
            "com.example/x.y",
            "Order was paid",
            "a..b",
            "{\"%20\"}",
            &"x".repeat(256),
        ] {
            assert!(EventTypeName::parse(text).is_ok(), "{text}");
            assert!(EventFilter::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            " a",
            "a ",
            "a*",
            "ä",
            "a\tb",
            "a\r\nb",
            "a\0",
            &"x".repeat(257),
        ] {
            assert!(EventTypeName::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_before_the_end_is_exactly_one_part() {
        let check = |filter: &str, name: &str, expected: bool| {
            let filter = EventFilter::parse(filter).unwrap();
            let name = EventTypeName::parse(name).unwrap();
            assert_eq!(filter.matches(&name), expected, "{filter} {name}");
        };
        check("events.*.failed", "events.job.failed", true);
        check("events.*.failed", "events.failed", false);
        check("events.*.failed", "events.job.step.failed", false);
        check("events.*.failed", "events.job.failed.late", false);
        check("events.*.failed", "event.job.failed", false);
        check("events.*.failed.*", "events.job.failed.late.again", true);
        check("events.*.failed.*", "events.job.failed", false);
        check("*.failed", "job.failed", true);
        check("*.failed", "events.job.failed", false);
        check("*.*", "job", false);
        check("*.*", "events.job.failed", true);
        check("a.*.*.d", "a.b.c.d", true);
        check("a.*.*.d", "a.b.d", false);
    }

    #[test]
    fn a_star_stands_for_whole_parts() {
        for text in [
            "",
            "task*",
            "**",
            "task.**",
            "task.*x.y",
            "*task.x",
            "task.**.x",
            "* .x",
            "orders/*",
            ".*",
            "a .*",
        ] {
            assert!(EventFilter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn uids_cannot_be_taken_for_ids() {
        for text in [
            "acme",
            "7",
            "auth0|5f7c",
            "prod-hook_1",
            "episode_1",
            "a_ep_1",
        ] {
            assert!(Uid::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "ep_1",
            "ep_01KPZB6A8V0000000000000000",
            "evt_x",
            "job_",
            "msg_1",
            "a b",
            "_a",
        ] {
            assert!(Uid::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ordering_keys_are_whatever_can_be_printed() {
        for text in [
            "7",
            "order/4711",
            "a@b.example",
            "{\"id\":1}",
            &"x".repeat(128),
        ] {
            assert!(OrderingKey::parse(text).is_ok(), "{text}");
        }
        for text in ["", "a b", "ä", "a\n", "a\0", &"x".repeat(129)] {
            assert!(OrderingKey::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn channels_are_short_words() {
        for text in ["eu", "team:7", "a.b-c_d", &"x".repeat(128)] {
            assert!(Channel::parse(text).is_ok(), "{text}");
        }
        for text in ["", "a b", "a*", "ä", "a/b", "a,b", "a\n", &"x".repeat(129)] {
            assert!(Channel::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tenant_ids_begin_with_a_letter_or_digit() {
        for text in [
            "org_2pX9",
            "7",
            "a:b.c-d",
            "auth0|5f7c8ec7c33c6c004bbafe82",
            "jane.doe+hooks@example.com",
            &"x".repeat(256),
        ] {
            assert!(TenantId::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "_a",
            "|a",
            "@a",
            "+a",
            "a b",
            "a/b",
            "a%7Cb",
            "ä",
            &"x".repeat(257),
        ] {
            assert!(TenantId::parse(text).is_err(), "{text}");
        }
    }
}
