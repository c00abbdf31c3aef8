//! The vendor's own Webhooks page, for its customers: written from what is in force now.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use nuncio_domain::{EventType, ProjectId, Transformations, WhileDisabled};
use nuncio_guide::{Facts, Guide, GuideError, Kind};
use nuncio_store::Page;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Reader,
    http::rejection::failed_look_up,
    http::{
        problem::{Kind as ProblemKind, Problem},
        query::Query,
    },
    resources::policy::in_force::InForce,
    state::{Server, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(read_guide))
}

/// Stands for the server's address where nobody has said what it is.
const PLACEHOLDER: &str = "https://YOUR-SERVER";

/// How the page is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// A whole HTML document, without script or any request to others.
    #[default]
    Html,
    /// Markdown: CommonMark with tables.
    Markdown,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GuideQuery {
    /// `html` (the default) or `markdown`.
    #[serde(default)]
    #[param(inline, value_type = Option<Format>)]
    format: Format,
}

/// Read the webhooks page
///
/// The documentation of the project's webhooks for its customers: how to add an endpoint, the event catalog, an example of a
/// request, how to verify it (with programs in each language), retries and best practices.
#[utoipa::path(
    get, path = "/v1/guide", tag = "guide", params(GuideQuery),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
async fn read_guide(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<GuideQuery>,
) -> Result<Response, Problem> {
    let facts = facts(&server, caller.project()).await?;
    let guide = Guide::write(&facts).map_err(refused)?;
    Ok(match query.format {
        Format::Html => {
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            let headers = [
                (header::CONTENT_TYPE, html),
                (header::CONTENT_SECURITY_POLICY, policy()),
            ];
            (headers, guide.html()).into_response()
        }
        Format::Markdown => {
            let markdown = HeaderValue::from_static("text/markdown; charset=utf-8");
            let headers = [(header::CONTENT_TYPE, markdown)];
            (headers, guide.markdown().to_owned()).into_response()
        }
    })
}

async fn facts(server: &Server, project: ProjectId) -> Result<Facts, Problem> {
    let in_force = InForce::of(server, project).await?;
    let own = &in_force.project.policy;
    Ok(Facts {
        product: in_force.project.name.clone(),
        // A page for people: a placeholder that they see beats no page.
        api: server.own.url().unwrap_or_else(|| PLACEHOLDER.to_owned()),
        policy: own.over(in_force.dialect.dialect.policy()),
        dialect: Arc::clone(&in_force.dialect.dialect),
        endpoints_max: own.endpoints_per_tenant_max(),
        history_days: own.history_days(),
        dead_letter_days: own.dead_letter_days(),
        skips_disabled: own.while_disabled == Some(WhileDisabled::Skip),
        customers_transform: own.transformations() == Transformations::Tenant,
        catalog: catalog(server, project).await?,
    })
}

async fn catalog(server: &Server, project: ProjectId) -> Result<Vec<Kind>, Problem> {
    let mut kinds = Vec::new();
    let mut after = None;
    loop {
        let page = Page::after(after, 250);
        let slice = server
            .store()
            .event_types(project, page)
            .await
            .map_err(failed_look_up)?;
        let in_use = slice.items.iter().filter(|one| one.archived_at.is_none());
        kinds.extend(in_use.map(|event_type| kind(event_type)));
        match slice.next {
            Some(next) => after = Some(next),
            None => return Ok(kinds),
        }
    }
}

fn kind(event_type: &EventType) -> Kind {
    Kind {
        name: event_type.name.as_str().to_owned(),
        description: event_type.description.clone(),
        group: event_type.group.clone(),
        example: event_type.example.as_ref().map(ToString::to_string),
        deprecated: event_type.deprecated,
        retry: event_type.retry.clone(),
    }
}

pub(crate) fn refused(error: GuideError) -> Problem {
    match error {
        GuideError::Example { .. } => Problem::new(ProblemKind::Conflict, error.to_string()),
        GuideError::Template(_) => {
            tracing::error!(%error, "the guide can't be written");
            Problem::new(ProblemKind::Internal, "the guide can't be written")
        }
    }
}

/// What the page says itself, and that it may not be framed, which only a header can say.
fn policy() -> HeaderValue {
    let text = format!(
        "{}; frame-ancestors 'none'",
        Guide::content_security_policy()
    );
    HeaderValue::try_from(text).expect("base64 is visible ASCII")
}
