//! Filling the catalog in memory from the database, at start.

use std::{collections::HashMap, sync::Arc};

use nuncio_dialect::Dialect;
use nuncio_domain::{
    ApiKey, DialectVersion, Endpoint, EventType, Project, ProjectId, Tenant, Timestamp, Uid,
};
use sha2::{Digest, Sha256};

use crate::{
    EndpointKey, Sealer, Session,
    codec::sealed,
    fail::{Fail, damaged},
    mirror::Mirror,
    operator,
    relational::{
        changes::{dialect, event_type},
        rows::codec,
    },
    sql::{OptionalExtension, Sql, params},
};

/// Reads the whole catalog. The program's own dialects get their versions first.
pub(crate) fn load(conn: Sql<'_>, sealer: &Sealer) -> Result<Mirror, Fail> {
    let mut mirror = Mirror::default();
    builtin_dialects(conn, &mut mirror)?;
    let projects = projects(conn, &mut mirror)?;
    dialects(conn, &projects, &mut mirror)?;
    event_types(conn, &projects, &mut mirror)?;
    own_event_types(conn, &mut mirror)?;
    keys(conn, &mut mirror)?;
    sessions(conn, &mut mirror)?;
    uids(conn, &projects, &mut mirror)?;
    endpoints(conn, sealer, &projects, &mut mirror)?;
    Ok(mirror)
}

type Projects = HashMap<i64, ProjectId>;

fn projects(conn: Sql<'_>, mirror: &mut Mirror) -> Result<Projects, Fail> {
    let mut projects = Projects::new();
    let mut list = conn.prepare_cached("SELECT seq, doc FROM projects WHERE doc IS NOT NULL")?;
    let mut rows = list.query([])?;
    while let Some(row) = &rows.next()? {
        let project: Project = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
        projects.insert(row.get(0)?, project.id);
        mirror.put_project(row.get(0)?, Arc::new(project));
    }
    Ok(projects)
}

const FIND_BUILTIN: &str =
    "SELECT version FROM dialects WHERE project = 0 AND name = ?1 AND sha256 = ?2 LIMIT 1";

const NUMBER_OF_BUILTIN: &str =
    "SELECT count(*) FROM dialects WHERE project = 0 AND name = ?1 AND version <= ?2";

fn builtin_dialects(conn: Sql<'_>, mirror: &mut Mirror) -> Result<(), Fail> {
    for dialect in nuncio_dialect::builtin() {
        let sha256: [u8; 32] = Sha256::digest(dialect.source()).into();
        let known: Option<i64> = conn
            .prepare_cached(FIND_BUILTIN)?
            .query_row(params![dialect.name(), sha256], |row| row.get(0))
            .optional()?;
        let version = match known {
            Some(version) => version,
            // They came with the program, at no time that anybody could tell.
            None => conn.prepare_cached(dialect::INSERT)?.query_row(
                params![0, dialect.name(), sha256, dialect.source(), 0],
                |row| row.get(0),
            )?,
        };
        let number = conn
            .prepare_cached(NUMBER_OF_BUILTIN)?
            .query_row(params![dialect.name(), version], |row| row.get(0))?;
        let version = DialectVersion {
            version,
            number,
            builtin: true,
            dialect: Arc::clone(dialect),
            created_at: Timestamp::default(),
        };
        mirror.put_builtin(version, true);
    }
    Ok(())
}

const DIALECTS: &str = "SELECT version, project, name, source, created_at, deleted_at, \
    row_number() OVER (PARTITION BY project, name ORDER BY version) FROM dialects ORDER BY version";

fn dialects(conn: Sql<'_>, projects: &Projects, mirror: &mut Mirror) -> Result<(), Fail> {
    let mut list = conn.prepare_cached(DIALECTS)?;
    let mut rows = list.query([])?;
    while let Some(row) = &rows.next()? {
        let (version, project): (i64, i64) = (row.get(0)?, row.get(1)?);
        if mirror.dialect_version(version).is_some() {
            continue;
        }
        let name: String = row.get(2)?;
        let dialect = match Dialect::parse(row.get_ref(3)?.as_str().unwrap_or_default(), &name) {
            Ok(dialect) => Arc::new(dialect),
            Err(error) => {
                tracing::warn!(version, name, %error, "a stored dialect is not understood any more");
                continue;
            }
        };
        let is_deleted = row.get::<Option<i64>>(5)?.is_some();
        let version = DialectVersion {
            version,
            number: row.get(6)?,
            builtin: project == 0,
            dialect,
            created_at: codec::time(row, 4)?,
        };
        if project == 0 {
            mirror.put_builtin(version, false);
        } else if let Some(project) = projects.get(&project) {
            mirror.put_dialect(*project, version);
            if is_deleted {
                mirror.drop_dialect(*project, &name);
            }
        }
    }
    Ok(())
}

fn event_types(conn: Sql<'_>, projects: &Projects, mirror: &mut Mirror) -> Result<(), Fail> {
    let mut list = conn.prepare_cached("SELECT project, doc FROM event_types")?;
    let mut rows = list.query([])?;
    while let Some(row) = &rows.next()? {
        if let Some(project) = projects.get(&row.get(0)?) {
            let event_type: EventType =
                serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
            // There are no endpoints yet that it could touch.
            let _ = mirror.put_type(*project, Arc::new(event_type));
        }
    }
    Ok(())
}

/// Completes the server's own events in the catalogs of projects that have an operator: earlier versions told less.
fn own_event_types(conn: Sql<'_>, mirror: &mut Mirror) -> Result<(), Fail> {
    let mut missing = Vec::new();
    for part in mirror.projects() {
        let own = operator::event_types(&part.project)?.into_iter();
        let absent = own.filter(|own| !part.types.contains_key(&own.name));
        missing.extend(absent.map(|own| (part.key, part.project.id, own)));
    }
    for (key, project, own) in missing {
        let doc = serde_json::to_string(&own)?;
        conn.prepare_cached(event_type::PUT)?
            .execute(params![key, own.name.as_str(), doc])?;
        mirror.put_type(project, Arc::new(own));
    }
    Ok(())
}

fn keys(conn: Sql<'_>, mirror: &mut Mirror) -> Result<(), Fail> {
    let mut list = conn.prepare_cached("SELECT sha256, doc, last_used_at FROM keys")?;
    let mut rows = list.query([])?;
    while let Some(row) = &rows.next()? {
        let mut key: ApiKey = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
        key.last_used_at = codec::optional_time(row, 2)?;
        mirror.put_key(row.get(0)?, Arc::new(key));
    }
    Ok(())
}

fn sessions(conn: Sql<'_>, mirror: &mut Mirror) -> Result<(), Fail> {
    let mut list =
        conn.prepare_cached("SELECT sha256, key_sha256, created_at, expires_at FROM sessions")?;
    let mut rows = list.query([])?;
    while let Some(row) = &rows.next()? {
        mirror.put_session(Session {
            sha256: row.get(0)?,
            key_sha256: row.get(1)?,
            created_at: codec::time(row, 2)?,
            expires_at: codec::time(row, 3)?,
        });
    }
    Ok(())
}

fn uids(conn: Sql<'_>, projects: &Projects, mirror: &mut Mirror) -> Result<(), Fail> {
    let mut list = conn.prepare_cached(
        "SELECT project, id, uid FROM tenants WHERE uid IS NOT NULL AND doc IS NOT NULL",
    )?;
    let mut rows = list.query([])?;
    while let Some(row) = &rows.next()? {
        let Some(project) = projects.get(&row.get(0)?) else {
            continue;
        };
        let id = codec::tenant_id(row.get_ref(1)?.as_str().unwrap_or_default())?;
        let uid = row.get_ref(2)?.as_str().unwrap_or_default();
        let uid = Uid::parse(uid).map_err(|_| damaged("a tenant's uid"))?;
        mirror.name_tenant(*project, &id, (None, Some(&uid)));
    }
    Ok(())
}

const ENDPOINTS: &str = "SELECT e.seq, e.project, e.doc, e.sealed, t.seq, t.doc FROM endpoints e \
    JOIN tenants t ON t.seq = e.tenant WHERE e.doc IS NOT NULL AND t.doc IS NOT NULL ORDER BY e.seq";

fn endpoints(
    conn: Sql<'_>,
    sealer: &Sealer,
    projects: &Projects,
    mirror: &mut Mirror,
) -> Result<(), Fail> {
    let mut list = conn.prepare_cached(ENDPOINTS)?;
    let mut rows = list.query([])?;
    while let Some(row) = &rows.next()? {
        if let Some(project) = projects.get(&row.get(1)?) {
            let mut endpoint: Endpoint =
                serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or_default())?;
            sealed::open(sealer, &mut endpoint, &row.get::<Vec<u8>>(3)?)?;
            let key = EndpointKey(row.get(0)?);
            // All endpoints of a tenant share it.
            let known = mirror.tenant(*project, &endpoint.tenant);
            let tenant = match known.map(|part| Arc::clone(&part.tenant)) {
                Some(tenant) => tenant,
                None => Arc::new(serde_json::from_str::<Tenant>(
                    row.get_ref(5)?.as_str().unwrap_or_default(),
                )?),
            };
            mirror.add_endpoint(*project, (row.get(4)?, tenant), key, Arc::new(endpoint));
        }
    }
    Ok(())
}
