//! Values: what a header, a member of the envelope or the signed content is made of, and what it comes to for one
//! event or attempt. A value that misses one of its pieces comes to nothing: whatever holds it is left out.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::{
    event::{WireAttempt, WireEvent},
    rules::field::Field,
    uri::{self, UriPart},
};

/// One piece of a header's value, an envelope's text or the signed content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Fixed text.
    Text(String),
    /// A value.
    Field(Field),
    /// A value that is written otherwise.
    Renamed(Renamed),
    /// An entry of the tenant's metadata.
    Metadata(Metadata),
    /// The value of another header of the same request, by its name; in signed content only.
    Header(String),
}

/// A field that is not sent as it is: with the vendor's own words for its values, or encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The field.
    pub field: Field,
    /// Its words and the vendor's.
    pub words: Vec<(String, String)>,
    /// What stands for every other word; `None` leaves the field's own.
    pub other: Option<String>,
    /// The part of a URI reference that it is encoded as.
    pub uri: Option<UriPart>,
}

/// An entry of the tenant's metadata: text, a number or a truth value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Its name among the tenant's metadata.
    pub key: String,
    /// What stands in its place when the tenant has none; `None` leaves out what would hold it.
    pub default: Option<Fallback>,
    /// The part of a URI reference that the tenant's own entry is encoded as.
    pub uri: Option<UriPart>,
}

/// What stands in the place of missing metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// A whole number or a truth value, as JSON writes it.
    Json(String),
    /// Text and fields, one after the other.
    Pieces(Vec<Piece>),
}

impl Piece {
    /// Whether some requests have nothing in its place.
    pub fn may_be_absent(&self) -> bool {
        match self {
            Self::Text(_) | Self::Header(_) => false,
            Self::Field(field) => field.may_be_absent(),
            Self::Renamed(renamed) => renamed.field.may_be_absent(),
            Self::Metadata(metadata) => match &metadata.default {
                None => true,
                Some(Fallback::Json(_)) => false,
                Some(Fallback::Pieces(pieces)) => pieces.iter().any(Self::may_be_absent),
            },
        }
    }

    /// The field that it shows, if it shows one, under whatever words.
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(*field),
            Self::Renamed(renamed) => Some(renamed.field),
            Self::Text(_) | Self::Metadata(_) | Self::Header(_) => None,
        }
    }

    /// This piece and those inside it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        let inner = match self {
            Self::Metadata(Metadata {
                default: Some(Fallback::Pieces(pieces)),
                ..
            }) => pieces.as_slice(),
            _ => &[],
        };
        std::iter::once(self).chain(inner)
    }
}

impl Metadata {
    /// The tenant's own entry, if it has one that can be sent.
    pub(crate) fn of<'a>(&self, event: &WireEvent<'a>) -> Option<&'a Json> {
        let found = event.metadata?.get(&self.key)?;
        matches!(found, Json::String(_) | Json::Number(_) | Json::Bool(_)).then_some(found)
    }

    /// A text of the tenant's own as it is sent.
    pub(crate) fn written<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.uri {
            None => Cow::Borrowed(text),
            Some(part) => part.write(Cow::Borrowed(text)),
        }
    }
}

/// The text of `pieces` for an event; `None` if one of them is missing.
pub(crate) fn of_event<'a>(pieces: &'a [Piece], event: &WireEvent<'a>) -> Option<Cow<'a, str>> {
    joined(pieces, event, &|field| field.of_event(event))
}

/// The text of `pieces` for an attempt; `None` if one of them is missing.
pub(crate) fn of_attempt<'a>(
    pieces: &'a [Piece],
    attempt: &WireAttempt<'a>,
) -> Option<Cow<'a, str>> {
    joined(pieces, attempt.event, &|field| field.of_attempt(attempt))
}

type Fields<'f, 'a> = &'f dyn Fn(Field) -> Option<Cow<'a, str>>;

fn joined<'a>(
    pieces: &'a [Piece],
    event: &WireEvent<'a>,
    fields: Fields<'_, 'a>,
) -> Option<Cow<'a, str>> {
    match pieces {
        [piece] => text(piece, event, fields),
        pieces => {
            let texts = pieces.iter().map(|piece| text(piece, event, fields));
            texts.collect::<Option<String>>().map(Cow::Owned)
        }
    }
}

fn text<'a>(
    piece: &'a Piece,
    event: &WireEvent<'a>,
    fields: Fields<'_, 'a>,
) -> Option<Cow<'a, str>> {
    match piece {
        Piece::Text(text) => Some(Cow::Borrowed(text)),
        Piece::Field(field) => fields(*field),
        Piece::Renamed(renamed) => Some(renamed.text(fields(renamed.field)?)),
        Piece::Metadata(metadata) => match (metadata.of(event), &metadata.default) {
            (Some(Json::String(text)), _) => Some(metadata.written(text)),
            (Some(value), _) => Some(Cow::Owned(value.to_string())),
            (None, Some(Fallback::Json(text))) => Some(Cow::Borrowed(text)),
            (None, Some(Fallback::Pieces(pieces))) => joined(pieces, event, fields),
            (None, None) => None,
        },
        // Only signed content names headers, and that is put together from what was sent.
        Piece::Header(_) => None,
    }
}

impl Renamed {
    /// The field's text, of what a receiver has found in its place; the vendor's words stay.
    pub fn read<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.uri {
            None => Cow::Borrowed(text),
            Some(_) => uri::decoded(text),
        }
    }

    /// The vendor's words.
    pub(crate) fn theirs(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().map(|(_, theirs)| theirs);
        words.chain(&self.other).map(String::as_str)
    }

    fn text<'a>(&'a self, word: Cow<'a, str>) -> Cow<'a, str> {
        let mut words = self.words.iter();
        let text = match (words.find(|(own, _)| *own == word), &self.other) {
            (Some((_, theirs)), _) | (None, Some(theirs)) => Cow::Borrowed(theirs.as_str()),
            (None, None) => word,
        };
        match self.uri {
            None => text,
            Some(part) => part.write(text),
        }
    }
}

/// A header of the dialect's own.
#[derive(Clone, Debug)]
pub struct HeaderRule {
    /// Its name as it is sent.
    pub name: String,
    /// Its value, one piece after the other.
    pub value: Vec<Piece>,
}

/// A member of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopeMember {
    /// Its name, after those of the objects around it, joined by dots.
    pub path: String,
    /// Its value; empty if it is fixed JSON. A member whose value may be absent is left out then.
    pub value: Vec<Piece>,
}
