//! What an engine that keeps rows has to say for itself: how a change and a read are carried out.

use std::sync::Arc;

use nuncio_domain::{EndpointId, KeyId, Timestamp};

use crate::{
    EndpointKey, Reach, StoreError,
    fail::Fail,
    needs::Needs,
    relational::{changes::audit::Authorship, shared::Shared, write::Write},
    sql::Sql,
};

/// An engine that keeps rows.
pub(crate) trait Relational: Clone + Send + Sync + 'static {
    /// What it has in memory.
    fn shared(&self) -> &Arc<Shared>;

    /// The same store, whose next change is entered in the audit log.
    fn authored(&self, authorship: Authorship) -> Self;

    /// Carries a change out, in a transaction of its own that sees what it needs.
    fn change<T: Send + 'static>(
        &self,
        needs: Needs,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, Fail> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Reads rows: what it needs to see is written first.
    fn read<T: Send + 'static>(
        &self,
        needs: Needs,
        read: impl FnOnce(Sql<'_>, &Shared) -> Result<T, Fail> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Leaves it to be written when a key was used. One that is busy or closed has no time for this.
    fn touched(&self, id: KeyId, now: Timestamp);

    /// What a look at the deliveries within reach needs.
    fn rows_within(&self, reach: &Reach) -> Needs {
        let Some(id) = &reach.tenant else {
            return Needs::Rows;
        };
        // One without endpoints, which is not in memory, may still have deliveries to deleted ones.
        let mirror = self.shared().mirror();
        let tenant = mirror.tenant(reach.project, id);
        tenant.map_or(Needs::Rows, |tenant| Needs::RowsOf(tenant.key))
    }

    /// What a look at the deliveries of an endpoint within reach needs.
    fn rows_of_endpoint(&self, reach: &Reach, id: EndpointId) -> Needs {
        let found = self
            .shared()
            .mirror()
            .endpoint(reach, id)
            .map(|(key, _)| key);
        found.map_or(Needs::Rows, |key| self.rows_of(key))
    }

    /// What a look at the deliveries of an endpoint needs.
    fn rows_of(&self, endpoint: EndpointKey) -> Needs {
        let mirror = self.shared().mirror();
        let Some(sending) = mirror.sending(endpoint) else {
            return Needs::Rows;
        };
        let tenant = mirror.tenant(sending.project, &sending.endpoint.tenant);
        tenant.map_or(Needs::Rows, |tenant| Needs::RowsOf(tenant.key))
    }
}
