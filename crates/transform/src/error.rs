//! Why a transformation failed, and where in the code.

use std::fmt;

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransformErrorKind {
    /// The code is not JavaScript.
    Syntax,
    /// It threw.
    Thrown,
    /// It took longer than it may.
    Timeout,
    /// It needed more memory than it may.
    Memory,
    /// It has no handler, or that returned what can't be sent.
    Result,
    /// It was not run: there is more to run than the server runs, or the owner's code before it still holds a thread.
    Busy,
}

impl TransformErrorKind {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Thrown => "thrown",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Result => "result",
            Self::Busy => "busy",
        }
    }
}

/// A transformation that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TransformError {
    /// What kind of failure it was.
    pub kind: TransformErrorKind,
    /// What happened, in a sentence; what the code threw is cut to a few hundred characters.
    pub message: String,
    /// The line of the code, counted from 1, where that is known.
    pub line: Option<u32>,
    /// The column of that line, counted from 1.
    pub column: Option<u32>,
}

impl TransformError {
    /// A failure at no line of its own.
    pub(crate) fn new(kind: TransformErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            line: None,
            column: None,
        }
    }

    /// What was returned can't be sent.
    pub fn result(message: impl Into<String>) -> Self {
        Self::new(TransformErrorKind::Result, message)
    }

    /// Whether the code was not run for reasons that are not its own.
    pub fn is_busy(&self) -> bool {
        self.kind == TransformErrorKind::Busy
    }
}

impl fmt::Display for TransformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, " (line {line}, column {column})"),
            (Some(line), None) => write!(f, " (line {line})"),
            (None, _) => Ok(()),
        }
    }
}
