//! The headers of an attempt, signature included.

use std::borrow::Cow;

use crate::{
    dialect::Dialect,
    event::{Header, WireAttempt},
    form,
    rules::{
        field::Field,
        signature::{Grammar, Rotation, Signature, TimestampAt},
        value::{self, Piece},
    },
    secret::key::SigningKey,
};

/// Room for a usual signature header.
const VALUE_BYTES: usize = 128;

impl Dialect {
    /// Every header that the dialect sends with an attempt: `Content-Type`, its own in the order of its file, the
    /// signatures. One whose value misses a piece, such as a retry's number on a first attempt, is left out. `keys` are those in force, the current one first; where only one signature fits, `keys[0]` signs.
    /// Keys of a kind that the dialect has no scheme for do not sign.
    pub fn headers(&self, attempt: &WireAttempt<'_>, keys: &[SigningKey]) -> Vec<Header> {
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
        attempt: &WireAttempt<'a>,
        keys: &[SigningKey],
    ) -> Vec<(&'a str, Cow<'a, str>)> {
        let room = self.headers.len() + self.signatures.len() + 1;
        let mut lines: Vec<Line<'a>> = Vec::with_capacity(room);
        let content_type = self.header_names.spell("Content-Type", "content-type");
        lines.push((content_type, Cow::Borrowed(&self.content_type)));
        for rule in &self.headers {
            if let Some(value) = value::of_attempt(&rule.value, attempt) {
                lines.push((&rule.name, self.header_values.write(value)));
            }
        }
        for signature in &self.signatures {
            let value = signature.value(attempt, &signature.parts_sent(attempt, &lines), keys);
            lines.extend(value.map(|value| (signature.header.as_str(), Cow::Owned(value))));
        }
        lines
    }

    /// The headers that follow the dialect's: who sends, and that the answer is wanted as it is. `sender` is what a
    /// sender calls itself where the dialect has no `User-Agent` of its own.
    pub fn sender_lines<'a>(&'a self, sender: &'a str) -> [(&'a str, &'a str); 2] {
        let names = self.header_names;
        let user_agent = self.user_agent.as_deref().unwrap_or(sender);
        [
            (names.spell("User-Agent", "user-agent"), user_agent),
            (
                names.spell("Accept-Encoding", "accept-encoding"),
                "identity",
            ),
        ]
    }
}

/// A header's name and value.
type Line<'a> = (&'a str, Cow<'a, str>);

impl Signature {
    fn parts_sent<'s>(
        &'s self,
        attempt: &WireAttempt<'s>,
        sent: &'s [Line<'s>],
    ) -> Vec<Cow<'s, [u8]>> {
        let part = |piece: &'s Piece| match piece {
            Piece::Text(text) => Cow::Borrowed(text.as_bytes()),
            Piece::Field(Field::Body) => Cow::Borrowed(attempt.body),
            Piece::Field(Field::SortedForm) => Cow::Owned(form::sorted(attempt.body)),
            // What the receiver will read from the header is what is signed.
            Piece::Field(field) => match self.carrier(*field) {
                Some(name) => find(sent, name),
                None => bytes(field.of_attempt(attempt).unwrap_or_default()),
            },
            Piece::Header(name) => find(sent, name),
            // Refused in signed content when the file is read.
            Piece::Renamed(_) | Piece::Metadata(_) => Cow::default(),
        };
        self.content.iter().map(part).collect()
    }

    /// The value of the signature header; `None` when no key signs.
    fn value(
        &self,
        attempt: &WireAttempt<'_>,
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
            let time = time.field.of_attempt(attempt).unwrap_or_default();
            value.extend([name.as_str(), "=", &*time]);
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
