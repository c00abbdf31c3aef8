//! Which endpoints have to be verified by a handshake, and what waits for it.

use nuncio_dialect::{Dialect, Handshake};
use nuncio_domain::{Endpoint, Timestamp, Verification};

use crate::http::problem::{Kind, Problem};

/// Whether the dialect verifies endpoints.
pub(crate) fn has_handshake(dialect: &Dialect) -> bool {
    dialect.policy().handshake != Handshake::None
}

/// The verification of a new endpoint.
pub(crate) fn first_verification(dialect: &Dialect, now: Timestamp) -> Verification {
    match has_handshake(dialect) {
        true => Verification::asked(now),
        false => Verification::default(),
    }
}

/// Asks for a handshake if an endpoint has a new URL or another dialect.
pub(crate) fn verify_again_if_moved(
    endpoint: &mut Endpoint,
    moved: bool,
    dialect: &Dialect,
    now: Timestamp,
) {
    if moved {
        endpoint.verification = first_verification(dialect, now);
    }
}

/// Whether the deliveries of an endpoint of that dialect wait for its handshake.
pub(crate) fn awaits_verification(endpoint: &Endpoint, dialect: &Dialect) -> bool {
    endpoint.verification.is_waited_for() && has_handshake(dialect)
}

/// Refuses what an endpoint gets only once it is verified.
pub(crate) fn refuse_unverified(endpoint: &Endpoint, dialect: &Dialect) -> Result<(), Problem> {
    if !awaits_verification(endpoint, dialect) {
        return Ok(());
    }
    let why = match &endpoint.verification.detail {
        Some(detail) => format!(" ({detail})"),
        None => String::new(),
    };
    let detail =
        format!("the endpoint is not verified{why}: POST /v1/endpoints/{{id}}/verify tries again");
    Err(Problem::new(Kind::Conflict, detail))
}
