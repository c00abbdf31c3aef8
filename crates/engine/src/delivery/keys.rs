//! Which keys sign now, and what must not be shown? Worked out once for each state of an endpoint, not for each attempt.

use std::sync::{Arc, Mutex, PoisonError};

use nuncio_dialect::{SecretError, SigningKey};
use nuncio_domain::{Mask, Secret, Timestamp};
use nuncio_store::Sending;

/// The keys of one endpoint as they were last in force.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    parsed: Mutex<Option<Parsed>>,
    mask: Mutex<Option<Masking>>,
}

/// What must not be shown of an endpoint as it is.
struct Masking {
    /// Keeping it alive is what makes comparing its address safe.
    sending: Arc<Sending>,
    mask: Arc<Mask>,
}

impl std::fmt::Debug for Masking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masking").finish_non_exhaustive()
    }
}

struct Parsed {
    /// Keeping it alive is what makes comparing its address safe.
    sending: Arc<Sending>,
    from: Timestamp,
    until: Option<Timestamp>,
    keys: Arc<[SigningKey]>,
}

impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parsed").finish_non_exhaustive()
    }
}

impl Parsed {
    /// Whether these are the keys of `sending` at `now`: the endpoint is as it was, and no overlap of an old
    /// secret has ended since.
    fn fits(&self, sending: &Arc<Sending>, now: Timestamp) -> bool {
        Arc::ptr_eq(&self.sending, sending)
            && self.from <= now
            && self.until.is_none_or(|until| now < until)
    }
}

impl KeyCache {
    /// The keys to sign with at `now` (wall clock), the most recent first.
    ///
    /// # Errors
    /// When a secret is none for the endpoint's dialect: it has changed since the secret was checked.
    pub(crate) fn in_force(
        &self,
        sending: &Arc<Sending>,
        now: Timestamp,
    ) -> Result<Arc<[SigningKey]>, SecretError> {
        let mut cached = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parsed) = cached.as_ref().filter(|parsed| parsed.fits(sending, now)) {
            return Ok(Arc::clone(&parsed.keys));
        }
        let keys = parse(sending, now)?;
        *cached = Some(Parsed {
            sending: Arc::clone(sending),
            from: now,
            until: next_end(sending, now),
            keys: Arc::clone(&keys),
        });
        Ok(keys)
    }

    /// What must not be shown of the endpoint.
    pub(crate) fn mask(&self, sending: &Arc<Sending>) -> Arc<Mask> {
        let mut cached = self.mask.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cached
            .as_ref()
            .filter(|known| Arc::ptr_eq(&known.sending, sending))
        {
            return Arc::clone(&known.mask);
        }
        let mask = Arc::new(Mask::new(&sending.endpoint, &sending.dialect.dialect));
        *cached = Some(Masking {
            sending: Arc::clone(sending),
            mask: Arc::clone(&mask),
        });
        mask
    }
}

fn parse(sending: &Sending, now: Timestamp) -> Result<Arc<[SigningKey]>, SecretError> {
    let dialect = &sending.dialect.dialect;
    let all = dialect.signs_with_all_keys();
    let secrets = sending.endpoint.secrets.in_force(now, all);
    let keys = secrets.into_iter().map(Secret::expose);
    keys.map(|secret| dialect.stored_key(secret)).collect()
}

fn next_end(sending: &Sending, now: Timestamp) -> Option<Timestamp> {
    let ends = sending
        .endpoint
        .secrets
        .previous
        .iter()
        .map(|(_, ends)| *ends);
    ends.filter(|ends| *ends > now).min()
}
