//! The rules of `[signature]`: what is signed must be sent, and the header must be readable again.

use toml::Spanned;

use super::{
    file::{DialectFile, SignatureTable, Signatures},
    pieces::pieces,
    scheme,
    source::Source,
};
use crate::{
    error::DialectError,
    rules::{
        body::Body,
        field::Field,
        names,
        signature::{Algorithm, Grammar, Receivers, Rotation, Signature, SignedTime, TimestampAt},
        value::{HeaderRule, Piece},
    },
};

/// Every signature of the file, in its order.
pub(super) fn compile_all(
    source: Source<'_>,
    tables: &Spanned<Signatures>,
    headers: &[HeaderRule],
) -> Result<Vec<Signature>, DialectError> {
    let mut signatures: Vec<Signature> = Vec::new();
    for table in tables_of(tables) {
        let signature = compile(source, &table, headers)?;
        let again = signatures
            .iter()
            .find(|other| other.header.eq_ignore_ascii_case(&signature.header));
        if again.is_some() {
            return Err(source.fault(
                table.get_ref().header.span(),
                format!("two signatures go into the header `{}`", signature.header),
            ));
        }
        if signatures
            .iter()
            .any(|other| other.rotation != signature.rotation)
        {
            return Err(source.fault(
                table.get_ref().rotation.span(),
                "all signatures of a dialect rotate in the same way: `rotation` must be the same in all of them",
            ));
        }
        signatures.push(signature);
    }
    check_receivers(source, tables, &signatures)?;
    Ok(signatures)
}

/// The tables with their places; that of a sole `[signature]` is known for the whole only.
pub(super) fn tables_of(
    tables: &Spanned<Signatures>,
) -> impl Iterator<Item = Spanned<&SignatureTable>> {
    tables.get_ref().0.iter().map(|table| {
        let span = if table.span().is_empty() {
            tables.span()
        } else {
            table.span()
        };
        Spanned::new(span, table.get_ref())
    })
}

/// Receivers must look at the strongest signature, and at no more than every request has.
fn check_receivers(
    source: Source<'_>,
    tables: &Spanned<Signatures>,
    signatures: &[Signature],
) -> Result<(), DialectError> {
    let strength = |signature: &Signature| {
        let schemes = signature.schemes.iter();
        schemes
            .map(|scheme| scheme.algorithm.strength())
            .max()
            .unwrap_or_default()
    };
    let is_required = |signature: &&Signature| signature.receivers == Receivers::Require;
    let required = signatures.iter().filter(is_required);
    let Some(strongest) = required.clone().map(strength).max() else {
        return Err(source.fault(
            tables.span(),
            "receivers ignore every signature: at least one must be required",
        ));
    };
    let mut kinds = required.map(kinds);
    let first = kinds.next().unwrap_or_default();
    if kinds.any(|kinds| kinds != first) {
        return Err(source.fault(
            tables.span(),
            "a secret of one kind would leave a required signature out: each must take the same kinds of key",
        ));
    }
    for (signature, table) in signatures.iter().zip(tables_of(tables)) {
        if signature.receivers == Receivers::Ignore && strength(signature) > strongest {
            return Err(source.fault(
                table.span(),
                format!(
                    "receivers ignore `{}` but require a weaker signature: swap them",
                    signature.header
                ),
            ));
        }
    }
    Ok(())
}

/// Whether it takes shared secrets, and whether key pairs.
fn kinds(signature: &Signature) -> (bool, bool) {
    let is_pair = |algorithm: Algorithm| algorithm == Algorithm::Ed25519;
    let mut schemes = signature.schemes.iter();
    let shared = schemes.clone().any(|scheme| !is_pair(scheme.algorithm));
    (shared, schemes.any(|scheme| is_pair(scheme.algorithm)))
}

fn compile(
    source: Source<'_>,
    table: &Spanned<&SignatureTable>,
    headers: &[HeaderRule],
) -> Result<Signature, DialectError> {
    let signature = table.get_ref();
    check_header(source, signature, headers)?;
    let schemes = scheme::compile_all(source, table)?;
    let content = content(source, table, headers)?;
    let time = signed_time(source, signature, &content, headers)?;
    let carriers = carriers(source, signature, &content, headers, time.as_ref())?;
    if signature.grammar == Grammar::Bare && *signature.rotation.get_ref() == Rotation::All {
        return Err(source.fault(
            signature.rotation.span(),
            "a bare header holds one signature: `rotation` must be `one`",
        ));
    }
    Ok(Signature {
        header: signature.header.get_ref().clone(),
        grammar: signature.grammar,
        separator: separator(source, signature)?,
        rotation: *signature.rotation.get_ref(),
        receivers: signature.receivers,
        content,
        schemes,
        time,
        carriers,
    })
}

/// Form parameters can be signed only where the body is a form.
pub(super) fn check_form(
    source: Source<'_>,
    file: &DialectFile,
    body: &Body,
) -> Result<(), DialectError> {
    let tables = file.signature.iter().flat_map(|tables| &tables.get_ref().0);
    let is_form = matches!(body, Body::Form);
    for content in tables.filter_map(|table| table.get_ref().content.as_ref()) {
        pieces(source, content, |piece| {
            let is_sorted = *piece == Piece::Field(Field::SortedForm);
            (is_sorted && !is_form)
                .then(|| "`sorted_form` is signed, but the body is not a form".to_owned())
        })?;
    }
    Ok(())
}

fn check_header(
    source: Source<'_>,
    signature: &SignatureTable,
    headers: &[HeaderRule],
) -> Result<(), DialectError> {
    let name = signature.header.get_ref();
    let refusal = names::refusal(name).or_else(|| {
        headers
            .iter()
            .any(|header| header.name.eq_ignore_ascii_case(name))
            .then(|| {
                format!("the header `{name}` appears twice: as `[[header]]` and as the signature's")
            })
    });
    match refusal {
        Some(reason) => Err(source.fault(signature.header.span(), reason)),
        None => Ok(()),
    }
}

fn separator(source: Source<'_>, signature: &SignatureTable) -> Result<String, DialectError> {
    match (&signature.separator, signature.grammar) {
        (Some(given), Grammar::Bare) => {
            Err(source.fault(given.span(), "a bare header has no `separator`"))
        }
        (Some(given), _) => {
            let text = given.get_ref();
            // A separator that can stand inside an item would cut it.
            let joiner = if signature.grammar == Grammar::Pairs {
                "="
            } else {
                ","
            };
            let is_sound = !text.is_empty()
                && names::is_value(text)
                && !text.contains(joiner)
                && !text
                    .bytes()
                    .any(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte));
            if is_sound {
                return Ok(text.clone());
            }
            Err(source.fault(
                given.span(),
                format!("{text:?} cannot separate signatures: it could be part of one"),
            ))
        }
        (None, Grammar::Bare) => Ok(String::new()),
        (None, Grammar::Pairs) => Ok(",".to_owned()),
        (None, Grammar::Versions) => Ok(" ".to_owned()),
    }
}

fn content(
    source: Source<'_>,
    table: &Spanned<&SignatureTable>,
    headers: &[HeaderRule],
) -> Result<Vec<Piece>, DialectError> {
    let signature = table.get_ref();
    let signs = signature
        .scheme
        .iter()
        .all(|scheme| scheme.get_ref().algorithm.get_ref().signs());
    let content = match (&signature.content, signs) {
        (Some(content), true) => content,
        (None, false) => return Ok(Vec::new()),
        (Some(content), false) => {
            return Err(source.fault(content.span(), "a token signs no `content`"));
        }
        (None, true) => return Err(source.fault(table.span(), "the signature needs its `content`")),
    };
    let has_body = content.get_ref().0.iter().any(|piece| {
        matches!(
            piece.get_ref(),
            Piece::Field(Field::Body | Field::SortedForm)
        )
    });
    if !has_body {
        let reason = "the body is not signed: anyone could change it";
        return Err(source.fault(content.span(), reason));
    }
    pieces(source, content, |piece| match piece {
        Piece::Header(name) => {
            let mut headers = headers.iter();
            match headers.find(|header| header.name.eq_ignore_ascii_case(name)) {
                None => Some(format!("the header `{name}` is signed, but never sent")),
                Some(header) if header.value.iter().any(Piece::may_be_absent) => Some(format!(
                    "the header `{name}` is signed, but requests can be without it: its value may be missing"
                )),
                Some(_) => None,
            }
        }
        Piece::Metadata(_) | Piece::Renamed(_) => Some(
            "receivers know it from a header only: send one, and sign that with { header = \"…\" }"
                .to_owned(),
        ),
        Piece::Field(field) if field.may_be_absent() => Some(format!(
            "`{}` is signed, but a first attempt has none",
            field.name()
        )),
        Piece::Field(Field::Data) => {
            Some("`data` cannot be signed alone: receivers have the `body`".to_owned())
        }
        Piece::Field(_) | Piece::Text(_) => None,
    })
}

fn sole_carrier(headers: &[HeaderRule], field: Field) -> Option<&str> {
    headers
        .iter()
        .find(|header| header.value == [Piece::Field(field)])
        .map(|header| header.name.as_str())
}

fn signed_time(
    source: Source<'_>,
    signature: &SignatureTable,
    content: &[Piece],
    headers: &[HeaderRule],
) -> Result<Option<SignedTime>, DialectError> {
    let mut signed = content.iter().filter_map(|piece| match piece {
        Piece::Field(field) if field.is_timestamp() => Some(*field),
        _ => None,
    });
    let field = signed.next();
    let end = signature.content.as_ref().map_or(0..0, Spanned::span);
    if signed.next().is_some() {
        return Err(source.fault(end, "the timestamp is signed twice"));
    }
    let at = match (&signature.timestamp_key, field) {
        (Some(key), _)
            if signature.grammar != Grammar::Pairs || !scheme::is_word(key.get_ref()) =>
        {
            return Err(source.fault(
                key.span(),
                "`timestamp_key` is a word, and for the grammar `pairs` only",
            ));
        }
        (Some(key), None) => {
            return Err(source.fault(
                key.span(),
                "`timestamp_key` sends a timestamp that is not signed",
            ));
        }
        (Some(_), Some(Field::TimestampRfc3339)) => {
            return Err(source.fault(
                end,
                "a pair holds a timestamp in seconds or milliseconds only",
            ));
        }
        (Some(key), Some(field)) => Some((field, TimestampAt::Pair(key.get_ref().clone()))),
        (None, None) => None,
        (None, Some(field)) => {
            let header = sole_carrier(headers, field).ok_or_else(|| {
                source.fault(
                    end,
                    format!(
                        "`{}` is signed, but never sent: no header holds it alone",
                        field.name()
                    ),
                )
            })?;
            Some((field, TimestampAt::Header(header.to_owned())))
        }
    };
    Ok(at.map(|(field, at)| SignedTime { field, at }))
}

/// The header of each other signed field that the request itself does not show.
fn carriers(
    source: Source<'_>,
    signature: &SignatureTable,
    content: &[Piece],
    headers: &[HeaderRule],
    time: Option<&SignedTime>,
) -> Result<Vec<(Field, String)>, DialectError> {
    let mut carriers = Vec::new();
    for piece in content {
        let Piece::Field(field) = *piece else {
            continue;
        };
        let is_time = time.is_some_and(|time| time.field == field);
        if field.is_in_request() || is_time {
            continue;
        }
        let name = sole_carrier(headers, field).ok_or_else(|| {
            let span = signature.content.as_ref().map_or(0..0, Spanned::span);
            source.fault(
                span,
                format!(
                    "`{}` is signed, but never sent: no header holds it alone",
                    field.name()
                ),
            )
        })?;
        carriers.push((field, name.to_owned()));
    }
    Ok(carriers)
}
