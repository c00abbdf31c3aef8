//! What nodes and states of the catalog are called.

use std::fmt;

/// One start of a server. Chosen at random, so that no two are alike, and never used again: a process that begins anew, or
/// that the others have buried, has another one. The name that people give a node is kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u64);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// How many changes the catalog has had. They are applied one by one in this order, at every node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogVersion(pub u64);
