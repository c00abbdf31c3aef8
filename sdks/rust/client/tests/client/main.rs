//! The client against servers on real sockets: one that answers from a script, and the real one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod lists;
mod retries;
mod scripted_server;
mod secrets;
mod server;
