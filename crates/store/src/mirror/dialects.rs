//! Dialects by name and version, and what they make of an endpoint.

use std::{collections::BTreeMap, sync::Arc};

use nuncio_dialect::Handshake;
use nuncio_domain::{
    DialectVersion, Endpoint, EventTypeName, Policy, Project, ProjectId, Retry, Tenant,
    Transformations, Waiting,
};
use serde_json::{Map, Value};

use super::{Mirror, chunks::Chunks, shards::Shards};
use crate::{EndpointKey, Sending};

/// Every version of every dialect, and which of them names stand for now.
#[derive(Clone, Debug, Default)]
pub(super) struct Dialects {
    versions: Shards<i64, DialectVersion>,
    builtin: Arc<BTreeMap<String, i64>>,
    own: Chunks<ProjectId, Arc<BTreeMap<String, i64>>>,
}

impl Dialects {
    /// A project's own dialect of that name, or else a built-in one: a name that a later program brings along must
    /// not change what a project has called so before.
    fn named(&self, project: ProjectId, name: &str) -> Option<&DialectVersion> {
        let own = self
            .own
            .get(&project)
            .and_then(|dialects| dialects.get(name));
        let version = own.or_else(|| self.builtin.get(name))?;
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

    /// What sending to an endpoint takes.
    pub(super) fn sending(
        &self,
        project: &Project,
        tenant: &Tenant,
        type_retries: &Arc<BTreeMap<EventTypeName, Retry>>,
        endpoint: Arc<Endpoint>,
    ) -> Sending {
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
        } else if !tenant.is_on(&policy.plans) {
            Some(Waiting::Plan)
        } else if endpoint.verification.is_waited_for() && policy.handshake != Handshake::None {
            Some(Waiting::Unverified)
        } else {
            None
        };
        let type_retries = match endpoint.retry {
            Some(_) => Arc::default(),
            None => Arc::clone(type_retries),
        };
        Sending {
            project: project.id,
            type_retries,
            endpoint,
            metadata: sent_metadata(&dialect, tenant),
            dialect,
            policy,
            history_days: project.policy.history_days(),
            transformations: project.policy.transformations() != Transformations::Off,
            waiting,
        }
    }

    /// Forgets which dialects a project has of its own. Their versions stay: attempts name them.
    pub(super) fn drop_project(&mut self, project: ProjectId) {
        self.own.remove(&project);
    }
}

/// The entries of a tenant's metadata that a dialect names: most name none, and memory holds this for every endpoint.
fn sent_metadata(dialect: &DialectVersion, tenant: &Tenant) -> Map<String, Value> {
    let keys = dialect.dialect.metadata_keys();
    let entries = keys.filter_map(|key| {
        let value = tenant.metadata.get(key)?;
        Some((key.to_owned(), value.clone()))
    });
    entries.collect()
}

impl Mirror {
    pub(crate) fn dialect(&self, project: ProjectId, name: &str) -> Option<&DialectVersion> {
        self.dialects.named(project, name)
    }

    /// The newest version of a project's own dialect.
    pub(crate) fn own_dialect(&self, project: ProjectId, name: &str) -> Option<&DialectVersion> {
        let version = self.dialects.own.get(&project)?.get(name)?;
        self.dialects.versions.get(version)
    }

    pub(crate) fn is_builtin(&self, name: &str) -> bool {
        self.dialects.builtin.contains_key(name)
    }

    pub(crate) fn dialect_version(&self, version: i64) -> Option<&DialectVersion> {
        self.dialects.versions.get(&version)
    }

    pub(crate) fn dialects(&self, project: Option<ProjectId>) -> Vec<DialectVersion> {
        let own = project.and_then(|project| self.dialects.own.get(&project));
        let own = own.into_iter().flat_map(|own| own.iter());
        let names: BTreeMap<_, _> = self.dialects.builtin.iter().chain(own).collect();
        names
            .values()
            .filter_map(|version| self.dialects.versions.get(version))
            .cloned()
            .collect()
    }

    /// Puts a version of a dialect in that came with the program; `current` if it is the one to use.
    pub(crate) fn put_builtin(&mut self, version: DialectVersion, current: bool) {
        if current {
            let name = version.dialect.name().to_owned();
            Arc::make_mut(&mut self.dialects.builtin).insert(name, version.version);
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
        let own = self.dialects.own.get_or_insert_with(project, Arc::default);
        Arc::make_mut(own).insert(name, version.version);
        self.dialects.versions.insert(version.version, version);
        self.refresh(project)
    }

    /// Takes a name of a project's own dialect away. Its versions stay: attempts name them.
    pub(crate) fn drop_dialect(&mut self, project: ProjectId, name: &str) -> Vec<EndpointKey> {
        let own = self.dialects.own.get_or_insert_with(project, Arc::default);
        Arc::make_mut(own).remove(name);
        self.refresh(project)
    }
}
