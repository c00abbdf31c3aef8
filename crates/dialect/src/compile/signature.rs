//! The rules of `[signature]`: what is signed must be sent, and the header must be readable again.

use std::collections::HashSet;

use toml::Spanned;

use super::{Source, pieces};
use crate::{
    body::Body,
    dialect::{DialectError, HeaderRule},
    encoding::Encoding,
    field::{Field, Piece},
    file::{DialectFile, SchemeTable, SignatureTable},
    names,
    secret::PairPrefixes,
    signature::{Algorithm, Grammar, Rotation, Scheme, Signature, SignedTime, TimestampAt},
};

pub(super) fn compile(
    source: Source<'_>,
    table: &Spanned<SignatureTable>,
    headers: &[HeaderRule],
) -> Result<Signature, DialectError> {
    let signature = table.get_ref();
    check_header(source, signature, headers)?;
    let schemes = schemes(source, table)?;
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
        content,
        schemes,
        time,
        carriers,
    })
}

/// The prefixes of the key pair, from the ed25519 scheme if there is one.
pub(super) fn pair(
    source: Source<'_>,
    file: &DialectFile,
) -> Result<Option<PairPrefixes>, DialectError> {
    let Some(signature) = &file.signature else {
        return Ok(None);
    };
    let scheme = signature
        .get_ref()
        .scheme
        .iter()
        .find(|scheme| *scheme.get_ref().algorithm.get_ref() == Algorithm::Ed25519);
    let Some(scheme) = scheme else {
        return Ok(None);
    };
    let table = scheme.get_ref();
    match (&table.private_prefix, &table.public_prefix) {
        (Some(private), Some(public))
            if !private.get_ref().is_empty()
                && !public.get_ref().starts_with(private.get_ref())
                && !private.get_ref().starts_with(public.get_ref())
                && !public.get_ref().is_empty() =>
        {
            Ok(Some(PairPrefixes {
                private: private.get_ref().clone(),
                public: public.get_ref().clone(),
            }))
        }
        _ => Err(source.fault(
            scheme.span(),
            "ed25519 needs a `private_prefix` and a `public_prefix`, neither of which starts the other",
        )),
    }
}

/// Form parameters can be signed only where the body is a form.
pub(super) fn check_form(
    source: Source<'_>,
    file: &DialectFile,
    body: &Body,
) -> Result<(), DialectError> {
    let Some(content) = file
        .signature
        .as_ref()
        .and_then(|table| table.get_ref().content.as_ref())
    else {
        return Ok(());
    };
    let is_form = matches!(body, Body::Form);
    pieces(source, content, |piece| {
        let is_sorted = *piece == Piece::Field(Field::SortedForm);
        (is_sorted && !is_form)
            .then(|| "`sorted_form` is signed, but the body is no form".to_owned())
    })
    .map(drop)
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
                format!(
                    "the header `{name}` is there twice: as `[[header]]` and as the signature's"
                )
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

fn schemes(
    source: Source<'_>,
    table: &Spanned<SignatureTable>,
) -> Result<Vec<Scheme>, DialectError> {
    let signature = table.get_ref();
    let count = signature.scheme.len();
    if count == 0 || count > 1 && signature.grammar == Grammar::Bare {
        let reason = "`[[signature.scheme]]`: one in a bare header, at least one elsewhere";
        return Err(source.fault(table.span(), reason));
    }
    let mut seen = HashSet::new();
    signature
        .scheme
        .iter()
        .map(|entry| {
            let scheme = scheme(source, signature.grammar, entry)?;
            if let Some(version) = &entry.get_ref().version
                && !seen.insert(scheme.version.clone())
            {
                return Err(source.fault(
                    version.span(),
                    format!("the version `{}` is there twice", scheme.version),
                ));
            }
            if let (Some(key), true) = (
                &signature.timestamp_key,
                seen.contains(
                    signature
                        .timestamp_key
                        .as_ref()
                        .map_or("", |key| key.get_ref()),
                ),
            ) {
                return Err(source.fault(key.span(), "`timestamp_key` is also a version"));
            }
            Ok(scheme)
        })
        .collect()
}

fn scheme(
    source: Source<'_>,
    grammar: Grammar,
    entry: &Spanned<SchemeTable>,
) -> Result<Scheme, DialectError> {
    let table = entry.get_ref();
    let algorithm = *table.algorithm.get_ref();
    let refuse = |text: &Option<Spanned<String>>, reason: &str| match text {
        Some(given) => Err(source.fault(given.span(), reason)),
        None => Ok(()),
    };
    if grammar == Grammar::Bare {
        refuse(&table.version, "a bare header has no `version`")?;
    } else {
        refuse(
            &table.prefix,
            "`prefix` is for a bare header: here the version stands before the signature",
        )?;
    }
    if algorithm != Algorithm::Basic {
        refuse(&table.user, "`user` is for the algorithm `basic`")?;
    }
    if algorithm != Algorithm::Ed25519 {
        refuse(
            &table.private_prefix,
            "`private_prefix` is for the algorithm `ed25519`",
        )?;
        refuse(
            &table.public_prefix,
            "`public_prefix` is for the algorithm `ed25519`",
        )?;
    }
    if !algorithm.signs() && grammar != Grammar::Bare {
        return Err(source.fault(table.algorithm.span(), "a token needs the grammar `bare`"));
    }
    let encoding = match (&table.output, algorithm.signs()) {
        (Some(output), true) => *output.get_ref(),
        // Basic authentication is base64 by its standard, a token is sent as it is.
        (None, false) => Encoding::Base64,
        (Some(output), false) => return Err(source.fault(output.span(), "a token has no `output`")),
        (None, true) => {
            return Err(source.fault(
                entry.span(),
                "the scheme needs an `output`: hex, base64 or base64url",
            ));
        }
    };
    for text in [&table.prefix, &table.user].into_iter().flatten() {
        if !names::is_value(text.get_ref()) {
            return Err(source.fault(
                text.span(),
                format!("{:?} cannot stand in a header", text.get_ref()),
            ));
        }
    }
    let text = |given: &Option<Spanned<String>>| {
        given
            .as_ref()
            .map(|text| text.get_ref().clone())
            .unwrap_or_default()
    };
    Ok(Scheme {
        version: version(source, grammar, entry)?,
        algorithm,
        encoding,
        prefix: text(&table.prefix),
        user: text(&table.user),
    })
}

fn version(
    source: Source<'_>,
    grammar: Grammar,
    entry: &Spanned<SchemeTable>,
) -> Result<String, DialectError> {
    match (&entry.get_ref().version, grammar) {
        (None, Grammar::Bare) => Ok(String::new()),
        (Some(version), _) if is_word(version.get_ref()) => Ok(version.get_ref().clone()),
        (Some(version), _) => Err(source.fault(
            version.span(),
            format!(
                "`{}` is no version: letters and digits only",
                version.get_ref()
            ),
        )),
        (None, _) => Err(source.fault(entry.span(), "the scheme needs a `version`")),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn content(
    source: Source<'_>,
    table: &Spanned<SignatureTable>,
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
    pieces(source, content, |piece| match piece {
        Piece::Header(name)
            if !headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case(name)) =>
        {
            Some(format!("the header `{name}` is signed, but never sent"))
        }
        Piece::Field(Field::Data) => {
            Some("`data` cannot be signed alone: receivers have the `body`".to_owned())
        }
        Piece::Header(_) | Piece::Field(_) | Piece::Text(_) => None,
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
        (Some(key), _) if signature.grammar != Grammar::Pairs || !is_word(key.get_ref()) => {
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
