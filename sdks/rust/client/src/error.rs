//! What can go wrong, told apart as callers act.

use std::time::Duration;

use serde::Deserialize;

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The call or the client cannot be made, such as with an empty id. Nothing was sent.
    #[error("{0}")]
    InvalidCall(String),
    /// No answer came, over all attempts.
    #[error("no answer from {base_url}")]
    NoAnswer {
        /// The server's address.
        base_url: String,
        /// Whether the last attempt ended since its time was up.
        timed_out: bool,
        /// What the last attempt failed with.
        source: reqwest::Error,
    },
    /// The server answered with an error.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The server did it, and what it answered is not understood.
    #[error("the answer (status {status}) is not understood")]
    Answer {
        /// The HTTP status code.
        status: u16,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Error {
    /// What the server answered, if it did.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::InvalidCall(_) | Self::NoAnswer { .. } | Self::Answer { .. } => None,
        }
    }

    /// Of which kind the server's answer is, if it answered.
    pub fn kind(&self) -> Option<Kind> {
        self.api().map(ApiError::kind)
    }
}

/// The kinds of errors that callers treat differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// 400: malformed JSON, or an admin key without a project.
    BadRequest,
    /// 401: no key, or one that is unknown, revoked or expired.
    Unauthorized,
    /// 403: the key's scope or the tenant's plan does not allow it.
    Forbidden,
    /// 404: no such thing within the key's reach.
    NotFound,
    /// 409: the state does not allow it, or an idempotency key or event id was used for something else.
    Conflict,
    /// 413: over a limit, which the detail names.
    TooLarge,
    /// 422: a value or field that cannot be; the problem's `errors` say which.
    Invalid,
    /// 429: too many requests, also after all retries.
    RateLimited,
    /// 503: the store cannot take it now, also after all retries. Nothing was stored.
    Unavailable,
    /// Any other answer that is no success.
    Other,
}

/// An answer of the server that is no success.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{status} {}: {}", problem.title, problem.detail)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status code.
    pub status: u16,
    /// What the server says of it.
    pub problem: Problem,
    /// How long the server asks to stay away.
    pub retry_after: Option<Duration>,
}

impl ApiError {
    /// Of which kind it is.
    pub fn kind(&self) -> Kind {
        match self.status {
            400 => Kind::BadRequest,
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            409 => Kind::Conflict,
            413 => Kind::TooLarge,
            422 => Kind::Invalid,
            429 => Kind::RateLimited,
            503 => Kind::Unavailable,
            _ => Kind::Other,
        }
    }
}

/// A problem document (RFC 9457), as the server answers every error.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Problem {
    /// A stable URI that names the kind of problem, such as `urn:nuncio:problem:not-found`; `about:blank` if the answer
    /// holds no problem document.
    pub r#type: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// What is wrong this time, naming value and field.
    pub detail: String,
    /// Each value that was refused.
    #[serde(default)]
    pub errors: Vec<Fault>,
    /// The request's id, to be named when asking the server's operator.
    #[serde(default)]
    pub request_id: Option<String>,
}

/// A value that the server refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// JSON pointer (RFC 6901) of the value in the body; for a parameter or header, `/` and its name.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
    /// `query`, `header` or `path`, if it was given there; none for the body.
    #[serde(default)]
    pub r#in: Option<String>,
}

impl Problem {
    /// Stands for the document that an answer does not hold: whatever stands between client and server may answer with
    /// a page of its own.
    pub(crate) fn missing(status: u16) -> Self {
        Self {
            r#type: "about:blank".to_owned(),
            title: format!("status {status}"),
            status,
            detail: "the answer holds no problem document".to_owned(),
            errors: Vec::new(),
            request_id: None,
        }
    }
}
