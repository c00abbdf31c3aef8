//! Changes to a project's own dialects, each inside a write transaction.

use std::sync::Arc;

use nuncio_dialect::Dialect;
use nuncio_domain::{DialectVersion, EndpointId, ProjectId, Timestamp};
use sha2::{Digest, Sha256};

use crate::{StoreError, audit_entry, fail::Fail, relational::write::Write, sql::params};

/// Users of a dialect that are named when it can't be deleted: enough to begin with.
const USERS_NAMED_MAX: usize = 5;

/// Inserts a version of a dialect; project 0 is the program itself.
pub(crate) const INSERT: &str = "INSERT INTO dialects (project, name, sha256, source, created_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING version";

const COUNT: &str = "SELECT count(*) FROM dialects WHERE project = ?1 AND name = ?2";

pub(crate) fn put(
    write: &mut Write<'_>,
    project: ProjectId,
    dialect: Arc<Dialect>,
    now: Timestamp,
) -> Result<DialectVersion, Fail> {
    let key = write.project(project)?;
    let name = dialect.name();
    let newest = {
        let mirror = write.shared.mirror();
        if mirror.is_builtin(name) {
            let sentence = format!("the dialect {name} is built in: give yours another name");
            return Err(StoreError::Conflict(sentence).into());
        }
        mirror.dialect(project, name).cloned()
    };
    if let Some(newest) = &newest
        && newest.dialect.source() == dialect.source()
    {
        write.audit(audit_entry::dialect(project, Some(newest), newest));
        return Ok(newest.clone());
    }
    let sha256: [u8; 32] = Sha256::digest(dialect.source()).into();
    let version = write.conn.prepare_cached(INSERT)?.query_row(
        params![key, name, sha256, dialect.source(), now.ms()],
        |row| row.get(0),
    )?;
    let number = write
        .conn
        .prepare_cached(COUNT)?
        .query_row(params![key, name], |row| row.get(0))?;
    let version = DialectVersion {
        version,
        number,
        builtin: false,
        dialect,
        created_at: now,
    };
    write.audit(audit_entry::dialect(project, newest.as_ref(), &version));
    let put = version.clone();
    write
        .effects
        .mirror(move |mirror| mirror.put_dialect(project, put));
    Ok(version)
}

const DELETE: &str = "UPDATE dialects SET deleted_at = ?2 WHERE version = ?1";

pub(crate) fn delete(
    write: &mut Write<'_>,
    project: ProjectId,
    name: &str,
    now: Timestamp,
) -> Result<(), Fail> {
    let version = {
        let mirror = write.shared.mirror();
        let own = mirror.own_dialect(project, name);
        own.ok_or(StoreError::NotFound)?.clone()
    };
    if let Some(users) = users(write, project, name) {
        let sentence =
            format!("the dialect {name} is used by {users}: give them another one first");
        return Err(StoreError::Conflict(sentence).into());
    }
    write
        .conn
        .prepare_cached(DELETE)?
        .execute(params![version.version, now.ms()])?;
    write.audit(audit_entry::dialect_deleted(project, &version));
    let name = name.to_owned();
    write
        .effects
        .mirror(move |mirror| mirror.drop_dialect(project, &name));
    Ok(())
}

/// Refuses the name of a dialect that is not there: it may have been deleted since the caller looked.
pub(super) fn check_name(
    write: &Write<'_>,
    project: ProjectId,
    name: Option<&str>,
) -> Result<(), Fail> {
    let mirror = write.shared.mirror();
    match name.filter(|name| mirror.dialect(project, name).is_none()) {
        None => Ok(()),
        Some(name) => Err(StoreError::Conflict(format!("there is no dialect {name}")).into()),
    }
}

/// Who uses a dialect by its name, as a part of a sentence.
fn users(write: &Write<'_>, project: ProjectId, name: &str) -> Option<String> {
    let mirror = write.shared.mirror();
    let of_project = mirror.project(project)?.project.dialect == name;
    let endpoints: Vec<EndpointId> = mirror
        .endpoints_of(project)
        .filter_map(|key| mirror.sending(key))
        .filter(|sending| sending.endpoint.dialect.as_deref() == Some(name))
        .map(|sending| sending.endpoint.id)
        .collect();
    let named = endpoints.iter().take(USERS_NAMED_MAX);
    let mut users: Vec<String> = of_project
        .then(|| "the project".to_owned())
        .into_iter()
        .chain(named.map(|id| format!("endpoint {id}")))
        .collect();
    match endpoints.len().saturating_sub(USERS_NAMED_MAX) {
        0 => {}
        more => users.push(format!("{more} more")),
    }
    let last = users.pop()?;
    Some(match users.is_empty() {
        true => last,
        false => format!("{} and {last}", users.join(", ")),
    })
}
