//! How to reach PostgreSQL, 14 or newer.
//!
//! Owns: what a database's URL means ([`DatabaseUrl`]), which of its hosts is asked and in which order, TLS with all the modes
//! of `sslmode`, and what to do when there is no connection ([`ConnectError`]).
//!
//! Refuses: parameters that it doesn't know, rather than connecting with less protection than the URL asks for.
//!
//! Guarantees: no password stands in an error, a log line or a `Debug` output; every attempt to connect ends by its
//! deadline; a connection is to a server that takes writes, unless the URL says otherwise.

mod certificates;
mod connect_error;
mod database_url;
mod driver;
mod params;
mod tls;
mod url;
mod verifier;

pub use connect_error::{ConnectError, HostFailure};
pub use database_url::DatabaseUrl;
pub use driver::Driver;
pub use tls::{Tls, TlsHandshake, TlsSession};
pub use tokio_postgres;
pub use url::BadUrl;
