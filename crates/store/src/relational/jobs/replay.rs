//! Replaying the events of a span of time to every endpoint that they went to and that is still there.
//!
//! As in a recovery, the walk goes down by the event's id, the key that it pages by. A delivery that is under way is left
//! alone: its event gets there anyway.

use nuncio_domain::{BulkReplay, DeliveryId, EventId, TenantId, Timestamp};

use super::{
    job,
    resend::{self, COUNTED_MAX, LOOKED_AT_MAX, Resent},
};
use crate::{
    Count, EventKey, PageStart, Reach,
    codec::targets::{newest_generation, unpack_replayed, unpack_targets},
    fail::Fail,
    jobs::PIECE,
    relational::{
        reads::{range::IdRange, reach},
        rows::codec::{event_id, event_type},
        shared::Shared,
        write::Write,
    },
    sql::{Row, Sql, params},
};

macro_rules! select {
    ($from:literal, $id:literal) => {
        concat!(
            "SELECT e.seq, e.id, e.type, e.targets, e.replayed, e.test <> 0 OR e.payload IS NULL FROM ",
            $from,
            " AND ",
            $id,
            " >= ?2 AND ",
            $id,
            " < ?3 ORDER BY ",
            $id,
            " DESC LIMIT ?4"
        )
    };
}

const OF_PROJECT: &str = select!(
    "events e INDEXED BY events_by_id WHERE e.project = ?1",
    "e.id"
);
const OF_TENANT: &str = select!(
    "tenant_events x CROSS JOIN events e ON e.seq = x.event WHERE x.tenant = ?1",
    "x.id"
);

/// How many deliveries there will be, as far as is counted.
pub(crate) fn count(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    replay: &BulkReplay,
) -> Result<Count, Fail> {
    let Some(walk) = Walk::new(conn, shared, reach, replay)? else {
        return Ok(Count::default());
    };
    let mut count = 0;
    let next = walk.on(None, COUNTED_MAX, |event| {
        count += event.to.len() as u64;
        true
    })?;
    Ok(Count {
        count,
        more: next.is_some(),
    })
}

/// Gives the next events their deliveries; returns how many those were, and after which event to go on. `whose` is the
/// project, and the tenant that the job is of.
pub(crate) fn piece(
    write: &mut Write<'_>,
    whose: (i64, Option<&TenantId>),
    replay: &BulkReplay,
    after: Option<u128>,
    now: Timestamp,
) -> Result<(usize, Option<u128>), Fail> {
    let Some(project) = job::project_id(write.shared, whose.0) else {
        return Ok((0, None));
    };
    let reach = Reach {
        project,
        tenant: whose.1.cloned(),
    };
    let Some(walk) = Walk::new(write.conn, write.shared, &reach, replay)? else {
        return Ok((0, None));
    };
    let (mut chosen, mut done) = (Vec::new(), 0);
    let next = walk.on(after, LOOKED_AT_MAX, |event| {
        done += event.to.len();
        chosen.push(event);
        done < PIECE
    })?;
    for event in chosen {
        resend::deliver(write, whose.0, event, replay.again, now)?;
    }
    Ok((done, next))
}

/// A walk over the events of a replay.
struct Walk<'a> {
    conn: Sql<'a>,
    shared: &'a Shared,
    replay: &'a BulkReplay,
    project: i64,
    tenant: Option<i64>,
}

impl<'a> Walk<'a> {
    /// `None` where nothing is to be found.
    fn new(
        conn: Sql<'a>,
        shared: &'a Shared,
        reach: &Reach,
        replay: &'a BulkReplay,
    ) -> Result<Option<Self>, Fail> {
        let own = reach.tenant.as_ref();
        let named = replay.tenant.as_ref();
        if own.is_some_and(|own| named.is_some_and(|named| named != own)) {
            return Ok(None);
        }
        let reach = Reach {
            project: reach.project,
            tenant: own.or(named).cloned(),
        };
        let keys = reach::keys(conn, shared, &reach)?;
        Ok(Some(Self {
            conn,
            shared,
            replay,
            project: keys.project,
            tenant: keys.tenant,
        }))
    }

    /// Shows `each` event that gets deliveries, until it has enough or so many were looked at; returns where to go on.
    fn on(
        &self,
        after: Option<u128>,
        looked_at_max: usize,
        mut each: impl FnMut(Resent) -> bool,
    ) -> Result<Option<u128>, Fail> {
        let start = after.map_or(PageStart::First, PageStart::After);
        let range = IdRange::new(Some(self.replay.since), Some(self.replay.until), start);
        let (sql, key) = match self.tenant {
            Some(tenant) => (OF_TENANT, tenant),
            None => (OF_PROJECT, self.project),
        };
        let mut find = self.conn.prepare_cached(sql)?;
        let limit = looked_at_max as i64;
        let mut rows = find.query(params![key, range.from, range.below, limit])?;
        let (mut last, mut looked_at) = (None, 0);
        while let Some(row) = &rows.next()? {
            let id = event_id(row, 1)?;
            looked_at += 1;
            last = Some(id.bits());
            if let Some(event) = self.choose(row, id)?
                && !each(event)
            {
                return Ok(last);
            }
        }
        Ok(last.filter(|_| looked_at == looked_at_max))
    }

    fn choose(&self, row: &Row<'_>, id: EventId) -> Result<Option<Resent>, Fail> {
        let name = event_type(row.get_ref(2)?.as_str().unwrap_or_default())?;
        // A test, or one whose payload was erased, or one that nobody asked for.
        if row.get(5)? || !self.replay.wants(&name) {
            return Ok(None);
        }
        let targets: Vec<u8> = row.get(3)?;
        let replayed = row.get::<Option<Vec<u8>>>(4)?.unwrap_or_default();
        let replayed = unpack_replayed(&replayed);
        let mut keys: Vec<_> = unpack_targets(&targets)
            .chain(replayed.iter().map(|(key, _)| *key))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let mut to = Vec::with_capacity(keys.len());
        for key in keys {
            let endpoint = {
                let mirror = self.shared.mirror();
                mirror.sending(key).map(|sending| sending.endpoint.id)
            };
            let last = newest_generation(&targets, &replayed, key);
            let (Some(endpoint), Some(last)) = (endpoint, last) else {
                continue;
            };
            let newest = DeliveryId::derive(id, endpoint, last);
            if !resend::is_pending(self.conn, self.project, newest)? {
                to.push((key, endpoint, last + 1));
            }
        }
        let event = EventKey(row.get(0)?);
        Ok((!to.is_empty()).then_some(Resent {
            event,
            id,
            to,
            replayed,
        }))
    }
}
