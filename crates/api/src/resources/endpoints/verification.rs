//! Handshakes of endpoints, asked for by hand. They are made by whoever works on the store.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{Endpoint, EndpointId, Verification};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::{Nothing, OptionalBody},
        idempotency::Idempotency,
        rights::Writer,
    },
    http::{
        path::Id,
        problem::{Kind, Problem},
        rejection::{Handled, OrNotFound},
        reply,
    },
    resources::{
        endpoints::view::EndpointView,
        policy::in_force::{InForce, dialect_of},
        shared::verification::has_handshake,
    },
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(verify_endpoint))
}

/// Verify an endpoint
///
/// Starts the handshake of the endpoint's dialect. The response comes before it ends: the endpoint's `verification`
/// shows the result. Until it is `verified`, deliveries wait.
#[utoipa::path(
    post, path = "/{id}/verify", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id")),
    responses((status = 202, description = "The handshake was requested", body = EndpointView<'static>))
)]
async fn verify_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    let endpoint = store.endpoint(&caller.reach, id).await?.or_not_found()?;
    body.parse::<Nothing>()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let dialect = dialect_of(&server, &in_force, endpoint.dialect.as_deref()).await?;
    if !has_handshake(&dialect) {
        let detail = format!("the dialect `{}` does not use a handshake", dialect.name());
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
