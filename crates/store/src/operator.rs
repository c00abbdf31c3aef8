//! The server's own events, as the catalog of a project that has an operator shows them.

use nuncio_domain::{DisabledBecause, EventType, EventTypeName, Project};
use serde::Deserialize;
use serde_json::Value;

use crate::fail::Fail;

pub(crate) const ENDPOINT_CREATED: &str = "endpoint.created";
pub(crate) const ENDPOINT_UPDATED: &str = "endpoint.updated";
pub(crate) const ENDPOINT_DELETED: &str = "endpoint.deleted";
pub(crate) const ENDPOINT_VERIFIED: &str = "endpoint.verified";
pub(crate) const ENDPOINT_FAILING: &str = "endpoint.failing";
pub(crate) const ENDPOINT_RECOVERED: &str = "endpoint.recovered";
pub(crate) const ENDPOINT_DISABLED: &str = "endpoint.disabled";
pub(crate) const ENDPOINT_ENABLED: &str = "endpoint.enabled";
pub(crate) const ENDPOINT_CERTIFICATE_EXPIRING: &str = "endpoint.certificate_expiring";
pub(crate) const DELIVERY_DEAD: &str = "delivery.dead";
pub(crate) const DELIVERY_RECOVERED: &str = "delivery.recovered";
pub(crate) const SECRET_ROTATED: &str = "secret.rotated";
pub(crate) const JOB_FINISHED: &str = "job.finished";
pub(crate) const QUOTA_REACHED: &str = "quota.reached";

/// The heading that they stand under in the catalog.
const GROUP: &str = "Webhooks";
/// Each with what it means, the schema of its data, and an example. No data has anything nested in it, nor null: a dialect
/// may send it as a form.
const TYPES: &str = include_str!("operator_events.json");

/// What a tenant may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quota {
    /// Endpoints.
    EndpointsPerTenant,
    /// Requests a minute.
    RequestsPerMinute,
    /// Requests a minute that change or send something.
    ChangesPerMinute,
    /// Jobs an hour.
    JobsPerHour,
}

impl Quota {
    /// The field of the policy that sets it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EndpointsPerTenant => "endpoints_per_tenant_max",
            Self::RequestsPerMinute => "tenant_requests_per_minute",
            Self::ChangesPerMinute => "tenant_changes_per_minute",
            Self::JobsPerHour => "tenant_jobs_per_hour",
        }
    }
}

/// The word for why an endpoint is off.
pub(crate) const fn reason(because: DisabledBecause) -> &'static str {
    match because {
        DisabledBecause::Requested => "requested",
        DisabledBecause::Gone => "gone",
        DisabledBecause::Failing => "failing",
    }
}

/// The name of such an event.
pub(crate) fn name(what: &'static str) -> Result<EventTypeName, Fail> {
    EventTypeName::parse(what).map_err(|error| Fail::Broken(error.to_string()))
}

#[derive(Deserialize)]
struct OwnType {
    name: EventTypeName,
    description: String,
    schema: Value,
    example: Value,
}

/// The catalog's entries of these events, for a project that has an operator; none for another.
pub(crate) fn event_types(project: &Project) -> Result<Vec<EventType>, Fail> {
    if project.policy.operator_tenant.is_none() {
        return Ok(Vec::new());
    }
    let types: Vec<OwnType> = serde_json::from_str(TYPES)?;
    let types = types.into_iter().map(|own| EventType {
        description: own.description,
        schema: Some(own.schema),
        group: Some(GROUP.to_owned()),
        example: Some(own.example),
        ..EventType::named(own.name, project.updated_at)
    });
    Ok(types.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_in_the_catalog_with_data_that_a_form_could_hold() {
        let types: Vec<OwnType> = serde_json::from_str(TYPES).unwrap();
        let mut names: Vec<_> = types.iter().map(|own| own.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                DELIVERY_DEAD,
                DELIVERY_RECOVERED,
                ENDPOINT_CERTIFICATE_EXPIRING,
                ENDPOINT_CREATED,
                ENDPOINT_DELETED,
                ENDPOINT_DISABLED,
                ENDPOINT_ENABLED,
                ENDPOINT_FAILING,
                ENDPOINT_RECOVERED,
                ENDPOINT_UPDATED,
                ENDPOINT_VERIFIED,
                JOB_FINISHED,
                QUOTA_REACHED,
                SECRET_ROTATED,
            ]
        );
        for own in &types {
            let members = own.example.as_object().unwrap().values();
            let flat = |value: &Value| !value.is_object() && !value.is_array() && !value.is_null();
            assert!(members.into_iter().all(flat), "{}", own.name);
        }
    }
}
