//! How much a tenant's key or a portal's token may ask for. Keys of the project and the admin's are not limited.

use axum::{extract::OriginalUri, http::request::Parts};
use nuncio_domain::{ProjectId, TenantId};

use crate::{
    http::problem::{Kind, Problem},
    http::rejection::failed_look_up,
    state::{
        Server,
        rates::{Counted, HOUR},
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
        let taken = server.rates.take(counter, max, period, server.steady_now());
        taken.map_err(|wait| {
            server.rates.refuse(counted);
            let what = counted.as_str();
            let span = if period == HOUR {
                "an hour"
            } else {
                "a minute"
            };
            let detail =
                format!("too many {what} of this tenant: {max} {span} are allowed (policy {name})");
            Problem::new(Kind::TooMany, detail).after(wait)
        })?;
    }
    Ok(())
}
