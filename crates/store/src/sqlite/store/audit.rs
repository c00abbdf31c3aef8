//! The audit log, and whose changes it is told of.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::{AuditEntry, AuditId, Author};

use super::SqliteStore;
use crate::{
    Page, Slice, Store, StoreError,
    audit::{AuditLog, AuditQuery},
    needs::Needs,
    sqlite::reads::audit,
};

#[async_trait]
impl AuditLog for SqliteStore {
    fn by(&self, id: AuditId, author: Author) -> Arc<dyn Store> {
        Arc::new(self.authored((id, Arc::new(author))))
    }

    async fn audit_entries(
        &self,
        query: AuditQuery,
        page: Page<AuditId>,
    ) -> Result<Slice<AuditEntry, AuditId>, StoreError> {
        self.read(Needs::Nothing, move |conn, _| {
            audit::list(conn, &query, &page)
        })
        .await
    }
}
