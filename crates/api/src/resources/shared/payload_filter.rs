//! Payload filters: as callers give them, and why an event doesn't pass.

use nuncio_domain::{
    Channel, Endpoint, EventSubject, PatternMismatch, PayloadFilter, PayloadFilterError,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::problem::Problem;

/// A filter as it was given: read with the rest of the body, refused with a pointer afterwards.
#[derive(Clone, Debug)]
pub(crate) struct FilterInput(Result<PayloadFilter, PayloadFilterError>);

impl<'de> Deserialize<'de> for FilterInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Map::deserialize(from).map(|given| Self(PayloadFilter::parse(given)))
    }
}

impl FilterInput {
    /// The filter.
    pub(crate) fn checked(&self) -> Result<PayloadFilter, Problem> {
        self.0.clone().map_err(|error| {
            let pointer = format!("/filter{}", error.pointer);
            Problem::invalid(pointer, error.detail)
        })
    }

    /// The filter, after it was checked.
    pub(crate) fn into_filter(self) -> Option<PayloadFilter> {
        self.0.ok()
    }
}

/// The part of an endpoint's filters that an event doesn't match.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FilterMismatch {
    /// Which of the endpoint's fields it is: `events`, `channels` or `filter`.
    field: &'static str,
    /// The part of the event, its names with dots between: `type`, `channels`, `data.amount`.
    path: String,
    /// What would match: one of these.
    condition: Vec<Value>,
    /// What the event has there, at most five values, long ones cut. Empty if it has nothing there.
    found: Vec<Value>,
    /// The same as a sentence.
    detail: String,
}

impl FilterMismatch {
    /// Why the endpoint doesn't want the event, with this filter in place of its own.
    pub(crate) fn of(
        endpoint: &Endpoint,
        filter: Option<&PayloadFilter>,
        event: &EventSubject<'_>,
    ) -> Option<Self> {
        if !endpoint.wants_type(event.event_type) {
            return Some(Self::of_type(endpoint, event));
        }
        if !endpoint.is_on(event.channels()) {
            return Some(Self::of_channels(endpoint, event));
        }
        filter?.mismatch(event).map(Self::of_pattern)
    }

    fn of_type(endpoint: &Endpoint, event: &EventSubject<'_>) -> Self {
        let filters = endpoint.events.iter();
        let name = event.event_type.as_str();
        Self {
            field: "events",
            path: "type".to_owned(),
            condition: filters.map(|filter| filter.as_str().into()).collect(),
            found: vec![name.into()],
            detail: format!("none of the endpoint's event types matches `{name}`"),
        }
    }

    fn of_channels(endpoint: &Endpoint, event: &EventSubject<'_>) -> Self {
        let names = |channels: &[Channel]| -> Vec<Value> {
            let names = channels.iter();
            names.map(|channel| channel.as_str().into()).collect()
        };
        Self {
            field: "channels",
            path: "channels".to_owned(),
            condition: names(&endpoint.channels),
            found: names(event.channels()),
            detail: "the event is on none of the endpoint's channels".to_owned(),
        }
    }

    /// The part of a payload filter.
    fn of_pattern(mismatch: PatternMismatch) -> Self {
        let PatternMismatch {
            path,
            condition,
            found,
            only_together,
        } = mismatch;
        let wanted = Value::from(condition.clone());
        let had: Vec<String> = found.iter().map(Value::to_string).collect();
        let detail = match (only_together, had.is_empty()) {
            (true, _) => format!(
                "`{path}` matches {wanted}, but not in the same element of an array as the other fields"
            ),
            (false, true) => format!("`{path}` is missing, and should match {wanted}"),
            (false, false) => format!("`{path}` is {}, and should match {wanted}", had.join(", ")),
        };
        Self {
            field: "filter",
            path,
            condition,
            found,
            detail,
        }
    }
}
