//! The headers of an attempt, signature included.

use std::borrow::Cow;

use crate::{
    Dialect,
    event::{Attempt, Header},
    field::{Field, Piece},
    form,
    key::SigningKey,
    names,
    signature::{Grammar, Rotation, Signature, TimestampAt},
};

impl Dialect {
    /// Every header that the dialect sends with an attempt: `Content-Type`, its own in the order of its file, the
    /// signature. `keys` are those in force, the current one first; where only one signature fits, `keys[0]` signs.
    /// Keys of a kind that the dialect has no scheme for do not sign.
    pub fn headers(&self, attempt: &Attempt<'_>, keys: &[SigningKey]) -> Vec<Header> {
        let mut headers = Vec::with_capacity(self.headers.len() + 2);
        headers.push(Header {
            name: "Content-Type".to_owned(),
            value: self.content_type.clone(),
        });
        for rule in &self.headers {
            let value = rule.value.iter().map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Field(field) => field.of_attempt(attempt),
                // A header made of another one is refused when the file is read.
                Piece::Header(_) => String::new(),
            });
            headers.push(Header {
                name: rule.name.clone(),
                value: names::sanitize(value.collect()),
            });
        }
        if let Some(signature) = &self.signature {
            let parts = signature.parts_sent(attempt, &headers);
            let value = signature.value(attempt, &parts, keys);
            headers.extend(value.map(|value| Header {
                name: signature.header.clone(),
                value,
            }));
        }
        headers
    }
}

impl Signature {
    fn parts_sent<'a>(&'a self, attempt: &Attempt<'a>, headers: &[Header]) -> Vec<Cow<'a, [u8]>> {
        let part = |piece: &'a Piece| match piece {
            Piece::Text(text) => Cow::Borrowed(text.as_bytes()),
            Piece::Field(Field::Body) => Cow::Borrowed(attempt.body),
            Piece::Field(Field::SortedForm) => Cow::Owned(form::sorted(attempt.body)),
            // What the receiver will read from the header is what is signed.
            Piece::Field(field) => match self.carrier(*field) {
                Some(name) => sent(headers, name),
                None => Cow::Owned(field.of_attempt(attempt).into_bytes()),
            },
            Piece::Header(name) => sent(headers, name),
        };
        self.content.iter().map(part).collect()
    }

    /// The value of the signature header; `None` when no key signs.
    fn value(
        &self,
        attempt: &Attempt<'_>,
        parts: &[Cow<'_, [u8]>],
        keys: &[SigningKey],
    ) -> Option<String> {
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let keys = match self.rotation {
            Rotation::All => keys,
            Rotation::One => &keys[..keys.len().min(1)],
        };
        let mut items = Vec::with_capacity(keys.len() + 1);
        for key in keys {
            for scheme in &self.schemes {
                let Some(text) = scheme.sign(key, &parts) else {
                    continue;
                };
                items.push(match self.grammar {
                    Grammar::Bare => text,
                    Grammar::Pairs => format!("{}={text}", scheme.version),
                    Grammar::Versions => format!("{},{text}", scheme.version),
                });
            }
        }
        if items.is_empty() {
            return None;
        }
        if let Some(time) = &self.time
            && let TimestampAt::Pair(name) = &time.at
        {
            items.insert(0, format!("{name}={}", time.field.of_attempt(attempt)));
        }
        Some(items.join(&self.separator))
    }

    /// The header that carries a signed field, if one does.
    pub fn carrier(&self, field: Field) -> Option<&str> {
        self.carriers
            .iter()
            .find(|(carried, _)| *carried == field)
            .map(|(_, name)| name.as_str())
    }
}

fn sent<'a>(headers: &[Header], name: &str) -> Cow<'a, [u8]> {
    let value = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(name))
        .map(|header| header.value.clone().into_bytes());
    Cow::Owned(value.unwrap_or_default())
}
