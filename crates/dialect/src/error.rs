//! Why a dialect file was refused.

/// A dialect file that was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct DialectError {
    /// The file's name, as it was given.
    pub file: String,
    /// The line of the offending value, counted from 1.
    pub line: usize,
    /// The column in that line, in characters counted from 1.
    pub column: usize,
    /// What is wrong, naming the value.
    pub reason: String,
}
