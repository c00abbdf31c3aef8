//! What can be done with an endpoint: rotate its secret, send it a test, enable and disable it.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, http::StatusCode};
use nuncio_dialect::Dialect;
use nuncio_domain::{DeliveryId, Endpoint, EndpointId, EventTypeName, Timestamp};
use nuncio_store::NewEvent;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::{Nothing, OptionalBody},
        idempotency::Idempotency,
        rights::Writer,
    },
    http::{
        path::Id,
        problem::Problem,
        rejection::{Handled, OrNotFound},
        reply,
    },
    resources::{
        endpoints::{
            input::set_disabled,
            secret::{new_secret, signing},
            view::EndpointView,
        },
        events::publication::check_data,
        policy::in_force::{InForce, dialect_of},
        shared::verification::refuse_unverified,
    },
    state::{Server, Shared},
};

/// How long the secret before goes on signing unless the caller says: a day for a customer to change theirs.
const OVERLAP_S_DEFAULT: u32 = 24 * 60 * 60;
/// A month: an old secret that signs for longer was never replaced.
const OVERLAP_S_MAX: u32 = 30 * 24 * 60 * 60;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(rotate_secret))
        .routes(routes!(test_endpoint))
        .routes(routes!(enable_endpoint))
        .routes(routes!(disable_endpoint))
}

/// A rotation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rotation {
    /// The new secret. If left out, the server generates one, unless the dialect requires the customer to choose.
    #[serde(default)]
    #[schema(format = Password)]
    secret: Option<String>,
    /// How long the previous secret keeps signing, 0 to 2592000 seconds (30 days); a day by default. 0 switches
    /// immediately.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 2_592_000)]
    overlap_seconds: Option<u32>,
}

/// A rotated secret.
#[derive(Debug, Serialize, ToSchema)]
struct Rotated<'a> {
    /// The new secret, shown only once.
    #[schema(format = Password)]
    secret: &'a str,
    /// When the last previous secret stops signing; null if none does.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    previous_expires_at: Option<Timestamp>,
    /// Which secrets sign now: `previous` until the overlap ends if only one signature is sent, `both` if several are,
    /// otherwise `current`.
    signing_with: &'static str,
    /// The public half of the new key, if it is a key pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
}

/// Rotate the secret
///
/// The previous secret keeps signing during the overlap. At most ten old secrets may be in their overlap.
#[utoipa::path(
    post, path = "/{id}/rotate-secret", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid")), request_body = Option<Rotation>,
    responses((status = 200, description = "The new secret, shown only once", body = Rotated<'static>))
)]
async fn rotate_secret(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    let endpoint = store.endpoint(&caller.reach, id).await?.or_not_found()?;
    let wanted: Rotation = body.parse()?;
    let overlap_s = overlap(wanted.overlap_seconds)?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let dialect = dialect_of(&server, &in_force, endpoint.dialect.as_deref()).await?;
    // Left to the server, the next secret is of the same kind.
    let kind = match wanted.secret {
        Some(_) => None,
        None => Some(signing(&dialect, &endpoint.secrets)),
    };
    let secret = new_secret(&dialect, wanted.secret, kind, &server.random())?;
    let now = server.now();
    let ends = now + Duration::from_secs(overlap_s.into());

    let change = Box::new(move |endpoint: &mut Endpoint| {
        endpoint.updated_at = now;
        let rotated = endpoint.secrets.rotate(secret.clone(), ends, now);
        rotated.map_err(|error| error.to_string())
    });
    let answer = move |endpoint: &Arc<Endpoint>| {
        reply::with_secret(
            StatusCode::OK,
            &Rotated::of(endpoint, &dialect, now),
            None::<&Rotated<'_>>,
        )
    };
    let keep = answer.clone();
    let once = idempotency.once(|| body.fingerprint(), move |endpoint| Some(keep(endpoint)));
    let changed = caller
        .store(&server)
        .update_endpoint(&caller.reach, id, change, once)
        .await?;
    Ok(reply::of(answer(&changed)))
}

impl<'a> Rotated<'a> {
    fn of(endpoint: &'a Endpoint, dialect: &Dialect, now: Timestamp) -> Self {
        let secrets = &endpoint.secrets;
        Self {
            secret: secrets.current.expose(),
            previous_expires_at: secrets.previous_expires_at(now),
            signing_with: secrets
                .signing_with(now, dialect.signs_with_all_keys())
                .as_str(),
            public_key: crate::resources::endpoints::secret::public_key(dialect, secrets),
        }
    }
}

fn overlap(seconds: Option<u32>) -> Result<u32, Problem> {
    let seconds = seconds.unwrap_or(OVERLAP_S_DEFAULT);
    match seconds <= OVERLAP_S_MAX {
        true => Ok(seconds),
        false => Err(Problem::invalid(
            "/overlap_seconds",
            format!("{seconds} is out of range: from 0 to {OVERLAP_S_MAX} (30 days)"),
        )),
    }
}

/// A test.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Test<'a> {
    /// Its type, `webhook.test` by default.
    #[serde(default)]
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Its data; the dialect's sample by default.
    #[serde(default)]
    #[serde(borrow)]
    #[schema(value_type = Option<Value>)]
    data: Option<&'a RawValue>,
}

/// A test event that was sent.
#[derive(Debug, Serialize, ToSchema)]
struct Tested {
    /// The delivery's id.
    #[schema(value_type = String)]
    delivery: DeliveryId,
}

/// Send a test event
///
/// One attempt without retries, whatever the filter, even while the endpoint is disabled. An endpoint that must be
/// verified first gets none (409).
#[utoipa::path(
    post, path = "/{id}/test", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid")), request_body = Option<Test<'static>>,
    responses((status = 202, description = "The test event was sent", body = Tested))
)]
async fn test_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    let endpoint = store.endpoint(&caller.reach, id).await?.or_not_found()?;
    let wanted: Test<'_> = body.parse()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let dialect = dialect_of(&server, &in_force, endpoint.dialect.as_deref()).await?;
    refuse_unverified(&endpoint, &dialect)?;
    let data = wanted.data.map_or(dialect.test_data(), RawValue::get);
    let canonical_safe = check_data(&dialect, data)?.is_none();
    let event = test_event(
        &server,
        &caller,
        &endpoint,
        test_type(wanted.event_type, &dialect)?,
        data,
        canonical_safe,
    );

    let answer = |delivery: DeliveryId| reply::answer(StatusCode::ACCEPTED, &Tested { delivery });
    let once = idempotency.once(
        || body.fingerprint(),
        move |delivery| Some(answer(*delivery)),
    );
    let store = caller.store(&server);
    let delivery = store.append_test(&caller.reach, event, id, once).await?;
    Ok(reply::of(answer(delivery)))
}

fn test_type(wanted: Option<EventTypeName>, dialect: &Dialect) -> Result<EventTypeName, Problem> {
    match wanted {
        Some(name) => Ok(name),
        None => EventTypeName::parse(dialect.test_type())
            .map_err(|error| Problem::invalid("/type", error)),
    }
}

fn test_event(
    server: &Server,
    caller: &Writer,
    endpoint: &Endpoint,
    event_type: EventTypeName,
    data: &str,
    canonical_safe: bool,
) -> NewEvent {
    let now = server.now();
    NewEvent {
        id: server.event_id(now),
        project: caller.project(),
        tenant: endpoint.tenant.clone(),
        event_type,
        source_id: None,
        fingerprint: [0; 32],
        occurred_at: None,
        created_at: now,
        deliver_at: None,
        ordering_key: None,
        schema_version: None,
        due: server.steady(now, now),
        data: data.into(),
        canonical_safe,
        extras: None,
    }
}

/// Enable an endpoint
///
/// Its pending deliveries start again.
#[utoipa::path(
    post, path = "/{id}/enable", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid")),
    responses((status = 200, description = "The endpoint as it is now", body = EndpointView<'static>))
)]
async fn enable_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    switch(&server, &caller, id, false, idempotency, &body).await
}

/// Disable an endpoint
///
/// Its deliveries wait; nothing is lost.
#[utoipa::path(
    post, path = "/{id}/disable", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid")),
    responses((status = 200, description = "The endpoint as it is now", body = EndpointView<'static>))
)]
async fn disable_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    switch(&server, &caller, id, true, idempotency, &body).await
}

async fn switch(
    server: &Server,
    caller: &Writer,
    id: EndpointId,
    disabled: bool,
    idempotency: Idempotency,
    body: &OptionalBody,
) -> Handled {
    let store = server.store();
    let endpoint = store.endpoint(&caller.reach, id).await?.or_not_found()?;
    body.parse::<Nothing>()?;
    let in_force = InForce::of(server, caller.project()).await?;
    if !disabled {
        in_force.check_plan(server, &endpoint.tenant).await?;
    }
    let dialect = dialect_of(server, &in_force, endpoint.dialect.as_deref()).await?;
    let now = server.now();
    let change = Box::new(move |endpoint: &mut Endpoint| {
        set_disabled(endpoint, disabled);
        endpoint.updated_at = now;
        Ok(())
    });
    let answer = move |endpoint: &Arc<Endpoint>| {
        reply::answer(StatusCode::OK, &EndpointView::new(endpoint, &dialect))
    };
    let keep = answer.clone();
    let once = idempotency.once(|| body.fingerprint(), move |endpoint| Some(keep(endpoint)));
    let changed = caller
        .store(server)
        .update_endpoint(&caller.reach, id, change, once)
        .await?;
    Ok(reply::of(answer(&changed)))
}
