//! Which endpoints a list shows, and how each of them does.

use std::{collections::HashMap, sync::Arc};

use nuncio_domain::{
    BreakerState, Channel, Endpoint, EndpointId, Timestamp, Trouble, Uid, troubles,
};
use nuncio_store::{Page, Reach, Slice, StoreError, Suspect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    resources::shared::{
        chosen::chosen,
        numbers::{CountView, success_rate},
        search::Search,
    },
    state::Server,
};

/// Status of an endpoint, for filtering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// It is not disabled.
    Active,
    /// It is.
    Disabled,
    /// It is not, and every attempt since some time has failed.
    Failing,
}

impl Status {
    const fn is(self, endpoint: &Endpoint) -> bool {
        let disabled = endpoint.disabled.is_some();
        match self {
            Self::Active => !disabled,
            Self::Disabled => disabled,
            Self::Failing => !disabled && endpoint.failing_since.is_some(),
        }
    }
}

/// An endpoint's health: what happened in this hour and the one before, and its state now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndpointHealth)]
pub(crate) struct HealthView {
    /// Attempts.
    attempts: u64,
    /// Their success rate, 0 to 1; null without attempts.
    #[schema(required)]
    success_rate: Option<f64>,
    /// Pending deliveries, counted up to a thousand.
    pending: CountView,
    /// When the first of them was or will be due.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    oldest_due: Option<Timestamp>,
    /// Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in progress.
    #[schema(required)]
    breaker: Option<&'static str>,
    /// What is wrong with it, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
    /// `unverified`, `certificate_expired`, `backlog`, `certificate_expiring` (within 30 days).
    trouble: Vec<&'static str>,
    /// When the last successful attempt began.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_success_at: Option<Timestamp>,
    /// When the last failed attempt began.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_failure_at: Option<Timestamp>,
}

/// Which endpoints of a list: what is `None` does not narrow.
#[derive(Debug, Default)]
pub(crate) struct Narrowing {
    /// With this status.
    pub(crate) status: Option<Status>,
    /// With this channel.
    pub(crate) channel: Option<Channel>,
    /// Found by this in URL, description, uid or id.
    pub(crate) search: Option<Search>,
}

impl Narrowing {
    fn is_none(&self) -> bool {
        let Self {
            status,
            channel,
            search,
        } = self;
        status.is_none() && channel.is_none() && search.is_none()
    }

    fn wants(&self, endpoint: &Endpoint) -> bool {
        let is_on = |channel| endpoint.channels.contains(channel);
        self.channel.as_ref().is_none_or(is_on)
            && self.status.is_none_or(|status| status.is(endpoint))
            && self.search.as_ref().is_none_or(|search| {
                let uid = endpoint.uid.as_ref().map_or("", Uid::as_str);
                let description = endpoint.description.as_deref().unwrap_or_default();
                let id = endpoint.id.to_string();
                search.finds(&[endpoint.url.as_str(), description, uid, &id])
            })
    }
}

/// A page of the endpoints that are wanted.
pub(crate) async fn narrowed(
    server: &Server,
    reach: &Reach,
    narrowing: &Narrowing,
    page: Page<EndpointId>,
) -> Result<Slice<Arc<Endpoint>, EndpointId>, StoreError> {
    let store = server.store();
    if narrowing.is_none() {
        return store.endpoints(reach, page).await;
    }
    let wanted = |endpoint: &Arc<Endpoint>| narrowing.wants(endpoint);
    let part = |page| store.endpoints(reach, page);
    chosen(page, |endpoint| endpoint.id, wanted, part).await
}

/// How each of them does, by id.
pub(crate) async fn health(
    server: &Server,
    reach: &Reach,
    endpoints: &[Arc<Endpoint>],
) -> Result<HashMap<EndpointId, HealthView>, StoreError> {
    let ids = endpoints.iter().map(|endpoint| endpoint.id).collect();
    let now = server.now();
    let each = server.store().standing_of_each(reach, ids, now).await?;
    let mut all = HashMap::with_capacity(each.len());
    for mut one in each {
        let id = one.endpoint.id;
        let lane = server.state.lanes.lane(reach.project, id, None).await;
        one.observation.breaker = lane.map(|lane| lane.breaker);
        all.insert(id, view(server, one));
    }
    Ok(all)
}

fn view(server: &Server, suspect: Suspect) -> HealthView {
    let Suspect {
        observation,
        pending,
        ..
    } = suspect;
    let trouble = troubles(&observation, server.steady_now());
    HealthView {
        attempts: observation.attempts,
        success_rate: success_rate(&observation),
        pending: pending.into(),
        oldest_due: observation.oldest_due,
        breaker: observation.breaker.map(BreakerState::as_str),
        trouble: trouble.into_iter().map(Trouble::as_str).collect(),
        last_success_at: observation.last_success,
        last_failure_at: observation.last_failure,
    }
}
