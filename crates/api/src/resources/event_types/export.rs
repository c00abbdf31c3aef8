//! The catalog as a document that other programs read.

use axum::extract::State;
use nuncio_store::Page;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::documents::{self, About, DocumentFormat, EventTypeDocument};
use crate::{
    access::rights::Reader,
    http::{query::Query, rejection::Handled, reply},
    resources::policy::in_force::InForce,
    state::Shared,
};

/// Types read in one go.
const TYPES_AT_A_TIME: usize = 500;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(export_event_types))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `openapi` (default) for OpenAPI 3.1, `asyncapi` for AsyncAPI 3.
    #[serde(default)]
    format: DocumentFormat,
}

/// Export event types
///
/// The catalog as an OpenAPI 3.1 document (`webhooks`) or an AsyncAPI 3 document, without archived types. Importing it
/// again changes nothing.
#[utoipa::path(
    get, path = "/v1/event-types/export", tag = "event types", params(ExportQuery),
    responses((status = 200, description = "The document", body = EventTypeDocument))
)]
async fn export_event_types(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<ExportQuery>,
) -> Handled {
    let project = caller.project();
    let in_force = InForce::of(&server, project).await?;
    let mut types = Vec::new();
    let mut after = None;
    loop {
        let limit = TYPES_AT_A_TIME;
        let slice = server
            .store()
            .event_types(project, Page::after(after, limit))
            .await?;
        types.extend(
            slice
                .items
                .into_iter()
                .filter(|found| found.archived_at.is_none()),
        );
        after = slice.next;
        if after.is_none() {
            break;
        }
    }
    let written = server.schemas.apart(project, move || {
        let about = About {
            title: &in_force.project.name,
            dialect: in_force.dialect.dialect.name(),
        };
        let types: Vec<_> = types.iter().map(|found| &**found).collect();
        documents::write(query.format, &about, &types)
    });
    Ok(reply::ok(&written.await?))
}
