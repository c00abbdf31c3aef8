//! Why did an event go to an endpoint, or why not?

use nuncio_pattern::PatternMismatch;

use crate::{Endpoint, Event};

/// What is known of an event and an endpoint of its tenant.
#[derive(Clone, Copy, Debug)]
pub struct Meeting<'a> {
    /// The event.
    pub event: &'a Event,
    /// The endpoint as it is now; `None` once it is deleted.
    pub endpoint: Option<&'a Endpoint>,
    /// Whether it was chosen when the event was accepted.
    pub matched: bool,
    /// Whether it was passed over then since it was disabled.
    pub skipped: bool,
    /// Whether the event was sent to it later, by a replay or a recovery.
    pub sent_later: bool,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It wanted the event when that was accepted.
    Matched,
    /// The event is a test, made for it.
    Test,
    /// It did not get the event then, but by a replay or a recovery.
    Replayed,
    /// It got the event, and was deleted.
    Deleted,
    /// It was made later.
    CreatedLater,
    /// The event is a test, made for another.
    TestOfAnother,
    /// None of its type filters matches.
    Filter,
    /// Its payload filter doesn't match.
    PayloadFilter,
    /// It has a payload filter, and what the event held is erased.
    PayloadErased,
    /// Its filters match now, and did not then.
    /// It has channels, and the event is on none of them.
    Channel,
    /// It was disabled then, and its project keeps nothing for disabled endpoints.
    EndpointDisabled,
    /// Its filters and channels match now, and did not then.
    FilterChanged,
}

impl Why {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Test => "test",
            Self::Replayed => "replayed",
            Self::Deleted => "deleted",
            Self::CreatedLater => "created_later",
            Self::TestOfAnother => "test_of_another",
            Self::Filter => "filter",
            Self::PayloadFilter => "payload_filter",
            Self::PayloadErased => "payload_erased",
            Self::Channel => "channel",
            Self::EndpointDisabled => "endpoint_disabled",
            Self::FilterChanged => "filter_changed",
        }
    }
}

impl Meeting<'_> {
    /// Why it is so.
    pub fn why(&self) -> Why {
        let Some(endpoint) = self.endpoint else {
            return Why::Deleted;
        };
        match (self.event.test, self.matched) {
            (true, true) => return Why::Test,
            (false, true) => return Why::Matched,
            (true | false, false) => {}
        }
        if self.sent_later {
            Why::Replayed
        } else if self.event.test {
            Why::TestOfAnother
        } else if self.skipped {
            Why::EndpointDisabled
        } else if !endpoint.wants_type(&self.event.event_type) {
            Why::Filter
        } else if !endpoint.is_on(self.event.channels()) {
            Why::Channel
        } else if self.mismatch().is_some() {
            Why::PayloadFilter
        } else if endpoint.created_at > self.event.created_at {
            Why::CreatedLater
        } else if endpoint.filter.is_some() && self.event.data.is_none() {
            Why::PayloadErased
        } else {
            Why::FilterChanged
        }
    }

    /// Which part of the endpoint's payload filter the event doesn't match.
    pub fn mismatch(&self) -> Option<PatternMismatch> {
        let filter = self.endpoint?.filter.as_ref()?;
        filter.mismatch(&self.event.subject()?)
    }
}
