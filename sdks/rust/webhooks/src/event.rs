//! What a genuine request says.

use nuncio_dialect::{Dialect, Field, Piece, Received, Verified};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::VerificationError;

/// An event that was received. What its dialect does not carry is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The event's id: the same on every attempt.
    pub id: Option<String>,
    /// Its type, such as `risk.created`.
    pub kind: Option<String>,
    /// When it occurred, as the dialect writes it: RFC 3339 or Unix time.
    pub time: Option<String>,
    /// The id of the tenant that it is about.
    pub tenant: Option<String>,
    /// The delivery's id: the same on every attempt.
    pub delivery_id: Option<String>,
    /// What happened. The parameters of a form are an object of strings.
    pub data: Value,
    /// The whole body.
    pub payload: Value,
    /// Which of the secrets had signed, counted from 0.
    pub key: usize,
    /// The version of the signature, where the dialect has versions.
    pub version: Option<String>,
    /// The signed time of the attempt, Unix milliseconds, where the dialect signs one.
    pub timestamp_ms: Option<i64>,
}

impl Event {
    /// The data as a type of yours.
    ///
    /// # Errors
    /// When it has another form.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.data)
    }

    /// What tells a repeat: the delivery's id, else the event's.
    pub fn dedupe_id(&self) -> Option<&str> {
        self.delivery_id.as_deref().or(self.id.as_deref())
    }

    pub(crate) fn read(
        dialect: &Dialect,
        received: &Received<'_>,
        verified: Verified,
    ) -> Result<Self, VerificationError> {
        let payload = payload(dialect, received.body)?;
        let find = |fields: &[Field]| {
            in_headers(dialect, received, fields).or_else(|| in_body(dialect, &payload, fields))
        };
        let data = match place(dialect, &[Field::Data]) {
            Some(path) => at(&payload, path).cloned().unwrap_or_default(),
            None => payload.clone(),
        };
        Ok(Self {
            id: find(&[Field::EventId]),
            kind: find(&[Field::EventType]),
            time: find(&[
                Field::EventTimeRfc3339Ms,
                Field::EventTimeRfc3339,
                Field::EventTimeMs,
                Field::EventTimeS,
            ]),
            tenant: find(&[Field::Tenant]),
            delivery_id: find(&[Field::DeliveryId, Field::DeliveryUuid]),
            data,
            key: verified.key,
            version: verified.version,
            timestamp_ms: verified.timestamp_ms,
            payload,
        })
    }
}

fn payload(dialect: &Dialect, body: &[u8]) -> Result<Value, VerificationError> {
    if dialect.is_form() {
        let parameters = form_urlencoded::parse(body);
        return Ok(parameters
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect());
    }
    serde_json::from_slice(body).map_err(VerificationError::malformed_body)
}

/// The header whose whole value is one of these fields.
fn in_headers(dialect: &Dialect, received: &Received<'_>, fields: &[Field]) -> Option<String> {
    let rule = dialect
        .header_rules()
        .iter()
        .find(|rule| is_one(&rule.value, fields))?;
    let mut headers = received.headers.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(&rule.name))?;
    Some((*value).to_owned())
}

fn in_body(dialect: &Dialect, payload: &Value, fields: &[Field]) -> Option<String> {
    match at(payload, place(dialect, fields)?)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn place<'a>(dialect: &'a Dialect, fields: &[Field]) -> Option<&'a str> {
    let member = dialect
        .envelope()
        .iter()
        .find(|member| is_one(&member.value, fields))?;
    Some(&member.path)
}

fn is_one(value: &[Piece], fields: &[Field]) -> bool {
    matches!(value, [Piece::Field(field)] if fields.contains(field))
}

fn at<'a>(payload: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(payload, |value, name| value.get(name))
}
