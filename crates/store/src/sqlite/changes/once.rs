//! Answers to repeated requests, kept in the commit of their effect.

use std::borrow::Cow;

use nuncio_domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Answer, KeptAnswer, Once, Shows, StoreError,
    sqlite::{
        rows::fail::{Fail, damaged},
        shared::Shared,
        transaction::write::Write,
    },
};

/// Before an answer that shows a secret and says nothing without it. No JSON text begins with such a byte.
const SECRET: u8 = 0xf5;
/// Before the length of the answer without its secret, that answer, and the one with it.
const SECRET_AND_REST: u8 = 0xf6;

const FIND: &str = "SELECT fingerprint, status, body, created_at FROM once WHERE scope = ?1";
const KEEP: &str =
    "INSERT INTO once (scope, fingerprint, status, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

/// The answer that is kept for a scope.
pub(crate) fn kept(
    conn: &Connection,
    shared: &Shared,
    scope: &[u8; 32],
) -> Result<Option<KeptAnswer>, Fail> {
    let kept = conn
        .prepare_cached(FIND)?
        .query_row([scope], |row| {
            Ok((
                row.get::<_, [u8; 32]>(0)?,
                row.get(1)?,
                row.get::<_, Vec<u8>>(2)?,
                row.get(3)?,
            ))
        })
        .optional()?;
    let Some((fingerprint, status, sealed, at)) = kept else {
        return Ok(None);
    };
    let opened = shared.sealer.open(&place(scope), &sealed)?;
    let (body, shows) = unpack(&opened)?;
    let answer = Answer {
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

fn pack(answer: &Answer) -> Cow<'_, [u8]> {
    let body = &answer.body;
    match &answer.shows {
        Shows::NoSecret => Cow::Borrowed(body),
        Shows::Secret(None) => Cow::Owned([&[SECRET][..], body].concat()),
        Shows::Secret(Some(rest)) => {
            let length = (rest.len() as u64).to_be_bytes();
            Cow::Owned([&[SECRET_AND_REST][..], &length, rest, body].concat())
        }
    }
}

fn unpack(packed: &[u8]) -> Result<(Vec<u8>, Shows), Fail> {
    let damaged = || damaged("a kept answer");
    match packed.split_first() {
        Some((&SECRET, body)) => Ok((body.to_vec(), Shows::Secret(None))),
        Some((&SECRET_AND_REST, packed)) => {
            let (length, packed) = packed.split_first_chunk::<8>().ok_or_else(damaged)?;
            let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| damaged())?;
            let (rest, body) = packed.split_at_checked(length).ok_or_else(damaged)?;
            Ok((body.to_vec(), Shows::Secret(Some(rest.to_vec()))))
        }
        // Answers of earlier versions have no mark either.
        _ => Ok((packed.to_vec(), Shows::NoSecret)),
    }
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
    let Some(once) = once else {
        return Ok(());
    };
    let Some(answer) = (once.answer)(result) else {
        return Ok(());
    };
    let sealer = &write.shared.sealer;
    let body = sealer.seal(&place(&once.scope), &pack(&answer));
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
