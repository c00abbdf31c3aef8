//! A second API over the same store, compatible with the self-hosted Svix server: everything below `/api/v1`.
//!
//! Organizations are projects, applications are tenants, messages are events. Both APIs show the same things under both
//! names. Owns: tokens, errors, paging and leniency as that server has them. Shares with the first API what requests and
//! the audit log need ([`nuncio_api::Surface`]), and calls none of its routes.

mod access;
mod answers;
mod error;
mod ids;
mod input;
mod openapi;
mod paging;
mod query;
mod request;
mod resources;
mod routes;
mod settings;
mod token;

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use nuncio_api::Surface;

use crate::{answers::Answers, error::SvixError};

pub use openapi::openapi_json;
pub use settings::{DefaultSignature, SvixSettings};
pub use token::{SvixKeys, UnusableKey};

/// The API, for whoever has a request. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Svix(Arc<Server>);

/// What handlers work with.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) surface: Surface,
    pub(crate) settings: SvixSettings,
    pub(crate) answers: Answers,
}

impl Svix {
    /// Over what the first API is made of.
    pub fn new(surface: Surface, settings: SvixSettings) -> Self {
        Self(Arc::new(Server {
            surface,
            settings,
            answers: Answers::default(),
        }))
    }

    /// Whether a path is one of this API's.
    pub fn has(path: &str) -> bool {
        path == "/api/v1" || path.starts_with("/api/v1/")
    }

    /// Answers a request below `/api/v1`.
    pub async fn answer(&self, request: Request) -> Response {
        let requested = request
            .headers()
            .get(header::ACCESS_CONTROL_REQUEST_HEADERS)
            .cloned();
        let is_preflight = request.method() == Method::OPTIONS;
        let server = &self.0;
        let carried = server.surface.carry(request, |request| async move {
            match is_preflight {
                true => error::empty(StatusCode::NO_CONTENT),
                false => routes::answer(server, request).await,
            }
        });
        let mut response = in_own_words(carried.await);
        let headers = response.headers_mut();
        let any = HeaderValue::from_static("*");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
        if is_preflight {
            let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
            if let Some(requested) = requested {
                headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, requested);
            }
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(600_u16));
        }
        response
    }
}

/// What the shared parts answer by themselves (a panic, no memory for an answer) in this API's shape.
fn in_own_words(response: Response) -> Response {
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/problem+json"));
    if !is_problem {
        return response;
    }
    let (parts, _) = response.into_parts();
    let mut own = SvixError::of_status(parts.status).into_response();
    for (name, value) in &parts.headers {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            own.headers_mut().insert(name, value.clone());
        }
    }
    own
}
