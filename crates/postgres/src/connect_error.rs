//! Why is there no connection, and what can be done about it?

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error as ThisError;
use tokio_postgres::error::{DbError, SqlState};

/// The oldest major version that Nuncio works with.
pub(crate) const VERSION_MIN: u32 = 14;

/// No host of a URL could be used.
#[derive(Debug)]
pub struct ConnectError {
    pub(crate) database: String,
    /// Each host that was tried, with its port, and why it could not be used. Never empty.
    pub failures: Vec<(String, HostFailure)>,
}

impl ConnectError {
    /// Whether the same URL may work later without anybody changing something.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.failures
            .iter()
            .any(|(_, failure)| failure.is_transient())
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can't connect to database {:?}", self.database)?;
        for (index, (place, failure)) in self.failures.iter().enumerate() {
            let separator = if index == 0 { " at" } else { "; at" };
            write!(f, "{separator} {place}: {failure}")?;
        }
        Ok(())
    }
}

impl Error for ConnectError {}

/// Why one host could not be used.
#[derive(Debug, ThisError, PartialEq, Eq)]
pub enum HostFailure {
    /// The files that the URL names can't be used any more.
    #[error("{0}")]
    Settings(String),
    /// No address is known for the name.
    #[error("the host's name has no address ({0}); check its spelling and the name server")]
    Name(String),
    /// Nobody listens there.
    #[error(
        "connection refused; check that PostgreSQL is running and that its listen_addresses and port include this one"
    )]
    Refused,
    /// The host doesn't answer.
    #[error("no answer within {0:?}; check that the host is up and that no firewall is in between")]
    TimedOut(Duration),
    /// The network's own trouble.
    #[error("{0}")]
    Network(String),
    /// The connection was closed before it could be used.
    #[error("the server closed the connection; it may be restarting: see its log")]
    Closed,
    /// TLS is required and not offered.
    #[error(
        "the server does not offer TLS; set ssl = on there, or sslmode=disable in the URL if the network is trusted"
    )]
    NoTls,
    /// There is no TLS session.
    #[error(
        "no TLS connection: {0}; check the server's certificate and the URL's sslmode, sslrootcert, sslcert and sslkey"
    )]
    Tls(String),
    /// User, password or certificate are not accepted.
    #[error("{0}; check user and password of the URL, and the server's pg_hba.conf")]
    Credentials(String),
    /// The database doesn't exist.
    #[error("{0}; create it, or correct the URL")]
    NoDatabase(String),
    /// Nothing can be written there.
    #[error(
        "the server is read-only: it is a standby, or default_transaction_read_only is on; name the primary in the URL, or all hosts"
    )]
    ReadOnly,
    /// It is asked for a standby, and this isn't one.
    #[error("the server takes writes, and the URL asks for one that is read-only")]
    ReadWrite,
    /// The server or pooler has no room.
    #[error("{0}; raise max_connections, or use fewer connections")]
    TooManyConnections(String),
    /// Starting, stopping or recovering.
    #[error("{0}; it will be tried again")]
    NotReady(String),
    /// Older than what works.
    #[error("the server is PostgreSQL {0}; Nuncio needs {VERSION_MIN} or newer")]
    TooOld(String),
    /// Something else that the server says.
    #[error("{0}")]
    Other(String),
}

impl HostFailure {
    fn is_transient(&self) -> bool {
        match self {
            Self::Name(_)
            | Self::Refused
            | Self::TimedOut(_)
            | Self::Network(_)
            | Self::Closed
            | Self::ReadOnly
            | Self::ReadWrite
            | Self::TooManyConnections(_)
            | Self::NotReady(_) => true,
            Self::Settings(_)
            | Self::NoTls
            | Self::Tls(_)
            | Self::Credentials(_)
            | Self::NoDatabase(_)
            | Self::TooOld(_)
            | Self::Other(_) => false,
        }
    }

    /// What an error of tokio-postgres means.
    pub(crate) fn of(error: &tokio_postgres::Error, timeout: Duration) -> Self {
        if let Some(error) = error.as_db_error() {
            return Self::of_server(error);
        }
        let cause = innermost(error);
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return Self::of_io(io, error, timeout);
        }
        let said = cause.to_string();
        match error.to_string().as_str() {
            "error performing TLS handshake" if said == "server does not support TLS" => {
                Self::NoTls
            }
            "error performing TLS handshake" => Self::Tls(said),
            "authentication error" => Self::Credentials(said),
            "connection closed" => Self::Closed,
            // A handshake's error, handed through as one of reading or writing.
            _ if cause.is::<rustls::Error>() => Self::Tls(said),
            _ => Self::Other(said),
        }
    }

    fn of_server(error: &DbError) -> Self {
        let said = error.message().to_owned();
        let code = error.code();
        if *code == SqlState::INVALID_PASSWORD
            || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        {
            Self::Credentials(said)
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            Self::NoDatabase(said)
        } else if *code == SqlState::TOO_MANY_CONNECTIONS {
            Self::TooManyConnections(said)
        } else if *code == SqlState::CANNOT_CONNECT_NOW
            || *code == SqlState::ADMIN_SHUTDOWN
            || *code == SqlState::CRASH_SHUTDOWN
        {
            Self::NotReady(said)
        } else {
            Self::Other(format!("{said} (SQLSTATE {})", code.code()))
        }
    }

    fn of_io(io: &io::Error, error: &tokio_postgres::Error, timeout: Duration) -> Self {
        let said = io.to_string();
        let is_tls = error.to_string().contains("TLS");
        match io.kind() {
            // tokio-postgres's words for what `target_session_attrs` forbids.
            io::ErrorKind::PermissionDenied if said == "database does not allow writes" => {
                Self::ReadOnly
            }
            io::ErrorKind::PermissionDenied if said == "database is not read only" => {
                Self::ReadWrite
            }
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::TimedOut(timeout),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset if !is_tls => {
                Self::Closed
            }
            _ if is_tls => Self::Tls(said),
            _ => Self::Network(said),
        }
    }
}

/// The error that all others only pass on.
fn innermost<'a>(error: &'a tokio_postgres::Error) -> &'a (dyn Error + 'static) {
    let mut cause: &'a (dyn Error + 'static) = error;
    loop {
        // An I/O error's source is what its own holds, not that itself.
        let held = cause
            .downcast_ref::<io::Error>()
            .and_then(|io| io.get_ref())
            .filter(|held| held.is::<rustls::Error>());
        if let Some(held) = held {
            return held;
        }
        match cause.source() {
            Some(source) => cause = source,
            None => return cause,
        }
    }
}
