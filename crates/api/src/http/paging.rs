//! Which part of a list: `limit` and `cursor`.

use std::{fmt::Display, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use nuncio_store::{Page, PageStart};
use serde::{Deserialize, Deserializer, de};

use crate::http::reply::List;

/// How many items a part of a list has unless the caller says.
const LIMIT_DEFAULT: usize = 50;
/// The most that it can have.
const LIMIT_MAX: usize = 250;

/// How many items: 1 to 250, 50 unless said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit(usize);

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .ok()
            .filter(|limit| (1..=LIMIT_MAX).contains(limit))
            .map(Self)
            .ok_or_else(|| {
                de::Error::custom(format!("`{text}` is not a number from 1 to {LIMIT_MAX}"))
            })
    }
}

/// What the text in a cursor begins with that goes back. No key does: names have no asterisk, ids begin with a letter.
const BACK: char = '*';

/// Where a part begins, and which way it goes. Opaque to callers: base64url of the key at the boundary.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<K>(PageStart<K>);

impl<'de, K: FromStr> Deserialize<'de> for Cursor<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        URL_SAFE_NO_PAD
            .decode(&text)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| match text.strip_prefix(BACK) {
                Some(key) => key.parse().ok().map(PageStart::UpTo),
                None => text.parse().ok().map(PageStart::After),
            })
            .map(Self)
            .ok_or_else(|| {
                de::Error::custom(format!(
                    "`{text}` is not a valid cursor of this list: use the next_cursor or prev_cursor of an earlier response"
                ))
            })
    }
}

/// The part of a list that was asked for.
pub(crate) fn page<K>(limit: Limit, cursor: Option<Cursor<K>>) -> Page<K> {
    Page {
        start: cursor.map_or(PageStart::First, |cursor| cursor.0),
        limit: limit.0,
    }
}

/// A part of a list as it is answered: the items shown, and where the parts on both sides of it begin.
pub(crate) fn list<V, K: Display>(data: Vec<V>, next: Option<K>, prev: Option<K>) -> List<V> {
    List {
        data,
        next_cursor: next.map(|key| text(&PageStart::After(key))),
        prev_cursor: prev.map(|key| text(&PageStart::UpTo(key))),
    }
}

fn text<K: Display>(start: &PageStart<K>) -> String {
    URL_SAFE_NO_PAD.encode(match start {
        PageStart::First => String::new(),
        PageStart::After(key) => key.to_string(),
        PageStart::UpTo(key) => format!("{BACK}{key}"),
    })
}

#[cfg(test)]
mod tests {
    use nuncio_domain::TenantId;
    use serde::de::value::{Error, StrDeserializer};

    use super::*;

    fn cursor(text: &str) -> Result<Cursor<TenantId>, Error> {
        Cursor::deserialize(de::IntoDeserializer::<Error>::into_deserializer(text))
    }

    #[test]
    fn a_cursor_is_the_key_it_was_made_of() {
        let key = || TenantId::parse("org:1").unwrap();
        for start in [PageStart::After(key()), PageStart::UpTo(key())] {
            assert_eq!(cursor(&text(&start)).unwrap().0, start);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "org:1", "%%%", "_w", "Kg"] {
            assert!(cursor(text).is_err(), "{text}");
        }
    }

    #[test]
    fn limits_go_from_1_to_250() {
        let check = |text: &'static str, expected: Option<usize>| {
            let limit = Limit::deserialize(StrDeserializer::<Error>::new(text));
            assert_eq!(limit.ok().map(|limit| limit.0), expected, "{text}");
        };
        check("1", Some(1));
        check("250", Some(250));
        for text in ["0", "251", "-1", "ten", ""] {
            check(text, None);
        }
    }
}
