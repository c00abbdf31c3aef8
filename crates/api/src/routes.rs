//! All routes, and what lies around them.

use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    dead_letters, deliveries, dialects, docs,
    edge::{edge, no_method, no_route, panicked},
    endpoint_history, endpoints, event_types, events, guide, health, jobs, keys, openapi, overview,
    portal_sessions, projects, publish,
    query::Parameterised,
    session,
    state::{ApiState, Server, Shared},
    stats, tenants,
};

/// The API as a router: everything under `/v1`, the vendors' own routes, health, metrics and documentation.
pub fn router(state: ApiState) -> Router {
    let (router, mut document) = api().split_for_parts();
    let server = Server::new(state, Parameterised::of(&mut document));
    router
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Shared::clone(&server), edge))
        .with_state(server)
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
        .merge(dialects::routes())
        .merge(guide::routes())
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
