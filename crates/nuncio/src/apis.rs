//! Which API answers a request? That of the Svix clients what lies below its path, the first one everything else.

use axum::{extract::Request, response::Response};
use nuncio_api::Api;
use nuncio_svix::{Svix, SvixSettings};

use crate::listener::{self, Paths};

/// The APIs of a server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Apis {
    api: Api,
    svix: Option<Svix>,
}

impl Apis {
    /// The first one, and the other where it has settings.
    pub(crate) fn new(api: Api, svix: Option<SvixSettings>) -> Self {
        let svix = svix.map(|settings| Svix::new(api.surface(), settings));
        Self { api, svix }
    }

    /// Answers a request at a listener with those paths.
    pub(crate) async fn answer(&self, request: Request, paths: Paths) -> Response {
        if !paths.are_open(&request) {
            return listener::nothing_here();
        }
        match &self.svix {
            Some(svix) if Svix::has(request.uri().path()) => svix.answer(request).await,
            Some(_) | None => self.api.answer(request).await,
        }
    }
}
