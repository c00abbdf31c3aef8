//! Projects, keys, tenants, event types, endpoints, dialects: what changes seldom and is read for every event.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_dialect::Dialect;
use nuncio_domain::{
    ApiKey, DialectVersion, Endpoint, EndpointId, EventType, EventTypeName, JobId, KeyId, Project,
    ProjectId, Tenant, TenantId, Timestamp, Uid,
};

use crate::{Once, Page, Quota, Reach, Slice, StoreError};

/// A change to something that is kept, made between reading and writing it, with no other change in between.
/// An `Err` leaves it as it was and comes back as [`StoreError::Conflict`]. An engine may make it again, with what is there
/// by then, when its transaction has to be run again: it does the same each time.
pub type Change<T> = Box<dyn Fn(&mut T) -> Result<(), String> + Send>;

/// An event type that is to be stored.
#[derive(Clone, Debug)]
pub struct EventTypePut {
    /// What is said of it. Versions and archive are the store's to keep.
    pub event_type: EventType,
    /// The version of the schema that this one was compared with; `None` if there was no type of that name.
    pub over: Option<u32>,
}

/// The catalog. Writes return after their commit, and are then in force. Reads fail where an engine has to ask for what it
/// does not hold in memory, and can't.
/// Lists go by id, ascending.
#[async_trait]
pub trait Catalog: Send + Sync + 'static {
    /// Stores a new project together with the event types that it begins with. `Conflict` if its id is taken.
    async fn create_project(
        &self,
        project: Project,
        types: Vec<EventType>,
        once: Option<Once<Arc<Project>>>,
    ) -> Result<Arc<Project>, StoreError>;
    /// A project.
    async fn project(&self, id: ProjectId) -> Result<Option<Arc<Project>>, StoreError>;
    /// All projects.
    async fn projects(
        &self,
        page: Page<ProjectId>,
    ) -> Result<Slice<Arc<Project>, ProjectId>, StoreError>;
    /// Changes a project.
    async fn update_project(
        &self,
        id: ProjectId,
        change: Change<Project>,
    ) -> Result<Arc<Project>, StoreError>;
    /// Deletes a project: it is gone at once, what it holds is deleted in pieces by the job.
    async fn delete_project(
        &self,
        id: ProjectId,
        job: JobId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Stores a key under the SHA-256 of its text. A portal's token is one, too: `NotFound` if its tenant is not there;
    /// of more than a thousand of one tenant, those go that would end first.
    async fn create_key(
        &self,
        key: ApiKey,
        sha256: [u8; 32],
        once: Option<Once<Arc<ApiKey>>>,
    ) -> Result<Arc<ApiKey>, StoreError>;
    /// The key with this SHA-256, also when it has expired.
    async fn key(&self, sha256: &[u8; 32]) -> Result<Option<Arc<ApiKey>>, StoreError>;
    /// The keys of a project, and of its tenants; no portals' tokens.
    async fn keys(
        &self,
        project: ProjectId,
        page: Page<KeyId>,
    ) -> Result<Slice<Arc<ApiKey>, KeyId>, StoreError>;
    /// Deletes a key of a project: it stops working at once.
    async fn delete_key(&self, project: ProjectId, id: KeyId) -> Result<(), StoreError>;
    /// Notes that a key was used; kept to the minute, at the store's leisure.
    fn touch_key(&self, id: KeyId, now: Timestamp);

    /// Changes a tenant, named by its id or uid, and made first if it is not there (then with `now` as both its times).
    /// `Conflict` if its uid is another's, or any tenant's id.
    async fn put_tenant(
        &self,
        project: ProjectId,
        id: TenantId,
        now: Timestamp,
        change: Change<Tenant>,
    ) -> Result<Arc<Tenant>, StoreError>;
    /// A tenant.
    async fn tenant(
        &self,
        project: ProjectId,
        id: &TenantId,
    ) -> Result<Option<Arc<Tenant>>, StoreError>;
    /// The tenants of a project.
    async fn tenants(
        &self,
        project: ProjectId,
        page: Page<TenantId>,
    ) -> Result<Slice<Arc<Tenant>, TenantId>, StoreError>;
    /// The tenant with this uid.
    async fn tenant_named(
        &self,
        project: ProjectId,
        uid: &Uid,
    ) -> Result<Option<TenantId>, StoreError>;
    /// Deletes a tenant with its endpoints and keys at once; its deliveries are cancelled in pieces by the job.
    async fn delete_tenant(
        &self,
        project: ProjectId,
        id: &TenantId,
        job: JobId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Stores event types, each in place of the one of the same name ([`EventType::in_place_of`]): all of them in one
    /// commit, or none. `Conflict` if a schema has been changed since [`EventTypePut::over`].
    async fn put_event_types(
        &self,
        project: ProjectId,
        types: Vec<EventTypePut>,
    ) -> Result<Vec<Arc<EventType>>, StoreError>;
    /// Archives an event type, or brings it back (`None`); what is so already stays as it is.
    async fn archive_event_type(
        &self,
        project: ProjectId,
        name: &EventTypeName,
        archived_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Arc<EventType>, StoreError>;
    /// An event type.
    async fn event_type(
        &self,
        project: ProjectId,
        name: &EventTypeName,
    ) -> Result<Option<Arc<EventType>>, StoreError>;
    /// The event types of a project.
    async fn event_types(
        &self,
        project: ProjectId,
        page: Page<EventTypeName>,
    ) -> Result<Slice<Arc<EventType>, EventTypeName>, StoreError>;
    /// Deletes an event type from the catalog.
    async fn delete_event_type(
        &self,
        project: ProjectId,
        name: &EventTypeName,
    ) -> Result<(), StoreError>;

    /// Stores an endpoint; makes its tenant if it is not there. `Conflict` if another of the tenant's has its uid. `LimitReached` if the tenant has `max` already.
    async fn create_endpoint(
        &self,
        project: ProjectId,
        endpoint: Endpoint,
        max: u32,
        once: Option<Once<Arc<Endpoint>>>,
    ) -> Result<Arc<Endpoint>, StoreError>;
    /// An endpoint.
    async fn endpoint(
        &self,
        reach: &Reach,
        id: EndpointId,
    ) -> Result<Option<Arc<Endpoint>>, StoreError>;
    /// A tenant's endpoint with this uid.
    async fn endpoint_named(
        &self,
        project: ProjectId,
        tenant: &TenantId,
        uid: &Uid,
    ) -> Result<Option<EndpointId>, StoreError>;
    /// Endpoints.
    async fn endpoints(
        &self,
        reach: &Reach,
        page: Page<EndpointId>,
    ) -> Result<Slice<Arc<Endpoint>, EndpointId>, StoreError>;
    /// Changes an endpoint. `Conflict` if another of its tenant's has its uid.
    async fn update_endpoint(
        &self,
        reach: &Reach,
        id: EndpointId,
        change: Change<Endpoint>,
        once: Option<Once<Arc<Endpoint>>>,
    ) -> Result<Arc<Endpoint>, StoreError>;
    /// Enters in the audit log that an endpoint's signing secret was shown again; changes nothing else.
    async fn secret_revealed(&self, reach: &Reach, id: EndpointId) -> Result<(), StoreError>;
    /// Deletes an endpoint at once; its deliveries are cancelled in pieces by the job.
    async fn delete_endpoint(
        &self,
        reach: &Reach,
        id: EndpointId,
        job: JobId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Tells a project's operator that a tenant has used up what it may.
    async fn quota_reached(
        &self,
        project: ProjectId,
        tenant: &TenantId,
        quota: Quota,
        limit: u32,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The newest version of a dialect: the project's own, or a built-in one.
    async fn dialect(
        &self,
        project: ProjectId,
        name: &str,
    ) -> Result<Option<DialectVersion>, StoreError>;
    /// All dialects that a project can name, by name; without a project those that any can.
    async fn dialects(&self, project: Option<ProjectId>)
    -> Result<Vec<DialectVersion>, StoreError>;
    /// Stores a dialect of a project, as a new version if its text is new. `Conflict` for a built-in's name.
    async fn put_dialect(
        &self,
        project: ProjectId,
        dialect: Arc<Dialect>,
        now: Timestamp,
    ) -> Result<DialectVersion, StoreError>;
    /// Deletes a dialect of a project; its versions stay, since attempts name them, and so does their count.
    /// `NotFound` if the project has none of that name; `Conflict`, naming the users, while the project or an
    /// endpoint uses it.
    async fn delete_dialect(
        &self,
        project: ProjectId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// The versions of the dialect that a name stands for, by their numbers, the newest first. `NotFound` for a name that no
    /// dialect has.
    async fn dialect_versions(
        &self,
        project: ProjectId,
        name: &str,
        page: Page<u32>,
    ) -> Result<Slice<DialectVersion, u32>, StoreError>;
    /// A dialect by its version, old or new: what an attempt was rendered with.
    async fn dialect_version(&self, version: i64) -> Result<Option<DialectVersion>, StoreError>;
}
