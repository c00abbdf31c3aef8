//! Changes to endpoints, each inside a write transaction.

use std::sync::Arc;

use nuncio_domain::{DisabledBecause, Endpoint, EndpointId, JobId, JobKind, ProjectId, Timestamp};

use super::{
    append, audit, catalog::taken, dialect, once, operator, start_job::start_clean_up, uid,
};
use crate::{
    Change, EndpointKey, Once, Quota, Reach, StoreError,
    audit_entry::{self, BeforeAfter},
    codec::sealed,
    fail::Fail,
    relational::{
        rows::{codec::blob, failing, pause, transform},
        write::Write,
    },
    sql::{OptionalExtension, params},
};

/// Carries out [`Catalog::secret_revealed`](crate::Catalog::secret_revealed).
pub(crate) fn secret_revealed(
    write: &mut Write<'_>,
    reach: &Reach,
    id: EndpointId,
) -> Result<(), Fail> {
    let found = write
        .shared
        .mirror()
        .endpoint(reach, id)
        .map(|(_, sending)| Arc::clone(sending));
    let sending = found.ok_or(StoreError::NotFound)?;
    write.audit(audit_entry::secret_revealed(
        reach.project,
        &sending.endpoint,
    ));
    Ok(())
}

const INSERT_ENDPOINT: &str = "INSERT INTO endpoints (id, project, tenant, doc, sealed) VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT DO NOTHING RETURNING seq";

pub(crate) fn create(
    write: &mut Write<'_>,
    project: ProjectId,
    mut endpoint: Endpoint,
    max: u32,
    once: Option<Once<Arc<Endpoint>>>,
) -> Result<Arc<Endpoint>, Fail> {
    once::check(write, once.as_ref())?;
    let project_key = write.project(project)?;
    dialect::check_name(write, project, endpoint.dialect.as_deref())?;
    let now = endpoint.created_at;
    let tenant = append::tenant(write, project, project_key, &endpoint.tenant, now)?;
    let count = write
        .shared
        .mirror()
        .tenant(project, &tenant.tenant.id)
        .map_or(0, |tenant| tenant.endpoints.len());
    if count >= max as usize {
        let sentence = format!("a tenant may have {max} endpoints, and this one has {count}");
        return Err(StoreError::LimitReached(sentence).into());
    }
    let id = endpoint.id;
    endpoint.tenant = tenant.tenant.id.clone();
    uid::check_endpoint(write, project, &endpoint)?;
    transform::number(write.conn, project_key, None, &mut endpoint, now)?;
    let key = write
        .conn
        .prepare_cached(INSERT_ENDPOINT)?
        .query_row(
            params![
                blob(id.bits()),
                project_key,
                tenant.key,
                serde_json::to_string(&endpoint)?,
                sealed::seal(&write.shared.sealer, &endpoint)?,
            ],
            |row| row.get(0).map(EndpointKey),
        )
        .optional()?
        .ok_or_else(|| taken("endpoint", id))?;
    write.audit(audit_entry::endpoint(
        project,
        &BeforeAfter::created(&endpoint),
    ));
    operator::endpoint_created(write, project, &endpoint, now)?;
    if count + 1 == max as usize {
        let quota = (Quota::EndpointsPerTenant, max);
        operator::quota_reached(write, project, &endpoint.tenant, quota, now)?;
    }
    let endpoint = Arc::new(endpoint);
    let put = Arc::clone(&endpoint);
    write
        .effects
        .mirror(move |mirror| mirror.add_endpoint(project, (tenant.key, tenant.tenant), key, put));
    once::keep(write, once, &endpoint, now)?;
    Ok(endpoint)
}

pub(crate) fn update(
    write: &mut Write<'_>,
    reach: &Reach,
    id: EndpointId,
    change: Change<Endpoint>,
    once: Option<Once<Arc<Endpoint>>>,
) -> Result<Arc<Endpoint>, Fail> {
    once::check(write, once.as_ref())?;
    let (key, before) = {
        let mirror = write.shared.mirror();
        let (key, sending) = mirror.endpoint(reach, id).ok_or(StoreError::NotFound)?;
        (key, Arc::clone(&sending.endpoint))
    };
    let mut endpoint = Endpoint::clone(&before);
    endpoint.failing_since = write.shared.streaks.of(key).since;
    let was_failing = endpoint.failing_since.is_some();
    change(&mut endpoint).map_err(StoreError::Conflict)?;
    endpoint.id = id;
    endpoint.tenant = before.tenant.clone();
    uid::check_endpoint(write, reach.project, &endpoint)?;
    if endpoint.dialect != before.dialect {
        dialect::check_name(write, reach.project, endpoint.dialect.as_deref())?;
    }
    if before.disabled.is_some() && endpoint.disabled.is_none() {
        // Whoever enables it again starts its time of failure anew.
        endpoint.failing_since = None;
    }
    if was_failing && endpoint.failing_since.is_none() {
        let ended = write.shared.streaks.end(key);
        failing::write(write.conn, key, &ended.streak)?;
        write.effects.streaks.push(ended);
    }
    let project_key = write.project(reach.project)?;
    let now = endpoint.updated_at;
    transform::number(write.conn, project_key, Some(&before), &mut endpoint, now)?;
    let before_after = BeforeAfter::put(Some(&*before), &endpoint);
    let entry = audit_entry::endpoint(reach.project, &before_after);
    let changes = entry.changes.iter().flat_map(serde_json::Map::keys);
    let mut changes: Vec<_> = changes.cloned().collect();
    changes.sort_unstable();
    write.audit(entry);
    operator::endpoint_changed(write, reach.project, (&before, &endpoint), &changes, now)?;
    let endpoint = Arc::new(endpoint);
    update_row(write, key, Arc::clone(&endpoint))?;
    pause::forget(write.conn, key)?;
    once::keep(write, once, &endpoint, endpoint.updated_at)?;
    Ok(endpoint)
}

/// Disables an endpoint by what attempts have shown of it, unless it is disabled already.
pub(crate) fn disable(
    write: &mut Write<'_>,
    key: EndpointKey,
    because: DisabledBecause,
    failing_since: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Fail> {
    let sending = write.shared.mirror().sending(key).map(Arc::clone);
    let Some(sending) = sending.filter(|sending| sending.endpoint.disabled.is_none()) else {
        return Ok(());
    };
    let before = &*sending.endpoint;
    let id = before.id;
    let mut endpoint = before.clone();
    endpoint.disabled = Some(because);
    endpoint.failing_since = failing_since;
    let entry = audit_entry::endpoint(sending.project, &BeforeAfter::put(Some(before), &endpoint));
    audit::keep_own(write, entry, id.bits(), now)?;
    operator::endpoint_changed(write, sending.project, (before, &endpoint), &[], now)?;
    update_row(write, key, Arc::new(endpoint))
}

/// Writes an endpoint down as it is now. How it does is kept beside it.
pub(crate) fn update_row(
    write: &mut Write<'_>,
    key: EndpointKey,
    endpoint: Arc<Endpoint>,
) -> Result<(), Fail> {
    let endpoint = match endpoint.failing_since {
        None => endpoint,
        Some(_) => Arc::new(Endpoint {
            failing_since: None,
            ..Endpoint::clone(&endpoint)
        }),
    };
    write
        .conn
        .prepare_cached("UPDATE endpoints SET doc = ?2, sealed = ?3 WHERE seq = ?1")?
        .execute(params![
            key.0,
            serde_json::to_string(&*endpoint)?,
            sealed::seal(&write.shared.sealer, &endpoint)?
        ])?;
    write.effects.mirror(move |mirror| {
        let Some(project) = mirror.sending(key).map(|sending| sending.project) else {
            return Vec::new();
        };
        mirror.put_endpoint(project, key, endpoint)
    });
    Ok(())
}

pub(crate) fn delete(
    write: &mut Write<'_>,
    reach: &Reach,
    id: EndpointId,
    job: JobId,
    now: Timestamp,
) -> Result<(), Fail> {
    let project = write.project(reach.project)?;
    let (key, before) = {
        let mirror = write.shared.mirror();
        let (key, sending) = mirror.endpoint(reach, id).ok_or(StoreError::NotFound)?;
        (key, Arc::clone(&sending.endpoint))
    };
    write
        .conn
        .prepare_cached("UPDATE endpoints SET doc = NULL, sealed = NULL WHERE seq = ?1")?
        .execute([key.0])?;
    failing::forget(write.conn, key)?;
    pause::forget(write.conn, key)?;
    operator::endpoint_deleted(write, reach.project, &before, now)?;
    let kind = JobKind::CancelEndpoint { endpoint: id };
    start_clean_up(write, project, Some(&before.tenant), job, kind, now)?;
    write.audit(audit_entry::endpoint(
        reach.project,
        &BeforeAfter::deleted(&before),
    ));
    write
        .effects
        .mirror(move |mirror| mirror.drop_endpoint(key));
    Ok(())
}
