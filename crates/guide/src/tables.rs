//! The tables of the page: headers, envelope, event types.

use nuncio_dialect::{Dialect, Field, Piece, Receivers};
use serde::Serialize;

use crate::{Kind, example::Example, text::list};

/// A name and what it means.
#[derive(Debug, Serialize)]
pub(crate) struct Meaning {
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) example: String,
}

/// Event types under one heading.
#[derive(Debug, Serialize)]
pub(crate) struct Group<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) kinds: Vec<KindRow<'a>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct KindRow<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) deprecated: bool,
    pub(crate) example: Option<&'a str>,
}

/// Every header of the dialect, in the order in which it is sent.
pub(crate) fn headers(dialect: &Dialect, example: &Example) -> Vec<Meaning> {
    let rows = example.headers.iter().map(|header| Meaning {
        meaning: header_meaning(dialect, &header.name),
        name: header.name.clone(),
        example: header.value.clone(),
    });
    rows.collect()
}

fn header_meaning(dialect: &Dialect, name: &str) -> String {
    let rules = dialect.header_rules();
    if let Some(rule) = rules.iter().find(|rule| rule.name == name) {
        return meaning(&rule.value);
    }
    let mut signatures = dialect.signatures().iter();
    match signatures.find(|signature| signature.header == name) {
        Some(signature) if signature.receivers == Receivers::Require => {
            "the signature: see Verifying".to_owned()
        }
        Some(_) => "a weaker signature, for older receivers".to_owned(),
        None => "the format of the body".to_owned(),
    }
}

/// The members of the envelope.
pub(crate) fn envelope(dialect: &Dialect) -> Vec<Meaning> {
    let rows = dialect.envelope().iter().map(|member| Meaning {
        name: member.path.clone(),
        meaning: meaning(&member.value),
        example: String::new(),
    });
    rows.collect()
}

fn meaning(pieces: &[Piece]) -> String {
    let fields: Vec<_> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Metadata(_) => Some("metadata of your account".to_owned()),
            piece => piece.field().map(|field| of_field(field).to_owned()),
        })
        .collect();
    if fields.is_empty() {
        "always the same".to_owned()
    } else {
        list(&fields, "and")
    }
}

/// What a field tells a receiver.
pub(crate) const fn of_field(field: Field) -> &'static str {
    match field {
        Field::EventId => "the event's ID, the same on every attempt: use it to detect duplicates",
        Field::MessageId => {
            "the event's ID, the same on every attempt: use it to detect duplicates"
        }
        Field::EventType => "the event's type",
        Field::Tenant => "your account's ID",
        Field::EventTimeS => "when the event occurred, Unix time in seconds",
        Field::EventTimeMs => "when the event occurred, Unix time in milliseconds",
        Field::EventTimeRfc3339 => "when the event occurred, RFC 3339 in UTC",
        Field::EventTimeRfc3339Ms => "when the event occurred, RFC 3339 in UTC with milliseconds",
        Field::Data => "the event's data: see the examples above",
        Field::DeliveryId => {
            "the delivery's ID, the same on every attempt: use it to detect duplicates"
        }
        Field::DeliveryUuid => {
            "the delivery's ID, a UUID, the same on every attempt: use it to detect duplicates"
        }
        Field::EndpointId => "the endpoint's ID",
        Field::TimestampS => "when this attempt was made, Unix time in seconds",
        Field::TimestampMs => "when this attempt was made, Unix time in milliseconds",
        Field::TimestampRfc3339 => "when this attempt was made, RFC 3339 in UTC",
        Field::AttemptNumber => "the number of this attempt, counted from 1",
        Field::RetryNumber => {
            "the number of this retry, counted from 1; not sent on the first attempt"
        }
        Field::RetryReason => "why the previous attempt failed; not sent on the first attempt",
        Field::Url => "the endpoint's URL",
        Field::Method => "the request's method",
        Field::Body => "the body",
        Field::SortedForm => "the form's parameters",
    }
}

/// The catalog under its headings, in its own order.
pub(crate) fn groups(catalog: &[Kind]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for kind in catalog {
        let name = kind.group.as_deref();
        let row = KindRow {
            name: &kind.name,
            description: &kind.description,
            deprecated: kind.deprecated,
            example: kind.example.as_deref(),
        };
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.kinds.push(row),
            None => groups.push(Group {
                name,
                kinds: vec![row],
            }),
        }
    }
    groups
}
