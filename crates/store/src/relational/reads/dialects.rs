//! The versions of a dialect.

use nuncio_domain::{DialectVersion, ProjectId};

use crate::{
    Page, Slice, StoreError,
    fail::Fail,
    relational::shared::Shared,
    sql::{Sql, params},
};

const VERSIONS: &str = "SELECT version FROM dialects INDEXED BY dialects_by_name WHERE project = ?1 AND name = ?2 \
    ORDER BY version";

/// A page of the versions of the dialect that the name stands for now. The texts are in memory; one that is not understood
/// any more is left out.
pub(crate) fn versions(
    conn: Sql<'_>,
    shared: &Shared,
    project: ProjectId,
    name: &str,
    page: &Page<u32>,
) -> Result<Slice<DialectVersion, u32>, Fail> {
    let mirror = shared.mirror();
    let newest = mirror.dialect(project, name).ok_or(StoreError::NotFound)?;
    let key = match newest.builtin {
        true => 0,
        false => mirror.project(project).ok_or(StoreError::NotFound)?.key,
    };
    let mut list = conn.prepare_cached(VERSIONS)?;
    let mut rows = list.query(params![key, name])?;
    let mut all = Vec::new();
    while let Some(row) = &rows.next()? {
        all.extend(mirror.dialect_version(row.get(0)?).cloned());
    }
    Ok(page.of_ascending(all, |version| version.number))
}
