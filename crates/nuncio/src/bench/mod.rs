//! `nuncio bench`: how fast is this build on this machine?
//!
//! Each scenario starts this very executable as a server of its own, on a fresh data folder and a free loopback
//! port, and plays publishers and receiver itself. Load and receiver are as lean as can be (HTTP/1.1 written by
//! hand), because they share the machine's cores with what is measured. Nothing leaves the machine.

mod figures;
mod http;
mod ledger;
mod limit;
mod load;
mod payload;
mod process;
mod progress;
mod receiver;
mod report;
mod server;
mod signature;
mod target;
mod throughput;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};

use progress::Progress;

/// Measure this build on this machine: accepted and delivered events a second, latencies, CPU, memory.
///
/// Everything stays on loopback addresses and in a temporary folder.
#[derive(Args, Clone, Debug)]
pub(crate) struct BenchArgs {
    /// What to measure.
    #[arg(value_enum, default_value_t = Scenario::Throughput)]
    scenario: Scenario,
    /// Events in the measured window; a tenth of it more warms up before.
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    events: u64,
    /// Publishers, each with one connection that is kept alive and one request at a time.
    #[arg(long, value_name = "N", default_value_t = 64,
          value_parser = clap::value_parser!(u16).range(1..=1_024))]
    publishers: u16,
    /// Length of an event's data.
    #[arg(long, value_name = "BYTES", default_value_t = 1_024,
          value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    payload_bytes: u32,
    /// How often to repeat it, each time with a fresh server; medians are printed.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=99))]
    runs: u8,
    /// Where to put the server's data folder: the disk that is measured is the one below it. [default: the
    /// system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Scenario {
    /// One endpoint that answers at once, publishers that never wait: events a second, end to end.
    Throughput,
}

/// Runs the scenario and prints what was measured.
///
/// Exits 0 when every accepted event was delivered with a good signature.
///
/// # Errors
/// The server does not start, refuses an event or stops delivering; its last log lines are part of the message.
pub(crate) async fn run(args: BenchArgs) -> anyhow::Result<ExitCode> {
    let folder = args.data.clone().unwrap_or_else(std::env::temp_dir);
    let mut runs = Vec::new();
    for number in 1..=args.runs {
        let progress = Progress::new(args.json, number, args.runs);
        runs.push(match args.scenario {
            Scenario::Throughput => throughput::measure(&args, &folder, &progress).await?,
        });
    }
    report::print(&report::Report::new(&args, &folder, runs), args.json)?;
    Ok(ExitCode::SUCCESS)
}
