//! `nuncio bench`: how fast is this build on this machine?
//!
//! Each scenario starts this very executable as a server of its own, on a fresh data folder and a free loopback
//! port, and plays publishers and receivers itself. Load and receivers are as lean as can be (HTTP/1.1 written by
//! hand), because they share the machine's cores with what is measured. Nothing leaves the machine.

mod database;
mod figures;
pub mod history;
mod http;
mod ledger;
mod limit;
mod load;
mod payload;
mod percentiles;
mod process;
mod progress;
mod receiver;
mod report;
mod rig;
mod scenarios;
pub mod seed;
mod server;
mod signature;
mod site;

use std::{borrow::Cow, path::Path, path::PathBuf, process::ExitCode};

use clap::Args;
use serde::Serialize;

use figures::Figures;
use progress::Progress;
use report::Report;
use scenarios::{Scenario, throughput::Throughput};

/// Benchmark this build on this machine: rates, latencies, CPU, memory.
///
/// The default scenario is `throughput`. All traffic is on loopback addresses, all data in a temporary folder.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BenchArgs {
    #[command(subcommand)]
    scenario: Option<Scenario>,
    #[command(flatten)]
    throughput: Throughput,
    #[command(flatten)]
    common: Common,
}

/// What every scenario takes.
#[derive(Args, Clone, Debug, Serialize)]
struct Common {
    /// Publishers in a closed loop, each with one keep-alive connection and one request at a time.
    #[arg(long, global = true, value_name = "N", default_value_t = 64,
          value_parser = clap::value_parser!(u16).range(1..=1_024))]
    publishers: u16,
    /// Size of an event's data.
    #[arg(long, global = true, value_name = "BYTES", default_value_t = 1_024,
          value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    payload_bytes: u32,
    /// Number of runs, each with new servers. Prints the medians.
    #[arg(long, global = true, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=99))]
    runs: u8,
    /// Folder for the servers' data, on the disk to be measured. [default: the system's folder for temporary files]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip)]
    data: Option<PathBuf>,
    /// PostgreSQL server to keep events in instead, as `postgres://USER@HOST/DATABASE`. Each server that is measured gets
    /// a database of its own there, which is dropped at the end; the one in the URL is not touched.
    #[arg(long, global = true, value_name = "STORE")]
    #[serde(skip)]
    store: Option<String>,
    /// Use tiny numbers, only to check that it works.
    #[arg(long, global = true)]
    quick: bool,
}

impl Common {
    fn folder(&self) -> Cow<'_, Path> {
        match &self.data {
            Some(folder) => folder.into(),
            None => std::env::temp_dir().into(),
        }
    }
}

/// Something to be measured: its fields are its flags.
trait Measure: Serialize {
    /// Makes its numbers tiny.
    fn shrink(&mut self);

    /// Its numbers, for people.
    fn about(&self) -> String;

    /// Runs it once, on fresh servers, the comparison with it.
    ///
    /// # Errors
    /// The server does not start, refuses an event, stops delivering or signs wrongly.
    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures>;
}

/// Runs a scenario, or all of them, and prints what was measured.
///
/// Exits 0 when every accepted event was delivered with a good signature, whatever the figures are.
///
/// # Errors
/// The server does not start, refuses an event or stops delivering; its last log lines are part of the message.
pub async fn run(args: BenchArgs, json: bool) -> anyhow::Result<ExitCode> {
    let scenario = args
        .scenario
        .unwrap_or(Scenario::Throughput(args.throughput));
    scenario.run(&args.common, json).await?;
    Ok(ExitCode::SUCCESS)
}

/// Measures as often as asked, and prints.
async fn repeat(
    name: &'static str,
    mut scenario: impl Measure,
    common: &Common,
    json: bool,
) -> anyhow::Result<()> {
    if common.quick {
        scenario.shrink();
    }
    let mut runs = Vec::new();
    for number in 1..=common.runs {
        let progress = Progress::new(json, number, common.runs);
        runs.push(scenario.measure(common, &progress).await?);
    }
    let settings = serde_json::to_value(&scenario)?;
    let report = Report::new(name, scenario.about(), settings, common, runs);
    report::print(&report, json)
}
