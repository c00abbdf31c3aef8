//! Writes a past that somebody has made up into the database of a folder, much faster than it could have happened: for
//! measuring, and for looking at screens. What the past is like is up to whoever makes it; the rows are written here.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use nuncio_domain::{
    Attempt, DeliveryId, Endpoint, EventId, EventType, Progress, State, Timestamp,
};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::{
    EndpointKey, EventKey,
    codec::{headers::HeaderTexts, targets::pack_targets},
    fail::Fail,
    relational::rows::{
        attempt,
        codec::blob,
        delivery::{self, Last, NewDelivery},
        rollup,
    },
    sql::Sql,
    sqlite::{
        file::path::connect,
        store::open,
        upkeep::folder::{self, FolderError},
    },
    tally::{Counted, End, Tally, Whose},
};

/// Events in one commit.
const COMMIT_EVERY: u64 = 20_000;

/// Writes a past. Nothing here waits for the disk before [`finish`](Self::finish).
pub struct PastWriter {
    conn: Connection,
    database: PathBuf,
    _lock: File,
    seq: i64,
    events: u64,
    /// Counted since the last commit, if what happens is to be counted.
    tally: Option<Tally>,
    /// Counts by minute are kept from then on; what is older is counted by hour only.
    minutes_from: Timestamp,
}

/// A tenant that has endpoints.
#[derive(Clone, Debug)]
pub struct PastTenant {
    key: i64,
    project: i64,
    /// Its endpoints, in the order in which they were made.
    pub endpoints: Vec<PastEndpoint>,
    /// The event types of its project, by name.
    pub types: Vec<EventType>,
}

/// One of its endpoints.
#[derive(Clone, Debug)]
pub struct PastEndpoint {
    key: EndpointKey,
    /// As it is.
    pub endpoint: Endpoint,
}

/// An event of the past.
#[derive(Clone, Copy, Debug)]
pub struct PastEvent<'a> {
    /// Its id.
    pub id: EventId,
    /// The name of its type.
    pub event_type: &'a str,
    /// The publisher's own id.
    pub source_id: Option<&'a str>,
    /// When it was accepted.
    pub at: Timestamp,
    /// Its data, a JSON text.
    pub payload: &'a str,
}

/// An event that was written: its deliveries may be.
#[derive(Clone, Copy, Debug)]
pub struct WrittenEvent {
    key: EventKey,
    id: EventId,
    at: Timestamp,
    project: i64,
}

const LAST: &str = "SELECT coalesce(max(seq), 0) FROM events";
const EVENT: &str = "INSERT INTO events (seq, id, project, tenant, type, source_id, fingerprint, created_at, test, \
    targets, payload_sha256, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, zeroblob(32), ?7, 0, ?8, ?9, ?10)";
const LISTED: &str = "INSERT INTO tenant_events (tenant, id, event) VALUES (?1, ?2, ?3)";
const ENDPOINTS: &str = "SELECT p.seq, p.project, p.tenant, p.doc FROM endpoints p \
    JOIN projects j ON j.seq = p.project WHERE p.doc IS NOT NULL AND j.doc IS NOT NULL ORDER BY p.tenant, p.seq";
const TYPES: &str = "SELECT doc FROM event_types WHERE project = ?1 ORDER BY name";

impl PastWriter {
    /// Opens the database of a folder whose store is closed. If `minutes_from` is given, what is written is counted as if
    /// it had happened, by minute from then on.
    ///
    /// # Errors
    /// The folder has no database, or is in use.
    pub fn open(dir: &Path, minutes_from: Option<Timestamp>) -> Result<Self, FolderError> {
        let lock = open::lock(dir)?;
        let database = folder::database(dir)?;
        let conn = connect(&database)?;
        conn.execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA cache_size = -262144; BEGIN",
        )?;
        Ok(Self {
            seq: conn.query_row(LAST, [], |row| row.get(0))?,
            conn,
            database,
            _lock: lock,
            events: 0,
            tally: minutes_from.map(|_| Tally::default()),
            minutes_from: minutes_from.unwrap_or(Timestamp::from_ms(0)),
        })
    }

    /// The tenants that have endpoints.
    ///
    /// # Errors
    /// They can't be read.
    pub fn tenants(&self) -> Result<Vec<PastTenant>, FolderError> {
        Ok(tenants(&self.conn)?)
    }

    /// Writes an event that goes to these endpoints of the tenant.
    ///
    /// # Errors
    /// It can't be written.
    pub fn event<'a>(
        &mut self,
        tenant: &PastTenant,
        event: &PastEvent<'_>,
        targets: impl Iterator<Item = &'a PastEndpoint>,
    ) -> Result<WrittenEvent, FolderError> {
        if self.events > 0 && self.events.is_multiple_of(COMMIT_EVERY) {
            self.count()?;
            self.conn.execute_batch("COMMIT; BEGIN")?;
        }
        self.events += 1;
        self.seq += 1;
        self.conn.prepare_cached(EVENT)?.execute(params![
            self.seq,
            blob(event.id.bits()),
            tenant.project,
            tenant.key,
            event.event_type,
            event.source_id,
            event.at.ms(),
            pack_targets(targets.map(|target| target.key)),
            <[u8; 32]>::from(Sha256::digest(event.payload)),
            event.payload,
        ])?;
        self.conn.prepare_cached(LISTED)?.execute(params![
            tenant.key,
            blob(event.id.bits()),
            self.seq
        ])?;
        if let Some(tally) = &mut self.tally {
            tally.event(tenant.project, tenant.key, event.at);
        }
        Ok(WrittenEvent {
            key: EventKey(self.seq),
            id: event.id,
            at: event.at,
            project: tenant.project,
        })
    }

    /// Writes a delivery of an event with its attempts, the last of which ended it unless `progress` is pending.
    ///
    /// # Errors
    /// It can't be written.
    pub fn delivery(
        &mut self,
        event: WrittenEvent,
        target: &PastEndpoint,
        progress: &Progress,
        attempts: &[Attempt],
    ) -> Result<(), FolderError> {
        Ok(self.insert(event, target, progress, attempts)?)
    }

    fn insert(
        &mut self,
        event: WrittenEvent,
        target: &PastEndpoint,
        progress: &Progress,
        attempts: &[Attempt],
    ) -> Result<(), Fail> {
        let new = NewDelivery {
            id: DeliveryId::derive(event.id, target.endpoint.id, 0),
            event: event.key,
            endpoint: target.key,
            project: event.project,
            generation: 0,
            created_at: event.at,
            place: None,
        };
        let last = attempts.last();
        let ended = last.map_or(event.at, |last| {
            last.started_at + Duration::from_micros(last.timings.total_us.into())
        });
        let is_pending = matches!(progress.state, State::Pending { .. });
        let shown = Last {
            status: last.and_then(|last| last.status_code),
            error: last.and_then(|last| last.error.as_ref()),
            finished_at: (!is_pending).then_some(ended),
        };
        let seq = delivery::insert(Sql::from(&self.conn), &new, progress, shown)?;
        for (number, attempt) in (1..).zip(attempts) {
            let of = attempt::Of {
                delivery: seq,
                project: event.project,
                endpoint: target.key,
            };
            attempt::insert(
                Sql::from(&self.conn),
                of,
                number,
                attempt,
                &HeaderTexts::of(attempt),
            )?;
            let Some(tally) = &mut self.tally else {
                continue;
            };
            let whose = Whose {
                project: event.project,
                endpoint: target.key,
            };
            let is_last = number as usize == attempts.len();
            let took_us = ended.since(event.at).as_micros() as u64;
            let counted = Counted {
                failed: attempt.error.is_some(),
                took_us: attempt.timings.total_us.into(),
                end: match progress.state {
                    State::Succeeded if is_last => Some(End::Succeeded { took_us }),
                    State::Dead(_) if is_last => Some(End::Dead),
                    _ => None,
                },
            };
            tally.attempt(whose, attempt.started_at, counted);
        }
        Ok(())
    }

    /// Commits everything; returns when it is on disk. Else the first checkpoint of whoever is measured waits for all of it.
    ///
    /// # Errors
    /// It can't be written.
    pub fn finish(mut self) -> Result<(), FolderError> {
        self.count()?;
        self.conn.execute_batch(
            "UPDATE meta SET value = (SELECT coalesce(max(seq), 0) FROM events) WHERE name IN ('watermark', 'listed');
             COMMIT; PRAGMA journal_mode = WAL",
        )?;
        drop(self.conn);
        File::open(&self.database)
            .and_then(|file| file.sync_all())
            .map_err(|error| FolderError::Failed(error.to_string()))
    }

    /// Writes down what was counted since the last time.
    fn count(&mut self) -> Result<(), Fail> {
        match &mut self.tally {
            Some(tally) => rollup::store_since(
                Sql::from(&self.conn),
                std::mem::take(tally),
                self.minutes_from,
            ),
            None => Ok(()),
        }
    }
}

fn tenants(conn: &Connection) -> Result<Vec<PastTenant>, Fail> {
    let mut list = conn.prepare(ENDPOINTS)?;
    let mut rows = list.query([])?;
    let mut tenants: Vec<PastTenant> = Vec::new();
    while let Some(row) = rows.next()? {
        let (project, tenant): (i64, i64) = (row.get(1)?, row.get(2)?);
        if tenants.last().is_none_or(|last| last.key != tenant) {
            tenants.push(PastTenant {
                key: tenant,
                project,
                endpoints: Vec::new(),
                types: types(conn, project)?,
            });
        }
        let endpoint = PastEndpoint {
            key: EndpointKey(row.get(0)?),
            endpoint: serde_json::from_str(row.get_ref(3)?.as_str().unwrap_or_default())?,
        };
        if let Some(last) = tenants.last_mut() {
            last.endpoints.push(endpoint);
        }
    }
    Ok(tenants)
}

fn types(conn: &Connection, project: i64) -> Result<Vec<EventType>, Fail> {
    let mut list = conn.prepare_cached(TYPES)?;
    let mut rows = list.query([project])?;
    let mut types = Vec::new();
    while let Some(row) = rows.next()? {
        types.push(serde_json::from_str(
            row.get_ref(0)?.as_str().unwrap_or_default(),
        )?);
    }
    Ok(types)
}
