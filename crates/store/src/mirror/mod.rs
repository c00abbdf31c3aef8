//! The catalog in memory: what every engine answers catalog reads and routes events from.
//!
//! It holds what is committed, as of one version. Whoever reads has a snapshot that stays as it is; after a commit, the
//! engine's writer makes the next version of a copy, which shares what is the same. Each change returns the endpoints that
//! are no longer as they were, so that the writer can tell the feed.

mod chunks;
mod dialects;
mod lists;
mod sessions;
mod shards;
mod types;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use nuncio_domain::{
    ApiKey, Endpoint, EndpointId, EventType, EventTypeName, KeyId, KeyKind, Project, ProjectId,
    Retry, Tenant, TenantId, Timestamp,
};

use self::{
    chunks::Chunks,
    dialects::Dialects,
    sessions::{ByEnd, Sessions},
    shards::Shards,
};
use crate::{EndpointKey, Reach, Sending};

/// The catalog. A copy of it is cheap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mirror {
    /// How many versions came before this one.
    version: u64,
    projects: Chunks<ProjectId, Arc<ProjectPart>>,
    endpoints: Shards<EndpointKey, Arc<Sending>>,
    keys: Shards<[u8; 32], Arc<ApiKey>>,
    key_hashes: Shards<KeyId, [u8; 32]>,
    dialects: Dialects,
    sessions: Sessions,
}

/// A project and what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct ProjectPart {
    /// The store's number.
    pub(crate) key: i64,
    /// The project.
    pub(crate) project: Arc<Project>,
    /// Its tenants with endpoints. Others are not kept in memory: there may be any number.
    pub(crate) tenants: Chunks<TenantId, Arc<TenantPart>>,
    /// Its event types.
    pub(crate) types: Chunks<EventTypeName, Arc<EventType>>,
    /// The schedules of those that have one.
    type_retries: Arc<BTreeMap<EventTypeName, Retry>>,
    endpoints: Chunks<EndpointId, EndpointKey>,
    keys: Chunks<KeyId, [u8; 32]>,
    /// The portals' tokens of each tenant that has some.
    portals: Chunks<TenantId, Arc<ByEnd>>,
}

/// A tenant and its endpoints.
#[derive(Clone, Debug)]
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

impl Mirror {
    /// The next version, to be changed.
    pub(crate) fn next(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }

    pub(crate) fn project(&self, id: ProjectId) -> Option<&ProjectPart> {
        self.projects.get(&id).map(|part| &**part)
    }

    fn project_mut(&mut self, id: ProjectId) -> Option<&mut ProjectPart> {
        self.projects.get_mut(&id).map(Arc::make_mut)
    }

    pub(crate) fn projects(&self) -> impl Iterator<Item = &ProjectPart> {
        self.projects.values().map(|part| &**part)
    }

    pub(crate) fn tenant(&self, project: ProjectId, id: &TenantId) -> Option<&TenantPart> {
        let part = self.projects.get(&project)?.tenants.get(id)?;
        Some(part)
    }

    pub(crate) fn sending(&self, key: EndpointKey) -> Option<&Arc<Sending>> {
        self.endpoints.get(&key)
    }

    /// The endpoints of a project.
    pub(crate) fn endpoints_of(&self, project: ProjectId) -> impl Iterator<Item = EndpointKey> {
        let part = self.projects.get(&project);
        part.into_iter()
            .flat_map(|part| part.endpoints.values().copied())
    }

    pub(crate) fn endpoint_keys(&self) -> impl Iterator<Item = EndpointKey> {
        self.endpoints.iter().map(|(key, _)| *key)
    }

    /// The endpoints whose handshakes are to be made.
    pub(crate) fn unverified(&self) -> impl Iterator<Item = EndpointKey> {
        let all = self.endpoints.iter();
        all.filter(|(_, sending)| sending.endpoint.verification.next_at.is_some())
            .map(|(key, _)| *key)
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

    /// Puts a project in, or the changed one in its place.
    pub(crate) fn put_project(&mut self, key: i64, project: Arc<Project>) -> Vec<EndpointKey> {
        let id = project.id;
        if let Some(part) = self.project_mut(id) {
            let before = std::mem::replace(&mut part.project, project);
            let after = &part.project;
            // A name or a logo is nothing to its endpoints, however many there are.
            if before.policy == after.policy && before.dialect == after.dialect {
                return Vec::new();
            }
            return self.refresh(id);
        }
        let part = ProjectPart {
            key,
            project,
            tenants: Chunks::default(),
            types: Chunks::default(),
            type_retries: Arc::default(),
            endpoints: Chunks::default(),
            keys: Chunks::default(),
            portals: Chunks::default(),
        };
        self.projects.insert(id, Arc::new(part));
        Vec::new()
    }

    /// Takes a project out with all that belongs to it.
    pub(crate) fn drop_project(&mut self, id: ProjectId) -> Vec<EndpointKey> {
        let Some(part) = self.projects.remove(&id) else {
            return Vec::new();
        };
        for (id, sha256) in part.keys.iter() {
            self.keys.remove(sha256);
            self.key_hashes.remove(id);
        }
        for (_, sha256) in part.portals.values().flat_map(|portals| portals.iter()) {
            self.keys.remove(sha256);
        }
        self.dialects.drop_project(id);
        let gone: Vec<_> = part.endpoints.values().copied().collect();
        gone.iter().for_each(|key| {
            self.endpoints.remove(key);
        });
        gone
    }

    /// Puts a changed tenant in the place of the old one, if that has endpoints.
    pub(crate) fn put_tenant(
        &mut self,
        project: ProjectId,
        tenant: Arc<Tenant>,
    ) -> Vec<EndpointKey> {
        let id = tenant.id.clone();
        let part = self.project_mut(project);
        let Some(part) = part.and_then(|part| part.tenants.get_mut(&id)) else {
            return Vec::new();
        };
        Arc::make_mut(part).tenant = tenant;
        self.refresh_tenant(project, &id)
    }

    /// Takes a tenant out with its endpoints and keys.
    pub(crate) fn drop_tenant(&mut self, project: ProjectId, id: &TenantId) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get_mut(&project).map(Arc::make_mut) else {
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
        let portals = part.portals.remove(id).unwrap_or_default();
        for (_, sha256) in portals.iter() {
            keys.remove(sha256);
        }
        let tenant = part.tenants.remove(id);
        let endpoints = tenant.map_or_else(Vec::new, |tenant| tenant.endpoints.clone());
        let mut gone = Vec::with_capacity(endpoints.len());
        for routed in endpoints {
            part.endpoints.remove(&routed.sending.endpoint.id);
            self.endpoints.remove(&routed.key);
            gone.push(routed.key);
        }
        gone
    }

    /// Puts an endpoint in; its tenant comes along if this is its first.
    pub(crate) fn add_endpoint(
        &mut self,
        project: ProjectId,
        (tenant_key, tenant): (i64, Arc<Tenant>),
        key: EndpointKey,
        endpoint: Arc<Endpoint>,
    ) -> Vec<EndpointKey> {
        let Some(part) = self.project_mut(project) else {
            return Vec::new();
        };
        part.tenants.get_or_insert_with(tenant.id.clone(), || {
            Arc::new(TenantPart {
                key: tenant_key,
                tenant,
                endpoints: Vec::new(),
            })
        });
        self.put_endpoint(project, key, endpoint)
    }

    /// Puts an endpoint in, or the changed one in its place. Its tenant must be there.
    pub(crate) fn put_endpoint(
        &mut self,
        project: ProjectId,
        key: EndpointKey,
        endpoint: Arc<Endpoint>,
    ) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get_mut(&project).map(Arc::make_mut) else {
            return Vec::new();
        };
        let Some(tenant) = part.tenants.get_mut(&endpoint.tenant).map(Arc::make_mut) else {
            return Vec::new();
        };
        part.endpoints.insert(endpoint.id, key);
        let (project, retries) = (&part.project, &part.type_retries);
        let sending = self
            .dialects
            .sending(project, &tenant.tenant, retries, endpoint);
        let sending = Arc::new(sending);
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
        if let Some(part) = self.project_mut(sending.project) {
            part.endpoints.remove(&sending.endpoint.id);
            let tenant = part.tenants.get_mut(&sending.endpoint.tenant);
            if let Some(tenant) = tenant.map(Arc::make_mut) {
                tenant.endpoints.retain(|routed| routed.key != key);
                if tenant.endpoints.is_empty() {
                    part.tenants.remove(&sending.endpoint.tenant);
                }
            }
        }
        vec![key]
    }

    /// Puts a key in. A portal's token belongs to its tenant alone: no list shows it.
    pub(crate) fn put_key(&mut self, sha256: [u8; 32], key: Arc<ApiKey>) {
        let part = key.kind.project().and_then(|id| self.projects.get_mut(&id));
        let part = part.map(Arc::make_mut);
        if let KeyKind::Portal { tenant, .. } = &key.kind {
            if let Some(part) = part {
                let ends_at = key.expires_at.unwrap_or_default();
                let portals = part
                    .portals
                    .get_or_insert_with(tenant.clone(), Arc::default);
                Arc::make_mut(portals).insert((ends_at, sha256));
                self.keys.insert(sha256, key);
            }
            return;
        }
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
        if let Some(part) = self.project_mut(project)
            && let Some(sha256) = part.keys.remove(&id)
        {
            self.keys.remove(&sha256);
            self.key_hashes.remove(&id);
        }
    }

    /// Notes when keys were used.
    pub(crate) fn touch_keys(&mut self, used: &HashMap<KeyId, Timestamp>) {
        for (id, at) in used {
            let sha256 = self.key_hashes.get(id);
            let key = sha256.and_then(|sha256| self.keys.get_mut(sha256));
            if let Some(key) = key {
                Arc::make_mut(key).last_used_at = Some(*at);
            }
        }
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

    /// Works out anew what sending to a tenant's endpoints takes; returns those for which it is no longer the same.
    fn refresh_tenant(&mut self, project: ProjectId, id: &TenantId) -> Vec<EndpointKey> {
        let Some(part) = self.projects.get_mut(&project).map(Arc::make_mut) else {
            return Vec::new();
        };
        let Some(tenant) = part.tenants.get_mut(id).map(Arc::make_mut) else {
            return Vec::new();
        };
        let mut changed = Vec::new();
        for routed in &mut tenant.endpoints {
            let endpoint = Arc::clone(&routed.sending.endpoint);
            let (project, retries) = (&part.project, &part.type_retries);
            let sending = self
                .dialects
                .sending(project, &tenant.tenant, retries, endpoint);
            if sending.is_like(&routed.sending) {
                continue;
            }
            routed.sending = Arc::new(sending);
            self.endpoints
                .insert(routed.key, Arc::clone(&routed.sending));
            changed.push(routed.key);
        }
        changed
    }
}

#[cfg(test)]
mod tests;
