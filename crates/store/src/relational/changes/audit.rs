//! The audit log: entries, written with what they are about.

use std::sync::Arc;

use nuncio_domain::{
    Actor, ActorKind, AuditId, Author, NewAuditEntry, ProjectId, Tenant, TenantId, Timestamp, Via,
};
use sha2::{Digest, Sha256};

use crate::{
    audit_entry::{self, BeforeAfter},
    fail::Fail,
    relational::{rows::codec::blob, write::Write},
    sql::{OptionalExtension, Sql, params},
};

/// Who makes the change that comes next.
pub(crate) type Authorship = (AuditId, Arc<Author>);

const INSERT: &str = "INSERT INTO audit (id, at, action, actor_kind, actor_key, actor_name, via, project, tenant, \
    target_kind, target, changes, ip, user_agent, request_id) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

/// Enters what the server has done by itself.
pub(crate) fn keep_own(
    write: &Write<'_>,
    entry: NewAuditEntry,
    seed: u128,
    at: Timestamp,
) -> Result<(), Fail> {
    let id = audit_id(write, entry.action, seed, at);
    let author = Author {
        actor: Actor {
            kind: ActorKind::System,
            key: None,
            name: None,
            via: Via::Server,
        },
        at,
        ip: None,
        user_agent: None,
        request_id: String::new(),
    };
    insert(write.conn, id, &author, entry)
}

/// Enters what was done in this transaction, and which tenants were made on the way.
pub(crate) fn keep(write: &mut Write<'_>, authorship: &Authorship) -> Result<(), Fail> {
    let entry = write.effects.audit_entry.take();
    let target = entry.as_ref().and_then(|entry| entry.target.id.as_deref());
    let made = write.effects.new_tenants.iter();
    // A tenant that was asked for is entered as what was done.
    let on_the_way = made.filter(|((_, id), _)| target != Some(id.as_str()));
    let on_the_way = on_the_way.map(|((project, _), (_, tenant))| tenant_made(*project, tenant));
    let mut entries: Vec<_> = on_the_way.collect();
    entries.extend(entry);
    entries.append(&mut write.effects.more_audit_entries);
    for (n, entry) in entries.into_iter().enumerate() {
        enter(write.conn, authorship, n, entry)?;
    }
    Ok(())
}

/// What is entered of a tenant that came to be because something was done for it.
pub(crate) fn tenant_made(project: ProjectId, tenant: &Tenant) -> NewAuditEntry {
    audit_entry::tenant(project, &BeforeAfter::created(tenant))
}

/// Enters one thing that was done, the `n`th of its request.
pub(crate) fn enter(
    conn: Sql<'_>,
    (id, author): &Authorship,
    n: usize,
    entry: NewAuditEntry,
) -> Result<(), Fail> {
    // The low bits are chance: those next to them are as good.
    let id = AuditId::from_bits(id.bits().wrapping_add(n as u128));
    if is_entered_daily(&entry) && was_entered_today(conn, author, &entry)? {
        return Ok(());
    }
    insert(conn, id, author, entry)
}

/// Whether an entry is made once a day for the same key and tenant: a page view each says no more, and hides the rest.
fn is_entered_daily(entry: &NewAuditEntry) -> bool {
    entry.action == "portal_session.create"
}

const ENTERED: &str = "SELECT 1 FROM audit WHERE tenant = ?1 AND id >= ?2 AND action = ?3 AND project = ?4 \
    AND actor_kind = ?5 AND COALESCE(actor_key, ?6) = ?7 LIMIT 1";
const DAY_MS: i64 = 86_400_000;

/// Whether the same was entered since the day began, in UTC.
fn was_entered_today(
    conn: Sql<'_>,
    Author { actor, at, .. }: &Author,
    entry: &NewAuditEntry,
) -> Result<bool, Fail> {
    let (Some(tenant), Some(project)) = (&entry.tenant, entry.project) else {
        return Ok(false);
    };
    let day = AuditId::floor((at.ms() - at.ms().rem_euclid(DAY_MS)).max(0));
    let none: Vec<u8> = Vec::new();
    let key = actor
        .key
        .map_or_else(Vec::new, |key| blob(key.bits()).to_vec());
    let found: Option<i64> = conn
        .prepare_cached(ENTERED)?
        .query_row(
            params![
                tenant.as_str(),
                blob(day.bits()),
                entry.action,
                blob(project.bits()),
                actor.kind.as_str(),
                none,
                key
            ],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found.is_some())
}

fn insert(conn: Sql<'_>, id: AuditId, author: &Author, entry: NewAuditEntry) -> Result<(), Fail> {
    let Author { actor, .. } = author;
    conn.prepare_cached(INSERT)?.execute(params![
        blob(id.bits()),
        author.at.ms(),
        entry.action,
        actor.kind.as_str(),
        actor.key.map(|key| blob(key.bits())),
        actor.name,
        actor.via.as_str(),
        entry.project.map(|project| blob(project.bits())),
        entry.tenant.as_ref().map(TenantId::as_str),
        entry.target.kind,
        entry.target.id,
        entry
            .changes
            .map(|changes| serde_json::to_string(&changes))
            .transpose()?,
        author.ip.map(|ip| ip.to_string()),
        author.user_agent,
        author.request_id,
    ])?;
    Ok(())
}

// No more than the schema lets go: of a server where nothing happens, the last year stays.
const DELETE_OLD: &str = "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE id < ?1 \
    AND at <= (SELECT at FROM audit ORDER BY id DESC LIMIT 1) - 31536000000 ORDER BY id LIMIT ?2)";

/// Deletes up to `limit` entries made before; returns how many it were.
pub(crate) fn prune(conn: Sql<'_>, before: Timestamp, limit: i64) -> Result<usize, Fail> {
    let bound = AuditId::floor(before.ms().max(0));
    Ok(conn
        .prepare_cached(DELETE_OLD)?
        .execute(params![blob(bound.bits()), limit])?)
}

/// Bits that tell one from another of the same millisecond: nothing in here is random, and nobody has to guess them.
pub(crate) fn ten(write: &Write<'_>, what: &str, seed: u128) -> [u8; 10] {
    let mut hash = Sha256::new();
    hash.update(what);
    hash.update(seed.to_be_bytes());
    hash.update(write.last_event.0.to_be_bytes());
    let mut ten = [0; 10];
    ten.copy_from_slice(&hash.finalize()[..10]);
    ten
}

/// The id of the audit log's entry of something that the server did by itself.
fn audit_id(write: &Write<'_>, action: &str, seed: u128, now: Timestamp) -> AuditId {
    AuditId::new(now.ms(), ten(write, action, seed))
}
