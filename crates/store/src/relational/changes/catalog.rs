//! Changes to the catalog, each inside a write transaction: row first, the mirror after the commit.

use std::sync::Arc;

use nuncio_domain::{
    ApiKey, EventType, JobId, JobKind, KeyId, KeyKind, Project, ProjectId, Tenant, TenantId,
    Timestamp, Uid,
};

use super::{
    append, dialect, event_type::put_row, once, operator, session, start_job::start_clean_up, uid,
};
use crate::{
    Change, Once, StoreError,
    audit_entry::{self, BeforeAfter},
    fail::Fail,
    operator::event_types,
    relational::{
        reads::tenants::{self, Numbered},
        rows::codec::blob,
        write::Write,
    },
    sql::{OptionalExtension, params},
};

/// The answer to an id that is there already.
pub(crate) fn taken(what: &str, id: impl std::fmt::Display) -> Fail {
    StoreError::Conflict(format!("there is a {what} {id} already")).into()
}

pub(crate) fn create_project(
    write: &mut Write<'_>,
    project: Project,
    types: Vec<EventType>,
    once: Option<Once<Arc<Project>>>,
) -> Result<Arc<Project>, Fail> {
    once::check(write, once.as_ref())?;
    let id = project.id;
    let key = write
        .conn
        .prepare_cached(
            "INSERT INTO projects (id, doc) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING seq",
        )?
        .query_row(
            params![blob(id.bits()), serde_json::to_string(&project)?],
            |row| row.get(0),
        )
        .optional()?
        .ok_or_else(|| taken("project", id))?;
    let project = Arc::new(project);
    let put = Arc::clone(&project);
    write
        .effects
        .mirror(move |mirror| mirror.put_project(key, put));
    for event_type in types {
        put_row(write, key, id, Arc::new(event_type))?;
    }
    put_own_types(write, key, &project)?;
    write.audit(audit_entry::project(id, &BeforeAfter::created(&project)));
    once::keep(write, once, &project, project.created_at)?;
    Ok(project)
}

pub(crate) fn update_project(
    write: &mut Write<'_>,
    id: ProjectId,
    change: Change<Project>,
) -> Result<Arc<Project>, Fail> {
    let (key, before) = kept_project(write, id)?;
    let mut project = Project::clone(&before);
    change(&mut project).map_err(StoreError::Conflict)?;
    project.id = id;
    if project.dialect != before.dialect {
        dialect::check_name(write, id, Some(&project.dialect))?;
    }
    write
        .conn
        .prepare_cached("UPDATE projects SET doc = ?2 WHERE seq = ?1")?
        .execute(params![key, serde_json::to_string(&project)?])?;
    write.audit(audit_entry::project(
        id,
        &BeforeAfter::put(Some(&before), &project),
    ));
    put_own_types(write, key, &project)?;
    let project = Arc::new(project);
    let put = Arc::clone(&project);
    write
        .effects
        .mirror(move |mirror| mirror.put_project(key, put));
    Ok(project)
}

/// Puts the server's own events into the catalog of a project that has an operator, unless they are there.
fn put_own_types(write: &mut Write<'_>, key: i64, project: &Project) -> Result<(), Fail> {
    for event_type in event_types(project)? {
        let is_there = {
            let mirror = write.shared.mirror();
            let part = mirror.project(project.id);
            part.is_some_and(|part| part.types.contains_key(&event_type.name))
        };
        if !is_there {
            put_row(write, key, project.id, Arc::new(event_type))?;
        }
    }
    Ok(())
}

/// A project with its number.
fn kept_project(write: &Write<'_>, id: ProjectId) -> Result<(i64, Arc<Project>), Fail> {
    let mirror = write.shared.mirror();
    let part = mirror.project(id).ok_or(StoreError::NotFound)?;
    Ok((part.key, Arc::clone(&part.project)))
}

pub(crate) fn delete_project(
    write: &mut Write<'_>,
    id: ProjectId,
    job: JobId,
    now: Timestamp,
) -> Result<(), Fail> {
    let (key, before) = kept_project(write, id)?;
    write
        .conn
        .prepare_cached("UPDATE projects SET doc = NULL WHERE seq = ?1")?
        .execute([key])?;
    write
        .conn
        .prepare_cached("DELETE FROM keys WHERE project = ?1")?
        .execute([key])?;
    start_clean_up(write, key, None, job, JobKind::DeleteProject, now)?;
    write.effects.mirror(move |mirror| mirror.drop_project(id));
    write.audit(audit_entry::project(id, &BeforeAfter::deleted(&before)));
    Ok(())
}

const INSERT_KEY: &str = "INSERT INTO keys \
    (id, project, tenant, sha256, doc, last_used_at, portal_ends_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";

pub(crate) fn create_key(
    write: &mut Write<'_>,
    key: ApiKey,
    sha256: [u8; 32],
    once: Option<Once<Arc<ApiKey>>>,
) -> Result<Arc<ApiKey>, Fail> {
    once::check(write, once.as_ref())?;
    let project = key
        .kind
        .project()
        .map(|project| write.project(project))
        .transpose()?;
    session::make_room(write, &key)?;
    let portal_ends_at = match key.kind {
        KeyKind::Portal { .. } => key.expires_at.map(Timestamp::ms),
        KeyKind::Admin | KeyKind::Project { .. } | KeyKind::Tenant { .. } => None,
    };
    let inserted = write.conn.prepare_cached(INSERT_KEY)?.execute(params![
        blob(key.id.bits()),
        project,
        key.kind.tenant().map(TenantId::as_str),
        sha256,
        serde_json::to_string(&key)?,
        key.last_used_at.map(Timestamp::ms),
        portal_ends_at,
    ])?;
    if inserted == 0 {
        return Err(taken("key", key.id));
    }
    write.audit(audit_entry::key(&BeforeAfter::created(&key)));
    let key = Arc::new(key);
    let put = Arc::clone(&key);
    write.effects.mirror(move |mirror| {
        mirror.put_key(sha256, put);
        Vec::new()
    });
    once::keep(write, once, &key, key.created_at)?;
    Ok(key)
}

pub(crate) fn delete_key(write: &mut Write<'_>, project: ProjectId, id: KeyId) -> Result<(), Fail> {
    let key = {
        let mirror = write.shared.mirror();
        let key = mirror.key_of(project, id).ok_or(StoreError::NotFound)?;
        Arc::clone(key)
    };
    write
        .conn
        .prepare_cached("DELETE FROM keys WHERE id = ?1")?
        .execute([blob(id.bits())])?;
    write.effects.mirror(move |mirror| {
        mirror.drop_key(project, id);
        Vec::new()
    });
    write.audit(audit_entry::key(&BeforeAfter::deleted(&key)));
    Ok(())
}

pub(crate) fn put_tenant(
    write: &mut Write<'_>,
    project: ProjectId,
    id: &TenantId,
    now: Timestamp,
    change: Change<Tenant>,
) -> Result<Arc<Tenant>, Fail> {
    let project_key = write.project(project)?;
    let Numbered { key, tenant: known } = append::tenant(write, project, project_key, id, now)?;
    let place = (project, known.id.clone());
    let is_new = write.effects.new_tenants.contains_key(&place);
    let before = (!is_new).then_some(&*known);
    let mut tenant = Tenant::clone(&known);
    change(&mut tenant).map_err(StoreError::Conflict)?;
    tenant.id = known.id.clone();
    tenant.updated_at = now;
    uid::check_tenant(write, project, &tenant)?;
    write
        .conn
        .prepare_cached("UPDATE tenants SET doc = ?2, uid = ?3 WHERE seq = ?1")?
        .execute(params![
            key,
            serde_json::to_string(&tenant)?,
            tenant.uid.as_ref().map(Uid::as_str)
        ])?;
    let done = audit_entry::tenant(project, &BeforeAfter::put(before, &tenant));
    // Whoever only needs it to be there changes nothing.
    if before.is_none()
        || done
            .changes
            .as_ref()
            .is_some_and(|changes| !changes.is_empty())
    {
        write.audit(done);
    }
    let tenant = Arc::new(tenant);
    let put = Arc::clone(&tenant);
    let uid_before = known.uid.clone();
    write.effects.mirror(move |mirror| {
        let uids = (uid_before.as_ref(), put.uid.as_ref());
        mirror.name_tenant(project, &put.id, uids);
        mirror.put_tenant(project, put)
    });
    Ok(tenant)
}

pub(crate) fn delete_tenant(
    write: &mut Write<'_>,
    project: ProjectId,
    id: &TenantId,
    job: JobId,
    now: Timestamp,
) -> Result<(), Fail> {
    let project_key = write.project(project)?;
    let found = tenants::find(write.conn, write.shared, project, id)?;
    let found = found.ok_or(StoreError::NotFound)?;
    let Numbered {
        key,
        tenant: before,
    } = found;
    write
        .conn
        .prepare_cached("UPDATE tenants SET doc = NULL, uid = NULL WHERE seq = ?1")?
        .execute([key])?;
    write
        .conn
        .prepare_cached("UPDATE endpoints SET doc = NULL, sealed = NULL WHERE tenant = ?1")?
        .execute([key])?;
    const FAILING: &str =
        "DELETE FROM failing WHERE endpoint IN (SELECT seq FROM endpoints WHERE tenant = ?1)";
    write.conn.prepare_cached(FAILING)?.execute([key])?;
    write
        .conn
        .prepare_cached("DELETE FROM keys WHERE project = ?1 AND tenant = ?2")?
        .execute(params![project_key, id.as_str()])?;
    tell_of_its_endpoints(write, project, id, now)?;
    let kind = JobKind::CancelTenant { tenant: id.clone() };
    start_clean_up(write, project_key, None, job, kind, now)?;
    write.audit(audit_entry::tenant(project, &BeforeAfter::deleted(&before)));
    write.effects.mirror(move |mirror| {
        mirror.name_tenant(project, &before.id, (before.uid.as_ref(), None));
        mirror.drop_tenant(project, &before.id)
    });
    Ok(())
}

/// Tells the operator that a tenant's endpoints go with it.
fn tell_of_its_endpoints(
    write: &mut Write<'_>,
    project: ProjectId,
    id: &TenantId,
    now: Timestamp,
) -> Result<(), Fail> {
    let gone: Vec<_> = {
        let mirror = write.shared.mirror();
        let part = mirror.tenant(project, id);
        let all = part.into_iter().flat_map(|part| &part.endpoints);
        all.map(|routed| Arc::clone(&routed.sending.endpoint))
            .collect()
    };
    gone.iter()
        .try_for_each(|endpoint| operator::endpoint_deleted(write, project, endpoint, now))
}
