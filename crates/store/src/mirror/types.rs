//! Event types, and the schedules that some of them have.

use std::sync::Arc;

use nuncio_domain::{EventType, EventTypeName, ProjectId, Retry};

use super::Mirror;
use crate::EndpointKey;

impl Mirror {
    /// Puts an event type in, or the changed one in its place.
    pub(crate) fn put_type(
        &mut self,
        project: ProjectId,
        event_type: Arc<EventType>,
    ) -> Vec<EndpointKey> {
        let (name, retry) = (event_type.name.clone(), event_type.retry.clone());
        let Some(part) = self.project_mut(project) else {
            return Vec::new();
        };
        part.types.insert(name.clone(), event_type);
        self.put_retry(project, name, retry)
    }

    pub(crate) fn drop_type(
        &mut self,
        project: ProjectId,
        name: &EventTypeName,
    ) -> Vec<EndpointKey> {
        let Some(part) = self.project_mut(project) else {
            return Vec::new();
        };
        part.types.remove(name);
        self.put_retry(project, name.clone(), None)
    }

    /// Notes the schedule of an event type, which every endpoint without one of its own goes by.
    fn put_retry(
        &mut self,
        project: ProjectId,
        name: EventTypeName,
        retry: Option<Retry>,
    ) -> Vec<EndpointKey> {
        let Some(part) = self.project_mut(project) else {
            return Vec::new();
        };
        if part.type_retries.get(&name) == retry.as_ref() {
            return Vec::new();
        }
        let retries = Arc::make_mut(&mut part.type_retries);
        match retry {
            Some(retry) => drop(retries.insert(name, retry)),
            None => drop(retries.remove(&name)),
        }
        self.refresh(project)
    }
}
