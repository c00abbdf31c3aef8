//! `nuncio demo`: the whole product in twenty seconds, on this machine alone.
//!
//! A server on a fresh data folder; five vendors' projects, each in its own dialect; a customer's receiver for
//! each, over real HTTPS, that checks signatures by the vendor's published rule, written out by hand and not with
//! our own library. One receiver is flaky, one is slow, one is down. What is claimed at the end was counted on
//! both sides.
//!
//! Vendors are named here, in `vendors.rs` and `rules.rs`, because the demo plays their customers. The server
//! knows them from `dialects/` alone.

mod live;
mod receiver;
mod refusals;
mod report;
mod rules;
mod schedule;
mod screen;
mod server;
mod stage;
mod standing;
mod story;
mod temper;
mod vendors;
mod verdict;

use std::process::ExitCode;

use clap::Args;
use tokio::signal::ctrl_c;

pub use server::{DemoServer, DemoServerOptions};

/// What a shell reports for a program that Ctrl-C ended: 128 and the number of SIGINT.
const INTERRUPTED: u8 = 130;

/// Run a demo on this machine: a server, five vendors, real HTTPS receivers, failures and recovery.
#[derive(Args, Clone, Copy, Debug)]
pub struct DemoArgs {
    /// Exit when all deliveries have ended, with 0 only if each ended as expected. Otherwise the demo keeps
    /// publishing until Ctrl-C.
    #[arg(long)]
    once: bool,
    /// Print one JSON object at the end, instead of progress.
    #[arg(long)]
    json: bool,
}

/// Plays the demo, with a server that `start` starts, and prints what it proved.
///
/// Exits 0 when every delivery ended as it should and the receivers' own counts agree, else 1; 130 when Ctrl-C
/// came before it was settled.
///
/// # Errors
/// The server or a receiver does not start, or the API refuses what it should accept.
pub async fn run(
    args: DemoArgs,
    start: impl AsyncFnOnce(DemoServerOptions) -> anyhow::Result<DemoServer>,
) -> anyhow::Result<ExitCode> {
    let told = tokio::select! {
        told = story::tell(args.json, start) => told?,
        // What is dropped here ends all connections and removes the data folder.
        _ = ctrl_c() => return Ok(ExitCode::from(INTERRUPTED)),
    };
    if !args.once {
        tokio::select! {
            went_on = told.go_on() => went_on?,
            pressed = ctrl_c() => pressed?,
        }
    }
    told.end().await
}
