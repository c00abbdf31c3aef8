//! Deleting what is older than its project keeps, in bounded pieces.
//!
//! A round walks each project from its oldest row up to what is still kept. The place where it stands is kept in the
//! database, in the commit of each piece: whoever prunes next goes on from there, after a restart too. What is kept for
//! a time of its own is gone through by that ([`retention`]), and passed over here.

use std::time::Duration;

use nuncio_domain::{
    DeadReason, DeliveryId, EventId, PolicyOverride, ProjectId, State, Timestamp, Trigger, Waiting,
};
use serde::{Deserialize, Serialize};

use super::retention::{self, OldEvent};
use crate::{
    AUDIT_DAYS_MIN, EndpointKey, RollupUnit,
    codec::states::{DEAD, PENDING},
    fail::Fail,
    relational::{
        changes::{audit, ended::count_end, operator, order, session},
        rows::{
            attempt,
            codec::{blob, time},
            delivery, pause, rollup, transform,
        },
        write::Write,
    },
    sql::{OptionalExtension, Sql, params},
    tally::End,
};

/// Rows that one piece looks at.
pub(super) const PIECE: i64 = 500;
/// Dead letters are kept at least this long: somebody may still want to retry them.
const DEAD_LETTER_DAYS: u32 = PolicyOverride::DEAD_LETTER_DAYS;
/// Idempotency keys are promised for a day; a second one covers clocks that differ.
const ONCE_KEPT: Duration = days(2);
/// Finished jobs are of no interest after that.
const JOBS_KEPT: Duration = days(90);

/// Rollups of minutes are for looking at what happens now; hours say what was.
const MINUTES_KEPT: Duration = days(2);

const fn days(days: u32) -> Duration {
    Duration::from_secs(days as u64 * 24 * 60 * 60)
}

/// Where a round of pruning stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    place: Place,
    /// The project that it is at.
    project: Option<ProjectId>,
    /// The last id that was looked at.
    after: u128,
}

/// What is gone through, in this order: all but the rest for each project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    #[default]
    Deliveries,
    Events,
    /// Events that are kept for a time of their own.
    Retentions,
    Rollups,
    Rest,
}

impl Place {
    /// What comes next in the same project; `None` if that was all of it.
    const fn next(self) -> Option<Self> {
        match self {
            Self::Deliveries => Some(Self::Events),
            Self::Events => Some(Self::Retentions),
            Self::Retentions => Some(Self::Rollups),
            Self::Rollups | Self::Rest => None,
        }
    }
}

/// Deletes one piece; whether there is more to this round. What is damaged stays and keeps nothing else: a piece that
/// fails is gone through row by row, and one that can't be read is left for the next round.
pub(crate) fn prune(write: &mut Write<'_>, now: Timestamp) -> Result<bool, Fail> {
    let cursor = stored(write.conn)?;
    let next = next(write, cursor, now)?;
    store(write.conn, next.unwrap_or_default())?;
    Ok(next.is_some())
}

/// Where the round stands. A place that can't be read is no loss: a round that begins anew does no harm.
fn stored(conn: Sql<'_>) -> Result<Cursor, Fail> {
    let mut find = conn.prepare_cached("SELECT value FROM meta WHERE name = 'prune'")?;
    let found: Option<String> = find.query_row([], |row| row.get(0)).optional()?;
    Ok(found
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

fn store(conn: Sql<'_>, cursor: Cursor) -> Result<(), Fail> {
    let text = serde_json::to_string(&cursor).map_err(|error| Fail::Broken(error.to_string()))?;
    conn.prepare_cached(
        "INSERT INTO meta (name, value) VALUES ('prune', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE meta.value <> excluded.value",
    )?
    .execute([text])?;
    Ok(())
}

fn next(write: &mut Write<'_>, cursor: Cursor, now: Timestamp) -> Result<Option<Cursor>, Fail> {
    let mut why = String::new();
    for care in [Care::Whole, Care::RowByRow] {
        match write.part(|write| piece(write, cursor, now, care))? {
            Ok(next) => return Ok(next),
            Err(failure) => why = failure,
        }
    }
    tracing::error!(place = ?cursor.place, project = ?cursor.project, why, "something old can't be deleted: left for now");
    if matches!(cursor.place, Place::Rest) {
        return Ok(None);
    }
    let id = cursor
        .project
        .or_else(|| project_at(write, None).map(|(id, ..)| id));
    Ok(id.map(|id| next_place(write, id, cursor.place)))
}

/// Where to go on once a place of a project is done.
fn next_place(write: &Write<'_>, id: ProjectId, done: Place) -> Cursor {
    match done.next() {
        Some(place) => Cursor {
            place,
            project: Some(id),
            after: 0,
        },
        None => next_project(write, id),
    }
}

/// How a piece is gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// All of it or nothing.
    Whole,
    /// Each row by itself: one that fails is passed over.
    RowByRow,
}

impl Care {
    pub(super) fn with(
        self,
        write: &mut Write<'_>,
        row: impl FnOnce(&mut Write<'_>) -> Result<(), Fail>,
    ) -> Result<(), Fail> {
        match self {
            Self::Whole => row(write),
            Self::RowByRow => {
                if let Err(why) = write.part(row)? {
                    tracing::error!(why, "something old can't be deleted: passed over");
                }
                Ok(())
            }
        }
    }
}

fn piece(
    write: &mut Write<'_>,
    cursor: Cursor,
    now: Timestamp,
    care: Care,
) -> Result<Option<Cursor>, Fail> {
    let Some((id, key, kept_days)) = project_at(write, cursor.project) else {
        return Ok(prune_rest(write, now)?.then_some(Cursor {
            place: Place::Rest,
            ..cursor
        }));
    };
    let before = now - days(kept_days);
    let last = match cursor.place {
        Place::Deliveries => prune_deliveries(write, key, cursor.after, before, now, care)?,
        Place::Events => prune_events(write, key, cursor.after, before, care)?,
        Place::Retentions => retention::prune(write, key, cursor.after, now, care)?,
        Place::Rollups => prune_hours(write.conn, key, before)?,
        Place::Rest => None,
    };
    Ok(Some(match last {
        Some(after) => Cursor {
            project: Some(id),
            after,
            ..cursor
        },
        None => next_place(write, id, cursor.place),
    }))
}

/// The project that a round is at, with its number and the days that it keeps.
fn project_at(write: &Write<'_>, project: Option<ProjectId>) -> Option<(ProjectId, i64, u32)> {
    let mirror = write.shared.mirror();
    let part = mirror
        .projects()
        .find(|part| project.is_none_or(|id| part.project.id >= id))?;
    Some((
        part.project.id,
        part.key,
        part.project.policy.history_days(),
    ))
}

fn next_project(write: &Write<'_>, id: ProjectId) -> Cursor {
    let mirror = write.shared.mirror();
    let next = mirror.projects().find(|part| part.project.id > id);
    Cursor {
        place: Place::Deliveries,
        // Above every project: what belongs to none comes last.
        project: Some(next.map_or(ProjectId::from_bits(u128::MAX), |part| part.project.id)),
        after: 0,
    }
}

/// An id tells the age of the event, which no delivery is older than: a replay, or one that was retried, may be younger.
const OLD_DELIVERIES: &str = "SELECT id, seq, state, endpoint, coalesce(finished_at, created_at), \
    EXISTS (SELECT 1 FROM retentions r WHERE r.event = deliveries.event) FROM deliveries \
    WHERE project = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4";

/// Deletes what ended before `before`, and dead letters that died before it and [`DEAD_LETTER_DAYS`] ago: how old their
/// events are does not matter. Those of events that are kept for a time of their own are left to [`retention`]. Returns the last id looked at, or `None` if there is no more.
fn prune_deliveries(
    write: &mut Write<'_>,
    project: i64,
    after: u128,
    before: Timestamp,
    now: Timestamp,
    care: Care,
) -> Result<Option<u128>, Fail> {
    let bound = DeliveryId::floor(before.ms().max(0));
    let died_before = before.min(now - days(DEAD_LETTER_DAYS));
    let old = {
        let mut list = write.conn.prepare_cached(OLD_DELIVERIES)?;
        let old = list.query_map(
            params![project, blob(after), blob(bound.bits()), PIECE],
            |row| {
                Ok((
                    u128::from_be_bytes(row.get(0)?),
                    row.get::<i64>(1)?,
                    row.get::<i64>(2)?,
                    EndpointKey(row.get(3)?),
                    time(row, 4)?,
                    row.get::<bool>(5)?,
                ))
            },
        )?;
        old.collect::<Result<Vec<_>, _>>()?
    };
    for (id, seq, state, endpoint, ended, has_own_time) in &old {
        if *has_own_time {
            continue;
        }
        care.with(write, |write| match *state {
            PENDING => expire(write, DeliveryId::from_bits(*id), *seq, *endpoint, now).map(drop),
            DEAD if *ended < died_before => delete_delivery(write.conn, *seq),
            DEAD => Ok(()),
            _ if *ended < before => delete_delivery(write.conn, *seq),
            _ => Ok(()),
        })?;
    }
    Ok(old.last().map(|(id, ..)| *id))
}

/// A delivery that has waited for a disabled or unverified endpoint longer than its event is kept is given up. Nothing else
/// that is pending ends by its age. Says whether it was given up.
pub(super) fn expire(
    write: &mut Write<'_>,
    id: DeliveryId,
    seq: i64,
    endpoint: EndpointKey,
    now: Timestamp,
) -> Result<bool, Fail> {
    let waiting = {
        let mirror = write.shared.mirror();
        mirror.sending(endpoint).and_then(|sending| sending.waiting)
    };
    match waiting {
        Some(Waiting::EndpointDisabled | Waiting::Unverified) => {}
        Some(Waiting::Plan | Waiting::OrderingKey) | None => return Ok(false),
    }
    let Some(stored) = delivery::load(write.conn, seq)? else {
        return Ok(false);
    };
    let mut progress = stored.progress;
    progress.state = State::Dead(match progress.trigger {
        Trigger::Test => DeadReason::TestFailed,
        Trigger::Schedule
        | Trigger::Manual
        | Trigger::ManualOnce
        | Trigger::Replay
        | Trigger::ReplayOnce => DeadReason::Expired,
    });
    progress.extra = None;
    order::change(write, &stored, &progress, Some(now))?;
    let ended = operator::Ended {
        delivery: id,
        event: stored.event,
        endpoint,
        before: stored.progress.state,
        after: &progress,
        status_code: None,
        error: None,
    };
    operator::delivery_ended(write, &ended, now)?;
    count_end(write, &stored, now, End::Dead)?;
    Ok(true)
}

const OLD_EVENTS: &str = "SELECT id, seq, targets, replayed, tenant, \
    EXISTS (SELECT 1 FROM retentions r WHERE r.event = events.seq) FROM events \
    WHERE project = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4";

/// Deletes events of which no delivery is left, but those that are kept for a time of their own.
fn prune_events(
    write: &mut Write<'_>,
    project: i64,
    after: u128,
    before: Timestamp,
    care: Care,
) -> Result<Option<u128>, Fail> {
    let bound = EventId::floor(before.ms().max(0));
    let conn = write.conn;
    let mut list = conn.prepare_cached(OLD_EVENTS)?;
    let old = list.query_map(
        params![project, blob(after), blob(bound.bits()), PIECE],
        |row| Ok((OldEvent::read(row)?, row.get::<bool>(5)?)),
    )?;
    let old = old.collect::<Result<Vec<_>, _>>()?;
    for (event, has_own_time) in &old {
        if !has_own_time {
            care.with(write, |write| event.delete_if_spent(write.conn, project))?;
        }
    }
    Ok(old.last().map(|(event, _)| event.id.bits()))
}

/// Deletes the project's hours; `None` if there are no more.
fn prune_hours(conn: Sql<'_>, project: i64, before: Timestamp) -> Result<Option<u128>, Fail> {
    let limit = PIECE as usize;
    let deleted = rollup::delete_of_project(conn, project, RollupUnit::Hour, before, limit)?;
    Ok((deleted == limit).then_some(0))
}

/// Deletes what belongs to no project's history; says whether there is more.
fn prune_rest(write: &mut Write<'_>, now: Timestamp) -> Result<bool, Fail> {
    pause::forget_old(write.conn, now)?;
    let ended = session::prune(write, now, PIECE)?;
    let conn = write.conn;
    let keys = conn
        .prepare_cached(
            "DELETE FROM once WHERE seq IN (SELECT seq FROM once ORDER BY seq LIMIT ?1) AND created_at < ?2",
        )?
        .execute(params![PIECE, (now - ONCE_KEPT).ms()])?;
    conn.prepare_cached("DELETE FROM jobs WHERE state <> 0 AND finished_at < ?1")?
        .execute([(now - JOBS_KEPT).ms()])?;
    let limit = PIECE as usize;
    let minutes = rollup::delete_minutes(conn, now - MINUTES_KEPT, limit)?;
    let entries = audit::prune(conn, now - days(audit_days(write)), PIECE)?;
    let code = transform::prune(conn, now - days(audit_days(write)), PIECE)?;
    let pieces = [keys, minutes, entries, code];
    Ok(ended || pieces.contains(&limit))
}

/// How long the audit log is kept: as the longest history, which it explains.
fn audit_days(write: &Write<'_>) -> u32 {
    let mirror = write.shared.mirror();
    let histories = mirror
        .projects()
        .map(|part| part.project.policy.history_days());
    histories.fold(AUDIT_DAYS_MIN, u32::max)
}

/// Deletes a delivery with its attempts.
pub(crate) fn delete_delivery(conn: Sql<'_>, seq: i64) -> Result<(), Fail> {
    attempt::delete(conn, seq)?;
    conn.prepare_cached("DELETE FROM deliveries WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}
