//! `format`: which ones are enforced, and how.

use std::{collections::HashMap, sync::LazyLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::{Budget, Exhausted};

/// The formats that are enforced. Others are notes for people, as the standard allows.
pub const FORMATS: [&str; 16] = [
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
];

/// The longest text that can have a format other than an address of some kind: no date or host name comes near.
const BYTES_MAX: usize = 8 * 1024;
/// Steps for each byte that is looked at.
const STEPS_A_BYTE: u64 = 2;

static VALIDATORS: LazyLock<HashMap<&'static str, Validator>> = LazyLock::new(|| {
    FORMATS
        .into_iter()
        .filter_map(|name| {
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            let validator = options.build(&json!({"format": name})).ok()?;
            Some((name, validator))
        })
        .collect()
});

/// A format that is enforced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format(pub(crate) &'static str);

impl Format {
    /// The format of that name, if it is enforced.
    pub(crate) fn named(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|known| *known == name).map(Self)
    }

    /// Whether a text has the format. Values that are no text always do.
    pub(crate) fn fits(self, value: &Value, budget: &mut Budget<'_>) -> Result<bool, Exhausted> {
        let Value::String(text) = value else {
            return Ok(true);
        };
        let is_address = self.0.starts_with("uri") || self.0.starts_with("iri");
        if text.len() > BYTES_MAX && !is_address {
            return Ok(false);
        }
        budget.spend(8 + STEPS_A_BYTE * text.len() as u64)?;
        let validator = VALIDATORS.get(self.0);
        Ok(validator.is_none_or(|validator| validator.is_valid(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_accepts_its_own_and_refuses_others() {
        let check = |name: &str, good: &str, bad: &str| {
            let format = Format::named(name).unwrap();
            let mut budget = Budget::new(100_000, 1);
            assert_eq!(
                format.fits(&json!(good), &mut budget),
                Ok(true),
                "{name} {good}"
            );
            assert_eq!(
                format.fits(&json!(bad), &mut budget),
                Ok(false),
                "{name} {bad}"
            );
            assert_eq!(format.fits(&json!(7), &mut budget), Ok(true), "{name} 7");
        };
        check(
            "date-time",
            "2026-04-26T12:34:56.123456+02:00",
            "2026-04-26",
        );
        check("date", "2024-02-29", "2026-02-29");
        check("time", "12:34:56Z", "25:00:00Z");
        check("duration", "P1DT2H", "1 day");
        check("email", "a@example.com", "a.example.com");
        check("hostname", "hooks.example.com", "-a-.example");
        check("ipv4", "192.0.2.1", "192.0.2.256");
        check("ipv6", "2001:db8::1", "2001:db8::1::2");
        check("uri", "https://example.com/a?b#c", "/a");
        check("uri-reference", "/a?b", "\\a");
        check("iri", "https://b\u{fc}cher.example/", "b\u{fc}cher");
        check("iri-reference", "/\u{fc}", "\\\u{fc}");
        check("uri-template", "/a/{b}", "/a/{b");
        check("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08");
        check("json-pointer", "/a/0", "a/0");
        check("relative-json-pointer", "1/a", "/a");
        assert_eq!(FORMATS.len(), VALIDATORS.len());
        assert!(Format::named("color").is_none());
    }
}
