//! The rules of `[[signature.scheme]]`: which keys belong to which algorithm and grammar.

use std::collections::HashSet;

use toml::Spanned;

use super::{
    file::{DialectFile, SchemeTable, SignatureTable},
    source::Source,
};
use crate::{
    encoding::Encoding,
    error::DialectError,
    rules::{
        names,
        signature::{Algorithm, Grammar, Scheme},
    },
    secret::rules::PairPrefixes,
};

/// Every scheme of the signature, in the order of the file.
pub(super) fn compile_all(
    source: Source<'_>,
    table: &Spanned<&SignatureTable>,
) -> Result<Vec<Scheme>, DialectError> {
    let signature = table.get_ref();
    let count = signature.scheme.len();
    if count == 0 || count > 1 && signature.grammar == Grammar::Bare {
        let reason = "`[[signature.scheme]]`: one in a bare header, at least one elsewhere";
        return Err(source.fault(table.span(), reason));
    }
    let mut seen = HashSet::new();
    let mut schemes = Vec::with_capacity(count);
    for entry in &signature.scheme {
        let scheme = compile(source, signature.grammar, entry)?;
        if let Some(version) = &entry.get_ref().version
            && !seen.insert(scheme.version.clone())
        {
            let reason = format!("the version `{}` appears twice", scheme.version);
            return Err(source.fault(version.span(), reason));
        }
        schemes.push(scheme);
    }
    match &signature.timestamp_key {
        Some(key) if seen.contains(key.get_ref()) => {
            Err(source.fault(key.span(), "`timestamp_key` is also a version"))
        }
        _ => Ok(schemes),
    }
}

fn compile(
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
    if let Some(user) = table
        .user
        .as_ref()
        .filter(|user| user.get_ref().contains(':'))
    {
        return Err(source.fault(user.span(), "`user` holds a `:`, which ends it (RFC 7617)"));
    }
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
                "`{}` is not a valid version: letters and digits only",
                version.get_ref()
            ),
        )),
        (None, _) => Err(source.fault(entry.span(), "the scheme needs a `version`")),
    }
}

pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The prefixes of the key pair, from the ed25519 scheme if there is one.
pub(super) fn pair(
    source: Source<'_>,
    file: &DialectFile,
) -> Result<Option<PairPrefixes>, DialectError> {
    let tables = file.signature.iter().flat_map(|tables| &tables.get_ref().0);
    let schemes = tables.flat_map(|table| &table.get_ref().scheme);
    let mut pairs =
        schemes.filter(|scheme| *scheme.get_ref().algorithm.get_ref() == Algorithm::Ed25519);
    let Some(scheme) = pairs.next() else {
        return Ok(None);
    };
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.get_ref().clone());
    let prefixes = |scheme: &Spanned<SchemeTable>| {
        let table = scheme.get_ref();
        (text(&table.private_prefix), text(&table.public_prefix))
    };
    if let Some(other) = pairs.find(|other| prefixes(other) != prefixes(scheme)) {
        return Err(source.fault(
            other.span(),
            "every ed25519 scheme of a dialect has the same `private_prefix` and `public_prefix`",
        ));
    }
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
