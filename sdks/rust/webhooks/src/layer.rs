//! A tower layer: requests that are not genuine never reach the service.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request as HttpRequest, Response, StatusCode, header::CONTENT_TYPE};
use http_body::Body;
use http_body_util::{BodyExt, Limited};
use tower_layer::Layer;
use tower_service::Service;

use crate::{Event, Request, VerificationError, Webhook};

/// More than any sender sends: 1 MiB of data, thrice as long as a form, with its envelope.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Verifies every request before the service has it. The service finds the [`Event`] among the request's extensions, and
/// the body as it came.
#[derive(Clone, Debug)]
pub struct VerifyLayer {
    webhook: Webhook,
    url: String,
}

impl VerifyLayer {
    /// A layer for one endpoint.
    pub const fn new(webhook: Webhook) -> Self {
        Self {
            webhook,
            url: String::new(),
        }
    }

    /// The endpoint's URL exactly as it was entered with the sender, for dialects that sign it.
    pub fn url(self, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..self
        }
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = Verify<S>;

    fn layer(&self, inner: S) -> Verify<S> {
        Verify {
            inner,
            layer: self.clone(),
        }
    }
}

/// The service of [`VerifyLayer`].
#[derive(Clone, Debug)]
pub struct Verify<S> {
    inner: S,
    layer: VerifyLayer,
}

impl<S, B, R> Service<HttpRequest<B>> for Verify<S>
where
    S: Service<HttpRequest<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Body + From<Bytes> + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: HttpRequest<B>) -> Self::Future {
        // The service that was ready takes the request; its clone is for the next one.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let layer = self.layer.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
                return Ok(answer(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "The body is too large",
                ));
            };
            let body = body.to_bytes();
            match layer.verify(&parts, &body) {
                Ok(event) => {
                    parts.extensions.insert(event);
                    inner
                        .call(HttpRequest::from_parts(parts, B::from(body)))
                        .await
                }
                Err(error) => {
                    let status = StatusCode::from_u16(error.status());
                    Ok(answer(
                        status.unwrap_or(StatusCode::UNAUTHORIZED),
                        error.text(),
                    ))
                }
            }
        })
    }
}

impl VerifyLayer {
    fn verify(
        &self,
        parts: &http::request::Parts,
        body: &[u8],
    ) -> Result<Event, VerificationError> {
        let headers: Vec<_> = parts
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        self.webhook.verify(&Request {
            method: parts.method.as_str(),
            url: &self.url,
            headers: &headers,
            body,
        })
    }
}

fn answer<R: From<Bytes>>(status: StatusCode, text: &str) -> Response<R> {
    let mut answer = Response::new(R::from(Bytes::copy_from_slice(text.as_bytes())));
    *answer.status_mut() = status;
    answer.headers_mut().insert(
        CONTENT_TYPE,
        http::HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    answer
}
