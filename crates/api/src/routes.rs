//! All routes, and what lies around them.

use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode},
    middleware,
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    audit, dead_letters, deliveries, dialects, docs,
    edge::{edge, no_method, no_route, panicked},
    endpoint_history, endpoints, event_types, events, guide, guide_programs, health, jobs, keys,
    openapi, overview, portal_sessions, projects, publish,
    query::Parameterised,
    session,
    state::{ApiState, Server, Shared},
    stats, tenants,
};

/// The API as a router: everything under `/v1`, the vendors' own routes, health, metrics and documentation.
pub fn router(state: ApiState) -> Router {
    with_fallback(state, |router| router.fallback(no_route))
}

/// The same, with pages for people at all paths that are none of the API's. What they answer with 404 is no route.
pub fn router_with_pages(state: ApiState, pages: Router) -> Router {
    with_fallback(state, |router| {
        router.fallback(move |request| elsewhere(request, pages))
    })
}

fn with_fallback(
    state: ApiState,
    fallback: impl FnOnce(Router<Shared>) -> Router<Shared>,
) -> Router {
    let (router, mut document) = api().split_for_parts();
    let server = Server::new(state, Parameterised::of(&mut document));
    fallback(router)
        .method_not_allowed_fallback(no_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Shared::clone(&server), edge))
        .with_state(server)
}

/// A path that is no route: a page, unless it lies where only routes are, or something is to be done there.
async fn elsewhere(request: Request, pages: Router) -> Response {
    let path = request.uri().path();
    let is_of_api = path == "/v1" || path.starts_with("/v1/") || path.starts_with("/webhook/");
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_of_api || !looks {
        return no_route().await.into_response();
    }
    let answer = pages.oneshot(request).await.into_response();
    match answer.status() {
        StatusCode::NOT_FOUND => no_route().await.into_response(),
        _ => answer,
    }
}

/// The routes with the document that describes them.
pub(crate) fn api() -> OpenApiRouter<Shared> {
    let mut api = OpenApiRouter::with_openapi(openapi::frame())
        .merge(session::routes())
        .merge(projects::routes())
        .merge(keys::routes())
        .merge(tenants::routes())
        .merge(portal_sessions::routes())
        .merge(event_types::routes())
        .merge(publish::routes())
        .merge(events::routes())
        .nest("/v1/endpoints", endpoints::routes())
        .nest("/v1/webhooks", alias(endpoints::routes(), "webhooks_"))
        .nest(
            "/v1/webhook",
            alias(endpoint_history::event_routes(), "webhook_"),
        )
        .nest(
            "/webhook",
            alias(endpoint_history::event_routes(), "vendor_webhook_"),
        )
        .merge(deliveries::routes())
        .merge(dead_letters::routes())
        .merge(jobs::routes())
        .merge(overview::routes())
        .merge(stats::routes())
        .merge(audit::routes())
        .merge(dialects::routes())
        .merge(guide::routes())
        .merge(guide_programs::routes())
        .merge(health::routes())
        .merge(docs::routes());
    openapi::complete(api.get_openapi_mut());
    api
}

/// The same routes under another name.
fn alias(mut routes: OpenApiRouter<Shared>, prefix: &str) -> OpenApiRouter<Shared> {
    openapi::rename(routes.get_openapi_mut(), prefix);
    routes
}
