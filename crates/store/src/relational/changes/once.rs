//! Answers to repeated requests, kept in the commit of their effect.

use nuncio_domain::Timestamp;

use crate::{
    KeptAnswer, Once, StoreError, StoredAnswer,
    codec::answers,
    fail::Fail,
    relational::{shared::Shared, write::Write},
    sql::{OptionalExtension, Sql, Value, params},
};

const FIND: &str = "SELECT fingerprint, status, body, created_at FROM once WHERE scope = ?1";
const KEEP: &str =
    "INSERT INTO once (scope, fingerprint, status, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

/// The answer that is kept for a scope.
pub(crate) fn kept(
    conn: Sql<'_>,
    shared: &Shared,
    scope: &[u8; 32],
) -> Result<Option<KeptAnswer>, Fail> {
    let kept = conn
        .prepare_cached(FIND)?
        .query_row([scope], |row| {
            Ok((
                row.get::<[u8; 32]>(0)?,
                row.get(1)?,
                row.get::<Vec<u8>>(2)?,
                row.get(3)?,
            ))
        })
        .optional()?;
    let Some((fingerprint, status, sealed, at)) = kept else {
        return Ok(None);
    };
    let opened = shared.sealer.open(&answers::place(scope), &sealed)?;
    let (body, shows) = answers::unpack(&opened)?;
    let answer = StoredAnswer {
        status,
        body,
        shows,
    };
    Ok(Some(KeptAnswer {
        fingerprint,
        answer,
        at: Timestamp::from_ms(at),
    }))
}

/// Goes on only if the request was not made before.
pub(crate) fn check<T>(write: &Write<'_>, once: Option<&Once<T>>) -> Result<(), Fail> {
    let Some(once) = once else {
        return Ok(());
    };
    match kept(write.conn, write.shared, &once.scope)? {
        None => Ok(()),
        Some(kept) if kept.fingerprint != once.fingerprint => Err(StoreError::KeyReused.into()),
        Some(kept) => Err(StoreError::Repeated(kept.answer).into()),
    }
}

/// Keeps the answer for repetitions.
pub(crate) fn keep<T>(
    write: &Write<'_>,
    once: Option<Once<T>>,
    result: &T,
    now: Timestamp,
) -> Result<(), Fail> {
    keep_for(write, once.as_ref(), result, now)
}

/// The same for a request that may be needed again.
pub(crate) fn keep_for<T>(
    write: &Write<'_>,
    once: Option<&Once<T>>,
    result: &T,
    now: Timestamp,
) -> Result<(), Fail> {
    let Some(once) = once else {
        return Ok(());
    };
    let kept = with_values(write, once, result, now, |values| {
        write.conn.prepare_cached(KEEP)?.execute(values)
    });
    kept.transpose()?;
    Ok(())
}

/// The values of an answer's row; `None` if none is kept.
pub(crate) fn with_values<T, R>(
    write: &Write<'_>,
    once: &Once<T>,
    result: &T,
    now: Timestamp,
    put: impl FnOnce(&[Value<'_>]) -> R,
) -> Option<R> {
    let answer = (once.answer)(result)?;
    let sealer = &write.shared.sealer;
    let body = sealer.seal(&answers::place(&once.scope), &answers::pack(&answer));
    Some(put(params![
        once.scope,
        once.fingerprint,
        answer.status,
        body,
        now.ms()
    ]))
}
