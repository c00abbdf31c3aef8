//! A request that was made, or why there was none.

use nuncio_domain::{ErrorClass, Headers, Secret};

use crate::delivery::send::{Failure, SendResult};

/// A request that was made, and what came of it.
pub(crate) struct Made {
    pub(crate) request_headers: Headers,
    pub(crate) exchange: SendResult,
    /// The token that the request carried: no log may hold it.
    pub(crate) token: Option<Secret>,
}

impl Made {
    /// Whether nothing was sent since the server lacked what that takes: no attempt, and not the receiver's failure.
    pub(crate) fn is_starved(&self) -> bool {
        let failure = self.exchange.outcome.as_ref().err();
        failure.is_some_and(|failure| failure.class == ErrorClass::LOCAL_RESOURCES)
    }

    pub(crate) fn failed(class: ErrorClass, detail: String) -> Self {
        Self {
            request_headers: Headers::default(),
            exchange: SendResult::failed(class, detail),
            token: None,
        }
    }

    pub(crate) fn is_unauthorized(&self) -> bool {
        let answer = self.exchange.outcome.as_ref();
        answer.is_ok_and(|answer| answer.status == 401)
    }

    /// The receiver refused the token that there was, and there is no other: with its answer for the log.
    pub(crate) fn unauthorized_for_good(mut self, failure: Failure) -> Self {
        self.exchange.outcome = self.exchange.outcome.and_then(|answer| {
            // What this server lacks is no attempt, but this one was made.
            let class = match failure.class == ErrorClass::LOCAL_RESOURCES {
                true => ErrorClass::OAUTH_TOKEN,
                false => failure.class,
            };
            Err(Failure {
                class,
                detail: format!("the receiver answered 401; {}", failure.detail),
                partial: Some(Box::new(answer)),
            })
        });
        self
    }
}
