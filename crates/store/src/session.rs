//! Sign-in sessions: what a browser shows in place of a key.

use async_trait::async_trait;
use nuncio_domain::Timestamp;

use crate::StoreError;

/// The browsers of a whole team that shares one key; a program that signs in over and over can't fill the memory.
pub(crate) const SESSIONS_PER_KEY_MAX: usize = 100;

/// A sign-in. It holds no rights of its own: what it may do is what its key may do at that moment, so it ends with the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret that the browser shows.
    pub sha256: [u8; 32],
    /// SHA-256 of the key that signed in.
    pub key_sha256: [u8; 32],
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Sign-in sessions. Reads are answered from memory; writes return after their commit, and are then in force.
#[async_trait]
pub trait Sessions: Send + Sync + 'static {
    /// Stores a session. Of more than a hundred of one key, those go that would end first.
    async fn create_session(&self, session: Session) -> Result<(), StoreError>;
    /// The session with this SHA-256, also when it has expired.
    async fn session(&self, sha256: &[u8; 32]) -> Option<Session>;
    /// Ends a session; does nothing if there is none.
    async fn delete_session(&self, sha256: [u8; 32]) -> Result<(), StoreError>;
}
