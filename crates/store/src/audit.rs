//! The audit log: every administrative change leaves an entry, in its own commit.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::{
    ActorKind, AuditEntry, AuditId, Author, KeyId, ProjectId, TenantId, Timestamp,
};

use crate::{Page, Slice, Store, StoreError};

/// How long entries are kept at least, days: a year and a month, so that the same month of the year before is there.
/// Longer where a project keeps its history longer.
pub const AUDIT_DAYS_MIN: u32 = 400;

/// Which entries; a field that is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// In this project.
    pub project: Option<ProjectId>,
    /// With this action; one that ends in `.*` is of every verb of the noun.
    pub action: Option<String>,
    /// Made by these.
    pub actor: Option<ByActor>,
    /// Done to a thing with one of these ids or names.
    pub targets: Option<Vec<String>>,
    /// Done to what is this tenant's.
    pub tenant: Option<TenantId>,
    /// Made then or later.
    pub since: Option<Timestamp>,
    /// Made before.
    pub until: Option<Timestamp>,
}

/// Whose entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByActor {
    /// Those of a key.
    Key(KeyId),
    /// Those of every key of a kind.
    Kind(ActorKind),
}

/// The audit log. Entries can't be changed, and only go when they are old.
#[async_trait]
pub trait AuditLog: Send + Sync + 'static {
    /// The same store, for one change: it is entered in the log as made by `author`, in its own commit, and so is every
    /// tenant that it makes on the way. What fails or is a repetition leaves no entry, nor does what is no
    /// administrative change: of appended events only the tenants are entered.
    fn by(&self, id: AuditId, author: Author) -> Arc<dyn Store>;
    /// Entries, newest first.
    async fn audit_entries(
        &self,
        query: AuditQuery,
        page: Page<AuditId>,
    ) -> Result<Slice<AuditEntry, AuditId>, StoreError>;
}
