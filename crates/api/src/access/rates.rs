//! How much a tenant's key or a portal's token may ask for. Keys of the project and the admin's are not limited.

use axum::{extract::OriginalUri, http::request::Parts};
use nuncio_domain::{ProjectId, TenantId};

use crate::{
    http::problem::{Kind, Problem},
    http::rejection::failed_look_up,
    state::{
        Server,
        rates::{Counted, Counter, HOUR},
    },
};

/// Counts a request of a tenant's key or a portal's token.
///
/// # Errors
/// It was one too many: 429 with the time to wait.
pub(crate) async fn count(
    server: &Server,
    parts: &Parts,
    project: ProjectId,
    tenant: &TenantId,
) -> Result<(), Problem> {
    let Some(of) = server
        .store()
        .project(project)
        .await
        .map_err(failed_look_up)?
    else {
        return Ok(());
    };
    let original = parts.extensions.get::<OriginalUri>();
    let path = original.map_or(&parts.uri, |original| &original.0).path();
    let also = Counted::of(&parts.method, path);
    for counted in [Some(Counted::Request), also].into_iter().flatten() {
        let (max, period, name) = counted.limit(&of.policy);
        let counter = (counted, Some((project, tenant.clone())));
        let taken = server
            .rates
            .take(counter.clone(), max, period, server.steady_now());
        let Err(wait) = taken else {
            continue;
        };
        server.rates.refuse(counted);
        tell_operator(server, counter, max, of.policy.operator_tenant.is_some()).await;
        let what = counted.as_str();
        let span = if period == HOUR {
            "an hour"
        } else {
            "a minute"
        };
        let detail =
            format!("too many {what} of this tenant: {max} {span} are allowed (policy {name})");
        return Err(Problem::new(Kind::TooMany, detail).after(wait));
    }
    Ok(())
}

/// Tells the project's operator, if there is one and it is news to it.
async fn tell_operator(server: &Server, counter: Counter, max: u32, has_operator: bool) {
    let (counted, Some((project, tenant))) = counter.clone() else {
        return;
    };
    if !has_operator || !server.rates.is_news(counter, server.steady_now()) {
        return;
    }
    let quota = counted.quota();
    let store = server.store();
    let told = store
        .quota_reached(project, &tenant, quota, max, server.now())
        .await;
    if let Err(error) = told {
        tracing::warn!(%project, %tenant, %error, "the operator could not be told of a quota");
    }
}
