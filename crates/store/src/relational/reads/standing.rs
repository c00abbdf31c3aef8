//! How a project or tenant stands: counts, and the endpoints that deserve a look.

use std::{collections::HashSet, sync::Arc};

use nuncio_domain::{CertificateAge, EndpointId, EndpointObservation, ProjectId, Timestamp};

use super::{count, reach};
use crate::{
    Count, EndpointKey, HealthSummary, Reach, RollupUnit, Sending, Suspect,
    fail::Fail,
    mirror::{Mirror, Routed},
    relational::{
        rows::{
            delivery,
            rollup::{self, Failures},
        },
        shared::Shared,
    },
    sql::{OptionalExtension, Sql},
    tally::{Owner, RollupKey},
};

/// Suspects of each of the two kinds.
const OF_EACH_KIND: usize = HealthSummary::SUSPECTS_MAX / 2;

pub(crate) fn standing(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    now: Timestamp,
) -> Result<HealthSummary, Fail> {
    let project = reach::project_key(shared, reach)?;
    // A tenant has few endpoints: all are looked at. Those of a project are looked for.
    let own = reach.tenant.as_ref().map(|_| own(&shared.mirror(), reach));
    let ([pending, dead], failing, backlogs) = match &own {
        Some(own) => (
            count::of_endpoints(conn, own)?,
            failures_of(conn, project, own, now)?,
            backlogs_of(conn, own.iter().copied())?,
        ),
        None => (
            count::of_project(conn, project)?,
            failures_of_project(conn, project, now)?,
            backlogs_of(conn, with_backlog(conn, shared, reach.project)?)?,
        ),
    };
    let (endpoints, disabled) = endpoints(&shared.mirror(), reach);
    let certificates = certificates(&shared.mirror(), reach, now);
    let all = [&failing[..], &oldest(&backlogs), &certificates].concat();
    Ok(HealthSummary {
        pending,
        dead,
        oldest_due: backlogs.first().map(|(due, _)| *due),
        endpoints,
        disabled,
        suspects: suspects(conn, shared, project, &all, now)?,
    })
}

fn own(mirror: &Mirror, reach: &Reach) -> Vec<EndpointKey> {
    let tenant = reach.tenant.as_ref();
    let part = tenant.and_then(|tenant| mirror.tenant(reach.project, tenant));
    part.map_or_else(Vec::new, |part| {
        part.endpoints.iter().map(|routed| routed.key).collect()
    })
}

/// How many endpoints there are, and how many are disabled.
fn endpoints(mirror: &Mirror, reach: &Reach) -> (u64, u64) {
    routed(mirror, reach).fold((0, 0), |(all, disabled), routed| {
        let off = routed.sending.endpoint.disabled.is_some();
        (all + 1, disabled + u64::from(off))
    })
}

/// All endpoints within reach.
fn routed<'m>(mirror: &'m Mirror, reach: &'m Reach) -> impl Iterator<Item = &'m Routed> {
    let tenants = mirror
        .project(reach.project)
        .into_iter()
        .flat_map(|part| part.tenants.iter());
    let seen = tenants.filter(|(id, _)| reach.tenant.as_ref().is_none_or(|tenant| tenant == *id));
    seen.flat_map(|(_, tenant)| &tenant.endpoints)
}

/// The begins of the hours that are looked at: this one and the one before.
fn hours(now: Timestamp) -> [Timestamp; 2] {
    let unit = RollupUnit::Hour;
    let this = unit.begin(now);
    [this - unit.length(), this]
}

fn failures_of_project(
    conn: Sql<'_>,
    project: i64,
    now: Timestamp,
) -> Result<Vec<EndpointKey>, Fail> {
    let mut all: Vec<Failures> = Vec::new();
    for at in hours(now) {
        all.extend(rollup::most_failed(conn, project, at, OF_EACH_KIND)?);
    }
    Ok(most_failed(all))
}

fn failures_of(
    conn: Sql<'_>,
    project: i64,
    endpoints: &[EndpointKey],
    now: Timestamp,
) -> Result<Vec<EndpointKey>, Fail> {
    let mut all = Vec::new();
    for &endpoint in endpoints {
        let attempts_failed = observation(conn, project, endpoint, now)?.attempts_failed;
        if attempts_failed > 0 {
            all.push(Failures {
                endpoint,
                attempts_failed,
            });
        }
    }
    Ok(most_failed(all))
}

fn most_failed(mut all: Vec<Failures>) -> Vec<EndpointKey> {
    all.sort_by_key(|one| std::cmp::Reverse(one.attempts_failed));
    let mut seen = HashSet::new();
    let keys = all.into_iter().map(|one| one.endpoint);
    let mut keys: Vec<_> = keys.filter(|key| seen.insert(*key)).collect();
    keys.truncate(OF_EACH_KIND);
    keys
}

const NEXT_PENDING: &str = "SELECT endpoint FROM deliveries INDEXED BY deliveries_due \
    WHERE state = 0 AND endpoint > ?1 ORDER BY endpoint LIMIT 1";

/// Looks into the index that one call makes: a few hundred milliseconds of a reader's time.
const LOOKS_MAX: usize = 50_000;

/// Endpoints of a project that may have pending deliveries, [`HealthSummary::BACKLOGS_MAX`] at most: all that it has, or, of a
/// project with many, those that are found by going from one backlog to the next, whosever it is.
fn with_backlog(
    conn: Sql<'_>,
    shared: &Shared,
    project: ProjectId,
) -> Result<Vec<EndpointKey>, Fail> {
    let own: HashSet<_> = shared.mirror().endpoints_of(project).collect();
    if own.len() <= HealthSummary::BACKLOGS_MAX {
        return Ok(own.into_iter().collect());
    }
    let mut find = conn.prepare_cached(NEXT_PENDING)?;
    let mut keys = Vec::new();
    let mut after = i64::MIN;
    for _ in 0..LOOKS_MAX {
        let next = find.query_row([after], |row| row.get(0)).optional()?;
        let Some(next) = next else {
            break;
        };
        after = next;
        if own.contains(&EndpointKey(next)) {
            keys.push(EndpointKey(next));
        }
        if keys.len() == HealthSummary::BACKLOGS_MAX {
            break;
        }
    }
    Ok(keys)
}

/// When the first pending delivery of each is due, the oldest first.
fn backlogs_of(
    conn: Sql<'_>,
    endpoints: impl IntoIterator<Item = EndpointKey>,
) -> Result<Vec<(Timestamp, EndpointKey)>, Fail> {
    let mut backlogs = Vec::new();
    for key in endpoints {
        if let Some(due) = delivery::earliest_due(conn, key)? {
            backlogs.push((due, key));
        }
    }
    backlogs.sort_unstable();
    Ok(backlogs)
}

fn oldest(backlogs: &[(Timestamp, EndpointKey)]) -> Vec<EndpointKey> {
    let oldest = backlogs.iter().take(OF_EACH_KIND);
    oldest.map(|(_, key)| *key).collect()
}

/// Endpoints with a certificate at its end, the most urgent first.
fn certificates(mirror: &Mirror, reach: &Reach, now: Timestamp) -> Vec<EndpointKey> {
    let mut found: Vec<_> = routed(mirror, reach)
        .filter(|routed| certificate_age(&routed.sending, now).is_some())
        .filter_map(|routed| {
            let tls = routed.sending.endpoint.tls.as_ref()?;
            Some((tls.first_to_expire()?.expires_at, routed.key))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, key)| key).collect()
}

fn certificate_age(sending: &Sending, now: Timestamp) -> Option<CertificateAge> {
    sending.endpoint.tls.as_ref()?.age(now)
}

fn suspects(
    conn: Sql<'_>,
    shared: &Shared,
    project: i64,
    keys: &[EndpointKey],
    now: Timestamp,
) -> Result<Vec<Suspect>, Fail> {
    let mut seen = HashSet::new();
    let mut suspects = Vec::new();
    for key in keys.iter().copied().take(HealthSummary::SUSPECTS_MAX) {
        let sending = shared.mirror().sending(key).map(Arc::clone);
        if let Some(sending) = sending
            && seen.insert(key)
        {
            let pending = count::pending(conn, key)?;
            suspects.push(suspect(
                conn,
                shared,
                (project, key),
                &sending,
                now,
                pending,
            )?);
        }
    }
    Ok(suspects)
}

fn suspect(
    conn: Sql<'_>,
    shared: &Shared,
    (project, key): (i64, EndpointKey),
    sending: &Sending,
    now: Timestamp,
    pending: Count,
) -> Result<Suspect, Fail> {
    Ok(Suspect {
        endpoint: shared.streaks.show(key, &sending.endpoint),
        observation: EndpointObservation {
            oldest_due: delivery::earliest_due(conn, key)?,
            waiting: sending.waiting,
            certificate: certificate_age(sending, now),
            ..observation(conn, project, key, now)?
        },
        pending,
    })
}

/// How each of these endpoints does, as far as they are within reach.
pub(crate) fn of_each(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    ids: &[EndpointId],
    now: Timestamp,
) -> Result<Vec<Suspect>, Fail> {
    let project = reach::project_key(shared, reach)?;
    let there: Vec<_> = {
        let mirror = shared.mirror();
        let found = ids.iter().filter_map(|id| mirror.endpoint(reach, *id));
        found
            .map(|(key, sending)| (key, Arc::clone(sending)))
            .collect()
    };
    there
        .into_iter()
        .map(|(key, sending)| {
            let pending = count::pending_in_short(conn, key)?;
            suspect(conn, shared, (project, key), &sending, now, pending)
        })
        .collect()
}

/// What an endpoint's last hours say.
fn observation(
    conn: Sql<'_>,
    project: i64,
    endpoint: EndpointKey,
    now: Timestamp,
) -> Result<EndpointObservation, Fail> {
    let mut observation = EndpointObservation::default();
    for at in hours(now) {
        let key = RollupKey {
            unit: RollupUnit::Hour,
            at,
            project,
            owner: Owner::Endpoint(endpoint),
        };
        if let Some(hour) = rollup::find(conn, key)? {
            observation.attempts += hour.attempts;
            observation.attempts_failed += hour.attempts_failed;
            observation.last_success = observation.last_success.max(hour.last_success);
            observation.last_failure = observation.last_failure.max(hour.last_failure);
        }
    }
    Ok(observation)
}
