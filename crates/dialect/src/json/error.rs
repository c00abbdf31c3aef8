//! Why data cannot be sent.

use std::fmt;

/// Data that cannot be sent, and where in it the fault lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    /// The RFC 6901 pointer to the offending value, relative to the data; empty for the whole of it.
    pub pointer: String,
    /// What is wrong with the value, naming it, and what to do instead.
    pub detail: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            return f.write_str(&self.detail);
        }
        write!(f, "{}: {}", self.pointer, self.detail)
    }
}

impl std::error::Error for DataError {}
