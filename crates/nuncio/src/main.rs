//! `nuncio`: one binary that serves, sends, and helps at the command line.
//!
//! This is the outermost layer: the only place that asks the system for time, chance, environment and
//! signals, and the only one that knows all other crates.

mod bench;
mod certificate;
mod cli;
mod client;
mod commands;
mod config;
mod dashboard;
mod demo;
mod descriptors;
mod listen;
mod listener;
mod output;
mod seats;
mod serve;
mod system;

use std::process::ExitCode;

use clap::Parser;

/// Beats the system's allocator by about a tenth under load.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.json;
    match cli::run(cli) {
        Ok(code) => code,
        Err(error) => {
            output::error(&error, json);
            output::exit_code(&error)
        }
    }
}
