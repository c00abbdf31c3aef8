//! Attempt rows, found by their delivery's number and their own.

use nuncio_domain::{Attempt, AttemptId, ErrorClass, Headers, Timings, Trigger};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Map;

use super::codec::{blob, time};
use crate::{
    EndpointKey,
    codec::headers::{HeaderTexts, metadata_text, read_headers},
    fail::{Fail, damaged},
};

/// Attempts of one delivery that can be told apart; the last one is overwritten by those after it.
const NUMBER_MAX: u32 = 0xffff;

const fn seq(delivery: i64, number: u32) -> i64 {
    let number = if number > NUMBER_MAX {
        NUMBER_MAX
    } else {
        number
    };
    (delivery << 16) | number as i64
}

const INSERT: &str = "INSERT OR REPLACE INTO attempts (seq, id, trigger, started_at, url, dialect, request_headers, \
    status, response_headers, truncated, error, error_detail, dns_us, connect_us, tls_us, first_byte_us, total_us, \
    response_body, metadata, project, endpoint) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, \
    ?15, ?16, ?17, ?18, ?19, ?20, ?21)";

/// The delivery that an attempt is of, as its row names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of {
    pub(crate) delivery: i64,
    pub(crate) project: i64,
    pub(crate) endpoint: EndpointKey,
}

/// Puts an attempt in as the `number`-th of its delivery.
pub(crate) fn insert(
    conn: &Connection,
    of: Of,
    number: u32,
    attempt: &Attempt,
    headers: &HeaderTexts,
) -> Result<(), Fail> {
    let timings = &attempt.timings;
    conn.prepare_cached(INSERT)?.execute(params![
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
    ])?;
    Ok(())
}

const LIST: &str = "SELECT seq & 65535, id, trigger, started_at, url, dialect, request_headers, status, \
    response_headers, truncated, error, error_detail, dns_us, connect_us, tls_us, first_byte_us, total_us, \
    response_body, metadata FROM attempts WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq";

/// The attempts of a delivery, oldest first.
pub(crate) fn list(conn: &Connection, delivery: i64) -> Result<Vec<Attempt>, Fail> {
    between(conn, seq(delivery, 0), seq(delivery, NUMBER_MAX))
}

/// The attempt with that number of its own; `None` if it is gone.
pub(crate) fn load(conn: &Connection, seq: i64) -> Result<Option<Attempt>, Fail> {
    Ok(between(conn, seq, seq)?.pop())
}

/// The number of an attempt of a project.
pub(crate) fn find(conn: &Connection, project: i64, id: AttemptId) -> Result<Option<i64>, Fail> {
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

fn between(conn: &Connection, first: i64, last: i64) -> Result<Vec<Attempt>, Fail> {
    let mut list = conn.prepare_cached(LIST)?;
    let mut rows = list.query(params![first, last])?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
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
        request_headers: read_headers(&row.get::<_, String>(6)?)?,
        status_code: row.get(7)?,
        response_headers: read_headers(&row.get::<_, String>(8)?)?,
        response_body_truncated: row.get(9)?,
        error: row.get::<_, Option<String>>(10)?.map(ErrorClass::stored),
        error_detail: row.get(11)?,
        timings: Timings {
            dns_us: row.get(12)?,
            connect_us: row.get(13)?,
            tls_us: row.get(14)?,
            first_byte_us: row.get(15)?,
            total_us: row.get(16)?,
        },
        response_body: row.get(17)?,
        body_metadata: match row.get::<_, Option<String>>(18)? {
            Some(text) => serde_json::from_str(&text)?,
            None => Map::new(),
        },
    })
}

/// Deletes the attempts of a delivery.
pub(crate) fn delete(conn: &Connection, delivery: i64) -> Result<(), Fail> {
    conn.prepare_cached("DELETE FROM attempts WHERE seq BETWEEN ?1 AND ?2")?
        .execute(params![seq(delivery, 0), seq(delivery, NUMBER_MAX)])?;
    Ok(())
}

/// An attempt as it is kept once its event's payload is erased.
pub(crate) fn without_answer(attempt: &Attempt) -> Attempt {
    Attempt {
        response_headers: Headers::default(),
        response_body: Vec::new(),
        error_detail: None,
        ..attempt.clone()
    }
}

/// Wipes what receivers answered to the attempts of a delivery: they may have repeated what they got, and an error's
/// detail may quote them.
pub(crate) fn erase_answers(conn: &Connection, delivery: i64) -> Result<(), Fail> {
    let (first, last) = range(delivery);
    erase_between(conn, first, last)
}

/// The same for the one attempt with that number of its own.
pub(crate) fn erase_answer(conn: &Connection, seq: i64) -> Result<(), Fail> {
    erase_between(conn, seq, seq)
}

fn erase_between(conn: &Connection, first: i64, last: i64) -> Result<(), Fail> {
    const ERASE: &str = "UPDATE attempts SET response_body = x'', response_headers = '[]', error_detail = NULL \
        WHERE seq BETWEEN ?1 AND ?2";
    conn.prepare_cached(ERASE)?.execute(params![first, last])?;
    Ok(())
}
