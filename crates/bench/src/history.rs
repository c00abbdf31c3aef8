//! Fills the database of a folder with a plausible past: days of traffic at the endpoints that are there, with what goes
//! wrong in real life, and the counts that charts are drawn from. For measuring and for looking at screens.

use std::{path::Path, time::Duration};

use nuncio_domain::{
    Attempt, DeadReason, Entropy, ErrorClass, EventId, EventTypeName, Progress, State, Timestamp,
    Timings, Trigger,
};
use nuncio_store::sqlite::{
    FolderError,
    past::{PastEndpoint, PastEvent, PastTenant, PastWriter, WrittenEvent},
};

use crate::seed;

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
pub fn write(dir: &Path, history: &History, entropy: &dyn Entropy) -> Result<Written, FolderError> {
    let mut writer = PastWriter::open(dir, Some(history.until - MINUTES_KEPT))?;
    let tenants = tenants(&writer)?;
    if tenants.is_empty() {
        let why = "there is no endpoint: make some, for tenants that are to have a past";
        return Err(FolderError::Failed(why.to_owned()));
    }
    let mut past = Past {
        writer: &mut writer,
        history: *history,
        entropy,
        dice: Dice::new(entropy),
        written: Written::default(),
    };
    while past.written.deliveries < history.deliveries {
        past.event(&tenants)?;
    }
    let written = past.written;
    writer.finish()?;
    Ok(written)
}

/// A tenant with endpoints, and what is published for it.
struct Tenant {
    rows: PastTenant,
    /// How its endpoints behave.
    tempers: Vec<Temper>,
    /// The names of its event types, with the payload of each.
    types: Vec<(EventTypeName, String)>,
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

/// Cheap randomness, from a seed that is not: a million events ask for some ten million numbers.
struct Dice(u64);

impl Dice {
    fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
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
    writer: &'a mut PastWriter,
    history: History,
    entropy: &'a dyn Entropy,
    dice: Dice,
    written: Written,
}

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

    fn event(&mut self, tenants: &[Tenant]) -> Result<(), FolderError> {
        let at = self.at();
        // A few tenants have most of the events.
        let luck = self.dice.share();
        let which = (luck * luck * tenants.len() as f64) as usize;
        let Some(tenant) = tenants.get(which) else {
            return Ok(());
        };
        let kind = self.dice.below(tenant.types.len() as u64) as usize;
        let Some((name, payload)) = tenant.types.get(kind) else {
            return Ok(());
        };
        self.written.events += 1;
        let source_id = format!(
            "{}-{}",
            name.as_str().replace('.', "_"),
            self.written.events
        );
        let event = PastEvent {
            id: EventId::new(at.ms(), self.entropy.ten()),
            event_type: name.as_str(),
            // Some publishers number their events.
            source_id: which.is_multiple_of(3).then_some(source_id.as_str()),
            at,
            payload,
        };
        let wanting = || {
            let targets = tenant.rows.endpoints.iter().zip(&tenant.tempers);
            targets.filter(|(target, _)| target.endpoint.wants_type(name))
        };
        let targets = wanting().map(|(target, _)| target);
        let written = self.writer.event(&tenant.rows, &event, targets)?;
        for (target, temper) in wanting() {
            self.delivery(target, *temper, written, at)?;
        }
        Ok(())
    }

    fn delivery(
        &mut self,
        target: &PastEndpoint,
        temper: Temper,
        event: WrittenEvent,
        created_at: Timestamp,
    ) -> Result<(), FolderError> {
        let attempts = self.attempts(target, temper, created_at);
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
        self.writer.delivery(event, target, &progress, &attempts)?;
        self.written.deliveries += 1;
        self.written.attempts += attempts.len() as u64;
        self.written.dead += u64::from(matches!(progress.state, State::Dead(_)));
        self.written.pending += u64::from(matches!(progress.state, State::Pending { .. }));
        Ok(())
    }

    /// The attempts until one succeeds, none is left, or the past is over.
    fn attempts(
        &mut self,
        target: &PastEndpoint,
        temper: Temper,
        created_at: Timestamp,
    ) -> Vec<Attempt> {
        let span_ms = self.history.until.since(self.history.from).as_millis() as f64;
        let mut attempts = Vec::new();
        let mut at = created_at + Duration::from_millis(self.dice.below(20));
        for delay_s in DELAYS_S {
            at = at + Duration::from_secs(delay_s);
            if at > self.history.until {
                break;
            }
            let share = at.since(self.history.from).as_millis() as f64 / span_ms.max(1.0);
            let answer = Answer::of(temper, share, &mut self.dice);
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

    fn attempt(
        &self,
        target: &PastEndpoint,
        at: Timestamp,
        number: u32,
        answer: Answer,
    ) -> Attempt {
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
            ..seed::attempt(at, self.entropy)
        }
    }
}

/// The tenants that have endpoints, each of which behaves in its own way.
fn tenants(writer: &PastWriter) -> Result<Vec<Tenant>, FolderError> {
    let mut number = 0;
    let tenant = |rows: PastTenant| {
        let first = number;
        number += rows.endpoints.len();
        Ok(Tenant {
            tempers: (first..number).map(Temper::of).collect(),
            types: types(&rows)?,
            rows,
        })
    };
    writer.tenants()?.into_iter().map(tenant).collect()
}

/// The tenant's event types, with the payload of each.
fn types(tenant: &PastTenant) -> Result<Vec<(EventTypeName, String)>, FolderError> {
    if tenant.types.is_empty() {
        let name = EventTypeName::parse("order.paid");
        let name = name.map_err(|error| FolderError::Failed(error.to_string()))?;
        return Ok(vec![(
            name,
            r#"{"order":"or_1001","total":"42.00"}"#.to_owned(),
        )]);
    }
    let types = tenant.types.iter().map(|kind| {
        let example = kind.example.as_ref().map(ToString::to_string);
        let payload = example.unwrap_or_else(|| "{\"n\":1}".to_owned());
        (kind.name.clone(), payload)
    });
    Ok(types.collect())
}
