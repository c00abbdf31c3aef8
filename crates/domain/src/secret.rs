//! Signing secrets of an endpoint, and which of them sign during a rotation.

use std::fmt;

use zeroize::Zeroizing;

use crate::Timestamp;

/// A signing secret as the customer knows it. Never shown by `Debug`, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret that has been checked against its dialect.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
    /// The secret itself: for signing, sealing, and the one answer that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Writes a secret in clear and reads it back: for what is sealed as a whole before it is stored.
pub(crate) mod exposed {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Secret;

    pub(crate) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

/// Which secrets sign just after a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningWith {
    /// The new secret alone.
    Current,
    /// The old one, until the overlap ends: only one signature fits the dialect's header.
    Previous,
    /// Both: the dialect's header carries several signatures.
    Both,
}

impl SigningWith {
    /// The word in the API's answer.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Both => "both",
        }
    }
}

/// A rotation that would keep more than [`Secrets::PREVIOUS_MAX`] old secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the endpoint has {} previous secrets still in their overlap: wait until one ends",
    Secrets::PREVIOUS_MAX
)]
pub struct TooManySecrets;

/// The secrets of one endpoint: the current one, and older ones whose overlap has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secrets {
    /// The one that was made last.
    pub current: Secret,
    /// Older ones with the end of their overlap, oldest first.
    pub previous: Vec<(Secret, Timestamp)>,
}

impl Secrets {
    /// Enough for a rotation gone wrong a few times; more would make the signature header too long.
    pub const PREVIOUS_MAX: usize = 10;

    /// One secret, no history.
    pub fn new(current: Secret) -> Self {
        Self {
            current,
            previous: Vec::new(),
        }
    }

    /// Makes `secret` the current one; the one before signs until `overlap_ends`. An end that is not after
    /// `now` switches at once and ends every older overlap too: whoever asks for that wants the old ones gone.
    ///
    /// # Errors
    /// When ten older secrets are still in their overlap.
    pub fn rotate(
        &mut self,
        secret: Secret,
        overlap_ends: Timestamp,
        now: Timestamp,
    ) -> Result<(), TooManySecrets> {
        if overlap_ends <= now {
            *self = Self::new(secret);
            return Ok(());
        }
        self.previous.retain(|(_, ends)| *ends > now);
        if self.previous.len() >= Self::PREVIOUS_MAX {
            return Err(TooManySecrets);
        }
        let old = std::mem::replace(&mut self.current, secret);
        self.previous.push((old, overlap_ends));
        Ok(())
    }

    /// The secrets to sign with at `now`, the most recent first. With `all` they all sign; otherwise exactly
    /// one does: the oldest whose overlap has not ended, since its receiver was promised that time.
    pub fn in_force(&self, now: Timestamp, all: bool) -> Vec<&Secret> {
        let mut old = self
            .previous
            .iter()
            .filter(|(_, ends)| *ends > now)
            .map(|(secret, _)| secret);
        if all {
            return std::iter::once(&self.current).chain(old.rev()).collect();
        }
        vec![old.next().unwrap_or(&self.current)]
    }

    /// Which secrets sign at `now`, in the words of the API.
    pub fn signing_with(&self, now: Timestamp, all: bool) -> SigningWith {
        match (self.previous.iter().any(|(_, ends)| *ends > now), all) {
            (false, _) => SigningWith::Current,
            (true, true) => SigningWith::Both,
            (true, false) => SigningWith::Previous,
        }
    }

    /// When the last overlap ends, if one is running at `now`.
    pub fn previous_expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.previous
            .iter()
            .map(|(_, ends)| *ends)
            .filter(|ends| *ends > now)
            .max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }
    const fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }
    fn names(secrets: &Secrets, now: i64, all: bool) -> Vec<&str> {
        secrets
            .in_force(at(now), all)
            .into_iter()
            .map(Secret::expose)
            .collect()
    }

    #[test]
    fn twice_rotated_all_three_sign_until_their_overlap_ends() {
        let mut secrets = Secrets::new(secret("a"));
        secrets.rotate(secret("b"), at(100), at(0)).unwrap();
        secrets.rotate(secret("c"), at(200), at(50)).unwrap();
        assert_eq!(names(&secrets, 60, true), ["c", "b", "a"]);
        assert_eq!(names(&secrets, 100, true), ["c", "b"]);
        assert_eq!(names(&secrets, 200, true), ["c"]);
    }

    #[test]
    fn with_one_signature_each_old_secret_keeps_its_time() {
        let mut secrets = Secrets::new(secret("a"));
        secrets.rotate(secret("b"), at(100), at(0)).unwrap();
        secrets.rotate(secret("c"), at(200), at(50)).unwrap();
        assert_eq!(names(&secrets, 60, false), ["a"]);
        assert_eq!(names(&secrets, 150, false), ["b"]);
        assert_eq!(names(&secrets, 200, false), ["c"]);
        assert_eq!(secrets.signing_with(at(60), false), SigningWith::Previous);
    }

    #[test]
    fn no_overlap_switches_at_once() {
        let mut secrets = Secrets::new(secret("a"));
        secrets.rotate(secret("b"), at(100), at(0)).unwrap();
        secrets.rotate(secret("c"), at(10), at(10)).unwrap();
        assert_eq!(names(&secrets, 11, true), ["c"]);
    }

    #[test]
    fn the_eleventh_old_secret_is_refused() {
        let mut secrets = Secrets::new(secret("0"));
        for n in 1..=10 {
            secrets
                .rotate(secret(&n.to_string()), at(1_000), at(0))
                .unwrap();
        }
        assert_eq!(
            secrets.rotate(secret("11"), at(1_000), at(0)),
            Err(TooManySecrets)
        );
        assert!(secrets.rotate(secret("11"), at(2_000), at(1_000)).is_ok());
    }

    #[test]
    fn debug_does_not_tell() {
        assert_eq!(format!("{:?}", secret("hunter22")), "[secret]");
    }
}
