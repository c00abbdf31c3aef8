//! The real binary over a real PostgreSQL: how it starts and looks after a database, and what it makes of PostgreSQL's
//! failures under load, held against a ledger of its own.

#![allow(
    clippy::print_stdout,
    reason = "what the ledger says is worth reading when all is well, too"
)]

#[path = "../support/mod.rs"]
mod support;

mod bench;
mod faults;
mod ledger;
#[path = "../cli/run.rs"]
#[allow(dead_code, reason = "the commands of the other tests use all of it")]
mod run;
mod setup;
mod transfer;
mod upkeep;
