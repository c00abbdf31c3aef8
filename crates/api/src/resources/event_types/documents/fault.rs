//! What is wrong with a document.

/// What is wrong with a document, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DocumentFault {
    /// JSON pointer into the document.
    pub(crate) pointer: String,
    pub(crate) detail: String,
}

impl DocumentFault {
    pub(crate) fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}
