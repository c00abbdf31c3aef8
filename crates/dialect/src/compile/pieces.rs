//! The pieces that a value is put together of.

use toml::Spanned;

use super::{file::Value, source::Source};
use crate::{
    error::DialectError,
    rules::value::{Fallback, Metadata, Piece},
};

/// The pieces of a value, none of which `refuse` has a reason against.
pub(super) fn pieces(
    source: Source<'_>,
    value: &Spanned<Value>,
    refuse: impl Fn(&Piece) -> Option<String>,
) -> Result<Vec<Piece>, DialectError> {
    let list = &value.get_ref().0;
    if list.is_empty() {
        return Err(source.fault(value.span(), "an empty list has no value"));
    }
    for piece in list {
        let inner = piece.get_ref().all();
        let refusal =
            check_metadata(piece.get_ref()).or_else(|| inner.into_iter().find_map(&refuse));
        if let Some(reason) = refusal {
            let span = if piece.span().is_empty() {
                value.span()
            } else {
                piece.span()
            };
            return Err(source.fault(span, reason));
        }
    }
    Ok(list.iter().map(|piece| piece.get_ref().clone()).collect())
}

/// What stands in for metadata is text and fields of its own: a chain of places to look would hide which one is sent.
fn check_metadata(piece: &Piece) -> Option<String> {
    let Piece::Metadata(Metadata { key, default, .. }) = piece else {
        return None;
    };
    if key.is_empty() {
        return Some("`metadata` needs the name of an entry".to_owned());
    }
    let Some(Fallback::Pieces(pieces)) = default else {
        return None;
    };
    if pieces.is_empty() {
        return Some("an empty list is not a `default`".to_owned());
    }
    let is_plain =
        |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Field(_) | Piece::Renamed(_));
    (!pieces.iter().all(is_plain)).then(|| {
        "`default` is made of text and fields: it cannot name metadata or headers".to_owned()
    })
}
