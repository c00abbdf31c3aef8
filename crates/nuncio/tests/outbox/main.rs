//! Publishing inside a transaction of one's own database: a real PostgreSQL, the real binary, a receiver.

#[path = "../support/mod.rs"]
mod support;

mod checking;
mod commands;
mod faults;
mod kills;
mod relaying;
mod samples;
mod shop;
