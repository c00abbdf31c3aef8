//! The transformations that come with the server, to start from.

use nuncio_transform::ready_made;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Reader,
    http::{rejection::Handled, reply},
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_transforms))
}

/// Transformations that come with the server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadyMadeTransforms)]
struct ReadyMadeList {
    /// Each of them.
    data: Vec<ReadyMadeView>,
}

/// A transformation to copy and change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadyMadeTransform)]
struct ReadyMadeView {
    /// Its name.
    name: &'static str,
    /// What it is for.
    title: &'static str,
    /// What it does.
    description: &'static str,
    /// The code.
    code: &'static str,
}

/// List ready-made transformations
///
/// For services that expect their own message format: copy the code into an endpoint's `transform`.
#[utoipa::path(
    get, path = "/v1/transforms", tag = "endpoints",
    responses((status = 200, description = "Each of them, with its code", body = ReadyMadeList))
)]
async fn list_transforms(_: Reader) -> Handled {
    let data = ready_made().map(|made| ReadyMadeView {
        name: made.name,
        title: made.title,
        description: made.description,
        code: made.code,
    });
    Ok(reply::ok(&ReadyMadeList {
        data: data.collect(),
    }))
}
