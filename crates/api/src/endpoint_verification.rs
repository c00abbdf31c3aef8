//! Handshakes of endpoints: when they are asked for, and what waits for them. They are made by whoever works on the store.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use nuncio_dialect::{Dialect, Handshake};
use nuncio_domain::{Endpoint, EndpointId, Timestamp, Verification};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Writer,
    body::{Nothing, OptionalBody},
    endpoint_view::EndpointView,
    endpoints::dialect_of,
    halt::{Handled, OrNotFound},
    once::Idempotency,
    path::Id,
    policy::InForce,
    problem::{Kind, Problem},
    reply,
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(verify_endpoint))
}

fn has_handshake(dialect: &Dialect) -> bool {
    dialect.policy().handshake != Handshake::None
}

/// The verification of a new endpoint.
pub(crate) fn first_verification(dialect: &Dialect, now: Timestamp) -> Verification {
    match has_handshake(dialect) {
        true => Verification::asked(now),
        false => Verification::default(),
    }
}

/// Asks for a handshake if an endpoint has a new URL or another dialect.
pub(crate) fn verify_again_if_moved(
    endpoint: &mut Endpoint,
    moved: bool,
    dialect: &Dialect,
    now: Timestamp,
) {
    if moved {
        endpoint.verification = first_verification(dialect, now);
    }
}

/// Whether the deliveries of an endpoint of that dialect wait for its handshake.
pub(crate) fn awaits_verification(endpoint: &Endpoint, dialect: &Dialect) -> bool {
    endpoint.verification.is_waited_for() && has_handshake(dialect)
}

/// Refuses what an endpoint gets only once it is verified.
pub(crate) fn refuse_unverified(endpoint: &Endpoint, dialect: &Dialect) -> Result<(), Problem> {
    if !awaits_verification(endpoint, dialect) {
        return Ok(());
    }
    let why = match &endpoint.verification.detail {
        Some(detail) => format!(" ({detail})"),
        None => String::new(),
    };
    let detail = format!(
        "the endpoint is not verified{why}: POST /v1/endpoints/{{id}}/verify asks it again"
    );
    Err(Problem::new(Kind::Conflict, detail))
}

/// Verify an endpoint
///
/// Makes the handshake of the endpoint's dialect now. The answer comes before its end: `verification` of the endpoint
/// says what it came to. Until it is `verified`, deliveries wait.
#[utoipa::path(
    post, path = "/{id}/verify", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id")),
    responses((status = 202, description = "The handshake is about to be made", body = EndpointView<'static>))
)]
async fn verify_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    let endpoint = store.endpoint(&caller.reach, id).await.or_not_found()?;
    body.parse::<Nothing>()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let dialect = dialect_of(&server, &in_force, endpoint.dialect.as_deref()).await?;
    if !has_handshake(&dialect) {
        let detail = format!("the dialect `{}` has no handshake", dialect.name());
        return Err(Problem::new(Kind::Conflict, detail).into());
    }
    let now = server.now();
    let change = Box::new(move |endpoint: &mut Endpoint| {
        endpoint.verification = Verification::asked(now);
        endpoint.updated_at = now;
        Ok(())
    });
    let answer = move |endpoint: &Arc<Endpoint>| {
        reply::answer(StatusCode::ACCEPTED, &EndpointView::new(endpoint, &dialect))
    };
    let keep = answer.clone();
    let once = idempotency.once(|| body.fingerprint(), move |endpoint| Some(keep(endpoint)));
    let changed = caller
        .store(&server)
        .update_endpoint(&caller.reach, id, change, once)
        .await?;
    Ok(reply::of(answer(&changed)))
}
