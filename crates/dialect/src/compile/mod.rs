//! From the tables of a file to a [`Dialect`]: every rule that a file must keep is checked here, once, so that
//! nothing can fail when a request is made.

mod body;
mod file;
mod handshake;
mod pieces;
mod scheme;
mod signature;
mod source;

use std::collections::HashSet;

use toml::Spanned;

use self::{
    file::{DialectFile, EventTable, HeaderTable, RequestTable, SecretTable, TestTable},
    pieces::pieces,
    source::Source,
};
use crate::{
    dialect::Dialect,
    error::DialectError,
    rules::{
        catalog::CatalogType,
        names,
        policy::{Policy, Retry},
        receiver::ReceiverRules,
        signature::{Algorithm, Receivers, Signature},
        value::{HeaderRule, Piece},
    },
    secret::rules::{ENTROPY_BYTES, KeyFormat, SecretRules},
};

impl Dialect {
    /// Reads and checks a dialect file. `source` is its text (TOML 1.0, see `dialects/README.md`), `file`
    /// the name that errors give.
    ///
    /// # Errors
    /// Bad TOML, an unknown or missing key, or a contradiction, with its line.
    pub fn parse(source: &str, file: &str) -> Result<Self, DialectError> {
        compile(source, file)
    }
}

/// The text of a dialect file whose tables are given in another form, such as JSON.
///
/// # Errors
/// Something that TOML does not have: `null`, or a number beyond 64 bits.
pub fn file_text(tables: &impl serde::Serialize) -> Result<String, String> {
    toml::to_string_pretty(tables).map_err(|error| error.to_string())
}

/// Room for a catalog of hundreds of types with examples; projects bring files, so there must be an end.
const FILE_BYTES_MAX: usize = 256 * 1024;

fn compile(text: &str, name: &str) -> Result<Dialect, DialectError> {
    let source = Source { text, file: name };
    if text.len() > FILE_BYTES_MAX {
        let reason = format!(
            "the file has {} bytes, more than the {FILE_BYTES_MAX} that are allowed",
            text.len()
        );
        return Err(source.fault(0..0, reason));
    }
    let file: DialectFile = toml::from_str(text).map_err(|error| {
        let reason = error.message().replace('\n', ", ");
        source.fault(error.span().unwrap_or(0..0), reason)
    })?;
    check_name(source, &file.name)?;
    check_policy(source, &file.policy)?;
    let headers = headers(source, &file.header)?;
    let signatures = match (&file.signature, &file.unsigned) {
        (Some(_), Some(unsigned)) => {
            return Err(source.fault(
                unsigned.span(),
                "`unsigned` and `[signature]` exclude each other",
            ));
        }
        (Some(tables), None) => signature::compile_all(source, tables, &headers)?,
        (None, Some(unsigned)) if *unsigned.get_ref() => Vec::new(),
        (None, _) => {
            return Err(source.fault(
                0..0,
                "there is no `[signature]`: set `unsigned = true` if that is intended",
            ));
        }
    };
    let body = body::compile(source, &file.body)?;
    signature::check_form(source, &file, &body)?;
    let mut secret = secret(source, &file.secret)?;
    secret.pair = scheme::pair(source, &file)?;
    let algorithms: Vec<Algorithm> = signatures
        .iter()
        .flat_map(|signature| &signature.schemes)
        .map(|scheme| scheme.algorithm)
        .collect();
    secret.is_token = algorithms.contains(&Algorithm::Token);
    secret.takes_shared = algorithms.is_empty()
        || algorithms
            .iter()
            .any(|algorithm| *algorithm != Algorithm::Ed25519);
    let dialect = Dialect {
        source: text.to_owned(),
        name: file.name.get_ref().clone(),
        title: file.title.get_ref().clone(),
        receiver: receiver(source, &file, &signatures)?,
        content_type: body::content_type(source, &file.body)?,
        user_agent: user_agent(source, &file.request)?,
        header_names: file.request.names,
        header_values: file.request.values,
        handshake: handshake::compile(source, &file, first_required(&signatures))?,
        reserved: reserved(&headers, &signatures),
        catalog: catalog(source, &file.event)?,
        test_type: test_type(source, &file.test)?,
        test_data: file.test.data.get_ref().clone(),
        notes: file.notes,
        policy: file.policy.into_inner(),
        screen: file.screen,
        secret,
        headers,
        signatures,
        envelope: body::outline(&file.body),
        body,
    };
    check_samples(source, &dialect, &file.test.data, &file.event)?;
    Ok(dialect)
}

fn first_required(signatures: &[Signature]) -> Option<&Signature> {
    let mut signatures = signatures.iter();
    signatures.find(|signature| signature.receivers == Receivers::Require)
}

/// Room for a product, its version and a comment with an address.
const USER_AGENT_BYTES_MAX: usize = 256;

fn user_agent(source: Source<'_>, table: &RequestTable) -> Result<Option<String>, DialectError> {
    let Some(given) = &table.user_agent else {
        return Ok(None);
    };
    let text = given.get_ref();
    let is_sound = names::is_value(text)
        && text.trim() == text
        && (1..=USER_AGENT_BYTES_MAX).contains(&text.len());
    if is_sound {
        return Ok(Some(text.clone()));
    }
    Err(source.fault(
        given.span(),
        format!(
            "`user_agent` must be 1 to {USER_AGENT_BYTES_MAX} characters of printable ASCII without a space at either end"
        ),
    ))
}

/// What a dialect calls its test events unless it says so itself.
const TEST_TYPE: &str = "webhook.test";

fn test_type(source: Source<'_>, table: &TestTable) -> Result<String, DialectError> {
    match &table.kind {
        None => Ok(TEST_TYPE.to_owned()),
        Some(kind) if is_event_type(kind.get_ref()) => Ok(kind.get_ref().clone()),
        Some(kind) => Err(source.fault(kind.span(), not_event_type(kind.get_ref()))),
    }
}

/// Names appear in URLs, logs and files.
fn check_name(source: Source<'_>, name: &Spanned<String>) -> Result<(), DialectError> {
    let text = name.get_ref();
    let is_sound = (1..=64).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_sound {
        return Ok(());
    }
    Err(source.fault(
        name.span(),
        format!("`{text}` is not a valid dialect name: a lower-case letter, then letters, digits and `-`, at most 64"),
    ))
}

fn check_policy(source: Source<'_>, policy: &Spanned<Policy>) -> Result<(), DialectError> {
    let values = policy.get_ref();
    let attempts_end = match &values.retry {
        Retry::Delays { delays_s } => !delays_s.is_empty(),
        Retry::Backoff {
            factor,
            span_s,
            attempts_max,
            ..
        } => {
            factor.is_finite()
                && *factor >= 1.0
                && (span_s.is_some() || attempts_max.is_some_and(|most| most > 0))
        }
    };
    let rules = [
        (
            attempts_end,
            "`retry` needs at least one delay, or a `factor` of 1 or more with `span_s` or `attempts_max`",
        ),
        (values.timeout_ms > 0, "`timeout_ms` must be more than 0"),
        (
            values.auto_disable_days.is_none() || values.auto_disable_s.is_none(),
            "give one of `auto_disable_days` and `auto_disable_s`",
        ),
        (
            values.auto_disable().is_none_or(|time| !time.is_zero()),
            "`auto_disable_days` and `auto_disable_s` must be more than 0",
        ),
        (
            !values.success.is_empty()
                && values
                    .success
                    .iter()
                    .all(|&(from, to)| 200 <= from && from <= to && to < 600),
            "`success` needs ranges of status codes within 200 to 599",
        ),
    ];
    match rules.into_iter().find(|(kept, _)| !kept) {
        Some((_, reason)) => Err(source.fault(policy.span(), reason)),
        None => Ok(()),
    }
}

fn headers(source: Source<'_>, tables: &[HeaderTable]) -> Result<Vec<HeaderRule>, DialectError> {
    let mut seen = HashSet::new();
    let mut rules = Vec::with_capacity(tables.len());
    for table in tables {
        let name = table.name.get_ref();
        if let Some(reason) = names::refusal(name) {
            return Err(source.fault(table.name.span(), reason));
        }
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(source.fault(
                table.name.span(),
                format!("the header `{name}` appears twice"),
            ));
        }
        let value = pieces(source, &table.value, |piece| {
            match piece {
            Piece::Text(text) if !names::is_value(text) => Some(format!(
                "{text:?} cannot stand in a header: only visible ASCII and spaces can"
            )),
            Piece::Header(_) => Some("a header cannot be made of another header".to_owned()),
            Piece::Renamed(renamed) if !renamed.theirs().all(names::is_value) => Some(
                "`words` and `other` hold what cannot stand in a header: only visible ASCII and spaces can"
                    .to_owned(),
            ),
            piece => piece
                .field()
                .filter(|field| !field.fits_header())
                .map(|field| format!("`{}` does not fit in a header", field.name())),
        }
        })?;
        rules.push(HeaderRule {
            name: name.clone(),
            value,
        });
    }
    Ok(rules)
}

fn secret(source: Source<'_>, table: &Spanned<SecretTable>) -> Result<SecretRules, DialectError> {
    let rules = table.get_ref();
    let bytes = *rules.bytes.get_ref();
    if !(16..=ENTROPY_BYTES).contains(&bytes) {
        return Err(source.fault(
            rules.bytes.span(),
            format!(
                "`bytes` is {bytes}: a generated secret holds 16 to {ENTROPY_BYTES} random bytes"
            ),
        ));
    }
    let (key_bytes_min, key_bytes_max) = match (&rules.key_bytes, rules.key) {
        (None, KeyFormat::Utf8) => (0, usize::MAX),
        (None, KeyFormat::Base64 | KeyFormat::Hex) => (bytes, bytes),
        (Some(range), KeyFormat::Utf8) => {
            return Err(source.fault(
                range.span(),
                "`key_bytes` needs a `key` that is decoded: base64 or hex",
            ));
        }
        (Some(range), KeyFormat::Base64 | KeyFormat::Hex) => {
            let (min, max) = *range.get_ref();
            if min == 0 || !(min..=max).contains(&bytes) {
                return Err(source.fault(
                    range.span(),
                    format!("`key_bytes` must be a range above 0 that holds the {bytes} bytes of a generated secret"),
                ));
            }
            (min, max)
        }
    };
    check_decodable(source, rules)?;
    let prefix = rules.prefix.as_ref();
    if let Some(prefix) = prefix.filter(|prefix| !names::is_value(prefix.get_ref())) {
        return Err(source.fault(prefix.span(), "`prefix` must be printable ASCII"));
    }
    Ok(SecretRules {
        chosen_by: rules.chosen_by,
        key: rules.key,
        prefix: prefix
            .map(|prefix| prefix.get_ref().clone())
            .unwrap_or_default(),
        key_bytes_min,
        key_bytes_max,
        format: rules.format,
        bytes,
        pair: None,
        takes_shared: true,
        is_token: false,
    })
}

/// A generated secret must be one that its own dialect accepts.
fn check_decodable(source: Source<'_>, rules: &SecretTable) -> Result<(), DialectError> {
    use crate::secret::rules::SecretFormat::{Base64, Hex};
    match (rules.key, rules.format) {
        (KeyFormat::Utf8, _) | (KeyFormat::Base64, Base64) | (KeyFormat::Hex, Hex) => Ok(()),
        (key, format) => Err(source.fault(
            rules.bytes.span(),
            format!("secrets are generated as {format:?} but their key is read as {key:?}"),
        )),
    }
}

fn receiver(
    source: Source<'_>,
    file: &DialectFile,
    signatures: &[Signature],
) -> Result<ReceiverRules, DialectError> {
    let table = &file.receiver;
    let required = signatures
        .iter()
        .filter(|signature| signature.receivers == Receivers::Require);
    let known: Vec<String> = required
        .clone()
        .flat_map(|signature| &signature.schemes)
        .map(|scheme| scheme.version.clone())
        .filter(|version| !version.is_empty())
        .collect();
    if let Some(tolerance) = &table.tolerance_s
        && !required.clone().any(|signature| signature.time.is_some())
    {
        return Err(source.fault(
            tolerance.span(),
            "`tolerance_s` needs a signed timestamp: without one a receiver cannot know the age",
        ));
    }
    for version in table.versions.iter().flatten() {
        if !known.contains(version.get_ref()) {
            return Err(source.fault(
                version.span(),
                format!(
                    "receivers accept the version `{}`, which no scheme signs",
                    version.get_ref()
                ),
            ));
        }
    }
    let versions = table.versions.as_ref().map(|versions| {
        versions
            .iter()
            .map(|version| version.get_ref().clone())
            .collect()
    });
    Ok(ReceiverRules {
        tolerance_s: table
            .tolerance_s
            .as_ref()
            .map(|tolerance| *tolerance.get_ref()),
        versions: versions.unwrap_or(known),
        answers: table.answers.clone(),
    })
}

fn reserved(headers: &[HeaderRule], signatures: &[Signature]) -> Vec<String> {
    let signatures = signatures.iter().map(|signature| &signature.header);
    headers
        .iter()
        .map(|header| &header.name)
        .chain(signatures)
        .map(|name| name.to_ascii_lowercase())
        .collect()
}

/// As the server takes them from publishers.
fn is_event_type(name: &str) -> bool {
    (1..=256).contains(&name.len())
        && name.trim_matches(' ') == name
        && names::is_value(name)
        && !name.contains('*')
}

fn not_event_type(name: &str) -> String {
    format!(
        "{name:?} is not a valid event type: 1 to 256 printable ASCII characters, none of them `*`, without a space at either end"
    )
}

fn catalog(source: Source<'_>, tables: &[EventTable]) -> Result<Vec<CatalogType>, DialectError> {
    let mut seen = HashSet::new();
    for table in tables {
        let name = table.kind.get_ref();
        if !is_event_type(name) {
            return Err(source.fault(table.kind.span(), not_event_type(name)));
        }
        if !seen.insert(name.as_str()) {
            return Err(source.fault(
                table.kind.span(),
                format!("the event type `{name}` appears twice"),
            ));
        }
    }
    Ok(tables
        .iter()
        .map(|table| CatalogType {
            name: table.kind.get_ref().clone(),
            description: table.description.clone(),
            group: table.group.clone(),
            example: table.example.get_ref().clone(),
        })
        .collect())
}

/// Samples must be data that could be published.
fn check_samples(
    source: Source<'_>,
    dialect: &Dialect,
    test: &Spanned<String>,
    events: &[EventTable],
) -> Result<(), DialectError> {
    let examples = events.iter().map(|event| &event.example);
    for sample in examples.chain([test]) {
        dialect.check_data(sample.get_ref()).map_err(|error| {
            source.fault(sample.span(), format!("the sample cannot be sent: {error}"))
        })?;
    }
    Ok(())
}
