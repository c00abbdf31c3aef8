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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Channel, EventFilter, PayloadFilter, Timestamp, testing};

    /// An event of type `order.paid` on channel `eu`, and an endpoint made before it that wants it.
    struct Scene {
        event: Event,
        deleted: bool,
        matched: bool,
        skipped: bool,
        sent_later: bool,
    }

    /// Why it is so once something is different.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Scene, &mut Endpoint), word: &str) {
        let mut scene = Scene {
            event: testing::event("order.paid", "eu"),
            deleted: false,
            matched: false,
            skipped: false,
            sent_later: false,
        };
        let mut endpoint = testing::endpoint();
        change(&mut scene, &mut endpoint);
        let meeting = Meeting {
            event: &scene.event,
            endpoint: (!scene.deleted).then_some(&endpoint),
            matched: scene.matched,
            skipped: scene.skipped,
            sent_later: scene.sent_later,
        };
        assert_eq!(meeting.why().as_str(), word);
    }

    fn filter(pattern: serde_json::Value) -> PayloadFilter {
        serde_json::from_value(pattern).expect("it is a pattern")
    }

    #[test]
    fn what_it_got_is_explained_by_how() {
        check(|scene, _| scene.matched = true, "matched");
        check(|scene, _| scene.deleted = true, "deleted");
        check(|scene, _| scene.sent_later = true, "replayed");
        let test = |scene: &mut Scene| scene.event.test = true;
        check(
            |scene, _| {
                test(scene);
                scene.matched = true;
            },
            "test",
        );
        check(|scene, _| test(scene), "test_of_another");
    }

    #[test]
    fn what_it_did_not_get_is_explained_by_what_kept_it_away() {
        check(|scene, _| scene.skipped = true, "endpoint_disabled");
        check(
            |_, endpoint| endpoint.events = vec![EventFilter::parse("user.*").unwrap()],
            "filter",
        );
        check(
            |_, endpoint| endpoint.channels = vec![Channel::parse("us").unwrap()],
            "channel",
        );
        check(
            |_, endpoint| endpoint.filter = Some(filter(json!({"data": {"n": [2]}}))),
            "payload_filter",
        );
        check(
            |_, endpoint| endpoint.created_at = Timestamp::from_ms(3),
            "created_later",
        );
        check(
            |scene, endpoint| {
                endpoint.filter = Some(filter(json!({"data": {"n": [1]}})));
                scene.event.data = None;
            },
            "payload_erased",
        );
        check(|scene, _| scene.event.data = None, "filter_changed");
        check(
            |_, endpoint| endpoint.filter = Some(filter(json!({"data": {"n": [1]}}))),
            "filter_changed",
        );
    }

    #[test]
    fn the_part_that_does_not_match_is_told() {
        let event = testing::event("order.paid", "eu");
        let mismatch = |pattern| {
            let endpoint = Endpoint {
                filter: Some(filter(pattern)),
                ..testing::endpoint()
            };
            let meeting = Meeting {
                event: &event,
                endpoint: Some(&endpoint),
                matched: false,
                skipped: false,
                sent_later: false,
            };
            meeting.mismatch().map(|mismatch| mismatch.path)
        };
        assert_eq!(
            mismatch(json!({"data": {"n": [2]}})).as_deref(),
            Some("data.n")
        );
        assert_eq!(mismatch(json!({"data": {"n": [1]}})), None);
    }
}
