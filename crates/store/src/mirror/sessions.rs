//! What lets browsers in for a while: sign-in sessions, and the tokens of portals.

use std::{collections::BTreeSet, sync::Arc};

use nuncio_domain::{ProjectId, TenantId, Timestamp};

use super::{Mirror, shards::Shards};
use crate::Session;

/// Secrets by when they end, the first to end first.
pub(crate) type ByEnd = BTreeSet<(Timestamp, [u8; 32])>;

/// The sign-in sessions.
#[derive(Clone, Debug, Default)]
pub(super) struct Sessions {
    all: Shards<[u8; 32], Session>,
    of_key: Shards<[u8; 32], Arc<ByEnd>>,
}

impl Mirror {
    pub(crate) fn session(&self, sha256: &[u8; 32]) -> Option<&Session> {
        self.sessions.all.get(sha256)
    }

    /// What has to go so that one more session of the key makes at most `max`.
    pub(crate) fn sessions_beyond(&self, key_sha256: &[u8; 32], max: usize) -> Vec<[u8; 32]> {
        beyond(
            self.sessions.of_key.get(key_sha256).map(|by_end| &**by_end),
            max,
        )
    }

    pub(crate) fn put_session(&mut self, session: Session) {
        let of_key = &mut self.sessions.of_key;
        let by_end = of_key.get_or_insert_with(session.key_sha256, Arc::default);
        Arc::make_mut(by_end).insert((session.expires_at, session.sha256));
        self.sessions.all.insert(session.sha256, session);
    }

    pub(crate) fn drop_session(&mut self, sha256: &[u8; 32]) {
        let Some(session) = self.sessions.all.remove(sha256) else {
            return;
        };
        let of_key = &mut self.sessions.of_key;
        if let Some(by_end) = of_key.get_mut(&session.key_sha256).map(Arc::make_mut) {
            by_end.remove(&(session.expires_at, *sha256));
            if by_end.is_empty() {
                of_key.remove(&session.key_sha256);
            }
        }
    }

    /// What has to go so that one more portal session of the tenant makes at most `max`; `None` if there is no such
    /// project.
    pub(crate) fn portals_beyond(
        &self,
        project: ProjectId,
        tenant: &TenantId,
        max: usize,
    ) -> Option<Vec<[u8; 32]>> {
        let part = self.project(project)?;
        Some(beyond(
            part.portals.get(tenant).map(|by_end| &**by_end),
            max,
        ))
    }

    /// Takes a portal's token out.
    pub(crate) fn drop_portal(&mut self, sha256: &[u8; 32]) {
        let Some(key) = self.keys.remove(sha256) else {
            return;
        };
        let (Some(project), Some(tenant)) = (key.kind.project(), key.kind.tenant()) else {
            return;
        };
        let part = self.project_mut(project);
        if let Some(part) = part
            && let Some(portals) = part.portals.get_mut(tenant).map(Arc::make_mut)
        {
            portals.remove(&(key.expires_at.unwrap_or_default(), *sha256));
            if portals.is_empty() {
                part.portals.remove(tenant);
            }
        }
    }
}

fn beyond(by_end: Option<&ByEnd>, max: usize) -> Vec<[u8; 32]> {
    let Some(by_end) = by_end else {
        return Vec::new();
    };
    let surplus = (by_end.len() + 1).saturating_sub(max);
    by_end
        .iter()
        .take(surplus)
        .map(|(_, sha256)| *sha256)
        .collect()
}
