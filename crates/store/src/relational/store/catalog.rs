//! The catalog: reads from memory, changes on the writer.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_dialect::Dialect;
use nuncio_domain::{
    ApiKey, DialectVersion, Endpoint, EndpointId, EventType, EventTypeName, JobId, KeyId, Project,
    ProjectId, Tenant, TenantId, Timestamp, Uid,
};

use crate::{
    Catalog, Change, EventTypePut, Once, Page, Quota, Reach, Slice, StoreError,
    needs::Needs,
    relational::{
        changes::{catalog, dialect, endpoint, event_type, operator},
        engine::Relational,
        reads::{dialects, tenants},
        shared::Shared,
    },
    sql::Sql,
};

#[async_trait]
impl<E: Relational> Catalog for E {
    async fn create_project(
        &self,
        project: Project,
        types: Vec<EventType>,
        once: Option<Once<Arc<Project>>>,
    ) -> Result<Arc<Project>, StoreError> {
        self.change(Needs::Nothing, move |write| {
            catalog::create_project(write, project, types, once)
        })
        .await
    }

    async fn project(&self, id: ProjectId) -> Result<Option<Arc<Project>>, StoreError> {
        let mirror = self.shared().mirror();
        Ok(mirror.project(id).map(|part| Arc::clone(&part.project)))
    }

    async fn projects(
        &self,
        page: Page<ProjectId>,
    ) -> Result<Slice<Arc<Project>, ProjectId>, StoreError> {
        Ok(self.shared().mirror().project_slice(&page))
    }

    async fn update_project(
        &self,
        id: ProjectId,
        change: Change<Project>,
    ) -> Result<Arc<Project>, StoreError> {
        self.change(Needs::Rows, move |write| {
            catalog::update_project(write, id, change)
        })
        .await
    }

    async fn delete_project(
        &self,
        id: ProjectId,
        job: JobId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(Needs::Rows, move |write| {
            catalog::delete_project(write, id, job, now)
        })
        .await
    }

    async fn create_key(
        &self,
        key: ApiKey,
        sha256: [u8; 32],
        once: Option<Once<Arc<ApiKey>>>,
    ) -> Result<Arc<ApiKey>, StoreError> {
        self.change(Needs::Nothing, move |write| {
            catalog::create_key(write, key, sha256, once)
        })
        .await
    }

    async fn key(&self, sha256: &[u8; 32]) -> Result<Option<Arc<ApiKey>>, StoreError> {
        Ok(self.shared().mirror().key(sha256).cloned())
    }

    async fn keys(
        &self,
        project: ProjectId,
        page: Page<KeyId>,
    ) -> Result<Slice<Arc<ApiKey>, KeyId>, StoreError> {
        Ok(self.shared().mirror().key_slice(project, &page))
    }

    async fn delete_key(&self, project: ProjectId, id: KeyId) -> Result<(), StoreError> {
        self.change(Needs::Nothing, move |write| {
            catalog::delete_key(write, project, id)
        })
        .await
    }

    fn touch_key(&self, id: KeyId, now: Timestamp) {
        if self.shared().last_uses.is_new(id, now) {
            self.touched(id, now);
        }
    }

    async fn put_tenant(
        &self,
        project: ProjectId,
        id: TenantId,
        now: Timestamp,
        change: Change<Tenant>,
    ) -> Result<Arc<Tenant>, StoreError> {
        let reach = Reach {
            project,
            tenant: Some(id.clone()),
        };
        self.change(self.rows_within(&reach), move |write| {
            catalog::put_tenant(write, project, &id, now, change)
        })
        .await
    }

    async fn tenant(
        &self,
        project: ProjectId,
        id: &TenantId,
    ) -> Result<Option<Arc<Tenant>>, StoreError> {
        {
            let mirror = self.shared().mirror();
            if mirror.project(project).is_none() {
                return Ok(None);
            }
            if let Some(part) = mirror.tenant(project, id) {
                return Ok(Some(Arc::clone(&part.tenant)));
            }
        }
        // No flush: what was answered is committed.
        let id = id.clone();
        let read = move |conn: Sql<'_>, shared: &Shared| tenants::find(conn, shared, project, &id);
        let found = self.read(Needs::Nothing, read).await?;
        Ok(found.map(|found| found.tenant))
    }

    async fn tenants(
        &self,
        project: ProjectId,
        page: Page<TenantId>,
    ) -> Result<Slice<Arc<Tenant>, TenantId>, StoreError> {
        self.read(Needs::Nothing, move |conn, shared| {
            tenants::list(conn, shared, project, &page)
        })
        .await
    }

    async fn tenant_named(
        &self,
        project: ProjectId,
        uid: &Uid,
    ) -> Result<Option<TenantId>, StoreError> {
        Ok(self.shared().mirror().tenant_named(project, uid).cloned())
    }

    async fn delete_tenant(
        &self,
        project: ProjectId,
        id: &TenantId,
        job: JobId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = id.clone();
        let reach = Reach {
            project,
            tenant: Some(id.clone()),
        };
        self.change(self.rows_within(&reach), move |write| {
            catalog::delete_tenant(write, project, &id, job, now)
        })
        .await
    }

    async fn put_event_types(
        &self,
        project: ProjectId,
        types: Vec<EventTypePut>,
    ) -> Result<Vec<Arc<EventType>>, StoreError> {
        self.change(Needs::Nothing, move |write| {
            event_type::put(write, project, types)
        })
        .await
    }

    async fn archive_event_type(
        &self,
        project: ProjectId,
        name: &EventTypeName,
        archived_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Arc<EventType>, StoreError> {
        let name = name.clone();
        self.change(Needs::Nothing, move |write| {
            event_type::archive(write, project, &name, archived_at, now)
        })
        .await
    }

    async fn event_type(
        &self,
        project: ProjectId,
        name: &EventTypeName,
    ) -> Result<Option<Arc<EventType>>, StoreError> {
        let mirror = self.shared().mirror();
        let found = mirror.project(project);
        Ok(found.and_then(|part| part.types.get(name).cloned()))
    }

    async fn event_types(
        &self,
        project: ProjectId,
        page: Page<EventTypeName>,
    ) -> Result<Slice<Arc<EventType>, EventTypeName>, StoreError> {
        Ok(self.shared().mirror().type_slice(project, &page))
    }

    async fn delete_event_type(
        &self,
        project: ProjectId,
        name: &EventTypeName,
    ) -> Result<(), StoreError> {
        let name = name.clone();
        self.change(Needs::Nothing, move |write| {
            event_type::delete(write, project, name)
        })
        .await
    }

    async fn create_endpoint(
        &self,
        project: ProjectId,
        new: Endpoint,
        max: u32,
        once: Option<Once<Arc<Endpoint>>>,
    ) -> Result<Arc<Endpoint>, StoreError> {
        self.change(Needs::Nothing, move |write| {
            endpoint::create(write, project, new, max, once)
        })
        .await
    }

    async fn endpoint(
        &self,
        reach: &Reach,
        id: EndpointId,
    ) -> Result<Option<Arc<Endpoint>>, StoreError> {
        let mirror = self.shared().mirror();
        let found = mirror.endpoint(reach, id);
        Ok(found.map(|(key, sending)| self.shared().streaks.show(key, &sending.endpoint)))
    }

    async fn endpoint_named(
        &self,
        project: ProjectId,
        tenant: &TenantId,
        uid: &Uid,
    ) -> Result<Option<EndpointId>, StoreError> {
        Ok(self.shared().mirror().endpoint_named(project, tenant, uid))
    }

    async fn endpoints(
        &self,
        reach: &Reach,
        page: Page<EndpointId>,
    ) -> Result<Slice<Arc<Endpoint>, EndpointId>, StoreError> {
        let slice = self.shared().mirror().endpoint_slice(reach, &page);
        let streaks = &self.shared().streaks;
        Ok(slice.map(|(key, endpoint)| streaks.show(key, &endpoint)))
    }

    async fn update_endpoint(
        &self,
        reach: &Reach,
        id: EndpointId,
        change: Change<Endpoint>,
        once: Option<Once<Arc<Endpoint>>>,
    ) -> Result<Arc<Endpoint>, StoreError> {
        let needs = self.rows_of_endpoint(reach, id);
        let reach = reach.clone();
        self.change(needs, move |write| {
            endpoint::update(write, &reach, id, change, once)
        })
        .await
    }

    async fn delete_endpoint(
        &self,
        reach: &Reach,
        id: EndpointId,
        job: JobId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let needs = self.rows_of_endpoint(reach, id);
        let reach = reach.clone();
        self.change(needs, move |write| {
            endpoint::delete(write, &reach, id, job, now)
        })
        .await
    }

    async fn secret_revealed(&self, reach: &Reach, id: EndpointId) -> Result<(), StoreError> {
        let reach = reach.clone();
        self.change(Needs::Nothing, move |write| {
            endpoint::secret_revealed(write, &reach, id)
        })
        .await
    }

    async fn quota_reached(
        &self,
        project: ProjectId,
        tenant: &TenantId,
        quota: Quota,
        limit: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tenant = tenant.clone();
        self.change(Needs::Nothing, move |write| {
            operator::quota_reached(write, project, &tenant, (quota, limit), now)
        })
        .await
    }

    async fn dialect(
        &self,
        project: ProjectId,
        name: &str,
    ) -> Result<Option<DialectVersion>, StoreError> {
        Ok(self.shared().mirror().dialect(project, name).cloned())
    }

    async fn dialects(
        &self,
        project: Option<ProjectId>,
    ) -> Result<Vec<DialectVersion>, StoreError> {
        Ok(self.shared().mirror().dialects(project))
    }

    async fn put_dialect(
        &self,
        project: ProjectId,
        dialect: Arc<Dialect>,
        now: Timestamp,
    ) -> Result<DialectVersion, StoreError> {
        self.change(Needs::Rows, move |write| {
            dialect::put(write, project, dialect, now)
        })
        .await
    }

    async fn delete_dialect(
        &self,
        project: ProjectId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.change(Needs::Rows, move |write| {
            dialect::delete(write, project, &name, now)
        })
        .await
    }

    async fn dialect_versions(
        &self,
        project: ProjectId,
        name: &str,
        page: Page<u32>,
    ) -> Result<Slice<DialectVersion, u32>, StoreError> {
        let name = name.to_owned();
        self.read(Needs::Nothing, move |conn, shared| {
            dialects::versions(conn, shared, project, &name, &page)
        })
        .await
    }

    async fn dialect_version(&self, version: i64) -> Result<Option<DialectVersion>, StoreError> {
        Ok(self.shared().mirror().dialect_version(version).cloned())
    }
}
