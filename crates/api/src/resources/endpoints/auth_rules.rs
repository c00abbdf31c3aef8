//! What credentials of an endpoint may be: texts that fit into headers and forms, and a header that nobody else sets.

use nuncio_dialect::Dialect;
use nuncio_domain::EndpointAuth;
use nuncio_egress::PrivateKey;

use crate::{http::problem::Problem, resources::shared::header_rules};

/// Names, client ids: what identity providers hand out is shorter.
pub(super) const NAME_CHARS_MAX: usize = 1_024;
/// A password or client secret; those of providers have up to a hundred characters.
pub(super) const SECRET_CHARS_MAX: usize = 4_096;
/// A token or a header's value: longer lines are refused by web servers.
pub(super) const LINE_CHARS_MAX: usize = 8_192;
/// A private key as PEM: RSA of 8192 bits takes 6.4 KiB.
const KEY_CHARS_MAX: usize = 16_384;
const SCOPES_MAX: usize = 50;
const SCOPE_CHARS_MAX: usize = 256;
pub(super) const AUDIENCE_CHARS_MAX: usize = 2_048;

/// Refuses credentials in a header that somebody else sets.
pub(crate) fn check_header(
    auth: Option<&EndpointAuth>,
    others: &[(String, String)],
    dialect: &Dialect,
) -> Result<(), Problem> {
    let Some(auth) = auth else {
        return Ok(());
    };
    let name = auth.header_name();
    if let EndpointAuth::Header { value, .. } = auth
        && let Some(rule) = header_rules::fault(name, value.expose(), dialect)
    {
        let field = if rule.contains("value") {
            "value"
        } else {
            "name"
        };
        return Err(refused(field, rule));
    }
    if let Some(problem) = collision(name, dialect) {
        return Err(problem);
    }
    match others
        .iter()
        .any(|(other, _)| other.eq_ignore_ascii_case(name))
    {
        false => Ok(()),
        true => Err(Problem::invalid(
            "/auth",
            format!("sets `{name}`, which is also in `headers`: remove one of them"),
        )),
    }
}

fn collision(name: &str, dialect: &Dialect) -> Option<Problem> {
    let lower = name.to_ascii_lowercase();
    let taken = dialect.reserved_headers().any(|reserved| reserved == lower);
    taken.then(|| {
        let detail = format!(
            "sets `{name}`, which dialect `{}` sets itself: choose another header, or another dialect",
            dialect.name()
        );
        Problem::invalid("/auth", detail)
    })
}

pub(super) fn check_text(
    name: &'static str,
    text: &str,
    chars: std::ops::RangeInclusive<usize>,
) -> Result<(), Problem> {
    let count = text.chars().count();
    if !chars.contains(&count) {
        let rule = format!(
            "has {count} characters: {} to {} are allowed",
            chars.start(),
            chars.end()
        );
        return Err(refused(name, rule));
    }
    match text.chars().any(char::is_control) {
        false => Ok(()),
        true => Err(refused(name, "has a line break or control character")),
    }
}

pub(super) fn check_visible(
    name: &'static str,
    text: &str,
    chars_max: usize,
) -> Result<(), Problem> {
    let visible = text.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    match visible && (1..=chars_max).contains(&text.len()) {
        true => Ok(()),
        false => Err(refused(
            name,
            format!("must be 1 to {chars_max} visible ASCII characters without blanks"),
        )),
    }
}

pub(super) fn check_private_key(pem: &str) -> Result<(), Problem> {
    if pem.len() > KEY_CHARS_MAX {
        let rule = format!(
            "has {} characters: at most {KEY_CHARS_MAX} are allowed",
            pem.len()
        );
        return Err(refused("private_key", rule));
    }
    PrivateKey::from_pem(pem)
        .map(drop)
        .map_err(|error| refused("private_key", error.to_string()))
}

/// Tokens of RFC 6749 section 3.3.
pub(super) fn check_scopes(scopes: &[String]) -> Result<(), Problem> {
    if scopes.len() > SCOPES_MAX {
        let rule = format!("{} scopes: at most {SCOPES_MAX} are allowed", scopes.len());
        return Err(refused("scopes", rule));
    }
    let is_valid = |scope: &String| {
        let allowed = |byte: u8| (0x21..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
        (1..=SCOPE_CHARS_MAX).contains(&scope.len()) && scope.bytes().all(allowed)
    };
    match scopes.iter().position(|scope| !is_valid(scope)) {
        None => Ok(()),
        Some(place) => Err(Problem::invalid(
            format!("/auth/scopes/{place}"),
            format!(
                "must be 1 to {SCOPE_CHARS_MAX} visible ASCII characters without blanks, quotes and backslashes"
            ),
        )),
    }
}

pub(super) fn refused(field: &str, rule: impl std::fmt::Display) -> Problem {
    Problem::invalid(format!("/auth/{field}"), format!("`{field}` {rule}"))
}
