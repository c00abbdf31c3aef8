//! Sign-in sessions: reads from memory, changes on the writer.

use async_trait::async_trait;

use crate::{
    Session, Sessions, StoreError,
    needs::Needs,
    relational::{changes::session, engine::Relational},
};

#[async_trait]
impl<E: Relational> Sessions for E {
    async fn create_session(&self, session: Session) -> Result<(), StoreError> {
        self.change(Needs::Nothing, move |write| {
            session::create(write, session)?;
            session::audit(write, "session.create", &session);
            Ok(())
        })
        .await
    }

    async fn session(&self, sha256: &[u8; 32]) -> Option<Session> {
        self.shared().mirror().session(sha256).copied()
    }

    async fn delete_session(&self, sha256: [u8; 32]) -> Result<(), StoreError> {
        self.change(Needs::Nothing, move |write| {
            let found = write.shared.mirror().session(&sha256).copied();
            if let Some(found) = found {
                session::audit(write, "session.delete", &found);
            }
            session::delete(write, sha256)
        })
        .await
    }
}
