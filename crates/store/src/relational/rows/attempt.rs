//! Attempt rows, found by their delivery's number and their own.

use nuncio_domain::{Attempt, AttemptId, ErrorClass, Headers, Timings, Trigger};
use serde_json::Map;

use super::codec::{blob, time};
use crate::{
    EndpointKey,
    codec::headers::{HeaderTexts, metadata_text, read_headers},
    fail::{Fail, damaged},
    sql::{OptionalExtension, Row, Sql, Value, params},
};

/// Attempts of one delivery that can be told apart; the last one is overwritten by those after it.
pub(crate) const NUMBER_MAX: u32 = 0xffff;

const fn seq(delivery: i64, number: u32) -> i64 {
    let number = if number > NUMBER_MAX {
        NUMBER_MAX
    } else {
        number
    };
    (delivery << 16) | number as i64
}

const INSERT: &str = "INSERT INTO attempts (seq, id, trigger, started_at, url, dialect, request_headers, status, \
    response_headers, truncated, error, error_detail, dns_us, connect_us, tls_us, first_byte_us, total_us, \
    response_body, metadata, project, endpoint, transform) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, \
    ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22) ON CONFLICT (seq) DO UPDATE SET id = \
    excluded.id, trigger = excluded.trigger, started_at = excluded.started_at, url = excluded.url, dialect = \
    excluded.dialect, request_headers = excluded.request_headers, status = excluded.status, response_headers = \
    excluded.response_headers, truncated = excluded.truncated, error = excluded.error, error_detail = \
    excluded.error_detail, dns_us = excluded.dns_us, connect_us = excluded.connect_us, tls_us = \
    excluded.tls_us, first_byte_us = excluded.first_byte_us, total_us = excluded.total_us, response_body = \
    excluded.response_body, metadata = excluded.metadata, project = excluded.project, endpoint = \
    excluded.endpoint, transform = excluded.transform";

/// The delivery that an attempt is of, as its row names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of {
    pub(crate) delivery: i64,
    pub(crate) project: i64,
    pub(crate) endpoint: EndpointKey,
}

/// Puts an attempt in as the `number`-th of its delivery.
pub(crate) fn insert(
    conn: Sql<'_>,
    of: Of,
    number: u32,
    attempt: &Attempt,
    headers: &HeaderTexts,
) -> Result<(), Fail> {
    with_values(of, number, attempt, headers, |values| {
        conn.prepare_cached(INSERT)?.execute(values)
    })??;
    Ok(())
}

/// The values of its row.
pub(crate) fn with_values<R>(
    of: Of,
    number: u32,
    attempt: &Attempt,
    headers: &HeaderTexts,
    put: impl FnOnce(&[Value<'_>]) -> R,
) -> Result<R, Fail> {
    let timings = &attempt.timings;
    Ok(put(params![
        seq(of.delivery, number),
        blob(attempt.id.bits()),
        attempt.trigger.as_str(),
        attempt.started_at.ms(),
        attempt.url,
        attempt.dialect_version,
        headers.request,
        attempt.status_code,
        headers.response,
        attempt.response_body_truncated,
        attempt.error.as_ref().map(ErrorClass::as_str),
        attempt.error_detail,
        timings.dns_us,
        timings.connect_us,
        timings.tls_us,
        timings.first_byte_us,
        timings.total_us,
        attempt.response_body,
        metadata_text(&attempt.body_metadata)?,
        of.project,
        of.endpoint.0,
        attempt.transform_version,
    ]))
}

const LIST: &str = "SELECT seq & 65535, id, trigger, started_at, url, dialect, request_headers, status, \
    response_headers, truncated, error, error_detail, dns_us, connect_us, tls_us, first_byte_us, total_us, \
    response_body, metadata, transform FROM attempts WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq";

/// The attempts of a delivery, oldest first.
pub(crate) fn list(conn: Sql<'_>, delivery: i64) -> Result<Vec<Attempt>, Fail> {
    between(conn, seq(delivery, 0), seq(delivery, NUMBER_MAX))
}

/// The attempt with that number of its own; `None` if it is gone.
pub(crate) fn load(conn: Sql<'_>, seq: i64) -> Result<Option<Attempt>, Fail> {
    Ok(between(conn, seq, seq)?.pop())
}

/// The number of an attempt of a project.
pub(crate) fn find(conn: Sql<'_>, project: i64, id: AttemptId) -> Result<Option<i64>, Fail> {
    const FIND: &str = "SELECT seq FROM attempts WHERE project = ?1 AND id = ?2";
    Ok(conn
        .prepare_cached(FIND)?
        .query_row(params![project, blob(id.bits())], |row| row.get(0))
        .optional()?)
}

/// The delivery's number in an attempt's own.
pub(crate) const fn delivery_of(seq: i64) -> i64 {
    seq >> 16
}

/// The numbers that the attempts of a delivery can have.
pub(crate) const fn range(delivery: i64) -> (i64, i64) {
    (seq(delivery, 0), seq(delivery, NUMBER_MAX))
}

fn between(conn: Sql<'_>, first: i64, last: i64) -> Result<Vec<Attempt>, Fail> {
    let mut list = conn.prepare_cached(LIST)?;
    let mut rows = list.query(params![first, last])?;
    let mut attempts = Vec::new();
    while let Some(row) = &rows.next()? {
        attempts.push(decode(row)?);
    }
    Ok(attempts)
}

fn decode(row: &Row<'_>) -> Result<Attempt, Fail> {
    let trigger: String = row.get(2)?;
    Ok(Attempt {
        number: row.get(0)?,
        id: AttemptId::from_bits(u128::from_be_bytes(row.get(1)?)),
        trigger: Trigger::from_word(&trigger).ok_or_else(|| damaged("trigger"))?,
        started_at: time(row, 3)?,
        url: row.get(4)?,
        dialect_version: row.get(5)?,
        request_headers: read_headers(&row.get::<String>(6)?)?,
        status_code: row.get(7)?,
        response_headers: read_headers(&row.get::<String>(8)?)?,
        response_body_truncated: row.get(9)?,
        error: row.get::<Option<String>>(10)?.map(ErrorClass::stored),
        error_detail: row.get(11)?,
        timings: Timings {
            dns_us: row.get(12)?,
            connect_us: row.get(13)?,
            tls_us: row.get(14)?,
            first_byte_us: row.get(15)?,
            total_us: row.get(16)?,
        },
        response_body: row.get(17)?,
        body_metadata: match row.get::<Option<String>>(18)? {
            Some(text) => serde_json::from_str(&text)?,
            None => Map::new(),
        },
        transform_version: row.get(19)?,
    })
}

/// Deletes the attempts of a delivery.
pub(crate) fn delete(conn: Sql<'_>, delivery: i64) -> Result<(), Fail> {
    conn.prepare_cached("DELETE FROM attempts WHERE seq BETWEEN ?1 AND ?2")?
        .execute(params![seq(delivery, 0), seq(delivery, NUMBER_MAX)])?;
    Ok(())
}

/// An attempt as it is kept once its event's payload is erased. Headers that code has added may hold parts of it.
pub(crate) fn without_answer(attempt: &Attempt) -> Attempt {
    Attempt {
        request_headers: match attempt.transform_version {
            Some(_) => Headers::default(),
            None => attempt.request_headers.clone(),
        },
        response_headers: Headers::default(),
        response_body: Vec::new(),
        error_detail: None,
        ..attempt.clone()
    }
}

/// Wipes what receivers answered to the attempts of a delivery: they may have repeated what they got, and an error's
/// detail may quote them. Headers that code has added may hold parts of the payload: those of such attempts go too.
pub(crate) fn erase_answers(conn: Sql<'_>, delivery: i64) -> Result<(), Fail> {
    let (first, last) = range(delivery);
    erase_between(conn, first, last)
}

/// The same for the one attempt with that number of its own.
pub(crate) fn erase_answer(conn: Sql<'_>, seq: i64) -> Result<(), Fail> {
    erase_between(conn, seq, seq)
}

fn erase_between(conn: Sql<'_>, first: i64, last: i64) -> Result<(), Fail> {
    const ERASE: &str = "UPDATE attempts SET response_body = ?3, response_headers = '[]', error_detail = NULL, \
        request_headers = CASE WHEN transform IS NULL THEN request_headers ELSE '[]' END \
        WHERE seq BETWEEN ?1 AND ?2";
    conn.prepare_cached(ERASE)?
        .execute(params![first, last, [0_u8; 0]])?;
    Ok(())
}
