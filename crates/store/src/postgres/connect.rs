//! Connections as the engine wants them.

use nuncio_postgres::{ConnectError, DatabaseUrl};

use crate::{
    fail::Fail,
    sql::{Session, Sql},
};

/// Plans by index, however small a table is yet: what is planned for an empty one is kept, and would read all of it once
/// it is large. Compiling a query costs more than any of them takes.
const SETTINGS: &str = "SET enable_seqscan = off; SET jit = off; SET statement_timeout = 0; \
    SET lock_timeout = 0; SET idle_in_transaction_session_timeout = '60s'";

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoSession {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("can't start what drives a connection: {0}")]
    Runtime(#[from] std::io::Error),
}

impl From<NoSession> for Fail {
    fn from(error: NoSession) -> Self {
        Self::Outage(error.to_string())
    }
}

/// Does what waits for a connection on a thread of its own: it may be asked for where nothing may block.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let done = scope.spawn(work).join();
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Connects, for one thread at a time.
pub(super) fn connect(target: &DatabaseUrl) -> Result<Session, Fail> {
    let connected = async { Ok::<_, NoSession>(target.connect().await?) };
    let session = Session::open(connected)?;
    if target.has_pooler() {
        // A setting would stay behind with whoever has the server's session next.
        return Ok(session.without_state());
    }
    Sql::from(&session).execute_batch(SETTINGS)?;
    Ok(session)
}
