//! What handshakes have come to.

use std::sync::Arc;

use nuncio_domain::{Timestamp, Verified};

use super::endpoint;
use crate::{EndpointKey, fail::Fail, sqlite::transaction::write::Write};

/// Writes down what the handshake of an endpoint has come to that was asked for at `asked_at`. One that has been asked
/// for again since, at another URL perhaps, stays as it is, and so does an endpoint that is gone.
pub(crate) fn put(
    write: &mut Write<'_>,
    key: EndpointKey,
    asked_at: Option<Timestamp>,
    verified: Verified,
) -> Result<(), Fail> {
    let before = {
        let mirror = write.shared.mirror();
        let Some(sending) = mirror.sending(key) else {
            return Ok(());
        };
        Arc::clone(&sending.endpoint)
    };
    if before.verification.asked_at != asked_at || before.verification.next_at.is_none() {
        return Ok(());
    }
    let mut after = (*before).clone();
    after.verification = before.verification.after(verified);
    endpoint::update_row(write, key, Arc::new(after))
}
