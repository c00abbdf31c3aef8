//! What a receiver does: is this request genuine, and recent?

use std::borrow::Cow;

use crate::{
    dialect::Dialect,
    event::{Received, Verified},
    form,
    rules::{
        field::Field,
        signature::{Grammar, Receivers, Signature, SignedTime, TimestampAt},
        value::Piece,
    },
    secret::key::VerifyingKey,
    time::parse_rfc3339,
};

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header that the dialect needs is not there.
    #[error("the header `{0}` is missing")]
    MissingHeader(String),
    /// A header does not have the form that the dialect gives it.
    #[error("the header `{name}` is malformed: {reason}")]
    MalformedHeader {
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No key fits any signature of an accepted version.
    #[error("no signature in `{header}` matches the request")]
    BadSignature {
        /// The signature header.
        header: String,
    },
    /// The signed time is too far in the past.
    #[error("the request was signed {age_s} s ago, more than the {tolerance_s} s that are allowed")]
    TooOld {
        /// Its age in seconds.
        age_s: i64,
        /// The receiver's window in seconds.
        tolerance_s: u32,
    },
    /// The signed time is too far in the future.
    #[error(
        "the request was signed {ahead_s} s in the future, more than the {tolerance_s} s that are allowed"
    )]
    TooNew {
        /// How far ahead it is, in seconds.
        ahead_s: i64,
        /// The receiver's window in seconds.
        tolerance_s: u32,
    },
    /// The dialect signs nothing, so nothing can be verified.
    #[error("the dialect `{0}` has no signature to verify")]
    Unsigned(String),
}

impl VerifyError {
    /// The stable name of the kind, as conformance vectors give it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MissingHeader(_) => "missing_header",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::BadSignature { .. } => "bad_signature",
            Self::TooOld { .. } => "too_old",
            Self::TooNew { .. } => "too_new",
            Self::Unsigned(_) => "unsigned",
        }
    }
}

impl Dialect {
    /// Verifies a request as the vendor's receivers should: header names in any case, signatures compared in constant
    /// time, the signed time at most [`tolerance_s`](crate::ReceiverRules::tolerance_s) away from `now_ms` (Unix
    /// milliseconds; compared in whole seconds where the dialect sends seconds). Every signature that receivers require
    /// must fit; what is found of the first of them is told.
    ///
    /// # Errors
    /// The first reason to refuse the request.
    pub fn verify(
        &self,
        received: &Received<'_>,
        keys: &[VerifyingKey],
        now_ms: i64,
    ) -> Result<Verified, VerifyError> {
        let required = self.signatures.iter();
        let mut required = required.filter(|one| one.receivers == Receivers::Require);
        let Some(first) = required.next() else {
            return Err(VerifyError::Unsigned(self.name.clone()));
        };
        let mut verified = self.verify_one(first, received, keys, now_ms)?;
        for signature in required {
            let other = self.verify_one(signature, received, keys, now_ms)?;
            verified.version = verified.version.or(other.version);
            verified.timestamp_ms = verified.timestamp_ms.or(other.timestamp_ms);
        }
        Ok(verified)
    }

    fn verify_one(
        &self,
        signature: &Signature,
        received: &Received<'_>,
        keys: &[VerifyingKey],
        now_ms: i64,
    ) -> Result<Verified, VerifyError> {
        let value = header(received, &signature.header)?;
        let timestamp_ms = signature
            .time
            .as_ref()
            .map(|time| {
                let (text, name) = signature.signed_time(time, received, value)?;
                let ms = parse_time(time.field, text).ok_or_else(|| {
                    malformed(name, "its time is not a number in the right format")
                })?;
                self.check_age(time.field, ms, now_ms)?;
                Ok::<i64, VerifyError>(ms)
            })
            .transpose()?;
        let parts = signature.parts_received(received, value)?;
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let (key, version) = self.find(signature, value, &parts, keys)?;
        Ok(Verified {
            key,
            version,
            timestamp_ms,
        })
    }

    fn check_age(&self, field: Field, signed_ms: i64, now_ms: i64) -> Result<(), VerifyError> {
        let Some(tolerance_s) = self.receiver.tolerance_s else {
            return Ok(());
        };
        let now_ms = match field {
            Field::TimestampMs => now_ms,
            _ => now_ms.saturating_sub(now_ms.rem_euclid(1000)),
        };
        let age_ms = now_ms.saturating_sub(signed_ms);
        let tolerance_ms = i64::from(tolerance_s) * 1000;
        // Seconds are rounded away from zero: 300,001 ms is "301 s", never "300 s, more than 300 s".
        let seconds = (age_ms.unsigned_abs().div_ceil(1000)) as i64;
        match age_ms {
            age if age > tolerance_ms => Err(VerifyError::TooOld {
                age_s: seconds,
                tolerance_s,
            }),
            age if age < -tolerance_ms => Err(VerifyError::TooNew {
                ahead_s: seconds,
                tolerance_s,
            }),
            _ => Ok(()),
        }
    }

    /// The first signature of an accepted version that one of the keys fits, and that key.
    fn find(
        &self,
        signature: &Signature,
        value: &str,
        parts: &[&[u8]],
        keys: &[VerifyingKey],
    ) -> Result<(usize, Option<String>), VerifyError> {
        let found = signature.items(value);
        if signature.grammar != Grammar::Bare
            && !found.iter().any(|(version, _)| !version.is_empty())
        {
            return Err(malformed(&signature.header, "it lists no signature"));
        }
        for (key_index, key) in keys.iter().enumerate() {
            for scheme in &signature.schemes {
                let accepted =
                    scheme.version.is_empty() || self.receiver.versions.contains(&scheme.version);
                let texts = found.iter();
                let texts = texts.filter(|(version, _)| *version == scheme.version);
                if accepted && scheme.fits_one(key, parts, texts.map(|(_, text)| *text)) {
                    let version = Some(&scheme.version).filter(|version| !version.is_empty());
                    return Ok((key_index, version.cloned()));
                }
            }
        }
        Err(VerifyError::BadSignature {
            header: signature.header.clone(),
        })
    }
}

impl Signature {
    /// The items of the header: versions (empty in a bare one) and what they hold.
    fn items<'a>(&self, value: &'a str) -> Vec<(&'a str, &'a str)> {
        let between = match self.grammar {
            Grammar::Bare => return vec![("", value)],
            Grammar::Pairs => '=',
            Grammar::Versions => ',',
        };
        value
            .split(self.separator.as_str())
            .filter_map(|item| item.trim().split_once(between))
            .collect()
    }

    /// The signed time as it was sent, and the header that it came in.
    fn signed_time<'a>(
        &'a self,
        time: &'a SignedTime,
        received: &Received<'a>,
        value: &'a str,
    ) -> Result<(&'a str, &'a str), VerifyError> {
        match &time.at {
            TimestampAt::Header(name) => Ok((header(received, name)?, name)),
            TimestampAt::Pair(name) => {
                let mut times = self.items(value).into_iter().filter(|(key, _)| key == name);
                match (times.next(), times.next()) {
                    (Some((_, text)), None) => Ok((text, &self.header)),
                    (None, _) => Err(malformed(&self.header, "it holds no time")),
                    (Some(_), Some(_)) => Err(malformed(&self.header, "it holds two times")),
                }
            }
        }
    }

    fn parts_received<'a>(
        &'a self,
        received: &Received<'a>,
        value: &'a str,
    ) -> Result<Vec<Cow<'a, [u8]>>, VerifyError> {
        let mut parts = Vec::with_capacity(self.content.len());
        for (place, piece) in self.content.iter().enumerate() {
            let part = match piece {
                Piece::Text(text) => Cow::Borrowed(text.as_bytes()),
                Piece::Field(Field::Body) => Cow::Borrowed(received.body),
                Piece::Field(Field::SortedForm) => Cow::Owned(form::sorted(received.body)),
                Piece::Field(Field::Url) => Cow::Borrowed(received.url.as_bytes()),
                Piece::Field(Field::Method) => Cow::Borrowed(received.method.as_bytes()),
                Piece::Field(field) => {
                    let (text, name) = self.carried(*field, received, value)?;
                    self.check_separator(place, text, name)?;
                    Cow::Borrowed(text.as_bytes())
                }
                Piece::Header(name) => {
                    let text = header(received, name)?;
                    self.check_separator(place, text, name)?;
                    Cow::Borrowed(text.as_bytes())
                }
                // Refused in signed content when the file is read.
                Piece::Renamed(_) | Piece::Metadata(_) => Cow::default(),
            };
            parts.push(part);
        }
        Ok(parts)
    }

    fn carried<'a>(
        &'a self,
        field: Field,
        received: &Received<'a>,
        value: &'a str,
    ) -> Result<(&'a str, &'a str), VerifyError> {
        match (&self.time, self.carrier(field)) {
            (Some(time), _) if time.field == field => self.signed_time(time, received, value),
            (_, Some(name)) => Ok((header(received, name)?, name)),
            (_, None) => Err(malformed(&self.header, "a signed value was not sent")),
        }
    }

    /// A value that holds the text which ends it could be cut elsewhere and still be signed the same.
    fn check_separator(&self, place: usize, text: &str, name: &str) -> Result<(), VerifyError> {
        match self.content.get(place + 1) {
            Some(Piece::Text(separator)) if text.contains(separator.as_str()) => Err(malformed(
                name,
                "it holds the separator of the signed content",
            )),
            _ => Ok(()),
        }
    }
}

/// The one header of that name. A second one is refused: two readers could each take another.
fn header<'a>(received: &Received<'a>, name: &str) -> Result<&'a str, VerifyError> {
    let mut all = received
        .headers
        .iter()
        .filter(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| *value);
    match (all.next(), all.next()) {
        (None, _) => Err(VerifyError::MissingHeader(name.to_owned())),
        (Some(_), Some(_)) => Err(malformed(name, "it is there twice")),
        (Some(value), None) => Ok(value.trim_matches([' ', '\t'])),
    }
}

fn malformed(name: &str, reason: &'static str) -> VerifyError {
    VerifyError::MalformedHeader {
        name: name.to_owned(),
        reason,
    }
}

/// Unix milliseconds of a time in the field's form. Signs, spaces and more than 15 digits are no number of
/// seconds or milliseconds that anyone sends.
fn parse_time(field: Field, text: &str) -> Option<i64> {
    if field == Field::TimestampRfc3339 {
        return parse_rfc3339(text);
    }
    let is_number =
        (1..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = is_number.then(|| text.parse().ok())??;
    Some(match field {
        Field::TimestampMs => number,
        _ => number * 1000,
    })
}
