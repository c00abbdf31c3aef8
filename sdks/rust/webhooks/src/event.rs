//! What a genuine request says.

use std::borrow::Cow;

use nuncio_dialect::{
    Dialect, Fallback, Field, Metadata, Piece, Received, Verified, event_time_ms,
};
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
    /// The same in Unix milliseconds; what is finer is cut off. It may lie before 1970.
    pub time_ms: Option<i64>,
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
        if !dialect.envelope().is_empty() && !payload.is_object() {
            return Err(VerificationError::malformed_body(
                "its envelope is no object",
            ));
        }
        let fields = Fields::read(dialect, received, &payload);
        let (time, time_ms) = fields.time()?.unzip();
        let has_envelope = !dialect.envelope().is_empty();
        let data = match has_envelope {
            true => fields.value(Field::Data).cloned().unwrap_or_default(),
            false => payload.clone(),
        };
        Ok(Self {
            id: fields.text(&[Field::EventId, Field::MessageId]),
            kind: fields.text(&[Field::EventType]),
            time,
            time_ms,
            tenant: fields.text(&[Field::Tenant]),
            delivery_id: fields.text(&[Field::DeliveryId, Field::DeliveryUuid]),
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

/// What a request holds of an event. What the envelope holds stands after what headers do, and counts.
struct Fields(Vec<(Field, Value)>);

impl Fields {
    fn read(dialect: &Dialect, received: &Received<'_>, payload: &Value) -> Self {
        let mut fields = Self(Vec::new());
        for rule in dialect.header_rules() {
            let mut values = received
                .headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(&rule.name));
            if let (Some((_, value)), None) = (values.next(), values.next()) {
                let value = dialect.header_text(value.trim_matches([' ', '\t']));
                fields.take(&rule.value, &Value::from(value.as_ref()));
            }
        }
        for member in dialect.envelope() {
            let mut names = member.path.split('.');
            if let Some(found) = names.try_fold(payload, |value, name| value.get(name)) {
                fields.take(&member.value, found);
            }
        }
        fields
    }

    /// Takes the fields out of a value that was put together from pieces; none where it does not have that form.
    fn take(&mut self, pieces: &[Piece], found: &Value) {
        match pieces {
            [
                Piece::Metadata(Metadata {
                    default: Some(Fallback::Pieces(instead)),
                    ..
                }),
            ] => {
                // Without metadata of the tenant's own, this is what stands in its place.
                self.take(instead, found);
            }
            [piece] => {
                let found = match found {
                    Value::String(text) => Value::from(read(piece, text)),
                    found => found.clone(),
                };
                self.0.extend(piece.field().map(|field| (field, found)));
            }
            pieces => {
                let parts = found.as_str().and_then(|text| split(pieces, text));
                let parts = parts.into_iter().flatten();
                self.0
                    .extend(parts.map(|(field, text)| (field, Value::from(text))));
            }
        }
    }

    fn value(&self, field: Field) -> Option<&Value> {
        let mut found = self.0.iter().rev();
        found
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value)
    }

    /// The text of the first of these fields that is there.
    fn text(&self, fields: &[Field]) -> Option<String> {
        fields.iter().find_map(|field| match self.value(*field)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        })
    }

    /// When it occurred: as it is written, and in Unix milliseconds.
    fn time(&self) -> Result<Option<(String, i64)>, VerificationError> {
        let mut times = TIMES.iter();
        let Some(field) =
            times.find(|field| self.value(**field).is_some_and(|time| !time.is_null()))
        else {
            return Ok(None);
        };
        let text = self.text(&[*field]);
        let time = text.and_then(|text| Some((text.clone(), event_time_ms(*field, &text)?)));
        let no_time =
            || VerificationError::malformed_body(format!("its {} is no time", field.name()));
        time.map(Some).ok_or_else(no_time)
    }
}

const TIMES: [Field; 4] = [
    Field::EventTimeRfc3339Ms,
    Field::EventTimeRfc3339,
    Field::EventTimeMs,
    Field::EventTimeS,
];

/// The fields of a text that several pieces make up: each reaches to the fixed text after it.
fn split<'a>(pieces: &[Piece], text: &'a str) -> Option<Vec<(Field, Cow<'a, str>)>> {
    let mut found = Vec::new();
    let mut rest = text;
    for (place, piece) in pieces.iter().enumerate() {
        if let Piece::Text(fixed) = piece {
            rest = rest.strip_prefix(fixed.as_str())?;
            continue;
        }
        let end = match pieces.get(place + 1) {
            Some(Piece::Text(fixed)) => rest.find(fixed.as_str())?,
            Some(_) => 0,
            None => rest.len(),
        };
        let (part, after) = rest.split_at(end);
        found.extend(piece.field().map(|field| (field, read(piece, part))));
        rest = after;
    }
    rest.is_empty().then_some(found)
}

/// What a field was before it was written.
fn read<'a>(piece: &Piece, text: &'a str) -> Cow<'a, str> {
    match piece {
        Piece::Renamed(renamed) => renamed.read(text),
        Piece::Text(_) | Piece::Field(_) | Piece::Metadata(_) | Piece::Header(_) => {
            Cow::Borrowed(text)
        }
    }
}
