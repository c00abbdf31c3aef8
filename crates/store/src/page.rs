//! Who asks, and for which part of a list.

use nuncio_domain::{ProjectId, TenantId};

/// How far a caller may see: one project, and within it one tenant or all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The project.
    pub project: ProjectId,
    /// The only tenant whose things are to be found; `None` is every tenant of the project.
    pub tenant: Option<TenantId>,
}

/// Which part of a list: those after `after` in the list's order, `limit` at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// The last one of the page before.
    pub after: Option<K>,
    /// 1 to 250.
    pub limit: usize,
}

/// A part of a list, and where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T, K> {
    /// The items.
    pub items: Vec<T>,
    /// What to give as [`Page::after`] to go on; `None` at the end.
    pub next: Option<K>,
}

impl<T, K> Slice<T, K> {
    /// Nothing, and nothing after it.
    pub const fn empty() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }
}
