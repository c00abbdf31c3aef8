//! Real PostgreSQL servers for tests, on Linux.
//!
//! Owns: starting, killing, restarting and promoting servers and PgBouncers, each in a folder and on a port of its own.
//! The tests of one process share a server ([`Postgres::shared`]) and get a database each, for a start costs more than a
//! test does; whoever kills a server starts one of their own.
//!
//! Guarantees: what was started ends, and its folder is removed, when the test's process ends, however it ends: a
//! watchdog waits for that.
//!
//! Everything here panics when something fails, with what the server logged: it is for tests.

mod bouncer;
mod folder;
mod ports;
mod postgres;
mod processes;
mod programs;
mod standby;

pub use bouncer::PgBouncer;
pub use postgres::{Postgres, Settings};
pub use standby::url_of_all;
