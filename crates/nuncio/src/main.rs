//! `nuncio`: one binary that serves, sends, and helps at the command line.
//!
//! This is the outermost layer: the only place that asks the system for time, randomness, environment and
//! signals, and the only one that knows all other crates.

mod addresses;
mod apis;
mod cli;
mod commands;
mod config;
mod dashboard;
mod listen;
mod listener;
mod log;
mod master_key;
mod notify;
mod own_relay;
mod seats;
mod serve;
mod serve_options;
mod store_args;
mod svix;
mod tls;
mod variables;

use std::process::ExitCode;

/// Beats the system's allocator by about a tenth under load.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let asked = cli::Asked::parse();
    let json = asked.json();
    match cli::run(asked) {
        Ok(code) => code,
        Err(error) => {
            nuncio_tools::output::error(&error, json);
            nuncio_tools::output::exit_code(&error)
        }
    }
}
