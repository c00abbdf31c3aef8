//! Sign-in sessions and portals' tokens: made within their bounds, gone once they have ended.

use nuncio_domain::{ApiKey, KeyKind, Timestamp};

use crate::{
    Session, StoreError, audit_entry,
    fail::Fail,
    relational::{reads::tenants, write::Write},
    session::SESSIONS_PER_KEY_MAX,
    sql::params,
};

/// Page views of one customer within the hour that a token lasts: far more than people make, few enough to keep in memory.
const PORTALS_PER_TENANT_MAX: usize = 1_000;

/// Says who signs in or out. A session has nothing that may be shown: it goes by its key.
pub(crate) fn audit(write: &mut Write<'_>, action: &'static str, session: &Session) {
    let entry = {
        let mirror = write.shared.mirror();
        audit_entry::session(action, mirror.key(&session.key_sha256))
    };
    write.audit(entry);
}

const INSERT: &str =
    "INSERT INTO sessions (sha256, key_sha256, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)";

/// Stores a session; those of its key go that are too many.
pub(crate) fn create(write: &mut Write<'_>, session: Session) -> Result<(), Fail> {
    let surplus = {
        let mirror = write.shared.mirror();
        mirror.sessions_beyond(&session.key_sha256, SESSIONS_PER_KEY_MAX)
    };
    for sha256 in surplus {
        delete(write, sha256)?;
    }
    write.conn.prepare_cached(INSERT)?.execute(params![
        session.sha256,
        session.key_sha256,
        session.created_at.ms(),
        session.expires_at.ms()
    ])?;
    write.effects.mirror(move |mirror| {
        mirror.put_session(session);
        Vec::new()
    });
    Ok(())
}

/// Ends a session.
pub(crate) fn delete(write: &mut Write<'_>, sha256: [u8; 32]) -> Result<(), Fail> {
    write
        .conn
        .prepare_cached("DELETE FROM sessions WHERE sha256 = ?1")?
        .execute([sha256])?;
    write.effects.mirror(move |mirror| {
        mirror.drop_session(&sha256);
        Vec::new()
    });
    Ok(())
}

/// Makes room for a portal's token; other keys need none.
pub(crate) fn make_room(write: &mut Write<'_>, key: &ApiKey) -> Result<(), Fail> {
    let KeyKind::Portal { project, tenant } = &key.kind else {
        return Ok(());
    };
    if tenants::find(write.conn, write.shared, *project, tenant)?.is_none() {
        return Err(StoreError::NotFound.into());
    }
    let surplus = {
        let mirror = write.shared.mirror();
        mirror.portals_beyond(*project, tenant, PORTALS_PER_TENANT_MAX)
    };
    for sha256 in surplus.ok_or(StoreError::NotFound)? {
        write
            .conn
            .prepare_cached("DELETE FROM keys WHERE sha256 = ?1")?
            .execute([sha256])?;
        write.effects.mirror(move |mirror| {
            mirror.drop_portal(&sha256);
            Vec::new()
        });
    }
    Ok(())
}

const ENDED_SESSIONS: &str = "DELETE FROM sessions WHERE sha256 IN \
    (SELECT sha256 FROM sessions WHERE expires_at <= ?1 LIMIT ?2) RETURNING sha256";
const ENDED_PORTALS: &str = "DELETE FROM keys WHERE id IN \
    (SELECT id FROM keys WHERE portal_ends_at <= ?1 LIMIT ?2) RETURNING sha256";

/// Deletes up to `limit` of each that have ended; says whether there may be more.
pub(crate) fn prune(write: &mut Write<'_>, now: Timestamp, limit: i64) -> Result<bool, Fail> {
    let sessions = ended(write, ENDED_SESSIONS, now, limit)?;
    let portals = ended(write, ENDED_PORTALS, now, limit)?;
    let full = |ended: &Vec<[u8; 32]>| ended.len() as i64 == limit;
    let more = full(&sessions) || full(&portals);
    write.effects.mirror(move |mirror| {
        sessions
            .iter()
            .for_each(|sha256| mirror.drop_session(sha256));
        portals.iter().for_each(|sha256| mirror.drop_portal(sha256));
        Vec::new()
    });
    Ok(more)
}

fn ended(
    write: &Write<'_>,
    delete: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<[u8; 32]>, Fail> {
    let mut deleted = write.conn.prepare_cached(delete)?;
    let hashes = deleted.query_map(params![now.ms(), limit], |row| row.get(0))?;
    Ok(hashes.collect::<Result<_, _>>()?)
}
