//! The audit log, and whose changes it is told of.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::{AuditEntry, AuditId, Author};

use crate::{
    Ingest, Monitor, Page, Slice, Store, StoreError, Work,
    audit::{AuditLog, AuditQuery},
    needs::Needs,
    relational::{engine::Relational, reads::audit},
};

#[async_trait]
impl<E: Relational + Ingest + Work + Monitor> AuditLog for E {
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
