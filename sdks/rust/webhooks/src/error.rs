//! Why a receiver can't be set up, and why a request is refused.

use nuncio_dialect::{ReceiverAnswers, SecretError, VerifyError};

/// A receiver that can't work as it is configured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// No dialect of that name is built in.
    #[error("dialect `{0}` is not built in: give a built-in one, or the text of its file")]
    UnknownDialect(String),
    /// Nothing to verify with.
    #[error("no secret was given: a receiver without one would have to refuse every request")]
    NoSecret,
    /// A secret that the dialect can't use.
    #[error("secret {number} can't be used: {fault}")]
    Secret {
        /// Which one, counted from 1.
        number: usize,
        /// What is wrong with it, without repeating it.
        fault: SecretError,
    },
}

/// A request that is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct VerificationError {
    reason: Reason,
    status: u16,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error(transparent)]
    NotGenuine(VerifyError),
    #[error("the body is not what the dialect sends: {0}")]
    MalformedBody(String),
}

impl VerificationError {
    pub(crate) fn not_genuine(error: VerifyError, answers: &ReceiverAnswers) -> Self {
        let is_missing = matches!(error, VerifyError::MissingHeader(_));
        Self {
            reason: Reason::NotGenuine(error),
            status: if is_missing {
                answers.missing
            } else {
                answers.invalid
            },
            text: answers.text.clone(),
        }
    }

    pub(crate) fn malformed_body(fault: impl ToString) -> Self {
        const BAD_REQUEST: u16 = 400;
        Self {
            reason: Reason::MalformedBody(fault.to_string()),
            status: BAD_REQUEST,
            text: "Malformed body".to_owned(),
        }
    }

    /// The stable name of its kind: `missing_header`, `malformed_header`, `bad_signature`, `too_old`, `too_new`,
    /// `unsigned` or `malformed_body`.
    pub const fn code(&self) -> &'static str {
        match &self.reason {
            Reason::NotGenuine(error) => error.kind(),
            Reason::MalformedBody(_) => "malformed_body",
        }
    }

    /// The header that is missing or malformed.
    pub fn header(&self) -> Option<&str> {
        match &self.reason {
            Reason::NotGenuine(
                VerifyError::MissingHeader(name) | VerifyError::MalformedHeader { name, .. },
            ) => Some(name),
            Reason::NotGenuine(_) | Reason::MalformedBody(_) => None,
        }
    }

    /// The status code that the dialect's receivers answer with.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The text that goes with it.
    pub fn text(&self) -> &str {
        &self.text
    }
}
