//! The body: an envelope of event fields around the publisher's data.

use std::borrow::Cow;

use crate::{
    event::Event,
    field::{Field, Piece},
    form,
    json::{DataError, canonicalize, write_string},
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
    /// The data.
    Data,
    /// A field as a JSON number.
    Number(Field),
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

    pub(crate) fn render(&self, event: &Event<'_>) -> Result<Vec<u8>, DataError> {
        let (pieces, canonical) = match self {
            Self::Form => return form::encode(event.data),
            Self::Json { pieces, canonical } => (pieces, *canonical),
        };
        // The data and a guess for the envelope: one allocation for nearly every event.
        let mut out = Vec::with_capacity(event.data.len() + 256);
        for piece in pieces {
            match piece {
                BodyPiece::Fixed(text) => out.extend_from_slice(text),
                BodyPiece::Data if canonical => out.extend(canonicalize(event.data)?.into_bytes()),
                BodyPiece::Data => out.extend_from_slice(event.data.as_bytes()),
                BodyPiece::Number(field) => out.extend_from_slice(field.of_event(event).as_bytes()),
                BodyPiece::Text(pieces) => write_string(&mut out, &joined(pieces, event)),
            }
        }
        Ok(out)
    }
}

fn joined<'a>(pieces: &'a [Piece], event: &Event<'a>) -> Cow<'a, str> {
    let text = |piece: &'a Piece| match piece {
        Piece::Text(text) => Cow::Borrowed(text.as_str()),
        Piece::Field(field) => field.of_event(event),
        // An envelope that names a header is refused when its file is read.
        Piece::Header(_) => Cow::default(),
    };
    match pieces {
        [piece] => text(piece),
        pieces => Cow::Owned(pieces.iter().map(text).collect()),
    }
}
