//! Taking in what is plain, many requests at once.
//!
//! An event is plain if its tenant is in memory and it has no place in any order. What is known of all of them is read in
//! one go: the answers that are kept for their requests, and the events that have their `source_id` already. So what is
//! written need not be looked at again, and goes with the commit. Should another node take a `source_id` in between, the
//! database refuses them all, and they are taken in one by one.

use std::collections::{HashMap, HashSet};

use nuncio_domain::{EventId, Progress, SourceId, Timestamp, Trigger, first_delay};

use super::{Deferred, pipeline::find_all};
use crate::{
    Accepted, EventKey, Once, Refused, StoreError,
    codec::{
        extras::extras_text,
        targets::{pack_targets, unpack_targets},
    },
    fail::Fail,
    mirror::Mirror,
    postgres::appender::Append,
    relational::{
        changes::{
            append::{self, Results, Target, Targets},
            once,
            prepared::Hashed,
        },
        rows::{
            codec::{event_id, time},
            delivery::{self, Last},
            event::{self, EventRow},
        },
        write::Write,
    },
    sql::{ArrayRows, Row, Session, params},
};

const NUMBERS: &str =
    "SELECT nextval('events_seq') FROM UNNEST($1::bigint[]) AS w (n), generate_series(1, w.n)";
pub(super) const KEPT: &str =
    "SELECT o.scope FROM UNNEST($1::bytea[]) AS w (scope) JOIN once o ON o.scope = w.scope";
pub(super) const FIRST: &str = "SELECT e.source_id, e.tenant, e.id, e.fingerprint, e.created_at, e.targets \
    FROM UNNEST($1::text[], $2::bigint[]) AS w (source_id, tenant), LATERAL (SELECT * FROM events \
    WHERE source_id = w.source_id AND tenant = w.tenant AND source_id IS NOT NULL OFFSET 0) e";

pub(super) const EVENTS: &str = "INSERT INTO events (seq, id, project, tenant, type, source_id, fingerprint, occurred_at, \
    created_at, deliver_at, test, targets, payload_sha256, payload, ordering_key, extras, schema_version) \
    SELECT * FROM UNNEST($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bytea[], \
    $8::bigint[], $9::bigint[], $10::bigint[], $11::smallint[], $12::bytea[], $13::bytea[], $14::text[], \
    $15::text[], $16::text[], $17::bigint[])";
pub(super) const DELIVERIES: &str = "INSERT INTO deliveries (id, event, endpoint, project, generation, state, reason, due, \
    scheduled_due, extra, attempts, scheduled, first_began, trigger, last_status, last_error, created_at, finished_at, \
    ordering) SELECT * FROM UNNEST($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], \
    $6::smallint[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::integer[], $12::integer[], \
    $13::bigint[], $14::text[], $15::integer[], $16::text[], $17::bigint[], $18::bigint[], $19::bigint[])";
pub(super) const KEEP: &str = "INSERT INTO once (scope, fingerprint, status, body, created_at) \
    SELECT * FROM UNNEST($1::bytea[], $2::bytea[], $3::integer[], $4::bytea[], $5::bigint[])";

/// What came of a request.
type Answer = Result<Results, StoreError>;

/// Takes requests in, and leaves what is plain of them to be written with the commit. What another connection adds in
/// between, a `source_id` or an answer that is kept, makes the commit fail as [`Fail::Broken`].
pub(in crate::postgres) fn append(
    write: &mut Write<'_>,
    deferred: &mut Deferred<'_>,
    requests: &[Append],
) -> Result<Vec<Answer>, Fail> {
    let session = deferred.session();
    let plain = plain(&write.shared.mirror(), requests);
    let mut known = Known::look_up(session, requests, &plain)?;
    let mut batch = Batch::new(session)?;
    let mut answers: Vec<Option<Answer>> = Vec::with_capacity(requests.len());
    for (request, owners) in requests.iter().zip(plain) {
        let was_made = request
            .once
            .as_ref()
            .is_some_and(|once| known.scopes.contains(&once.scope));
        answers.push(match owners {
            Some(owners) if !was_made => {
                Some(Ok(batch.request(write, request, &owners, &mut known)?))
            }
            Some(_) | None => None,
        });
    }
    batch.defer(deferred);
    if answers.iter().any(Option::is_none) {
        // They may repeat those before them.
        deferred.send()?;
    }
    let rest = requests.iter().zip(answers);
    rest.map(|(request, answer)| match answer {
        Some(answer) => Ok(answer),
        None => one(write, request),
    })
    .collect()
}

/// Takes requests in row by row.
pub(in crate::postgres) fn one_by_one(
    write: &mut Write<'_>,
    requests: &[Append],
) -> Result<Vec<Answer>, Fail> {
    requests.iter().map(|request| one(write, request)).collect()
}

fn one(write: &mut Write<'_>, request: &Append) -> Result<Answer, Fail> {
    let events = request.events.clone();
    let (once, by) = (request.once.as_ref(), request.authorship.as_ref());
    match append::append(write, events, once, by) {
        Ok(results) => Ok(Ok(results)),
        Err(Fail::Answer(error)) => Ok(Err(error)),
        Err(fail) => Err(fail),
    }
}

/// Whose an event is: the numbers of its project and its tenant.
type Owners = (i64, i64);

/// Of each request that is plain, and repeats none of those before it, whose its events are.
fn plain(mirror: &Mirror, requests: &[Append]) -> Vec<Option<Vec<Owners>>> {
    let mut scopes = HashSet::new();
    let mut sources = HashSet::new();
    let requests = requests.iter();
    requests
        .map(|request| {
            let once = request.once.as_ref();
            if once.is_some_and(|once| !scopes.insert(once.scope)) {
                return None;
            }
            let events = request.events.iter();
            let owners: Vec<Owners> = events
                .map(|hashed| owners(mirror, hashed))
                .collect::<Option<_>>()?;
            let mut named = request.events.iter().zip(&owners);
            let mut is_new = |(hashed, owners): (&Hashed, &Owners)| match &hashed.event.source_id {
                None => true,
                Some(id) => sources.insert((*owners, id.clone())),
            };
            named.all(&mut is_new).then_some(owners)
        })
        .collect()
}

/// Whose an event is, if it is plain.
fn owners(mirror: &Mirror, hashed: &Hashed) -> Option<Owners> {
    let event = &hashed.event;
    let project = mirror.project(event.project)?.key;
    let tenant = mirror.tenant(event.project, &event.tenant)?.key;
    let extras = event.extras.as_ref();
    let is_plain =
        hashed.ordering.is_none() && extras.is_none_or(|extras| extras.retention_days.is_none());
    is_plain.then_some((project, tenant))
}

/// The event that has a `source_id`.
struct First {
    fingerprint: [u8; 32],
    accepted: (EventId, Timestamp, u32),
}

/// What the database knows of requests.
struct Known {
    /// The numbers of new events.
    numbers: std::vec::IntoIter<i64>,
    /// The requests that were made before.
    scopes: HashSet<[u8; 32]>,
    /// The events that are there, by `source_id` and tenant.
    firsts: HashMap<(Box<str>, i64), First>,
}

impl Known {
    fn look_up(
        session: &Session,
        requests: &[Append],
        plain: &[Option<Vec<Owners>>],
    ) -> Result<Self, Fail> {
        let mut numbers = ArrayRows::new(session, NUMBERS)?;
        let mut kept = ArrayRows::new(session, KEPT)?;
        let mut first = ArrayRows::new(session, FIRST)?;
        let mut count = 0_i64;
        for (request, owners) in requests.iter().zip(plain) {
            let Some(owners) = owners else {
                continue;
            };
            if let Some(once) = &request.once {
                kept.push(params![once.scope])?;
            }
            for (Hashed { event, .. }, (_, tenant)) in request.events.iter().zip(owners) {
                count += 1;
                if let Some(id) = &event.source_id {
                    first.push(params![id.as_str(), tenant])?;
                }
            }
        }
        if count > 0 {
            numbers.push(params![count])?;
        }
        let mut found = find_all(session, &[numbers, kept, first])?.into_iter();
        let mut next = || found.next().unwrap_or_default();
        let (numbers, kept, first) = (next(), next(), next());
        let numbers = numbers.iter().map(|row| Row::Postgres(row).get(0));
        let mut known = Self {
            numbers: numbers.collect::<Result<Vec<i64>, _>>()?.into_iter(),
            scopes: HashSet::new(),
            firsts: HashMap::new(),
        };
        for row in kept.iter().map(Row::Postgres) {
            known.scopes.insert(row.get(0)?);
        }
        for row in first.iter().map(Row::Postgres) {
            let targets: Vec<u8> = row.get(5)?;
            let deliveries = unpack_targets(&targets).count() as u32;
            let first = First {
                fingerprint: row.get(3)?,
                accepted: (event_id(&row, 2)?, time(&row, 4)?, deliveries),
            };
            known.firsts.insert((row.get(0)?, row.get(1)?), first);
        }
        Ok(known)
    }

    /// What is answered to an event whose `source_id` is taken.
    fn repeated(
        &self,
        tenant: i64,
        source_id: Option<&SourceId>,
        hashed: &Hashed,
    ) -> Option<Result<Accepted, Refused>> {
        let first = self.firsts.get(&(Box::from(source_id?.as_str()), tenant))?;
        if first.fingerprint != hashed.event.fingerprint {
            return Some(Err(Refused::SourceIdReused));
        }
        let (id, created_at, deliveries) = first.accepted;
        Some(Ok(Accepted {
            id,
            tenant: hashed.event.tenant.clone(),
            created_at,
            deliveries,
            repeated: true,
        }))
    }
}

/// The rows of plain requests.
struct Batch {
    events: ArrayRows,
    deliveries: ArrayRows,
    kept: ArrayRows,
}

impl Batch {
    fn new(session: &Session) -> Result<Self, Fail> {
        Ok(Self {
            events: ArrayRows::new(session, EVENTS)?,
            deliveries: ArrayRows::new(session, DELIVERIES)?,
            kept: ArrayRows::new(session, KEEP)?,
        })
    }

    fn defer(self, deferred: &mut Deferred<'_>) {
        for rows in [self.events, self.deliveries, self.kept] {
            deferred.add(rows);
        }
    }

    fn request(
        &mut self,
        write: &mut Write<'_>,
        request: &Append,
        owners: &[Owners],
        known: &mut Known,
    ) -> Result<Results, Fail> {
        let events = request.events.iter().zip(owners);
        let results = events.map(|(hashed, owners)| self.event(write, hashed, *owners, known));
        let results = results.collect::<Result<Results, Fail>>()?;
        if let Some(once) = &request.once {
            let first = request.events.first();
            let now = first.map(|hashed| hashed.event.created_at);
            self.keep(write, once, &results, now.unwrap_or_default())?;
        }
        Ok(results)
    }

    fn event(
        &mut self,
        write: &mut Write<'_>,
        hashed: &Hashed,
        (project, tenant): Owners,
        known: &mut Known,
    ) -> Result<Result<Accepted, Refused>, Fail> {
        let event = &hashed.event;
        let Targets { chosen, skipped } = match append::targets(write, hashed) {
            Ok(targets) => targets,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Some(repeated) = known.repeated(tenant, event.source_id.as_ref(), hashed) {
            return Ok(repeated);
        }
        let key = known.numbers.next().map(EventKey);
        let key = key.ok_or_else(|| Fail::Broken("a number is missing".to_owned()))?;
        let row = EventRow {
            key,
            project,
            tenant,
            event,
            payload_sha256: hashed.payload_sha256,
            targets: pack_targets(chosen.iter().map(|target| target.key)),
            extras: extras_text(event.extras.as_deref(), &skipped)?,
            test: false,
        };
        event::with_values(&row, |values| self.events.push(values))?;
        write.tally.event(project, tenant, event.created_at);
        let accepted = Accepted {
            id: event.id,
            tenant: event.tenant.clone(),
            created_at: event.created_at,
            deliveries: u32::try_from(chosen.len()).unwrap_or(u32::MAX),
            repeated: false,
        };
        let (startable, waiting) = append::startable(write, event, chosen);
        for target in &waiting {
            let due = event.due + first_delay(target.sending.retry_of(&event.event_type));
            self.delivery(key, project, hashed, target, due)?;
            // An endpoint that waits is looked at again when it is changed.
            if target.sending.waiting.is_none() {
                write.effects.due.push((target.key, due));
            }
        }
        for target in &startable {
            self.delivery(key, project, hashed, target, event.due)?;
        }
        append::start(write, key, hashed.clone(), &startable);
        Ok(Ok(accepted))
    }

    fn delivery(
        &mut self,
        key: EventKey,
        project: i64,
        hashed: &Hashed,
        target: &Target,
        due: Timestamp,
    ) -> Result<(), Fail> {
        let new = target.row(key, project, &hashed.event, None);
        let progress = Progress::new(due, Trigger::Schedule);
        delivery::with_values(&new, &progress, Last::default(), |values| {
            self.deliveries.push(values)
        })
    }

    fn keep(
        &mut self,
        write: &Write<'_>,
        once: &Once<Results>,
        results: &Results,
        now: Timestamp,
    ) -> Result<(), Fail> {
        once::with_values(write, once, results, now, |values| self.kept.push(values))
            .transpose()?;
        Ok(())
    }
}
