//! How all is going, on one screen: what happened lately, what waits, and which endpoints deserve a look.

use std::time::Duration;

use axum::extract::State;
use nuncio_domain::{BreakerState, EndpointId, ProjectId, TenantId, Timestamp, Trouble, troubles};
use nuncio_store::{Reach, Rollup, RollupScope, RollupUnit, StoreError, Suspect};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Reader,
    http::{query::Query, rejection::Handled, reply},
    resources::{
        shared::numbers::{CountView, NumbersView, success_rate, window_s},
        stats::routes::StatsView,
    },
    state::{Server, Shared},
};

/// An hour.
const WINDOW_S_DEFAULT: u32 = 60 * 60;
/// Thirty days of hours.
const WINDOW_S_MAX: u32 = 30 * 24 * 60 * 60;
/// The longest window that is added up from minutes.
const BY_MINUTES_MAX_S: u32 = 6 * 60 * 60;
/// Endpoints in trouble that are shown.
const TROUBLE_MAX: usize = 20;

const MINUTE: Duration = RollupUnit::Minute.length();

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(read_overview))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OverviewQuery {
    /// The window to look at, 60 to 2592000 seconds (30 days); an hour by default.
    #[param(minimum = 60, maximum = 2_592_000)]
    window_seconds: Option<u32>,
    /// Only of this tenant.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Whether to include the totals by minute or hour, for a chart.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    series: bool,
}

/// The overview.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewReport)]
struct OverviewView {
    /// The window that the totals cover, in seconds.
    window_seconds: u32,
    /// Counts of the window, by minute, or by hour for windows longer than six hours, from the one in which it starts
    /// to the current one.
    totals: NumbersView,
    /// The same by minute or hour, counted at the same moment; only if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<StatsView>,
    /// Events accepted per second, over the last full minute.
    events_per_second: f64,
    /// Deliveries that are pending now.
    pending: CountView,
    /// Deliveries that are dead.
    dead_letters: CountView,
    /// When the first pending delivery was or will be due.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    oldest_due: Option<Timestamp>,
    /// How many endpoints there are.
    endpoints: EndpointsView,
    /// Endpoints in trouble, the worst first, 20 at most.
    trouble: Vec<TroubleView>,
}

/// How many endpoints there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverviewEndpoints)]
struct EndpointsView {
    /// All of them.
    total: u64,
    /// Disabled endpoints.
    disabled: u64,
    /// Endpoints in trouble.
    in_trouble: usize,
}

/// An endpoint in trouble.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndpointTrouble)]
struct TroubleView {
    /// The endpoint's id.
    #[schema(value_type = String)]
    endpoint: EndpointId,
    /// The tenant that it belongs to.
    #[schema(value_type = String)]
    tenant: TenantId,
    /// Its URL.
    url: String,
    /// Its description.
    #[schema(required)]
    description: Option<String>,
    /// What is wrong, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
    /// `unverified`, `certificate_expired`, `backlog`, `certificate_expiring` (within 30 days).
    reasons: Vec<&'static str>,
    /// Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in progress.
    #[schema(required)]
    breaker: Option<&'static str>,
    /// Success rate of attempts in this hour and the one before, 0 to 1; null without attempts.
    #[schema(required)]
    success_rate: Option<f64>,
    /// Deliveries to it that are pending.
    pending: CountView,
    /// When the first of them was or will be due.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    oldest_due: Option<Timestamp>,
    /// When the last successful attempt began, within this hour and the one before.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_success_at: Option<Timestamp>,
    /// When the last failed attempt began, within this hour and the one before.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_failure_at: Option<Timestamp>,
}

/// Get the overview
///
/// Of the project, or of one tenant. It only reads counters, so you can poll it every few seconds.
#[utoipa::path(
    get, path = "/v1/overview", tag = "stats", params(OverviewQuery),
    responses((status = 200, description = "Get the overview", body = OverviewView))
)]
async fn read_overview(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<OverviewQuery>,
) -> Handled {
    let window_s = window_s(query.window_seconds, WINDOW_S_DEFAULT, WINDOW_S_MAX)?;
    let reach = caller.narrowed(query.tenant)?;
    let now = server.now();
    let standing = server.store().standing(&reach, now).await?;
    let unit = match window_s <= BY_MINUTES_MAX_S {
        true => RollupUnit::Minute,
        false => RollupUnit::Hour,
    };
    let since = now - Duration::from_secs(u64::from(window_s));
    let until = now + Duration::from_millis(1);
    // One look for the totals and for their chart: two would not agree.
    let series = read(&server, &reach, unit, since, until).await?;
    let totals = sum(&series);
    let minute = last_minute(&server, &reach, now).await?;
    let mut trouble = Vec::new();
    for suspect in standing.suspects {
        trouble.extend(judge(&server, reach.project, suspect).await);
    }
    trouble.sort_by_key(|(worst, suspect)| (*worst, std::cmp::Reverse(suspect.pending.count)));
    Ok(reply::ok(&OverviewView {
        window_seconds: window_s,
        totals: (&totals).into(),
        series: query
            .series
            .then(|| StatsView::new(unit, (since, until), &series)),
        events_per_second: minute.events as f64 / MINUTE.as_secs_f64(),
        pending: standing.pending.into(),
        dead_letters: standing.dead.into(),
        oldest_due: standing.oldest_due,
        endpoints: EndpointsView {
            total: standing.endpoints,
            disabled: standing.disabled,
            in_trouble: trouble.len(),
        },
        trouble: trouble
            .into_iter()
            .take(TROUBLE_MAX)
            .map(|(_, suspect)| view(&server, suspect))
            .collect(),
    }))
}

fn scope(reach: &Reach) -> RollupScope {
    let tenant = reach.tenant.clone();
    tenant.map_or(RollupScope::Project, RollupScope::Tenant)
}

async fn last_minute(server: &Server, reach: &Reach, now: Timestamp) -> Result<Rollup, StoreError> {
    let this = RollupUnit::Minute.begin(now);
    let series = read(server, reach, RollupUnit::Minute, this - MINUTE, this).await?;
    Ok(sum(&series))
}

async fn read(
    server: &Server,
    reach: &Reach,
    unit: RollupUnit,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<(Timestamp, Rollup)>, StoreError> {
    let series = server
        .store()
        .rollup_series(reach, scope(reach), unit, since, until)
        .await;
    match series {
        // A tenant that nobody has heard of has no numbers.
        Err(StoreError::NotFound) if reach.tenant.is_some() => Ok(Vec::new()),
        series => series,
    }
}

fn sum(series: &[(Timestamp, Rollup)]) -> Rollup {
    let mut sum = Rollup::default();
    series.iter().for_each(|(_, rollup)| sum.merge(rollup));
    sum
}

/// A suspect whose circuit breaker was looked at, with its worst trouble; `None` if it has none.
async fn judge(
    server: &Server,
    project: ProjectId,
    mut suspect: Suspect,
) -> Option<(Trouble, Suspect)> {
    let lane = server
        .state
        .lanes
        .lane(project, suspect.endpoint.id, None)
        .await;
    suspect.observation.breaker = lane.map(|lane| lane.breaker);
    let worst = *troubles(&suspect.observation, server.steady_now()).first()?;
    Some((worst, suspect))
}

fn view(server: &Server, suspect: Suspect) -> TroubleView {
    let Suspect {
        endpoint,
        observation,
        pending,
    } = suspect;
    let reasons = troubles(&observation, server.steady_now());
    TroubleView {
        endpoint: endpoint.id,
        tenant: endpoint.tenant.clone(),
        url: endpoint.url.clone(),
        description: endpoint.description.clone(),
        reasons: reasons.into_iter().map(Trouble::as_str).collect(),
        breaker: observation.breaker.map(BreakerState::as_str),
        success_rate: success_rate(&observation),
        pending: pending.into(),
        oldest_due: observation.oldest_due,
        last_success_at: observation.last_success,
        last_failure_at: observation.last_failure,
    }
}
