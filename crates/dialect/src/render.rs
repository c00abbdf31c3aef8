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

/// Room for a usual signature header.
const VALUE_BYTES: usize = 128;

impl Dialect {
    /// Every header that the dialect sends with an attempt: `Content-Type`, its own in the order of its file, the
    /// signature. `keys` are those in force, the current one first; where only one signature fits, `keys[0]` signs.
    /// Keys of a kind that the dialect has no scheme for do not sign.
    pub fn headers(&self, attempt: &Attempt<'_>, keys: &[SigningKey]) -> Vec<Header> {
        let lines = self.header_lines(attempt, keys).into_iter();
        lines
            .map(|(name, value)| Header {
                name: name.to_owned(),
                value: value.into_owned(),
            })
            .collect()
    }

    /// The same as names and values, borrowed where they are there already.
    pub fn header_lines<'a>(
        &'a self,
        attempt: &Attempt<'a>,
        keys: &[SigningKey],
    ) -> Vec<(&'a str, Cow<'a, str>)> {
        let mut lines: Vec<Line<'a>> = Vec::with_capacity(self.headers.len() + 2);
        lines.push(("Content-Type", Cow::Borrowed(&self.content_type)));
        for rule in &self.headers {
            let value = joined(&rule.value, attempt);
            lines.push((&rule.name, names::sanitize(value)));
        }
        if let Some(signature) = &self.signature {
            let value = signature.value(attempt, &signature.parts_sent(attempt, &lines), keys);
            lines.extend(value.map(|value| (signature.header.as_str(), Cow::Owned(value))));
        }
        lines
    }
}

/// A header's name and value.
type Line<'a> = (&'a str, Cow<'a, str>);

fn joined<'a>(pieces: &'a [Piece], attempt: &Attempt<'a>) -> Cow<'a, str> {
    let text = |piece: &'a Piece| match piece {
        Piece::Text(text) => Cow::Borrowed(text.as_str()),
        Piece::Field(field) => field.of_attempt(attempt),
        // A header made of another one is refused when the file is read.
        Piece::Header(_) => Cow::default(),
    };
    match pieces {
        [piece] => text(piece),
        pieces => Cow::Owned(pieces.iter().map(text).collect()),
    }
}

impl Signature {
    fn parts_sent<'s>(&'s self, attempt: &Attempt<'s>, sent: &'s [Line<'s>]) -> Vec<Cow<'s, [u8]>> {
        let part = |piece: &'s Piece| match piece {
            Piece::Text(text) => Cow::Borrowed(text.as_bytes()),
            Piece::Field(Field::Body) => Cow::Borrowed(attempt.body),
            Piece::Field(Field::SortedForm) => Cow::Owned(form::sorted(attempt.body)),
            // What the receiver will read from the header is what is signed.
            Piece::Field(field) => match self.carrier(*field) {
                Some(name) => find(sent, name),
                None => bytes(field.of_attempt(attempt)),
            },
            Piece::Header(name) => find(sent, name),
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
        let mut value = String::with_capacity(VALUE_BYTES);
        if let Some(time) = &self.time
            && let TimestampAt::Pair(name) = &time.at
        {
            value.extend([name.as_str(), "=", &*time.field.of_attempt(attempt)]);
        }
        let mut signed = false;
        for key in keys {
            for scheme in &self.schemes {
                let Some(text) = scheme.sign(key, &parts) else {
                    continue;
                };
                if !value.is_empty() {
                    value.push_str(&self.separator);
                }
                match self.grammar {
                    Grammar::Bare => {}
                    Grammar::Pairs => value.extend([scheme.version.as_str(), "="]),
                    Grammar::Versions => value.extend([scheme.version.as_str(), ","]),
                }
                value.extend([scheme.prefix.as_str(), &text]);
                signed = true;
            }
        }
        signed.then_some(value)
    }

    /// The header that carries a signed field, if one does.
    pub fn carrier(&self, field: Field) -> Option<&str> {
        self.carriers
            .iter()
            .find(|(carried, _)| *carried == field)
            .map(|(_, name)| name.as_str())
    }
}

fn find<'s>(sent: &'s [Line<'_>], name: &str) -> Cow<'s, [u8]> {
    let mut sent = sent.iter();
    let found = sent.find(|(other, _)| other.eq_ignore_ascii_case(name));
    Cow::Borrowed(found.map(|(_, value)| value.as_bytes()).unwrap_or_default())
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}
