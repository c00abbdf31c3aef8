//! Why an event went where it went, and not elsewhere.

use axum::extract::State;
use nuncio_domain::{
    Channel, DeliveryId, Endpoint, EndpointId, Event, EventFilter, EventId, EventSubject, Meeting,
    Why,
};
use nuncio_store::Explained;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Reader,
    http::{path::Id, rejection::Handled, reply},
    resources::shared::payload_filter::FilterMismatch,
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(explain_event))
}

/// An event and the endpoints of its tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventExplanation)]
struct ExplanationView<'a> {
    /// Every endpoint of the tenant, and deleted ones that received the event.
    data: Vec<MeetingView<'a>>,
}

/// An event and one endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventMeeting)]
struct MeetingView<'a> {
    /// The endpoint's id.
    #[schema(value_type = String)]
    endpoint: EndpointId,
    /// Its URL now; null once it is deleted.
    #[schema(required)]
    url: Option<&'a str>,
    /// The newest delivery of the event to this endpoint, if any.
    #[schema(value_type = Option<String>, required)]
    delivery: Option<DeliveryId>,
    /// Whether it was chosen when the event was accepted.
    matched: bool,
    /// Why: `matched`; `test`, made for it; `replayed`, to it later; `deleted`, after it got the event; `created_later`;
    /// `test_of_another`; `filter`, none of its event types matches; `channel`, it has channels and the event is on none of
    /// them; `payload_filter`, its payload filter does not match; `payload_erased`, it has one, and the payload is gone;
    /// `endpoint_disabled`, it was disabled then and the policy says `while_disabled: skip`; `filter_changed`, filters and
    /// channels match now and did not then.
    reason: &'static str,
    /// The part of its filters that does not match, if that is the reason.
    #[schema(required)]
    because: Option<FilterMismatch>,
    /// Its event types now.
    #[schema(value_type = Vec<String>)]
    filters: &'a [EventFilter],
    /// Its channels now.
    #[schema(value_type = Vec<String>)]
    channels: &'a [Channel],
}

/// Explain an event
///
/// Why each endpoint of its tenant received it, or did not.
#[utoipa::path(
    get, path = "/v1/events/{id}/explain", tag = "events",
    params(("id" = String, Path, description = "The event's id")),
    responses((status = 200, description = "Each endpoint, with the reason", body = ExplanationView<'static>))
)]
async fn explain_event(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<EventId>,
) -> Handled {
    let Explained { event, results } = server.store().explain(&caller.reach, id).await?;
    let data = results
        .iter()
        .map(|result| {
            let endpoint = result.endpoint.as_deref();
            let meeting = Meeting {
                event: &event,
                endpoint,
                matched: result.matched,
                skipped: result.skipped,
                sent_later: result.sent_later,
            };
            let why = meeting.why();
            MeetingView {
                endpoint: result.id,
                url: endpoint.map(|endpoint| endpoint.url.as_str()),
                delivery: result.delivery,
                matched: result.matched,
                reason: why.as_str(),
                because: endpoint.and_then(|endpoint| because(why, endpoint, &event)),
                filters: endpoint.map_or(&[], |endpoint| endpoint.events.as_slice()),
                channels: endpoint.map_or(&[], |endpoint| endpoint.channels.as_slice()),
            }
        })
        .collect();
    Ok(reply::ok(&ExplanationView { data }))
}

/// Which part of its filters the event doesn't match, where that is the reason. Type and channels need no payload.
fn because(why: Why, endpoint: &Endpoint, event: &Event) -> Option<FilterMismatch> {
    let filter = match why {
        Why::Filter | Why::Channel => None,
        Why::PayloadFilter => endpoint.filter.as_ref(),
        Why::Matched
        | Why::Test
        | Why::Replayed
        | Why::Deleted
        | Why::CreatedLater
        | Why::TestOfAnother
        | Why::PayloadErased
        | Why::EndpointDisabled
        | Why::FilterChanged => return None,
    };
    let subject = EventSubject {
        event_type: &event.event_type,
        data: event.data.as_deref().unwrap_or("null"),
        extras: event.extras.as_deref(),
    };
    FilterMismatch::of(endpoint, filter, &subject)
}
