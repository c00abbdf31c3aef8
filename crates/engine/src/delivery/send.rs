//! How a rendered request leaves: the engine's only way to the network.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use nuncio_domain::{AttemptResult, EndpointTls, ErrorClass, Headers, Timings};
use nuncio_egress::Owner;

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// Where to, as the endpoint has it.
    pub url: &'a str,
    /// On whose behalf: nobody's request goes over a connection that was opened for somebody else.
    pub owner: &'a Owner,
    /// TLS settings of the endpoint, for requests to its own receiver.
    pub tls: Option<&'a Arc<EndpointTls>>,
    /// `POST` for every delivery; a handshake may be made otherwise.
    pub method: Method,
    /// All headers but those of the connection (`Host`, `Content-Length`), in order.
    pub headers: &'a Headers,
    /// The exact bytes.
    pub body: Bytes,
    /// How long everything together may take: connecting, TLS, the request, the answer with its body.
    pub timeout: Duration,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub struct SendResult {
    /// The answer, or why there is none.
    pub outcome: Result<ReceiverResponse, Failure>,
    /// The request was written twice: a connection that was used again had ended before a byte of an answer.
    pub resent: bool,
    /// How long it took.
    pub timings: Timings,
    /// The headers that the transport put before the given ones, such as `Host`: none where nothing could be sent.
    pub added_headers: Headers,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverResponse {
    /// The status code.
    pub status: u16,
    /// Its headers, in order.
    pub headers: Headers,
    /// Its body, cut to the transport's cap.
    pub body: Vec<u8>,
    /// Whether it was cut.
    pub body_truncated: bool,
    /// Its `Retry-After` header, as it was sent.
    pub retry_after: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In one stable word.
    pub class: ErrorClass,
    /// In a sentence.
    pub detail: String,
    /// What had come of an answer that broke off: its status at least. For the log alone.
    pub partial: Option<Box<ReceiverResponse>>,
}

/// Sends requests: the network, or a simulator of it.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and waits for its answer, at most for its timeout. Never follows a redirect, never
    /// tries twice, but for a request that a connection in use before has lost at once: that is sent once more, on a new one.
    async fn send(&self, outgoing: Outgoing<'_>) -> SendResult;
}

impl SendResult {
    /// An exchange that failed before anything was sent.
    pub fn failed(class: ErrorClass, detail: impl Into<String>) -> Self {
        Self {
            outcome: Err(Failure {
                class,
                detail: detail.into(),
                partial: None,
            }),
            resent: false,
            timings: Timings::default(),
            added_headers: Headers::default(),
        }
    }

    /// The part of it that decisions depend on.
    pub(crate) fn answer(&self) -> AttemptResult {
        match &self.outcome {
            Ok(response) => AttemptResult::Status {
                code: response.status,
                retry_after: response.retry_after.clone(),
            },
            Err(failure) => AttemptResult::Failed(failure.class.clone()),
        }
    }
}
