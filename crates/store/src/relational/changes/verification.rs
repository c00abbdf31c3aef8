//! What handshakes have come to.

use std::sync::Arc;

use nuncio_domain::{HandshakeResult, Timestamp, VerificationState};

use super::{audit, endpoint, operator};
use crate::{
    EndpointKey,
    audit_entry::{self, BeforeAfter},
    fail::Fail,
    relational::write::Write,
};

/// Writes down what the handshake of an endpoint has come to that was asked for at `asked_at`. One that has been asked
/// for again since, at another URL perhaps, stays as it is, and so does an endpoint that is gone. The audit log
/// says what came of it in the same commit.
pub(crate) fn put(
    write: &mut Write<'_>,
    key: EndpointKey,
    asked_at: Option<Timestamp>,
    verified: HandshakeResult,
) -> Result<(), Fail> {
    let (project, before) = {
        let mirror = write.shared.mirror();
        let Some(sending) = mirror.sending(key) else {
            return Ok(());
        };
        (sending.project, Arc::clone(&sending.endpoint))
    };
    if before.verification.asked_at != asked_at || before.verification.next_at.is_none() {
        return Ok(());
    }
    let at = verified.at;
    let mut after = (*before).clone();
    after.verification = before.verification.after(verified);
    let entry = audit_entry::endpoint(project, &BeforeAfter::put(Some(&*before), &after));
    // One that failed and was made again is another.
    let seed = before.id.bits() ^ u128::from(before.verification.failures);
    audit::keep_own(write, entry, seed, at)?;
    if after.verification.state == VerificationState::Verified {
        operator::endpoint_verified(write, project, &after, at)?;
    }
    endpoint::update_row(write, key, Arc::new(after))
}
