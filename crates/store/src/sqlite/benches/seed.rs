//! Fills the database of a folder with a past, much faster than it could have happened: for measuring large stores.

use std::{fs::File, path::Path};

use nuncio_domain::{
    Attempt, AttemptId, Chance, DeliveryId, EndpointId, EventId, Headers, Progress, State,
    Timestamp, Timings, Trigger,
};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::{
    EndpointKey, EventKey,
    codec::{headers::HeaderTexts, targets::pack_targets},
    sqlite::{
        rows::{
            attempt,
            codec::blob,
            delivery::{self, Last, NewDelivery},
            file::connect,
        },
        store::open,
        upkeep::folder::{self, FolderError},
    },
};

/// Rows in one commit.
const COMMIT_EVERY: u64 = 50_000;

/// A past: events of one delivery each.
#[derive(Clone, Debug)]
pub struct Past {
    /// Where they go, in turns; the endpoints must be there.
    pub endpoints: Vec<EndpointId>,
    /// How many events.
    pub events: u64,
    /// When the first one was accepted.
    pub from: Timestamp,
    /// Events accepted in one millisecond.
    pub per_ms: u64,
    /// How all deliveries stand. What is final has had one attempt, when it was accepted.
    pub state: State,
    /// Size of each payload, bytes.
    pub payload_bytes: usize,
}

/// Writes it. The store must be closed, and should be a copy: nothing here waits for the disk.
///
/// # Errors
/// The folder has no database, is in use, or an endpoint is not there.
pub fn seed(dir: &Path, past: &Past, chance: &dyn Chance) -> Result<(), FolderError> {
    let _lock = open::lock(dir)?;
    let conn = connect(&folder::database(dir)?)?;
    conn.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -262144; BEGIN",
    )?;
    let targets = past
        .endpoints
        .iter()
        .map(|id| target(&conn, *id))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let first: i64 = conn.query_row("SELECT coalesce(max(seq), 0) + 1 FROM events", [], |row| {
        row.get(0)
    })?;
    for (n, target) in (0..past.events).zip(targets.iter().cycle()) {
        event(&conn, past, chance, n, first + n as i64, target)?;
        if n % COMMIT_EVERY == COMMIT_EVERY - 1 {
            conn.execute_batch("COMMIT; BEGIN")?;
        }
    }
    conn.execute_batch(
        "UPDATE meta SET value = (SELECT coalesce(max(seq), 0) FROM events) WHERE name IN ('watermark', 'listed');
         COMMIT; PRAGMA journal_mode = WAL",
    )?;
    drop(conn);
    // Else the first checkpoint of whoever is measured waits for all of it.
    File::open(folder::database(dir)?)
        .and_then(|file| file.sync_all())
        .map_err(|error| FolderError::Failed(error.to_string()))
}

struct Target {
    id: EndpointId,
    key: EndpointKey,
    project: i64,
    tenant: i64,
}

fn target(conn: &Connection, id: EndpointId) -> rusqlite::Result<Target> {
    conn.query_row(
        "SELECT seq, project, tenant FROM endpoints WHERE id = ?1",
        [blob(id.bits())],
        |row| {
            Ok(Target {
                id,
                key: EndpointKey(row.get(0)?),
                project: row.get(1)?,
                tenant: row.get(2)?,
            })
        },
    )
}

const EVENT: &str = "INSERT INTO events (seq, id, project, tenant, type, fingerprint, created_at, test, targets, \
    payload_sha256, payload) VALUES (?1, ?2, ?3, ?4, 'order.paid', zeroblob(32), ?5, 0, ?6, ?7, ?8)";
const LISTED: &str = "INSERT INTO tenant_events (tenant, id, event) VALUES (?1, ?2, ?3)";

fn event(
    conn: &Connection,
    past: &Past,
    chance: &dyn Chance,
    n: u64,
    seq: i64,
    target: &Target,
) -> Result<(), FolderError> {
    let at = Timestamp::from_ms(past.from.ms() + (n / past.per_ms.max(1)) as i64);
    let id = EventId::new(at.ms(), chance.ten());
    let payload = format!("\"{}\"", "x".repeat(past.payload_bytes.saturating_sub(2)));
    conn.prepare_cached(EVENT)?.execute(params![
        seq,
        blob(id.bits()),
        target.project,
        target.tenant,
        at.ms(),
        pack_targets(std::iter::once(target.key)),
        <[u8; 32]>::from(Sha256::digest(&payload)),
        payload,
    ])?;
    conn.prepare_cached(LISTED)?
        .execute(params![target.tenant, blob(id.bits()), seq])?;
    let new = NewDelivery {
        id: DeliveryId::derive(id, target.id, 0),
        event: EventKey(seq),
        endpoint: target.key,
        project: target.project,
        generation: 0,
        created_at: at,
        place: None,
    };
    let mut progress = Progress::new(at, Trigger::Schedule);
    if let State::Pending { .. } = past.state {
        delivery::insert_pending(conn, &new, &progress)?;
        return Ok(());
    }
    progress.state = past.state;
    progress.attempts = 1;
    let last = Last {
        status: Some(200),
        error: None,
        finished_at: Some(at),
    };
    let delivery = delivery::insert(conn, &new, &progress, last)?;
    let made = self::attempt(at, chance);
    attempt::insert(conn, delivery, 1, &made, &HeaderTexts::of(&made))?;
    Ok(())
}

/// An attempt that succeeded at `at`, for whoever measures the store.
pub fn attempt(at: Timestamp, chance: &dyn Chance) -> Attempt {
    Attempt {
        id: AttemptId::new(at.ms(), chance.ten()),
        number: 1,
        trigger: Trigger::Schedule,
        started_at: at,
        url: "https://example.com/hook".to_owned(),
        dialect_version: 1,
        body_metadata: serde_json::Map::new(),
        request_headers: Headers::from_iter([
            ("webhook-id", "evt_01JB0000000000000000000000"),
            ("webhook-timestamp", "1777206896"),
            (
                "webhook-signature",
                "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
            ),
        ]),
        status_code: Some(200),
        response_headers: Headers::from_iter([("content-type", "text/plain")]),
        response_body: b"ok".to_vec(),
        response_body_truncated: false,
        error: None,
        error_detail: None,
        timings: Timings {
            total_us: 900,
            ..Timings::default()
        },
    }
}
