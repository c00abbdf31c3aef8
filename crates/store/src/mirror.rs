//! The catalog in memory: what every engine answers catalog reads and routes events from.
//!
//! It holds what is committed, and only the engine's writer changes it, after the commit. Each change returns the
//! endpoints that are no longer as they were, so that the writer can tell the feed.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};

use nuncio_domain::{
    ApiKey, DialectVersion, Endpoint, EndpointId, EventType, EventTypeName, KeyId, Policy, Project,
    ProjectId, Tenant, TenantId, Timestamp, Waiting,
};

use crate::{EndpointKey, Page, Reach, Sending, Slice};

/// The catalog.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    projects: BTreeMap<ProjectId, ProjectPart>,
    endpoints: HashMap<EndpointKey, Arc<Sending>>,
    keys: HashMap<[u8; 32], Arc<ApiKey>>,
    key_hashes: HashMap<KeyId, [u8; 32]>,
    dialects: Dialects,
}

/// A project and what belongs to it.
#[derive(Debug)]
pub(crate) struct ProjectPart {
    /// The store's number.
    pub(crate) key: i64,
    /// The project.
    pub(crate) project: Arc<Project>,
    /// Its tenants.
    pub(crate) tenants: BTreeMap<TenantId, TenantPart>,
    /// Its event types.
    pub(crate) types: BTreeMap<EventTypeName, Arc<EventType>>,
    endpoints: BTreeMap<EndpointId, EndpointKey>,
    keys: BTreeMap<KeyId, [u8; 32]>,
}

/// A tenant and its endpoints.
#[derive(Debug)]
pub(crate) struct TenantPart {
    /// The store's number.
    pub(crate) key: i64,
    /// The tenant.
    pub(crate) tenant: Arc<Tenant>,
    /// Its endpoints, in the order in which they were made.
    pub(crate) endpoints: Vec<Routed>,
}

/// An endpoint as events are routed to it.
#[derive(Clone, Debug)]
pub(crate) struct Routed {
    pub(crate) key: EndpointKey,
    pub(crate) sending: Arc<Sending>,
}

impl AsRef<Endpoint> for Routed {
    fn as_ref(&self) -> &Endpoint {
        &self.sending.endpoint
    }
}

#[derive(Debug, Default)]
struct Dialects {
    versions: HashMap<i64, DialectVersion>,
    builtin: BTreeMap<String, i64>,
    own: HashMap<ProjectId, BTreeMap<String, i64>>,
}

impl Dialects {
    fn named(&self, project: ProjectId, name: &str) -> Option<&DialectVersion> {
        let version = self.builtin.get(name).or_else(|| {
            self.own
                .get(&project)
                .and_then(|dialects| dialects.get(name))
        })?;
        self.versions.get(version)
    }

    fn of_endpoint(&self, project: &Project, endpoint: &Endpoint) -> Option<&DialectVersion> {
        let own = endpoint.dialect.as_deref();
        own.and_then(|name| self.named(project.id, name))
            .or_else(|| self.named(project.id, &project.dialect))
            // A name without a dialect is refused where it comes in; the default keeps deliveries going all the same.
            .or_else(|| {
                nuncio_dialect::builtin()
                    .first()
                    .and_then(|dialect| self.named(project.id, dialect.name()))
            })
    }

    fn sending(&self, project: &Project, tenant: &Tenant, endpoint: Arc<Endpoint>) -> Sending {
        let dialect = self
            .of_endpoint(project, &endpoint)
            .expect("the built-in dialects are put in before anything else")
            .clone();
        let policy = project.policy.over(dialect.dialect.policy());
        let policy = Policy {
            retry: endpoint.retry.clone().unwrap_or(policy.retry),
            timeout_ms: endpoint.timeout_ms.unwrap_or(policy.timeout_ms),
            ..policy
        };
        // Who may have endpoints is the project's affair: an endpoint's own dialect is no way round it.
        let plans = self.named(project.id, &project.dialect).map_or_else(
            || policy.plans.clone(),
            |dialect| project.policy.over(dialect.dialect.policy()).plans,
        );
        let policy = Policy { plans, ..policy };
        let waiting = if endpoint.disabled.is_some() {
            Some(Waiting::EndpointDisabled)
        } else if tenant.is_on(&policy.plans) {
            None
        } else {
            Some(Waiting::Plan)
        };
        Sending {
            project: project.id,
            endpoint,
            dialect,
            policy,
            waiting,
        }
    }
}

impl Mirror {
    pub(crate) fn project(&self, id: ProjectId) -> Option<&ProjectPart> {
        self.projects.get(&id)
    }

    pub(crate) fn projects(&self) -> impl Iterator<Item = &ProjectPart> {
        self.projects.values()
    }

    pub(crate) fn tenant(&self, project: ProjectId, id: &TenantId) -> Option<&TenantPart> {
        self.projects.get(&project)?.tenants.get(id)
    }

    pub(crate) fn sending(&self, key: EndpointKey) -> Option<&Arc<Sending>> {
        self.endpoints.get(&key)
    }

    pub(crate) fn endpoint_keys(&self) -> impl Iterator<Item = EndpointKey> {
        self.endpoints.keys().copied()
    }

    /// An endpoint within reach, with its number.
    pub(crate) fn endpoint(
        &self,
        reach: &Reach,
        id: EndpointId,
    ) -> Option<(EndpointKey, &Arc<Sending>)> {
        let key = *self.projects.get(&reach.project)?.endpoints.get(&id)?;
        let sending = self.endpoints.get(&key)?;
        reach
            .tenant
            .as_ref()
            .is_none_or(|tenant| *tenant == sending.endpoint.tenant)
            .then_some((key, sending))
    }

    pub(crate) fn key(&self, sha256: &[u8; 32]) -> Option<&Arc<ApiKey>> {
        self.keys.get(sha256)
    }

    pub(crate) fn dialect(&self, project: ProjectId, name: &str) -> Option<&DialectVersion> {
        self.dialects.named(project, name)
    }

    pub(crate) fn is_builtin(&self, name: &str) -> bool {
        self.dialects.builtin.contains_key(name)
    }

    pub(crate) fn dialect_version(&self, version: i64) -> Option<&DialectVersion> {
        self.dialects.versions.get(&version)
    }

    pub(crate) fn dialects(&self, project: ProjectId) -> Vec<DialectVersion> {
        let own = self.dialects.own.get(&project).into_iter().flatten();
        let names: BTreeMap<_, _> = self.dialects.builtin.iter().chain(own).collect();
        names
            .values()
            .filter_map(|version| self.dialects.versions.get(version))
            .cloned()
            .collect()
    }

    pub(crate) fn project_slice(&self, page: &Page<ProjectId>) -> Slice<Arc<Project>, ProjectId> {
        slice(&self.projects, page, |part| Some(Arc::clone(&part.project)))
    }

    pub(crate) fn key_slice(
        &self,
        project: ProjectId,
        page: &Page<KeyId>,
    ) -> Slice<Arc<ApiKey>, KeyId> {
        self.projects
            .get(&project)
            .map_or_else(Slice::empty, |part| {
                slice(&part.keys, page, |sha256| self.keys.get(sha256).cloned())
            })
    }

    pub(crate) fn tenant_slice(
        &self,
        project: ProjectId,
        page: &Page<TenantId>,
    ) -> Slice<Arc<Tenant>, TenantId> {
        self.projects
            .get(&project)
            .map_or_else(Slice::empty, |part| {
                slice(&part.tenants, page, |part| Some(Arc::clone(&part.tenant)))
            })
    }

    pub(crate) fn type_slice(
        &self,
        project: ProjectId,
        page: &Page<EventTypeName>,
    ) -> Slice<Arc<EventType>, EventTypeName> {
        self.projects
            .get(&project)
            .map_or_else(Slice::empty, |part| {
                slice(&part.types, page, |event_type| Some(Arc::clone(event_type)))
            })
    }

    pub(crate) fn endpoint_slice(
        &self,
        reach: &Reach,
        page: &Page<EndpointId>,
    ) -> Slice<Arc<Endpoint>, EndpointId> {
        let Some(part) = self.projects.get(&reach.project) else {
            return Slice::empty();
        };
        let found = |key: &EndpointKey| Some(Arc::clone(&self.endpoints.get(key)?.endpoint));
        let Some(tenant) = &reach.tenant else {
            return slice(&part.endpoints, page, found);
        };
        let own: BTreeMap<_, _> = part
            .tenants
            .get(tenant)
            .into_iter()
            .flat_map(|tenant| &tenant.endpoints)
            .map(|routed| (routed.sending.endpoint.id, routed.key))
            .collect();
        slice(&own, page, found)
    }

    /// Puts a project in, or the changed one in its place.
    pub(crate) fn put_project(&mut self, key: i64, project: Arc<Project>) -> Vec<EndpointKey> {
        let id = project.id;
        if let Some(part) = self.projects.get_mut(&id) {
            part.project = project;
            return self.refresh(id);
        }
        let part = ProjectPart {
            key,
            project,
            tenants: BTreeMap::new(),
            types: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        self.projects.insert(id, part);
        Vec::new()
    }

    /// Takes a project out with all that belongs to it.
    pub(crate) fn drop_project(&mut self, id: ProjectId) -> Vec<EndpointKey> {
        let Some(part) = self.projects.remove(&id) else {
            return Vec::new();
        };
        for (id, sha256) in &part.keys {
            self.keys.remove(sha256);
            self.key_hashes.remove(id);
        }
        self.dialects.own.remove(&id);
        let gone: Vec<_> = part.endpoints.into_values().collect();
        gone.iter().for_each(|key| {
            self.endpoints.remove(key);
        });
        gone
    }

    /// Puts a tenant in, or the changed one in its place.
    pub(crate) fn put_tenant(
        &mut self,
        project: ProjectId,
        key: i64,
        tenant: Arc<Tenant>,
    ) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get_mut(&project) else {
            return Vec::new();
        };
        let id = tenant.id.clone();
        part.tenants
            .entry(id.clone())
            .and_modify(|part| part.tenant = Arc::clone(&tenant))
            .or_insert_with(|| TenantPart {
                key,
                tenant,
                endpoints: Vec::new(),
            });
        self.refresh_tenant(project, &id)
    }

    /// Takes a tenant out with its endpoints and keys.
    pub(crate) fn drop_tenant(&mut self, project: ProjectId, id: &TenantId) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get_mut(&project) else {
            return Vec::new();
        };
        let Some(tenant) = part.tenants.remove(id) else {
            return Vec::new();
        };
        let (keys, hashes) = (&mut self.keys, &mut self.key_hashes);
        part.keys.retain(|key_id, sha256| {
            let its = keys
                .get(sha256)
                .is_some_and(|key| key.kind.tenant() == Some(id));
            if its {
                keys.remove(sha256);
                hashes.remove(key_id);
            }
            !its
        });
        let mut gone = Vec::with_capacity(tenant.endpoints.len());
        for routed in tenant.endpoints {
            part.endpoints.remove(&routed.sending.endpoint.id);
            self.endpoints.remove(&routed.key);
            gone.push(routed.key);
        }
        gone
    }

    /// Puts an endpoint in, or the changed one in its place. Its tenant must be there.
    pub(crate) fn put_endpoint(
        &mut self,
        project: ProjectId,
        key: EndpointKey,
        endpoint: Arc<Endpoint>,
    ) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get_mut(&project) else {
            return Vec::new();
        };
        let Some(tenant) = part.tenants.get_mut(&endpoint.tenant) else {
            return Vec::new();
        };
        part.endpoints.insert(endpoint.id, key);
        let sending = Arc::new(
            self.dialects
                .sending(&part.project, &tenant.tenant, endpoint),
        );
        self.endpoints.insert(key, Arc::clone(&sending));
        match tenant.endpoints.iter_mut().find(|routed| routed.key == key) {
            Some(routed) => routed.sending = sending,
            None => tenant.endpoints.push(Routed { key, sending }),
        }
        vec![key]
    }

    /// Takes an endpoint out.
    pub(crate) fn drop_endpoint(&mut self, key: EndpointKey) -> Vec<EndpointKey> {
        let Some(sending) = self.endpoints.remove(&key) else {
            return Vec::new();
        };
        if let Some(part) = self.projects.get_mut(&sending.project) {
            part.endpoints.remove(&sending.endpoint.id);
            if let Some(tenant) = part.tenants.get_mut(&sending.endpoint.tenant) {
                tenant.endpoints.retain(|routed| routed.key != key);
            }
        }
        vec![key]
    }

    pub(crate) fn put_type(&mut self, project: ProjectId, event_type: Arc<EventType>) {
        if let Some(part) = self.projects.get_mut(&project) {
            part.types.insert(event_type.name.clone(), event_type);
        }
    }

    pub(crate) fn drop_type(&mut self, project: ProjectId, name: &EventTypeName) {
        if let Some(part) = self.projects.get_mut(&project) {
            part.types.remove(name);
        }
    }

    pub(crate) fn put_key(&mut self, sha256: [u8; 32], key: Arc<ApiKey>) {
        let part = key.kind.project().and_then(|id| self.projects.get_mut(&id));
        if let Some(part) = part {
            part.keys.insert(key.id, sha256);
        }
        self.key_hashes.insert(key.id, sha256);
        self.keys.insert(sha256, key);
    }

    pub(crate) fn key_of(&self, project: ProjectId, id: KeyId) -> Option<&Arc<ApiKey>> {
        let sha256 = self.projects.get(&project)?.keys.get(&id)?;
        self.keys.get(sha256)
    }

    pub(crate) fn drop_key(&mut self, project: ProjectId, id: KeyId) {
        if let Some(part) = self.projects.get_mut(&project)
            && let Some(sha256) = part.keys.remove(&id)
        {
            self.keys.remove(&sha256);
            self.key_hashes.remove(&id);
        }
    }

    /// Notes when keys were used.
    pub(crate) fn touch_keys(&mut self, used: &HashMap<KeyId, Timestamp>) {
        for (id, at) in used {
            let key = self
                .key_hashes
                .get(id)
                .and_then(|sha256| self.keys.get_mut(sha256));
            if let Some(key) = key {
                Arc::make_mut(key).last_used_at = Some(*at);
            }
        }
    }

    /// Puts a version of a dialect in that came with the program; `current` if it is the one to use.
    pub(crate) fn put_builtin(&mut self, version: DialectVersion, current: bool) {
        if current {
            let name = version.dialect.name().to_owned();
            self.dialects.builtin.insert(name, version.version);
        }
        self.dialects.versions.insert(version.version, version);
    }

    /// Puts a version of a project's own dialect in, as the one to use.
    pub(crate) fn put_dialect(
        &mut self,
        project: ProjectId,
        version: DialectVersion,
    ) -> Vec<EndpointKey> {
        let name = version.dialect.name().to_owned();
        let own = self.dialects.own.entry(project).or_default();
        own.insert(name, version.version);
        self.dialects.versions.insert(version.version, version);
        self.refresh(project)
    }

    fn refresh(&mut self, project: ProjectId) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get(&project) else {
            return Vec::new();
        };
        let tenants: Vec<_> = part
            .tenants
            .iter()
            .filter(|(_, tenant)| !tenant.endpoints.is_empty())
            .map(|(id, _)| id.clone())
            .collect();
        tenants
            .iter()
            .flat_map(|tenant| self.refresh_tenant(project, tenant))
            .collect()
    }

    fn refresh_tenant(&mut self, project: ProjectId, id: &TenantId) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get_mut(&project) else {
            return Vec::new();
        };
        let Some(tenant) = part.tenants.get_mut(id) else {
            return Vec::new();
        };
        for routed in &mut tenant.endpoints {
            let endpoint = Arc::clone(&routed.sending.endpoint);
            let sending = self
                .dialects
                .sending(&part.project, &tenant.tenant, endpoint);
            routed.sending = Arc::new(sending);
            self.endpoints
                .insert(routed.key, Arc::clone(&routed.sending));
        }
        tenant.endpoints.iter().map(|routed| routed.key).collect()
    }
}

fn slice<K: Ord + Clone, V, T>(
    map: &BTreeMap<K, V>,
    page: &Page<K>,
    show: impl Fn(&V) -> Option<T>,
) -> Slice<T, K> {
    let from = page
        .after
        .as_ref()
        .map_or(Bound::Unbounded, Bound::Excluded);
    let mut rest = map
        .range((from, Bound::Unbounded))
        .filter_map(|(key, value)| Some((key, show(value)?)))
        .peekable();
    let mut items = Vec::new();
    let mut last = None;
    while items.len() < page.limit
        && let Some((key, item)) = rest.next()
    {
        items.push(item);
        last = Some(key.clone());
    }
    Slice {
        items,
        next: if rest.peek().is_some() { last } else { None },
    }
}
