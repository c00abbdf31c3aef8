//! Fills the database of a folder with a plausible past: days of traffic at the endpoints that are there, with what goes
//! wrong in real life, and the counts that charts are drawn from. For measuring and for looking at screens.

use std::{fs::File, path::Path, time::Duration};

use nuncio_domain::{
    Attempt, Chance, DeadReason, DeliveryId, Endpoint, ErrorClass, EventId, EventType,
    EventTypeName, Progress, State, Timestamp, Timings, Trigger,
};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::seed;
use crate::{
    EndpointKey, EventKey,
    codec::{headers::HeaderTexts, targets::pack_targets},
    fail::Fail,
    sqlite::{
        rows::{
            attempt,
            codec::blob,
            delivery::{self, Last, NewDelivery},
            file::connect,
            rollup,
        },
        store::open,
        upkeep::folder::{self, FolderError},
    },
    tally::{Counted, End, Tally, Whose},
};

/// Events in one commit.
const COMMIT_EVERY: u64 = 20_000;
/// When the attempts of a delivery follow each other, seconds.
const DELAYS_S: [u64; 6] = [0, 60, 300, 1_800, 7_200, 18_000];
/// Counts by minute are kept so long; what is older is counted by hour only.
const MINUTES_KEPT: Duration = Duration::from_secs(2 * 24 * 60 * 60);
const DAY_MS: f64 = 24.0 * 60.0 * 60.0 * 1_000.0;

/// What to write.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends: now. What would be attempted later is pending.
    pub until: Timestamp,
    /// About how many deliveries.
    pub deliveries: u64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    /// Events.
    pub events: u64,
    /// Deliveries.
    pub deliveries: u64,
    /// Dead ones among them.
    pub dead: u64,
    /// Pending ones among them.
    pub pending: u64,
    /// Attempts.
    pub attempts: u64,
}

/// Writes it for every project that has endpoints. The store must be closed; nothing here waits for the disk.
///
/// # Errors
/// The folder has no database or no endpoint, or is in use.
pub fn write(dir: &Path, history: &History, chance: &dyn Chance) -> Result<Written, FolderError> {
    let _lock = open::lock(dir)?;
    let conn = connect(&folder::database(dir)?)?;
    conn.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -262144; BEGIN",
    )?;
    let mut past = Past {
        tenants: tenants(&conn)?,
        conn: &conn,
        history: *history,
        chance,
        dice: Dice::new(chance),
        tally: Tally::default(),
        written: Written::default(),
        seq: conn.query_row("SELECT coalesce(max(seq), 0) FROM events", [], |row| {
            row.get(0)
        })?,
    };
    if past.tenants.is_empty() {
        let why = "there is no endpoint: make some, for tenants that are to have a past";
        return Err(FolderError::Failed(why.to_owned()));
    }
    while past.written.deliveries < history.deliveries {
        past.event()?;
        if past.written.events.is_multiple_of(COMMIT_EVERY) {
            past.count()?;
            conn.execute_batch("COMMIT; BEGIN")?;
        }
    }
    past.count()?;
    let written = past.written;
    drop(past);
    conn.execute_batch(
        "UPDATE meta SET value = (SELECT coalesce(max(seq), 0) FROM events) WHERE name IN ('watermark', 'listed');
         COMMIT; PRAGMA journal_mode = WAL",
    )?;
    drop(conn);
    File::open(folder::database(dir)?)
        .and_then(|file| file.sync_all())
        .map_err(|error| FolderError::Failed(error.to_string()))?;
    Ok(written)
}

/// A tenant with endpoints, and what is published for it.
struct Tenant {
    key: i64,
    project: i64,
    endpoints: Vec<Target>,
    types: Vec<(EventTypeName, String)>,
}

struct Target {
    key: EndpointKey,
    endpoint: Endpoint,
    temper: Temper,
}

/// How an endpoint behaves.
#[derive(Clone, Copy, Debug)]
enum Temper {
    /// Answers at once, nearly always with success.
    Steady,
    /// Takes a second or more.
    Slow,
    /// Fails every fourth time.
    Flaky,
    /// Was down for a while; shares of the history.
    Down(f64, f64),
}

impl Temper {
    /// One in ten is slow, one flaky, one was down some time ago, and one is down now.
    const fn of(number: usize) -> Self {
        match number % 10 {
            3 => Self::Slow,
            5 => Self::Flaky,
            7 => Self::Down(0.45, 0.52),
            8 => Self::Down(0.965, 2.0),
            _ => Self::Steady,
        }
    }
}

/// What an endpoint answers.
struct Answer {
    status: Option<u16>,
    error: Option<&'static str>,
    body: &'static str,
    took_us: u32,
}

impl Answer {
    fn of(temper: Temper, share: f64, dice: &mut Dice) -> Self {
        let quick = 20_000 + dice.below(180_000) as u32;
        let (trouble, took_us) = match temper {
            Temper::Steady => (0.01, quick),
            Temper::Slow => (0.02, 900_000 + dice.below(2_500_000) as u32),
            Temper::Flaky => (0.25, quick * 2),
            Temper::Down(from, until) if (from..until).contains(&share) => (1.0, quick),
            Temper::Down(..) => (0.01, quick),
        };
        if dice.share() >= trouble {
            return Self {
                status: Some([200, 200, 200, 202, 204][dice.below(5) as usize]),
                error: None,
                body: r#"{"received":true}"#,
                took_us,
            };
        }
        let (status, error, body, took_us) = match dice.below(12) {
            0..=3 => (Some(503), "status", "upstream connect error", took_us),
            4..=6 => (Some(500), "status", r#"{"error":"internal"}"#, took_us),
            7 => (Some(502), "status", "<h1>502 Bad Gateway</h1>", took_us),
            8 => (Some(404), "status", "not found", took_us),
            9 => (Some(429), "status", "slow down", took_us),
            10 => (None, "timeout", "", 15_000_000),
            _ => (None, "connect", "", 3_000),
        };
        Self {
            status,
            error: Some(error),
            body,
            took_us,
        }
    }
}

/// Cheap chance, from a seed that is not: a million events ask for some ten million numbers.
struct Dice(u64);

impl Dice {
    fn new(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 8];
        chance.fill(&mut bytes);
        Self(u64::from_be_bytes(bytes))
    }

    /// SplitMix64.
    const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    const fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Past<'a> {
    conn: &'a Connection,
    history: History,
    tenants: Vec<Tenant>,
    chance: &'a dyn Chance,
    dice: Dice,
    tally: Tally,
    written: Written,
    seq: i64,
}

const EVENT: &str = "INSERT INTO events (seq, id, project, tenant, type, source_id, fingerprint, created_at, test, \
    targets, payload_sha256, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, zeroblob(32), ?7, 0, ?8, ?9, ?10)";
const LISTED: &str = "INSERT INTO tenant_events (tenant, id, event) VALUES (?1, ?2, ?3)";

impl Past<'_> {
    /// When the event comes that is behind so many deliveries: evenly, but twice as often by day as by night.
    fn at(&self) -> Timestamp {
        let span_ms = self.history.until.since(self.history.from).as_millis() as f64;
        let share = self.written.deliveries as f64 / self.history.deliveries.max(1) as f64;
        let even = span_ms * share;
        let wave = (even / DAY_MS * std::f64::consts::TAU).sin() * DAY_MS * 0.05;
        let ms = (even + wave).clamp(0.0, span_ms);
        Timestamp::from_ms(self.history.from.ms() + ms as i64)
    }

    fn event(&mut self) -> Result<(), Fail> {
        let at = self.at();
        // A few tenants have most of the events.
        let luck = self.dice.share();
        let which = (luck * luck * self.tenants.len() as f64) as usize;
        let Some(tenant) = self.tenants.get(which) else {
            return Ok(());
        };
        let kind = self.dice.below(tenant.types.len() as u64) as usize;
        let Some((name, payload)) = tenant.types.get(kind) else {
            return Ok(());
        };
        let id = EventId::new(at.ms(), self.chance.ten());
        self.seq += 1;
        let wanting = || {
            let targets = tenant.endpoints.iter();
            targets.filter(|target| target.endpoint.wants(name))
        };
        let source_id = format!("{}-{}", name.as_str().replace('.', "_"), self.seq);
        self.conn.prepare_cached(EVENT)?.execute(params![
            self.seq,
            blob(id.bits()),
            tenant.project,
            tenant.key,
            name.as_str(),
            // Some publishers number their events.
            which.is_multiple_of(3).then_some(source_id),
            at.ms(),
            pack_targets(wanting().map(|target| target.key)),
            <[u8; 32]>::from(Sha256::digest(payload)),
            payload,
        ])?;
        self.conn.prepare_cached(LISTED)?.execute(params![
            tenant.key,
            blob(id.bits()),
            self.seq
        ])?;
        self.tally.event(tenant.project, tenant.key, at);
        self.written.events += 1;
        let mut made = Made {
            conn: self.conn,
            history: self.history,
            chance: self.chance,
            dice: &mut self.dice,
            tally: &mut self.tally,
            written: &mut self.written,
        };
        for target in wanting() {
            made.delivery(tenant, target, EventKey(self.seq), id, at)?;
        }
        Ok(())
    }

    /// Writes down what was counted since the last time.
    fn count(&mut self) -> Result<(), Fail> {
        let minutes_from = self.history.until - MINUTES_KEPT;
        rollup::store_since(self.conn, std::mem::take(&mut self.tally), minutes_from)
    }
}

/// What a delivery is made with.
struct Made<'a> {
    conn: &'a Connection,
    history: History,
    chance: &'a dyn Chance,
    dice: &'a mut Dice,
    tally: &'a mut Tally,
    written: &'a mut Written,
}

impl Made<'_> {
    fn delivery(
        &mut self,
        tenant: &Tenant,
        target: &Target,
        event: EventKey,
        id: EventId,
        created_at: Timestamp,
    ) -> Result<(), Fail> {
        let attempts = self.attempts(target, created_at);
        let mut progress = Progress::new(created_at, Trigger::Schedule);
        progress.attempts = attempts.len() as u32;
        progress.scheduled = progress.attempts;
        progress.first_began = attempts.first().map(|attempt| attempt.started_at);
        let ended = attempts.last().map_or(created_at, |attempt| {
            attempt.started_at + Duration::from_micros(attempt.timings.total_us.into())
        });
        let succeeded = attempts.last().is_some_and(|last| last.error.is_none());
        progress.state = if succeeded {
            State::Succeeded
        } else if let Some(delay_s) = DELAYS_S.get(attempts.len()) {
            let due = ended + Duration::from_secs(*delay_s);
            State::Pending { due }
        } else {
            State::Dead(DeadReason::Exhausted)
        };
        let is_pending = matches!(progress.state, State::Pending { .. });
        let last = attempts.last();
        let last = Last {
            status: last.and_then(|attempt| attempt.status_code),
            error: last.and_then(|attempt| attempt.error.as_ref()),
            finished_at: (!is_pending).then_some(ended),
        };
        let new = NewDelivery {
            id: DeliveryId::derive(id, target.endpoint.id, 0),
            event,
            endpoint: target.key,
            project: tenant.project,
            generation: 0,
            created_at,
            place: None,
        };
        let seq = delivery::insert(self.conn, &new, &progress, last)?;
        let whose = Whose {
            project: tenant.project,
            endpoint: target.key,
        };
        let took_us = ended.since(created_at).as_micros() as u64;
        for (number, attempt) in (1..).zip(&attempts) {
            attempt::insert(self.conn, seq, number, attempt, &HeaderTexts::of(attempt))?;
            let is_last = number as usize == attempts.len();
            let counted = Counted {
                failed: attempt.error.is_some(),
                took_us: attempt.timings.total_us.into(),
                end: match progress.state {
                    State::Succeeded if is_last => Some(End::Succeeded { took_us }),
                    State::Dead(_) if is_last => Some(End::Dead),
                    _ => None,
                },
            };
            self.tally.attempt(whose, attempt.started_at, counted);
        }
        self.written.deliveries += 1;
        self.written.attempts += attempts.len() as u64;
        self.written.dead += u64::from(matches!(progress.state, State::Dead(_)));
        self.written.pending += u64::from(is_pending);
        Ok(())
    }

    /// The attempts until one succeeds, none is left, or the past is over.
    fn attempts(&mut self, target: &Target, created_at: Timestamp) -> Vec<Attempt> {
        let span_ms = self.history.until.since(self.history.from).as_millis() as f64;
        let mut attempts = Vec::new();
        let mut at = created_at + Duration::from_millis(self.dice.below(20));
        for delay_s in DELAYS_S {
            at = at + Duration::from_secs(delay_s);
            if at > self.history.until {
                break;
            }
            let share = at.since(self.history.from).as_millis() as f64 / span_ms.max(1.0);
            let answer = Answer::of(target.temper, share, self.dice);
            let succeeded = answer.error.is_none();
            let number = attempts.len() as u32 + 1;
            let took = Duration::from_micros(answer.took_us.into());
            attempts.push(self.attempt(target, at, number, answer));
            at = at + took;
            if succeeded {
                break;
            }
        }
        attempts
    }

    fn attempt(&mut self, target: &Target, at: Timestamp, number: u32, answer: Answer) -> Attempt {
        let total_us = answer.took_us;
        let part = |share: u32| Some(total_us / share);
        let answered = answer.status.is_some();
        Attempt {
            number,
            url: target.endpoint.url.clone(),
            status_code: answer.status,
            response_headers: answered
                .then_some(("content-type", "application/json"))
                .into_iter()
                .collect(),
            response_body: answer.body.as_bytes().to_vec(),
            error: answer.error.map(ErrorClass::of),
            error_detail: (!answered).then(|| match answer.error {
                Some("timeout") => "no answer within 15 s".to_owned(),
                _ => "connection refused".to_owned(),
            }),
            timings: Timings {
                dns_us: part(40),
                connect_us: part(12),
                tls_us: answered.then_some(total_us / 6),
                first_byte_us: answered.then_some(total_us / 10 * 9),
                total_us,
            },
            ..seed::attempt(at, self.chance)
        }
    }
}

const ENDPOINTS: &str = "SELECT p.seq, p.project, p.tenant, p.doc FROM endpoints p \
    JOIN projects j ON j.seq = p.project WHERE p.doc IS NOT NULL AND j.doc IS NOT NULL ORDER BY p.tenant, p.seq";

/// The tenants that have endpoints.
fn tenants(conn: &Connection) -> Result<Vec<Tenant>, Fail> {
    let mut list = conn.prepare(ENDPOINTS)?;
    let mut rows = list.query([])?;
    let mut tenants: Vec<Tenant> = Vec::new();
    let mut number = 0;
    while let Some(row) = rows.next()? {
        let (project, tenant): (i64, i64) = (row.get(1)?, row.get(2)?);
        if tenants.last().is_none_or(|last| last.key != tenant) {
            tenants.push(Tenant {
                key: tenant,
                project,
                endpoints: Vec::new(),
                types: types(conn, project)?,
            });
        }
        let target = Target {
            key: EndpointKey(row.get(0)?),
            endpoint: serde_json::from_str(row.get_ref(3)?.as_str().unwrap_or_default())?,
            temper: Temper::of(number),
        };
        number += 1;
        if let Some(last) = tenants.last_mut() {
            last.endpoints.push(target);
        }
    }
    Ok(tenants)
}

/// The project's event types, with the payload of each.
fn types(conn: &Connection, project: i64) -> Result<Vec<(EventTypeName, String)>, Fail> {
    let mut list =
        conn.prepare_cached("SELECT doc FROM event_types WHERE project = ?1 ORDER BY name")?;
    let mut rows = list.query([project])?;
    let mut types = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: EventType = serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default())?;
        let example = kind.example.map(|example| example.to_string());
        types.push((kind.name, example.unwrap_or_else(|| "{\"n\":1}".to_owned())));
    }
    if types.is_empty() {
        let name =
            EventTypeName::parse("order.paid").map_err(|error| Fail::Broken(error.to_string()))?;
        types.push((name, r#"{"order":"or_1001","total":"42.00"}"#.to_owned()));
    }
    Ok(types)
}
