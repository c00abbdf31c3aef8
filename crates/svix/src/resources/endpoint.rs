//! Endpoints.

use std::sync::Arc;

use axum::http::StatusCode;
use nuncio_dialect::Dialect;
use nuncio_domain::{Channel, Endpoint, EndpointId, EventFilter, Secret, Secrets, Timestamp, Uid};
use nuncio_store::{Page, Reach, Shows, StoreError, StoredAnswer};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    DefaultSignature,
    error::{self, Handled, SvixError},
    input,
    paging::{self, Order, Walk, Wanted},
    request::Request,
    resources::{
        endpoint_actions as actions,
        endpoint_input::{EndpointIn, EndpointPatch, Wish},
        headers,
    },
    routes::{no_method, no_route},
};

pub(crate) async fn route(
    request: &Request<'_>,
    method: &str,
    app: &str,
    segments: &[&str],
) -> Handled {
    let reach = request.reach(app).await?;
    match (segments, method) {
        ([], "GET") => list(request, &reach).await,
        ([], "POST") => create(request, &reach).await,
        ([ep], "GET") => {
            let found = request.endpoint(&reach, ep).await?;
            Ok(error::json(StatusCode::OK, &EndpointOut::new(&found)))
        }
        ([ep], "PUT") => put(request, &reach, ep).await,
        ([ep], "PATCH") => patch(request, &reach, ep).await,
        ([ep], "DELETE") => delete(request, &reach, ep).await,
        ([ep, "headers"], _) => {
            let found = request.endpoint(&reach, ep).await?;
            headers::route(request, method, &reach, &found).await
        }
        ([ep, "secret"], "GET") => actions::secret(request, &reach, ep).await,
        ([ep, "secret", "rotate"], "POST") => actions::rotate(request, &reach, ep).await,
        ([ep, "stats"], "GET") => actions::stats(request, &reach, ep).await,
        ([ep, "recover"], "POST") => actions::recover(request, &reach, ep).await,
        ([ep, "replay-missing"], "POST") => actions::replay_missing(request, &reach, ep).await,
        ([ep, "bulk-replay"], "POST") => actions::bulk_replay(request, &reach, ep).await,
        ([ep, "send-example"], "POST") => actions::send_example(request, &reach, ep).await,
        (
            []
            | [_]
            | [
                _,
                "secret" | "stats" | "recover" | "replay-missing" | "bulk-replay" | "send-example",
            ]
            | [_, "secret", "rotate"],
            _,
        ) => Err(no_method()),
        _ => Err(no_route()),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndpointOut<'a> {
    id: EndpointId,
    url: &'a str,
    description: &'a str,
    uid: Option<&'a Uid>,
    throttle_rate: Option<u32>,
    rate_limit: Option<u32>,
    version: u16,
    disabled: bool,
    event_types: Option<&'a [EventFilter]>,
    filter_types: Option<&'a [EventFilter]>,
    channels: Option<&'a [Channel]>,
    metadata: &'a Map<String, Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> EndpointOut<'a> {
    pub(crate) fn new(endpoint: &'a Endpoint) -> Self {
        let wants_all = endpoint.events.iter().any(|filter| filter.as_str() == "*");
        let event_types = (!wants_all).then_some(endpoint.events.as_slice());
        Self {
            id: endpoint.id,
            url: &endpoint.url,
            description: endpoint.description.as_deref().unwrap_or_default(),
            uid: endpoint.uid.as_ref(),
            throttle_rate: endpoint.rate_limit,
            rate_limit: endpoint.rate_limit,
            version: 1,
            disabled: endpoint.disabled.is_some(),
            event_types,
            filter_types: event_types,
            channels: (!endpoint.channels.is_empty()).then_some(&endpoint.channels),
            metadata: &endpoint.metadata,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }
}

async fn list(request: &Request<'_>, reach: &Reach) -> Handled {
    let wanted = Wanted::read(&request.query, |text| text.parse::<EndpointId>().ok())?;
    let order = match request.query.text("order") {
        None | Some("descending") => Order::Reversed,
        Some("ascending") => Order::Stored,
        Some(_) => {
            return Err(SvixError::bad_request(
                "order must be ascending or descending",
            ));
        }
    };
    let walk = Walk::new(&wanted, order, EndpointId::from_bits(u128::MAX));
    let store = request.reader();
    let fetch = |page: Page<EndpointId>| {
        let (store, reach) = (Arc::clone(&store), reach.clone());
        async move { store.endpoints(&reach, page).await }
    };
    let listed = paging::list(
        &wanted,
        order,
        walk,
        fetch,
        |_| true,
        |endpoint: &Arc<Endpoint>| endpoint.id,
    )
    .await?;
    let ends = paging::ends(&listed.items, |endpoint| endpoint.id.to_string());
    let data = listed
        .items
        .iter()
        .map(|endpoint| EndpointOut::new(endpoint))
        .collect();
    Ok(paging::answer(data, listed.done, ends))
}

async fn create(request: &Request<'_>, reach: &Reach) -> Handled {
    let wish: EndpointIn = input::parse(&request.body)?;
    let made = make(request, reach, &wish).await?;
    Ok(error::json(StatusCode::CREATED, &EndpointOut::new(&made)))
}

async fn make(
    request: &Request<'_>,
    reach: &Reach,
    given: &EndpointIn,
) -> Result<Arc<Endpoint>, SvixError> {
    let wish = given.check(request).await?;
    let surface = &request.server.surface;
    let dialect = surface.dialect(reach.project, None).await?;
    if let Some(headers) = &wish.headers {
        headers::check(headers, &dialect)?;
    }
    let secret = new_secret(request, &dialect, given.secret.as_deref(), None)?;
    let now = request.now();
    let tenant = reach.tenant.clone().ok_or_else(SvixError::not_found)?;
    let id = EndpointId::new(now.ms(), surface.random());
    let mut endpoint = Endpoint {
        verification: surface.first_verification(&dialect, now),
        secrets: Secrets::new(secret),
        ..Endpoint::bare(id, tenant, now)
    };
    wish.lay_over(&mut endpoint);
    let max = request.caller.project.policy.endpoints_per_tenant_max();
    let keep = |endpoint: &Arc<Endpoint>| {
        Some(StoredAnswer {
            status: StatusCode::CREATED.as_u16(),
            body: serde_json::to_vec(&EndpointOut::new(endpoint)).ok()?,
            shows: Shows::NoSecret,
        })
    };
    let once = request.once(keep);
    let made = request
        .writer()
        .create_endpoint(reach.project, endpoint, max, once)
        .await;
    made.map_err(conflict)
}

fn conflict(error: StoreError) -> SvixError {
    match error {
        StoreError::Conflict(_) => SvixError::conflict("An endpoint with that uid already exists"),
        other => other.into(),
    }
}

/// The given secret if the dialect can sign with it, else a new one: of the same kind as `before`, or as the settings say.
pub(crate) fn new_secret(
    request: &Request<'_>,
    dialect: &Dialect,
    given: Option<&str>,
    before: Option<&Secrets>,
) -> Result<Secret, SvixError> {
    if let Some(given) = given {
        let kept = dialect.register_secret(given);
        let kept = kept.map_err(|error| SvixError::invalid("secret", error.to_string()))?;
        return Ok(Secret::new(kept));
    }
    let pair = dialect.secret_rules().pair.as_ref();
    let is_pair = match (before, pair) {
        (_, None) => false,
        (Some(before), Some(pair)) => before.current.expose().starts_with(&pair.private),
        (None, Some(_)) => request.server.settings.default_signature == DefaultSignature::Ed25519,
    };
    let entropy = request.server.surface.random();
    let made = match is_pair {
        true => dialect.generate_pair(&entropy),
        false => Some(dialect.generate_secret(&entropy)),
    };
    made.map(Secret::new).ok_or_else(SvixError::internal)
}

/// Changes an endpoint.
pub(crate) async fn change(
    request: &Request<'_>,
    reach: &Reach,
    id: EndpointId,
    change: impl Fn(&mut Endpoint) + Send + 'static,
) -> Result<Arc<Endpoint>, SvixError> {
    let now = request.now();
    let change = Box::new(move |endpoint: &mut Endpoint| {
        change(endpoint);
        endpoint.updated_at = now;
        Ok(())
    });
    let changed = request
        .writer()
        .update_endpoint(reach, id, change, None)
        .await;
    changed.map_err(conflict)
}

async fn laid_over(
    request: &Request<'_>,
    reach: &Reach,
    found: &Endpoint,
    wish: Wish,
    secret: Option<Secret>,
) -> Result<Arc<Endpoint>, SvixError> {
    let surface = &request.server.surface;
    let dialect = surface
        .dialect(reach.project, found.dialect.as_deref())
        .await?;
    if let Some(headers) = &wish.headers {
        headers::check(headers, &dialect)?;
    }
    let verification = surface.first_verification(&dialect, request.now());
    change(request, reach, found.id, move |endpoint| {
        let before = endpoint.url.clone();
        wish.lay_over(endpoint);
        if endpoint.url != before {
            endpoint.verification = verification.clone();
        }
        if let Some(secret) = &secret {
            endpoint.secrets.current = secret.clone();
        }
    })
    .await
}

async fn put(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let given: EndpointIn = input::parse(&request.body)?;
    let Some(found) = request.find_endpoint(reach, name).await? else {
        let made = make(request, reach, &given).await?;
        return Ok(error::json(StatusCode::CREATED, &EndpointOut::new(&made)));
    };
    let wish = given.check(request).await?;
    let changed = laid_over(request, reach, &found, wish, None).await?;
    Ok(error::json(StatusCode::OK, &EndpointOut::new(&changed)))
}

async fn patch(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let given: EndpointPatch = input::parse_optional(&request.body)?;
    let found = request.endpoint(reach, name).await?;
    let wish = given.check(request).await?;
    let secret = match given.secret.as_deref() {
        None => None,
        Some(secret) => {
            let dialect = request
                .server
                .surface
                .dialect(reach.project, found.dialect.as_deref())
                .await?;
            Some(new_secret(request, &dialect, Some(secret), None)?)
        }
    };
    let changed = laid_over(request, reach, &found, wish, secret).await?;
    Ok(error::json(StatusCode::OK, &EndpointOut::new(&changed)))
}

async fn delete(request: &Request<'_>, reach: &Reach, name: &str) -> Handled {
    let found = request.endpoint(reach, name).await?;
    let now = request.now();
    let job = request.server.surface.job_id(now);
    request
        .writer()
        .delete_endpoint(reach, found.id, job, now)
        .await?;
    Ok(error::empty(StatusCode::NO_CONTENT))
}
