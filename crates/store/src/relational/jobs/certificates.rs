//! Telling operators of certificates that are near their end: once for each.

use std::sync::Arc;

use nuncio_domain::{TenantId, Timestamp};

use crate::{
    EndpointKey, Sending,
    fail::Fail,
    jobs::PIECE,
    relational::{changes::operator, rows::codec::optional_time, shared::Shared, write::Write},
    sql::{OptionalExtension, Sql, params},
};

/// Some endpoints with a certificate near its end that nobody was told of. Looked for off the writer: it walks all endpoints.
pub(crate) fn untold(
    conn: Sql<'_>,
    shared: &Shared,
    now: Timestamp,
) -> Result<Vec<EndpointKey>, Fail> {
    let mirror = shared.mirror();
    let mut found = Vec::new();
    for key in mirror.endpoint_keys() {
        let Some(sending) = mirror.sending(key) else {
            continue;
        };
        let Some(end) = end(sending, now) else {
            continue;
        };
        let part = mirror.project(sending.project);
        let operator = part.and_then(|part| part.project.policy.operator_tenant.as_ref());
        if has_to_be_told(operator, sending) && told(conn, key)? != Some(end) {
            found.push(key);
        }
        if found.len() == PIECE {
            break;
        }
    }
    Ok(found)
}

/// Tells of these, and notes that they were told of.
pub(crate) fn tell(
    write: &mut Write<'_>,
    endpoints: &[EndpointKey],
    now: Timestamp,
) -> Result<(), Fail> {
    for key in endpoints {
        // It may have been changed or deleted since it was looked for.
        let sending = write.shared.mirror().sending(*key).map(Arc::clone);
        let Some(sending) = sending else {
            continue;
        };
        let Some(end) = end(&sending, now) else {
            continue;
        };
        write
            .conn
            .prepare_cached("UPDATE endpoints SET certificate_told = ?2 WHERE seq = ?1")?
            .execute(params![key.0, end.ms()])?;
        operator::certificate_expiring(write, sending.project, &sending.endpoint, now)?;
    }
    Ok(())
}

/// Nobody is told of the operator's own endpoints. What nobody is told of stays untold, for an operator to come.
fn has_to_be_told(operator: Option<&TenantId>, sending: &Sending) -> bool {
    operator.is_some_and(|operator| *operator != sending.endpoint.tenant)
}

/// When the first of its certificates ends, if that is near or past.
fn end(sending: &Sending, now: Timestamp) -> Option<Timestamp> {
    let tls = sending.endpoint.tls.as_ref()?;
    tls.age(now)?;
    Some(tls.first_to_expire()?.expires_at)
}

/// The end of the certificate that was told of.
fn told(conn: Sql<'_>, key: EndpointKey) -> Result<Option<Timestamp>, Fail> {
    let told = conn
        .prepare_cached("SELECT certificate_told FROM endpoints WHERE seq = ?1")?
        .query_row([key.0], |row| optional_time(row, 0))
        .optional()?;
    Ok(told.flatten())
}
