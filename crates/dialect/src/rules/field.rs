//! The vocabulary of a dialect: every value that an envelope, a header or a signature can name.

use serde::Deserialize;

use std::borrow::Cow;

use crate::{
    event::{WireAttempt, WireEvent},
    time::{Precision, parse_rfc3339, rfc3339},
};

/// A value of an event or an attempt, by its name in dialect files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The event's id: the publisher's own, else the server's.
    EventId,
    /// The server's own id of the event, as `msg_…`, whatever id the publisher gave it.
    MessageId,
    /// The event's type.
    EventType,
    /// The tenant's id.
    Tenant,
    /// When the event occurred, Unix seconds.
    EventTimeS,
    /// When the event occurred, Unix milliseconds.
    EventTimeMs,
    /// When the event occurred, RFC 3339 in seconds.
    #[serde(rename = "event_time_rfc3339")]
    EventTimeRfc3339,
    /// When the event occurred, RFC 3339 in milliseconds.
    #[serde(rename = "event_time_rfc3339_ms")]
    EventTimeRfc3339Ms,
    /// The publisher's JSON.
    Data,
    /// The delivery's id, `del_…`.
    DeliveryId,
    /// The same bits as a UUID.
    DeliveryUuid,
    /// The endpoint's id.
    EndpointId,
    /// The time of the attempt, Unix seconds.
    TimestampS,
    /// The time of the attempt, Unix milliseconds.
    TimestampMs,
    /// The time of the attempt, RFC 3339 in seconds.
    #[serde(rename = "timestamp_rfc3339")]
    TimestampRfc3339,
    /// Which attempt this is, counted from 1.
    AttemptNumber,
    /// Which retry this is, counted from 1; nothing on the first attempt.
    RetryNumber,
    /// The class of the last attempt's failure; nothing on the first attempt.
    RetryReason,
    /// The URL as the customer configured it.
    Url,
    /// The request's method.
    Method,
    /// The exact bytes sent.
    Body,
    /// Every form parameter's name and value, decoded, sorted by name, nothing between.
    SortedForm,
}

impl Field {
    /// Its name in dialect files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EventId => "event_id",
            Self::MessageId => "message_id",
            Self::EventType => "event_type",
            Self::Tenant => "tenant",
            Self::EventTimeS => "event_time_s",
            Self::EventTimeMs => "event_time_ms",
            Self::EventTimeRfc3339 => "event_time_rfc3339",
            Self::EventTimeRfc3339Ms => "event_time_rfc3339_ms",
            Self::Data => "data",
            Self::DeliveryId => "delivery_id",
            Self::DeliveryUuid => "delivery_uuid",
            Self::EndpointId => "endpoint_id",
            Self::TimestampS => "timestamp_s",
            Self::TimestampMs => "timestamp_ms",
            Self::TimestampRfc3339 => "timestamp_rfc3339",
            Self::AttemptNumber => "attempt_number",
            Self::RetryNumber => "retry_number",
            Self::RetryReason => "retry_reason",
            Self::Url => "url",
            Self::Method => "method",
            Self::Body => "body",
            Self::SortedForm => "sorted_form",
        }
    }

    /// Whether it belongs to the event alone, so that an envelope can hold it.
    pub(crate) const fn is_of_event(self) -> bool {
        matches!(
            self,
            Self::EventId
                | Self::MessageId
                | Self::EventType
                | Self::Tenant
                | Self::EventTimeS
                | Self::EventTimeMs
                | Self::EventTimeRfc3339
                | Self::EventTimeRfc3339Ms
                | Self::Data
        )
    }

    /// Whether a header can hold it: everything short.
    pub(crate) const fn fits_header(self) -> bool {
        !matches!(self, Self::Data | Self::Body | Self::SortedForm)
    }

    /// Whether it is the time of the attempt.
    pub(crate) const fn is_timestamp(self) -> bool {
        matches!(
            self,
            Self::TimestampS | Self::TimestampMs | Self::TimestampRfc3339
        )
    }

    /// Whether a receiver has it without any header: from the request line or the body.
    pub(crate) const fn is_in_request(self) -> bool {
        matches!(
            self,
            Self::Url | Self::Method | Self::Body | Self::SortedForm
        )
    }

    /// Whether some attempts have none: what uses it is left out then.
    pub(crate) const fn may_be_absent(self) -> bool {
        matches!(self, Self::RetryNumber | Self::RetryReason)
    }

    /// Whether JSON shows it as a number.
    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::EventTimeS | Self::EventTimeMs)
    }

    /// Its text for an event; `None` for what an event alone does not have.
    pub(crate) fn of_event<'a>(self, event: &WireEvent<'a>) -> Option<Cow<'a, str>> {
        Some(match self {
            Self::EventId => Cow::Borrowed(event.id),
            Self::MessageId if event.message_id.is_empty() => Cow::Borrowed(event.id),
            Self::MessageId => Cow::Borrowed(event.message_id),
            Self::EventType => Cow::Borrowed(event.kind),
            Self::Tenant => Cow::Borrowed(event.tenant),
            Self::EventTimeS => Cow::Owned(event.time_ms.div_euclid(1000).to_string()),
            Self::EventTimeMs => Cow::Owned(event.time_ms.to_string()),
            Self::EventTimeRfc3339 => Cow::Owned(rfc3339(event.time_ms, Precision::Seconds)),
            Self::EventTimeRfc3339Ms => Cow::Owned(rfc3339(event.time_ms, Precision::Milliseconds)),
            Self::Data => Cow::Borrowed(event.data),
            Self::DeliveryId
            | Self::DeliveryUuid
            | Self::EndpointId
            | Self::TimestampS
            | Self::TimestampMs
            | Self::TimestampRfc3339
            | Self::AttemptNumber
            | Self::RetryNumber
            | Self::RetryReason
            | Self::Url
            | Self::Method
            | Self::Body
            | Self::SortedForm => return None,
        })
    }

    /// Its text for an attempt; `None` for a body, which is bytes, and for what this attempt does not have.
    pub(crate) fn of_attempt<'a>(self, attempt: &WireAttempt<'a>) -> Option<Cow<'a, str>> {
        Some(match self {
            Self::DeliveryId => Cow::Borrowed(attempt.delivery_id),
            Self::DeliveryUuid => Cow::Borrowed(attempt.delivery_uuid),
            Self::EndpointId => Cow::Borrowed(attempt.endpoint_id),
            Self::TimestampS => Cow::Owned(attempt.timestamp_ms.div_euclid(1000).to_string()),
            Self::TimestampMs => Cow::Owned(attempt.timestamp_ms.to_string()),
            Self::TimestampRfc3339 => Cow::Owned(rfc3339(attempt.timestamp_ms, Precision::Seconds)),
            Self::AttemptNumber => Cow::Owned(attempt.number.max(1).to_string()),
            Self::RetryNumber if attempt.number <= 1 => return None,
            Self::RetryNumber => Cow::Owned((attempt.number - 1).to_string()),
            Self::RetryReason if attempt.number <= 1 => return None,
            Self::RetryReason => Cow::Borrowed(attempt.last_failure?),
            Self::Url => Cow::Borrowed(attempt.url),
            Self::Method => Cow::Borrowed(attempt.method),
            Self::Body | Self::SortedForm => return None,
            Self::EventId
            | Self::MessageId
            | Self::EventType
            | Self::Tenant
            | Self::EventTimeS
            | Self::EventTimeMs
            | Self::EventTimeRfc3339
            | Self::EventTimeRfc3339Ms
            | Self::Data => return self.of_event(attempt.event),
        })
    }
}

/// Unix milliseconds of an event's time as the field writes it; `None` for any other text. It may lie before 1970.
pub fn event_time_ms(field: Field, text: &str) -> Option<i64> {
    if matches!(field, Field::EventTimeRfc3339 | Field::EventTimeRfc3339Ms) {
        return parse_rfc3339(text);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than any number of seconds or milliseconds that anyone sends.
    let is_number = are_digits && (1..=15).contains(&digits.len());
    let number: i64 = is_number.then(|| text.parse().ok())??;
    Some(match field {
        Field::EventTimeMs => number,
        _ => number * 1000,
    })
}
