//! The body: an envelope of event fields around the publisher's data.

use serde_json::Value as Json;

use crate::{
    event::WireEvent,
    form,
    json::{canonical::canonicalize, error::DataError, string::write_string},
    rules::{
        field::Field,
        value::{self, Fallback, Metadata, Piece},
    },
};

/// What a body is made of.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Pieces of JSON, with the data as it came or in its canonical form.
    Json {
        pieces: Vec<BodyPiece>,
        canonical: bool,
    },
    /// The members of the data as form parameters.
    Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyPiece {
    /// JSON text that is the same in every body.
    Fixed(Vec<u8>),
    /// A comma, unless the object has just begun: members before it may be left out.
    Comma,
    /// The data.
    Data,
    /// A value.
    Value(BodyValue),
    /// A member with the text before its value; left out if the value comes to nothing.
    Optional { name: Vec<u8>, value: BodyValue },
}

/// A value of the envelope that is not the same in every body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyValue {
    /// A field as a JSON number.
    Number(Field),
    /// An entry of the tenant's metadata, with the type that it has there.
    Metadata(Metadata),
    /// Pieces joined to one JSON string.
    Text(Vec<Piece>),
}

impl Body {
    pub(crate) const fn is_canonical(&self) -> bool {
        matches!(
            self,
            Self::Json {
                canonical: true,
                ..
            }
        )
    }

    pub(crate) fn render(&self, event: &WireEvent<'_>) -> Result<Vec<u8>, DataError> {
        let (pieces, canonical) = match self {
            Self::Form => return form::encode(event.data),
            Self::Json { pieces, canonical } => (pieces, *canonical),
        };
        // The data and a guess for the envelope: one allocation for nearly every event.
        let mut out = Vec::with_capacity(event.data.len() + 256);
        for piece in pieces {
            match piece {
                BodyPiece::Fixed(text) => out.extend_from_slice(text),
                BodyPiece::Comma => comma(&mut out),
                BodyPiece::Data if canonical => out.extend(canonicalize(event.data)?.into_bytes()),
                BodyPiece::Data => out.extend_from_slice(event.data.as_bytes()),
                BodyPiece::Value(value) => {
                    value.write(&mut out, event, canonical);
                }
                BodyPiece::Optional { name, value } => {
                    let before = out.len();
                    comma(&mut out);
                    out.extend_from_slice(name);
                    if !value.write(&mut out, event, canonical) {
                        out.truncate(before);
                    }
                }
            }
        }
        Ok(out)
    }
}

/// No value ends in a brace that opens an object: after one, the object has just begun.
fn comma(out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
}

impl BodyValue {
    /// Appends the value. `false`, and nothing appended, if it comes to nothing.
    fn write(&self, out: &mut Vec<u8>, event: &WireEvent<'_>, canonical: bool) -> bool {
        match self {
            Self::Number(field) => match field.of_event(event) {
                Some(number) => {
                    out.extend_from_slice(number.as_bytes());
                    true
                }
                None => false,
            },
            Self::Metadata(metadata) => write_metadata(out, metadata, event, canonical),
            Self::Text(pieces) => write_text(out, pieces, event),
        }
    }
}

fn write_text(out: &mut Vec<u8>, pieces: &[Piece], event: &WireEvent<'_>) -> bool {
    match value::of_event(pieces, event) {
        Some(text) => {
            write_string(out, &text);
            true
        }
        None => false,
    }
}

/// A number that the canonical form would alter goes out as a string: the receiver's ECMAScript would alter it too.
fn write_metadata(
    out: &mut Vec<u8>,
    metadata: &Metadata,
    event: &WireEvent<'_>,
    canonical: bool,
) -> bool {
    match (metadata.of(event), &metadata.default) {
        (Some(Json::String(text)), _) => write_string(out, &metadata.written(text)),
        (Some(value), _) if metadata.uri.is_some() => write_string(out, &value.to_string()),
        (Some(value), _) => {
            let text = value.to_string();
            let written = if canonical {
                canonicalize(&text)
            } else {
                Ok(text.clone())
            };
            match written {
                Ok(written) => out.extend(written.into_bytes()),
                Err(_) => write_string(out, &text),
            }
        }
        (None, Some(Fallback::Json(text))) => out.extend_from_slice(text.as_bytes()),
        (None, Some(Fallback::Pieces(pieces))) => return write_text(out, pieces, event),
        (None, None) => return false,
    }
    true
}
