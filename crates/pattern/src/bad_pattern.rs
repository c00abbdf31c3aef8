//! What is wrong with a pattern, and where.

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct BadPattern {
    /// The JSON pointer (RFC 6901) of the place in the pattern; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}
