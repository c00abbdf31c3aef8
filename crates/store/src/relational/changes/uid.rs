//! Other names for tenants and endpoints: nobody is to mistake one for another, so each stands for one thing.

use nuncio_domain::{Endpoint, ProjectId, Tenant, TenantId};

use crate::{
    StoreError,
    fail::Fail,
    relational::{reads::tenants, write::Write},
};

/// Refuses a tenant's uid that is another tenant's, or any tenant's id, its own included.
pub(crate) fn check_tenant(
    write: &Write<'_>,
    project: ProjectId,
    tenant: &Tenant,
) -> Result<(), Fail> {
    let Some(uid) = &tenant.uid else {
        return Ok(());
    };
    let owner = write.shared.mirror().tenant_named(project, uid).cloned();
    if owner.is_some_and(|owner| owner != tenant.id) {
        return Err(conflict(format!("another tenant has the uid `{uid}`")));
    }
    // Whatever is a uid could be an id.
    let id = TenantId::parse(uid.as_str()).map_err(|error| Fail::Broken(error.to_string()))?;
    match tenants::find(write.conn, write.shared, project, &id)? {
        Some(_) => Err(conflict(format!(
            "`{uid}` is the id of a tenant, which a uid must not be"
        ))),
        None => Ok(()),
    }
}

/// Refuses an endpoint's uid that another endpoint of its tenant has.
pub(crate) fn check_endpoint(
    write: &Write<'_>,
    project: ProjectId,
    endpoint: &Endpoint,
) -> Result<(), Fail> {
    let Some(uid) = &endpoint.uid else {
        return Ok(());
    };
    let mirror = write.shared.mirror();
    match mirror.endpoint_named(project, &endpoint.tenant, uid) {
        Some(other) if other != endpoint.id => {
            let sentence = format!("another endpoint of the tenant has the uid `{uid}`: {other}");
            Err(conflict(sentence))
        }
        Some(_) | None => Ok(()),
    }
}

fn conflict(sentence: String) -> Fail {
    StoreError::Conflict(sentence).into()
}
