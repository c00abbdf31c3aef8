//! Answers to repeated requests, kept in the commit of their effect.

use nuncio_domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    fail::Fail,
    write::{Shared, Write},
};
use crate::{Answer, Once, StoreError};

const FIND: &str = "SELECT fingerprint, status, body FROM once WHERE scope = ?1";
const KEEP: &str =
    "INSERT INTO once (scope, fingerprint, status, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

/// The answer that is kept for a scope, with its request's fingerprint.
pub(super) fn kept(
    conn: &Connection,
    shared: &Shared,
    scope: &[u8; 32],
) -> Result<Option<([u8; 32], Answer)>, Fail> {
    let kept = conn
        .prepare_cached(FIND)?
        .query_row([scope], |row| {
            Ok((
                row.get::<_, [u8; 32]>(0)?,
                row.get(1)?,
                row.get::<_, Vec<u8>>(2)?,
            ))
        })
        .optional()?;
    let Some((fingerprint, status, sealed)) = kept else {
        return Ok(None);
    };
    let body = shared.sealer.open(&place(scope), &sealed)?.to_vec();
    Ok(Some((fingerprint, Answer { status, body })))
}

/// Goes on only if the request was not made before.
pub(super) fn check<T>(write: &Write<'_>, once: Option<&Once<T>>) -> Result<(), Fail> {
    let Some(once) = once else {
        return Ok(());
    };
    match kept(write.conn, write.shared, &once.scope)? {
        None => Ok(()),
        Some((fingerprint, _)) if fingerprint != once.fingerprint => {
            Err(StoreError::KeyReused.into())
        }
        Some((_, answer)) => Err(StoreError::Repeated(answer).into()),
    }
}

/// Keeps the answer for repetitions.
pub(super) fn keep<T>(
    write: &Write<'_>,
    once: Option<Once<T>>,
    result: &T,
    now: Timestamp,
) -> Result<(), Fail> {
    let Some(once) = once else {
        return Ok(());
    };
    let Some(answer) = (once.answer)(result) else {
        return Ok(());
    };
    let body = write.shared.sealer.seal(&place(&once.scope), &answer.body);
    write.conn.prepare_cached(KEEP)?.execute(params![
        once.scope,
        once.fingerprint,
        answer.status,
        body,
        now.ms()
    ])?;
    Ok(())
}

fn place(scope: &[u8; 32]) -> String {
    scope.iter().fold("once:".to_owned(), |place, byte| {
        format!("{place}{byte:02x}")
    })
}
