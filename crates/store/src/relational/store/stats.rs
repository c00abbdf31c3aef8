//! Reading rollups and counting backlogs.

use std::time::Duration;

use async_trait::async_trait;
use nuncio_domain::{EndpointId, Timestamp};

use crate::{
    EndpointKey, EndpointStats, HealthSummary, Reach, Rollup, RollupScope, RollupUnit, Stats,
    StoreError, StoredTotals, Suspect,
    fail::Fail,
    needs::Needs,
    relational::{
        engine::Relational,
        reads::{count, reach, standing, tenants, totals},
        rows::{delivery, rollup},
        shared::Shared,
    },
    sql::Sql,
    tally::{Owner, RollupKey},
};

/// The longest window that is added up from minutes.
const BY_MINUTES_MAX: Duration = Duration::from_secs(24 * 60 * 60);

#[async_trait]
impl<E: Relational> Stats for E {
    async fn totals(&self) -> Result<StoredTotals, StoreError> {
        self.read(Needs::Nothing, totals::totals).await
    }

    async fn endpoint_stats(
        &self,
        reach: &Reach,
        id: EndpointId,
        window: Duration,
        now: Timestamp,
    ) -> Result<EndpointStats, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            endpoint_stats(conn, shared, &reach, id, window, now)
        })
        .await
    }

    async fn standing_of_each(
        &self,
        reach: &Reach,
        endpoints: Vec<EndpointId>,
        now: Timestamp,
    ) -> Result<Vec<Suspect>, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            standing::of_each(conn, shared, &reach, &endpoints, now)
        })
        .await
    }

    async fn standing(&self, reach: &Reach, now: Timestamp) -> Result<HealthSummary, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            standing::standing(conn, shared, &reach, now)
        })
        .await
    }

    async fn rollup_series(
        &self,
        reach: &Reach,
        scope: RollupScope,
        unit: RollupUnit,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, Rollup)>, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            let project = reach::project_key(shared, &reach)?;
            let owners = owners(conn, shared, &reach, &scope)?;
            let mut series = Vec::new();
            for at in times(unit, since, until) {
                let sum = sum(conn, project, &owners, unit, at)?;
                series.extend(sum.map(|rollup| (at, rollup)));
            }
            Ok(series)
        })
        .await
    }
}

/// The begins of the units from `since` to before `until`, the last [`SERIES_MAX`](RollupUnit::SERIES_MAX) of them.
fn times(
    unit: RollupUnit,
    since: Timestamp,
    until: Timestamp,
) -> impl DoubleEndedIterator<Item = Timestamp> {
    let length = unit.length().as_millis() as i64;
    let end = until.ms().div_euclid(length) + i64::from(until.ms().rem_euclid(length) > 0);
    let begin = since.ms().div_euclid(length);
    let begin = begin.max(end.saturating_sub(RollupUnit::SERIES_MAX as i64));
    (begin..end).map(move |n| Timestamp::from_ms(n * length))
}

/// Whose rollups make those of a scope.
fn owners(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    scope: &RollupScope,
) -> Result<Vec<Owner>, Fail> {
    match (scope, &reach.tenant) {
        (RollupScope::Project, None) => Ok(vec![Owner::Project]),
        (RollupScope::Project, Some(_)) => Err(StoreError::NotFound.into()),
        (RollupScope::Tenant(id), seen) if seen.as_ref().is_none_or(|seen| seen == id) => {
            let key = tenants::key(conn, shared, reach.project, id)?;
            let key = key.ok_or(StoreError::NotFound)?;
            let mut list = conn.prepare_cached("SELECT seq FROM endpoints WHERE tenant = ?1")?;
            let endpoints =
                list.query_map([key], |row| Ok(Owner::Endpoint(EndpointKey(row.get(0)?))))?;
            std::iter::once(Ok(Owner::Tenant(key)))
                .chain(endpoints.map(|endpoint| Ok(endpoint?)))
                .collect()
        }
        (RollupScope::Tenant(_), _) => Err(StoreError::NotFound.into()),
        (RollupScope::Endpoint(id), _) => {
            let mirror = shared.mirror();
            let (key, _) = mirror.endpoint(reach, *id).ok_or(StoreError::NotFound)?;
            Ok(vec![Owner::Endpoint(key)])
        }
    }
}

/// What happened to these in one unit of time; `None` if nothing did.
fn sum(
    conn: Sql<'_>,
    project: i64,
    owners: &[Owner],
    unit: RollupUnit,
    at: Timestamp,
) -> Result<Option<Rollup>, Fail> {
    let mut sum: Option<Rollup> = None;
    for &owner in owners {
        let key = RollupKey {
            unit,
            at,
            project,
            owner,
        };
        if let Some(rollup) = rollup::find(conn, key)? {
            sum.get_or_insert_default().merge(&rollup);
        }
    }
    Ok(sum)
}

fn endpoint_stats(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    id: EndpointId,
    window: Duration,
    now: Timestamp,
) -> Result<EndpointStats, Fail> {
    let project = reach::project_key(shared, reach)?;
    let (key, created_at) = {
        let mirror = shared.mirror();
        let (key, sending) = mirror.endpoint(reach, id).ok_or(StoreError::NotFound)?;
        (key, sending.endpoint.created_at)
    };
    let unit = if window <= BY_MINUTES_MAX {
        RollupUnit::Minute
    } else {
        RollupUnit::Hour
    };
    let after_now = now + Duration::from_millis(1);
    let owner = [Owner::Endpoint(key)];
    let mut totals = Rollup::default();
    for at in times(unit, now - window, after_now) {
        if let Some(rollup) = sum(conn, project, &owner, unit, at)? {
            totals.merge(&rollup);
        }
    }
    let (mut last_success, mut last_failure) = (totals.last_success, totals.last_failure);
    // An endpoint has no rollups from before it was made.
    for at in times(RollupUnit::Hour, created_at, after_now).rev() {
        if last_success.is_some() && last_failure.is_some() {
            break;
        }
        if let Some(hour) = sum(conn, project, &owner, RollupUnit::Hour, at)? {
            last_success = last_success.or(hour.last_success);
            last_failure = last_failure.or(hour.last_failure);
        }
    }
    Ok(EndpointStats {
        totals,
        pending: count::pending(conn, key)?,
        oldest_due: delivery::earliest_due(conn, key)?,
        last_success,
        last_failure,
    })
}
