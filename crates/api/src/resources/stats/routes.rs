//! What happened over time, for charts: by minute or by hour.

use axum::extract::State;
use nuncio_domain::{EndpointId, TenantId, Timestamp};
use nuncio_store::{Rollup, RollupScope, RollupUnit};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::{Access, Reader},
    http::{
        problem::{Place, Problem},
        query::Query,
        rejection::Handled,
        reply,
    },
    resources::shared::numbers::NumbersView,
    state::Shared,
};

/// As much as is shown unless `since` is given.
const SPAN_DEFAULT: u32 = 60;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(read_stats))
}

/// The length of one entry.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Unit {
    /// A minute; kept for two days.
    #[default]
    Minute,
    /// An hour; kept as long as the project's history.
    Hour,
}

impl From<Unit> for RollupUnit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Minute => Self::Minute,
            Unit::Hour => Self::Hour,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatsQuery {
    /// `minute` (the default) or `hour`.
    #[serde(default)]
    #[param(inline, value_type = Option<Unit>)]
    unit: Unit,
    /// Start, rounded down to a whole minute or hour; 60 of them back by default.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// End (exclusive); now by default. At most 2880 minutes or hours after `since`.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only of this tenant.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only of this endpoint.
    #[param(value_type = Option<String>)]
    endpoint: Option<EndpointId>,
}

/// What happened by minute or hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatsSeries)]
pub(crate) struct StatsView {
    /// The length of one entry: `minute` or `hour`.
    unit: &'static str,
    /// When the first entry starts.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// The end: the last entry starts before it.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// Oldest first; minutes or hours in which nothing happened are left out.
    data: Vec<PointView>,
}

/// A minute or an hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatsPoint)]
struct PointView {
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[serde(flatten)]
    numbers: NumbersView,
}

impl StatsView {
    /// Shows what was counted in a span.
    pub(crate) fn new(
        unit: RollupUnit,
        (since, until): (Timestamp, Timestamp),
        series: &[(Timestamp, Rollup)],
    ) -> Self {
        Self {
            unit: match unit {
                RollupUnit::Minute => "minute",
                RollupUnit::Hour => "hour",
            },
            since,
            until,
            data: series.iter().map(point).collect(),
        }
    }
}

impl StatsQuery {
    /// From when to when.
    fn span(&self, now: Timestamp) -> Result<(Timestamp, Timestamp), Problem> {
        let length = RollupUnit::from(self.unit).length();
        // What happens in this moment counts too.
        let until = self.until.unwrap_or(now + Duration::from_millis(1));
        let since = self.since.unwrap_or(until - length * SPAN_DEFAULT);
        if since > until {
            let detail = format!("{since} is later than until, {until}");
            return Err(Problem::invalid_in(Place::Query, "since", detail));
        }
        let most = length * RollupUnit::SERIES_MAX as u32;
        if since + most < until {
            let max = RollupUnit::SERIES_MAX;
            let detail = format!(
                "{since} to {until} are more than {max} entries: use a shorter range or the unit `hour`"
            );
            return Err(Problem::invalid_in(Place::Query, "since", detail));
        }
        Ok((since, until))
    }

    fn scope(&self, caller: &Access) -> Result<RollupScope, Problem> {
        match (self.endpoint, &self.tenant, &caller.reach.tenant) {
            (Some(_), Some(_), _) => Err(Problem::invalid_in(
                Place::Query,
                "tenant",
                "an endpoint belongs to one tenant: give `endpoint` without `tenant`",
            )),
            (Some(endpoint), None, _) => Ok(RollupScope::Endpoint(endpoint)),
            (None, Some(tenant), _) | (None, None, Some(tenant)) => {
                Ok(RollupScope::Tenant(tenant.clone()))
            }
            (None, None, None) => Ok(RollupScope::Project),
        }
    }
}

/// See what happened over time
///
/// Events, attempts, outcomes and how long they took, by minute or hour: of the project, of a tenant, or of an endpoint.
#[utoipa::path(
    get, path = "/v1/stats", tag = "stats", params(StatsQuery),
    responses((status = 200, description = "Get stats", body = StatsView))
)]
async fn read_stats(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<StatsQuery>,
) -> Handled {
    let (since, until) = query.span(server.now())?;
    let scope = query.scope(&caller)?;
    let series = server
        .store()
        .rollup_series(&caller.reach, scope, query.unit.into(), since, until)
        .await?;
    let unit = query.unit.into();
    Ok(reply::ok(&StatsView::new(unit, (since, until), &series)))
}

fn point((at, rollup): &(Timestamp, Rollup)) -> PointView {
    PointView {
        at: *at,
        numbers: rollup.into(),
    }
}
