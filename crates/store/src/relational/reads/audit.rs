//! The audit log, newest first.

use nuncio_domain::{Actor, ActorKind, AuditEntry, AuditId, Author, KeyId, ProjectId, Target, Via};

use crate::{
    Page, PageFilling, Slice,
    audit::{AuditQuery, ByActor},
    audit_entry,
    fail::{Fail, damaged},
    relational::{
        reads::{
            range::{IdRange, merge_by},
            steps::Steps,
        },
        rows::codec::{blob, tenant_id, time},
    },
    sql::{self, Row, Sql, ToValue, params},
};

/// Entries that one page looks at: some ten milliseconds.
const LOOKED_AT_MAX: usize = 10_000;

const COLUMNS: &str = "id, at, action, actor_kind, actor_key, actor_name, via, project, tenant, target_kind, target, \
    changes, ip, user_agent, request_id";

/// A page of entries. What they were done to, or else the narrowest of what was asked for, chooses the index; Rust chooses
/// among its rows.
pub(crate) fn list(
    conn: Sql<'_>,
    query: &AuditQuery,
    page: &Page<AuditId>,
) -> Result<Slice<AuditEntry, AuditId>, Fail> {
    let Some(targets) = &query.targets else {
        return walk(conn, query, narrowest(query), page);
    };
    let parts = targets.iter().map(|target| {
        let index = "INDEXED BY audit_by_target WHERE target = ?1";
        walk(conn, query, (index, Box::new(target.clone())), page)
    });
    let parts = parts.collect::<Result<Vec<_>, Fail>>()?;
    Ok(merge_by(parts, page, |entry| entry.id))
}

/// A page of the entries that an index finds by a value.
fn walk(
    conn: Sql<'_>,
    query: &AuditQuery,
    (index, value): (&str, Box<dyn ToValue>),
    page: &Page<AuditId>,
) -> Result<Slice<AuditEntry, AuditId>, Fail> {
    let range = IdRange::new(query.since, query.until, page.start.map(|id| id.bits()));
    let order = if page.start.is_backward() {
        "ASC"
    } else {
        "DESC"
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM audit {index} AND id >= ?2 AND id < ?3 ORDER BY id {order} LIMIT ?4"
    );
    let mut find = conn.prepare_cached(&sql)?;
    let mut steps = Steps::new(page, LOOKED_AT_MAX, range);
    let mut filling = PageFilling::new(page, LOOKED_AT_MAX);
    loop {
        let range = steps.range();
        let mut rows = find.query(params![value, range.from, range.below, steps.limit()])?;
        while let Some(row) = &rows.next()? {
            let entry = decode(row)?;
            if !filling.reaches(&entry.id) {
                return Ok(filling.slice());
            }
            steps.saw(entry.id.bits());
            if wanted(&entry, query) {
                filling.push(entry);
            }
        }
        if !steps.go_on() {
            return Ok(filling.slice());
        }
    }
}

/// The index to walk, with its condition, and the value that it asks for.
fn narrowest(query: &AuditQuery) -> (&'static str, Box<dyn ToValue>) {
    if let Some(ByActor::Key(key)) = query.actor {
        let key = blob(key.bits());
        (
            "INDEXED BY audit_by_key WHERE actor_key = ?1",
            Box::new(key),
        )
    } else if let Some(tenant) = &query.tenant {
        let tenant = tenant.as_str().to_owned();
        (
            "INDEXED BY audit_by_tenant WHERE tenant = ?1",
            Box::new(tenant),
        )
    } else if let Some(action) = query.action.as_ref().filter(|name| !name.ends_with(".*")) {
        let action = action.clone();
        (
            "INDEXED BY audit_by_action WHERE action = ?1",
            Box::new(action),
        )
    } else if let Some(project) = query.project {
        let project = blob(project.bits());
        (
            "INDEXED BY audit_by_project WHERE project = ?1",
            Box::new(project),
        )
    } else {
        ("WHERE CAST(?1 AS BIGINT) IS NULL", Box::new(None::<i64>))
    }
}

fn wanted(entry: &AuditEntry, query: &AuditQuery) -> bool {
    let action = |wanted: &String| match wanted.strip_suffix('*') {
        Some(noun) => entry.action.starts_with(noun),
        None => entry.action == *wanted,
    };
    let actor = |wanted: ByActor| match wanted {
        ByActor::Key(key) => entry.author.actor.key == Some(key),
        ByActor::Kind(kind) => entry.author.actor.kind == kind,
    };
    (query.project.is_none() || query.project == entry.project)
        && (query.tenant.is_none() || query.tenant == entry.tenant)
        && query.action.as_ref().is_none_or(action)
        && query.actor.is_none_or(actor)
}

fn decode(row: &Row<'_>) -> Result<AuditEntry, Fail> {
    let bits = |column| -> sql::Result<Option<u128>> {
        Ok(row
            .get::<Option<[u8; 16]>>(column)?
            .map(u128::from_be_bytes))
    };
    let word = |column| -> Result<&str, Fail> {
        row.get_ref(column)?
            .as_str()
            .map_err(|_| damaged("a word of the audit log"))
    };
    Ok(AuditEntry {
        id: AuditId::from_bits(bits(0)?.unwrap_or_default()),
        author: Author {
            at: time(row, 1)?,
            actor: Actor {
                kind: ActorKind::from_word(word(3)?).ok_or_else(|| damaged("actor_kind"))?,
                key: bits(4)?.map(KeyId::from_bits),
                name: row.get(5)?,
                via: Via::from_word(word(6)?).ok_or_else(|| damaged("via"))?,
            },
            ip: row
                .get::<Option<String>>(12)?
                .and_then(|text| text.parse().ok()),
            user_agent: row.get(13)?,
            request_id: row.get(14)?,
        },
        action: row.get(2)?,
        project: bits(7)?.map(ProjectId::from_bits),
        tenant: row
            .get::<Option<String>>(8)?
            .as_deref()
            .map(tenant_id)
            .transpose()?,
        target: Target {
            kind: row.get(9)?,
            id: row.get(10)?,
        },
        changes: row
            .get::<Option<String>>(11)?
            .map(|text| serde_json::from_str(&text))
            .transpose()?
            .map(audit_entry::in_todays_words),
    })
}
