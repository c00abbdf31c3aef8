//! What the names in a request stand for: whoever knows the caller puts ids in the place of uids, and paths and queries
//! are read with these.

/// Ids in the place of what a request named otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    /// The id in the path.
    pub(crate) path: Option<String>,
    /// The whole query string.
    pub(crate) query: Option<String>,
}
