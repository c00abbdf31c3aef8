//! Why a guide can't be written.

use nuncio_dialect::DataError;

/// A guide that can't be written.
#[derive(Debug, thiserror::Error)]
pub enum GuideError {
    /// The example of the catalog's first event type can't be sent under the dialect.
    #[error("the example of event type {kind}: {fault}")]
    Example {
        /// The type's name.
        kind: String,
        /// What is wrong with its example.
        fault: DataError,
    },
    /// A template asks for what there is not.
    #[error("a template of the guide can't be filled in: {0}")]
    Template(#[from] minijinja::Error),
}
