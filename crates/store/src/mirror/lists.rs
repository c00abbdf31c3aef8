//! Pages of the catalog, in the order of ids.

use std::sync::Arc;

use nuncio_domain::{
    ApiKey, Endpoint, EndpointId, EventType, EventTypeName, KeyId, Project, ProjectId,
};

use super::{Mirror, chunks::Chunks};
use crate::{EndpointKey, Page, PageFilling, PageStart, Reach, Slice};

impl Mirror {
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
    ) -> Slice<(EndpointKey, Arc<Endpoint>), EndpointId> {
        let Some(part) = self.projects.get(&reach.project) else {
            return Slice::empty();
        };
        let found = |key: &EndpointKey| {
            let sending = self.endpoints.get(key)?;
            Some((*key, Arc::clone(&sending.endpoint)))
        };
        let Some(tenant) = &reach.tenant else {
            return slice(&part.endpoints, page, found);
        };
        let mut own = Chunks::default();
        let tenant = part.tenants.get(tenant);
        for routed in tenant.into_iter().flat_map(|tenant| &tenant.endpoints) {
            own.insert(routed.sending.endpoint.id, routed.key);
        }
        slice(&own, page, found)
    }
}

fn slice<K: Ord + Clone, V, T>(
    map: &Chunks<K, V>,
    page: &Page<K>,
    show: impl Fn(&V) -> Option<T>,
) -> Slice<T, K> {
    let shown = |(key, value)| Some((key, show(value)?));
    match &page.start {
        PageStart::First => fill(page, map.after(None).filter_map(shown)),
        PageStart::After(key) => fill(page, map.after(Some(key)).filter_map(shown)),
        PageStart::UpTo(key) => fill(page, map.down_from(key).filter_map(shown)),
    }
}

/// A page with what comes on its way.
fn fill<'a, K: Clone + 'a, T>(
    page: &Page<K>,
    way: impl Iterator<Item = (&'a K, T)>,
) -> Slice<T, K> {
    let mut filling = PageFilling::new(page, usize::MAX);
    for (key, item) in way {
        if !filling.reaches(key) {
            break;
        }
        filling.push(item);
    }
    filling.slice()
}
