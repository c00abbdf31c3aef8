//! Would an endpoint get this event? Asked with an event of the past, or one that is made up.

use axum::extract::State;
use nuncio_domain::{
    Channel, Endpoint, EndpointId, Event, EventId, EventSubject, EventTypeName, Extras,
    PayloadFilter,
};
use nuncio_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{body::JsonBody, rights::Reader},
    http::{
        patch::{Patch, given},
        path::Id,
        problem::{Kind, Problem},
        rejection::{Handled, OrNotFound},
        reply,
    },
    resources::shared::{
        channels::check_channels,
        payload_filter::{FilterInput, FilterMismatch},
    },
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(test_filter))
}

/// An event to test an endpoint's filters with: `event`, or `type` and `data`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FilterTest<'a> {
    /// The id of an event of the endpoint's tenant.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    event: Option<EventId>,
    /// The type of a made-up event.
    #[serde(default, rename = "type")]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Its data.
    #[serde(borrow, default, deserialize_with = "given")]
    #[schema(value_type = Option<Value>)]
    data: Option<&'a RawValue>,
    /// Its metadata; none by default.
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
    /// Its channels; none by default.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    channels: Option<Vec<Channel>>,
    /// A payload filter to test in place of the endpoint's own; null tests without one. Nothing is saved.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    filter: Patch<FilterInput>,
}

/// The result of the test.
#[derive(Debug, Serialize, ToSchema)]
struct FilterTestResult {
    /// Whether the endpoint would get the event.
    matched: bool,
    /// What does not match; null if everything does.
    #[schema(required)]
    because: Option<FilterMismatch>,
}

/// Test an endpoint's filters
///
/// Whether the endpoint would get an event, and if not, which part does not match. Nothing is stored or sent.
#[utoipa::path(
    post, path = "/{id}/filter/test", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid")), request_body = FilterTest<'static>,
    responses((status = 200, description = "Whether it matches", body = FilterTestResult))
)]
async fn test_filter(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<EndpointId>,
    body: JsonBody,
) -> Handled {
    let store = server.store();
    let endpoint = store.endpoint(&caller.reach, id).await?.or_not_found()?;
    let wanted: FilterTest<'_> = body.parse()?;
    let filter = match &wanted.filter {
        Patch::Keep => endpoint.filter.clone(),
        Patch::Clear => None,
        Patch::Set(given) => Some(given.checked()?),
    };
    let because = match wanted.event {
        Some(event) => {
            wanted.check_event_alone()?;
            let event = match store.event(&caller.reach, event).await {
                Err(StoreError::NotFound) => return Err(no_event(event).into()),
                found => found?,
            };
            of_past(&endpoint, filter.as_ref(), &event)?
        }
        None => wanted.of_made_up(&endpoint, filter.as_ref())?,
    };
    Ok(reply::ok(&FilterTestResult {
        matched: because.is_none(),
        because,
    }))
}

fn no_event(id: EventId) -> Problem {
    Problem::invalid("/event", format!("there is no event `{id}`"))
}

fn of_past(
    endpoint: &Endpoint,
    filter: Option<&PayloadFilter>,
    event: &Event,
) -> Result<Option<FilterMismatch>, Problem> {
    if event.tenant != endpoint.tenant {
        let detail = format!(
            "event `{}` is not of the endpoint's tenant `{}`: it could never get it",
            event.id, endpoint.tenant
        );
        return Err(Problem::invalid("/event", detail));
    }
    let subject = event.subject().ok_or_else(|| {
        let detail = format!("the payload of event `{}` was erased", event.id);
        Problem::new(Kind::Conflict, "").with("/event", detail)
    })?;
    Ok(FilterMismatch::of(endpoint, filter, &subject))
}

impl FilterTest<'_> {
    fn check_event_alone(&self) -> Result<(), Problem> {
        let others = [
            ("/type", self.event_type.is_some()),
            ("/data", self.data.is_some()),
            ("/metadata", self.metadata.is_some()),
            ("/channels", self.channels.is_some()),
        ];
        match others.iter().find(|(_, is_given)| *is_given) {
            None => Ok(()),
            Some((pointer, _)) => Err(Problem::invalid(
                *pointer,
                "is that of the event that `event` names: give one or the other",
            )),
        }
    }

    fn of_made_up(
        &self,
        endpoint: &Endpoint,
        filter: Option<&PayloadFilter>,
    ) -> Result<Option<FilterMismatch>, Problem> {
        let missing = |name: &str| {
            let detail = format!("missing field `{name}`: give `event`, or `type` and `data`");
            Problem::invalid(format!("/{name}"), detail)
        };
        let event_type = self.event_type.as_ref().ok_or_else(|| missing("type"))?;
        let data = self.data.ok_or_else(|| missing("data"))?;
        let channels = self.channels.clone().unwrap_or_default();
        check_channels(&channels)?;
        let extras = Extras {
            channels,
            metadata: self.metadata.clone().unwrap_or_default(),
            ..Extras::default()
        };
        let subject = EventSubject {
            event_type,
            data: data.get(),
            extras: Some(&extras),
        };
        Ok(FilterMismatch::of(endpoint, filter, &subject))
    }
}
