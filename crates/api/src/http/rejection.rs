//! Why a handler stops early: a problem, or an answer that was given before.

use axum::{
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use nuncio_store::{StoreError, StoredAnswer};

use crate::http::{
    problem::{Kind, Problem},
    reply,
};

/// Says that the answer is that of an earlier request with the same idempotency key.
const IDEMPOTENT_REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");

/// The end of a request before its own.
#[derive(Debug)]
pub(crate) enum Rejection {
    /// It failed.
    Problem(Box<Problem>),
    /// It was made before, and answered so.
    Repeated(StoredAnswer),
}

impl From<Problem> for Rejection {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<StoreError> for Rejection {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Repeated(answer) => Self::Repeated(answer),
            StoreError::NotFound => Problem::not_found().into(),
            StoreError::KeyReused => Problem::new(
                Kind::KeyReused,
                "the Idempotency-Key was already used for a request with a different body",
            )
            .into(),
            StoreError::Conflict(reason) => Problem::new(Kind::Conflict, reason).into(),
            StoreError::LimitReached(reason) => Problem::new(Kind::LimitReached, reason).into(),
            StoreError::Fenced | StoreError::Unavailable(_) => {
                tracing::warn!(reason = %error, "the store is unavailable");
                // The reason is the operator's business: it may name files.
                Problem::new(
                    Kind::Unavailable,
                    "the store is temporarily unavailable and nothing was changed: try again",
                )
                .into()
            }
        }
    }
}

/// What becomes of a look-up that the store could not make.
pub(crate) fn failed_look_up(error: StoreError) -> Problem {
    match Rejection::from(error) {
        Rejection::Problem(problem) => *problem,
        // Only changes are made once.
        Rejection::Repeated(_) => {
            Problem::new(Kind::Internal, "a look-up was answered as a repetition")
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Repeated(answer) => {
                let mut response = reply::of(answer);
                let yes = HeaderValue::from_static("true");
                response.headers_mut().insert(IDEMPOTENT_REPLAY, yes);
                response
            }
        }
    }
}

/// What handlers return.
pub(crate) type Handled = Result<Response, Rejection>;

/// Takes what was looked up, or ends as not found.
pub(crate) trait OrNotFound<T> {
    /// The thing, or the problem.
    fn or_not_found(self) -> Result<T, Problem>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self) -> Result<T, Problem> {
        self.ok_or_else(Problem::not_found)
    }
}
