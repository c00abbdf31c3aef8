//! On whose behalf is a request made?

use nuncio_domain::{ProjectId, TenantId};

/// Whom a request belongs to. A connection that was opened for one owner never carries a request of another, also
/// where both send to the same host: what a connection stands for (a login, a client certificate, a place in the
/// receiver's own bookkeeping) is not shared. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The project.
    pub project: ProjectId,
    /// The tenant within it.
    pub tenant: TenantId,
}
