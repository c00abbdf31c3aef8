//! What a write transaction leaves to be done once it is committed, and what is forgotten if it is not.

use std::{collections::HashMap, sync::Arc};

use nuncio_domain::{NewAuditEntry, ProjectId, Tenant, TenantId, Timestamp};

use crate::{EndpointKey, Fresh, mirror::Mirror, streaks};

/// A change to the catalog in memory; returns the endpoints that it touches.
pub(crate) type MirrorChange = Box<dyn FnOnce(&mut Mirror) -> Vec<EndpointKey> + Send>;

/// Tenants that were made on the way, with their numbers. They are not kept in memory for that.
pub(crate) type NewTenants = HashMap<(ProjectId, TenantId), (i64, Arc<Tenant>)>;

/// What is to be done once the transaction is committed, and forgotten if it is not.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) mirror: Vec<MirrorChange>,
    pub(crate) new_tenants: NewTenants,
    pub(crate) fresh: Vec<Fresh>,
    pub(crate) due: Vec<(EndpointKey, Timestamp)>,
    pub(crate) job: bool,
    pub(crate) streaks: Vec<streaks::Change>,
    /// What was done, for the audit log; written before the commit, if it is known by whom.
    pub(crate) audit_entry: Option<NewAuditEntry>,
    /// What was done besides, in the same commit.
    pub(crate) more_audit_entries: Vec<NewAuditEntry>,
    /// Something was erased then: the log must not keep it.
    pub(crate) erased: Option<Timestamp>,
}

impl Effects {
    pub(crate) fn mirror(
        &mut self,
        change: impl FnOnce(&mut Mirror) -> Vec<EndpointKey> + Send + 'static,
    ) {
        self.mirror.push(Box::new(change));
    }

    /// Takes over what another part of the work leaves to be done.
    pub(crate) fn append(&mut self, other: Self) {
        let Self {
            mirror,
            new_tenants,
            fresh,
            due,
            job,
            streaks,
            audit_entry,
            more_audit_entries,
            erased,
        } = other;
        self.mirror.extend(mirror);
        self.new_tenants.extend(new_tenants);
        self.fresh.extend(fresh);
        self.due.extend(due);
        self.job |= job;
        self.streaks.extend(streaks);
        self.audit_entry = audit_entry.or_else(|| self.audit_entry.take());
        self.more_audit_entries.extend(more_audit_entries);
        self.erased = erased.or(self.erased);
    }
}
