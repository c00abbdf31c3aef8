//! All routes, and what lies around them.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::Request,
    handler::Handler,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use tower::{Service, ServiceExt};
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    docs,
    http::{
        middleware::{self, no_method, no_route},
        query::Parameterised,
    },
    resources::{
        audit, deliveries, dialects, endpoints, event_types, events, guide, health, jobs, keys,
        portal_sessions, projects, session, stats, tenants, transforms,
    },
    state::{ApiState, Server, Shared},
    surface::Surface,
};

/// The API: everything under `/v1`, the vendors' own routes, health, metrics and documentation.
pub fn router(state: ApiState) -> Api {
    with_fallback(state, |router| router.fallback(no_route))
}

/// The same, with pages for people at all paths that are none of the API's. What they answer with 404 is no route.
pub fn router_with_pages(state: ApiState, pages: Router) -> Api {
    with_fallback(state, |router| {
        router.fallback(move |request| elsewhere(request, pages))
    })
}

fn with_fallback(state: ApiState, fallback: impl FnOnce(Router<Shared>) -> Router<Shared>) -> Api {
    let (router, mut document) = api().split_for_parts();
    let server = Server::new(state, Parameterised::of(&mut document), openapi);
    let routes = fallback(router)
        .method_not_allowed_fallback(no_method)
        .with_state(Shared::clone(&server));
    Api { server, routes }
}

/// The whole of the API, for whoever has a request. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    server: Shared,
    routes: Router,
}

impl Api {
    /// Answers a request. A peer's address is told by an extension, `ConnectInfo<SocketAddr>`.
    pub async fn answer(&self, request: Request) -> Response {
        let Server {
            request_ids,
            counters,
            bodies,
            body_turns: turns,
            ..
        } = &*self.server;
        middleware::apply(request_ids, counters, bodies, turns, request, |request| {
            self.handle(request)
        })
        .await
    }

    async fn handle(&self, request: Request) -> Response {
        // Far more often asked than all the others, so it is not looked up.
        if events::publish::is_event(&request) {
            let server = Shared::clone(&self.server);
            return events::publish::publish_event.call(request, server).await;
        }
        self.routes.clone().oneshot(request).await.into_response()
    }
}

impl Api {
    /// What another API over the same store shares with this one.
    pub fn surface(&self) -> Surface {
        Surface::new(Shared::clone(&self.server))
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

impl Service<Request> for Api {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let api = self.clone();
        Box::pin(async move { Ok(api.answer(request).await) })
    }
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

/// The API's OpenAPI 3.1 document.
pub fn openapi() -> Document {
    api().split_for_parts().1
}

/// The same as JSON: indented, in the same order every time, with a newline at its end.
pub fn openapi_json() -> String {
    docs::page::json(&openapi())
}

/// The routes with the document that describes them.
fn api() -> OpenApiRouter<Shared> {
    let mut api = OpenApiRouter::with_openapi(docs::openapi::frame())
        .merge(session::routes())
        .merge(projects::routes::routes())
        .merge(keys::routes())
        .merge(tenants::routes())
        .merge(transforms::routes())
        .merge(portal_sessions::routes())
        .merge(event_types::routes::routes())
        .merge(events::publish::routes())
        .merge(events::broadcast::routes())
        .merge(events::routes::routes())
        .nest("/v1/endpoints", endpoints::routes::routes())
        .nest(
            "/v1/webhooks",
            alias(endpoints::routes::routes(), "webhooks_"),
        )
        .nest(
            "/v1/webhook",
            alias(endpoints::history::event_routes(), "webhook_"),
        )
        .nest(
            "/webhook",
            alias(endpoints::history::event_routes(), "vendor_webhook_"),
        )
        .merge(deliveries::routes::routes())
        .merge(deliveries::attempts::routes())
        .merge(deliveries::dead_letters::routes())
        .merge(jobs::routes())
        .merge(stats::overview::routes())
        .merge(stats::routes::routes())
        .merge(audit::routes())
        .merge(dialects::routes::routes())
        .merge(guide::page::routes())
        .merge(guide::programs::routes())
        .merge(health::routes::routes())
        .merge(docs::page::routes());
    docs::openapi::complete(api.get_openapi_mut());
    api
}

/// The same routes under another name.
fn alias(mut routes: OpenApiRouter<Shared>, prefix: &str) -> OpenApiRouter<Shared> {
    docs::openapi::rename(routes.get_openapi_mut(), prefix);
    routes
}
