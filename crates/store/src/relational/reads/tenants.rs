//! Tenants' rows.
//!
//! In memory are only those with endpoints: whoever publishes can name as many others as he likes, and each is a row.

use std::sync::Arc;

use nuncio_domain::{ProjectId, Tenant, TenantId};

use crate::{
    Page, PageFilling, PageStart, Slice, StoreError,
    fail::Fail,
    relational::shared::Shared,
    sql::{OptionalExtension, Sql, params},
};

/// A tenant with its number.
#[derive(Clone, Debug)]
pub(crate) struct Numbered {
    pub(crate) key: i64,
    pub(crate) tenant: Arc<Tenant>,
}

const FIND: &str =
    "SELECT seq, doc FROM tenants WHERE project = ?1 AND id = ?2 AND doc IS NOT NULL";

/// A tenant of a project; `None` if nobody has heard of it.
pub(crate) fn find(
    conn: Sql<'_>,
    shared: &Shared,
    project: ProjectId,
    id: &TenantId,
) -> Result<Option<Numbered>, Fail> {
    let project = {
        let mirror = shared.mirror();
        let part = mirror.project(project).ok_or(StoreError::NotFound)?;
        if let Some(part) = part.tenants.get(id) {
            return Ok(Some(Numbered {
                key: part.key,
                tenant: Arc::clone(&part.tenant),
            }));
        }
        part.key
    };
    let found: Option<(i64, String)> = conn
        .prepare_cached(FIND)?
        .query_row(params![project, id.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((key, doc)) = found else {
        return Ok(None);
    };
    let tenant = Arc::new(serde_json::from_str(&doc)?);
    Ok(Some(Numbered { key, tenant }))
}

/// The number of a tenant.
pub(crate) fn key(
    conn: Sql<'_>,
    shared: &Shared,
    project: ProjectId,
    id: &TenantId,
) -> Result<Option<i64>, Fail> {
    Ok(find(conn, shared, project, id)?.map(|found| found.key))
}

const LIST_UP: &str = "SELECT doc FROM tenants WHERE project = ?1 AND doc IS NOT NULL AND id > ?2 ORDER BY id LIMIT ?3";
const LIST_DOWN: &str = "SELECT doc FROM tenants WHERE project = ?1 AND doc IS NOT NULL AND id <= ?2 ORDER BY id DESC LIMIT ?3";

/// A page of a project's tenants.
pub(crate) fn list(
    conn: Sql<'_>,
    shared: &Shared,
    project: ProjectId,
    page: &Page<TenantId>,
) -> Result<Slice<Arc<Tenant>, TenantId>, Fail> {
    let key = shared.mirror().project(project).map(|part| part.key);
    let Some(key) = key else {
        return Ok(Slice::empty());
    };
    let (sql, from) = match &page.start {
        PageStart::First => (LIST_UP, ""),
        PageStart::After(id) => (LIST_UP, id.as_str()),
        PageStart::UpTo(id) => (LIST_DOWN, id.as_str()),
    };
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX - 1);
    let mut list = conn.prepare_cached(sql)?;
    let mut rows = list.query(params![key, from, limit + 1])?;
    let mut filling = PageFilling::new(page, usize::MAX);
    while let Some(row) = &rows.next()? {
        let doc = row.get_ref(0)?.as_str().unwrap_or_default();
        let tenant: Arc<Tenant> = Arc::new(serde_json::from_str(doc)?);
        if !filling.reaches(&tenant.id) {
            break;
        }
        filling.push(tenant);
    }
    Ok(filling.slice())
}
