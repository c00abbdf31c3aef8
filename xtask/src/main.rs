//! `cargo xtask`: the project's own commands. One file per duty; `help` lists them.
//!
//! It needs no terminal, and asks one thing only: whether packages may be installed with the rights of root. What it
//! writes stays below `target/`, except what a command says it regenerates.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its terminal"
)]

mod check;
mod conformance;
mod dashboard;
mod deny;
mod deploy;
mod e2e;
mod floors;
mod fuzz;
mod generate;
mod hygiene;
mod layers;
mod libraries;
mod machete;
mod manifest;
mod model;
mod modules;
mod mutants;
mod names;
mod openapi;
mod outbox;
mod postgres;
mod purity;
mod reference;
mod root;
mod run;
mod setup;
mod sim;
mod sizes;
mod source;
mod step;
mod svix;
mod tally;
mod tokens;
mod vendors;

use std::process::ExitCode;

use crate::setup::Consent;
use crate::step::Outcome;

const HELP: &str = "\
cargo xtask <command>

  check        set up, then run every check and test; ends with `N passed, N failed`
  setup        install what the tests need and this machine lacks; asks before it installs Debian packages, unless
               CI=true is set or --yes is given (to `check` too)
  layers       check which crate and which of its folders may depend on which, and what pure crates may touch
  hygiene      check tracked files for machine paths, registry hosts and unfinished code, and that no public type's
               name stands twice
  sizes        print how long files and functions are, and which modules import one another in a circle
  conformance  run the dialect vectors of conformance/ through every implementation
  libraries    build the libraries of sdks/ and run their tests
  vendors      test every dialect with its vendor's own libraries; prints a table of what was tested;
               svix: call every operation of the Svix-compatible API with each of Svix's own libraries
  outbox       run the samples of docs/outbox.md in every language, against a real PostgreSQL, and the outbox's tests
  postgres     run the tests that start a server again with PostgreSQL as its store, and PostgreSQL's failures under
               load; prints what the ledger says of each
  dashboard    check the dashboard's types and run the tests that need no browser
  e2e          test the dashboard and the portal in a real browser; what follows goes to the test runner
  screenshots  DIR: a picture of every screen, light and dark, desktop and phone
  openapi      regenerate openapi.json from the server's code, then what is generated from it
  reference    regenerate docs/cli.md from the binary
  generate     regenerate what the libraries have from dialects/ and openapi.json; --check only compares
  sim          --seeds N [--from SEED]: simulate the engine under so many seeds; --seed SEED shows what one does;
               --planted [--seeds N]: plant bugs and fail unless the simulation finds each;
               --nodes N before any of these: several nodes on one database
  model        check the protocol of several nodes exhaustively, within larger bounds than `check` does
  fuzz         SECONDS [TARGET]: run every fuzz target, or one, for so long (installs cargo-fuzz if missing)
  mutants      [CRATE] [--seed N] [--sample N] [--file GLOB]: change the code in small ways and fail unless the tests
               notice, but for what xtask/mutants.toml gives a reason for (installs cargo-mutants if missing)
  deploy       judge every file of deploy/ by the program that will read it: `check` does what is quick; this also
               builds helm, actionlint and the Debian package, and runs Caddy in front of a real server
  deny         check licences, duplicate crates and sources (installs cargo-deny if missing)
  help         print this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["check"] => check::run(Consent::Ask),
        ["check", "--yes"] => check::run(Consent::Given),
        ["setup"] => finish(setup::run(Consent::Ask)),
        ["setup", "--yes"] => finish(setup::run(Consent::Given)),
        ["layers"] => finish(layers::run()),
        ["hygiene"] => finish(hygiene::run()),
        ["sizes"] => finish(sizes::run()),
        ["conformance"] => finish(conformance::run()),
        ["libraries"] => finish(libraries::build().and_then(|_| libraries::run())),
        ["vendors"] => finish(
            setup::run(Consent::Ask)
                .and_then(|_| libraries::build())
                .and_then(|_| vendors::build())
                .and_then(|_| vendors::run()),
        ),
        ["vendors", "svix"] => finish(
            setup::run(Consent::Ask)
                .and_then(|_| svix::build())
                .and_then(|_| svix::run()),
        ),
        ["outbox"] => finish(setup::run(Consent::Ask).and_then(|_| outbox::run())),
        ["postgres"] => finish(
            setup::run(Consent::Ask)
                .and_then(|_| libraries::build())
                .and_then(|_| vendors::build())
                .and_then(|_| postgres::run()),
        ),
        ["dashboard"] => finish(dashboard::run()),
        ["e2e", arguments @ ..] => {
            finish(setup::run(Consent::Ask).and_then(|_| e2e::build_and_run(arguments)))
        }
        ["screenshots", folder] => {
            finish(setup::run(Consent::Ask).and_then(|_| e2e::screenshots(folder)))
        }
        // What is generated from the document would be out of date at once.
        ["openapi"] => finish(openapi::regenerate().and_then(|_| generate::regenerate())),
        ["reference"] => finish(reference::regenerate()),
        ["generate"] => finish(generate::regenerate()),
        ["generate", "--check"] => finish(generate::is_current()),
        ["sim", arguments @ ..] => finish(sim::run(arguments)),
        ["model"] => finish(model::run()),
        ["fuzz", seconds] => finish(fuzz::run(seconds, None)),
        ["fuzz", seconds, target] => finish(fuzz::run(seconds, Some(target))),
        ["mutants", arguments @ ..] => finish(mutants::run(arguments)),
        ["deploy"] => finish(setup::run(Consent::Ask).and_then(|_| deploy::run())),
        ["deny"] => finish(deny::install_and_run()),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        unknown => {
            eprintln!("unknown command {:?}\n\n{HELP}", unknown.join(" "));
            ExitCode::from(2)
        }
    }
}

/// The exit code of a command that is a single step: 0 unless something failed.
fn finish(result: anyhow::Result<Outcome>) -> ExitCode {
    match result {
        Ok(outcome) if outcome.succeeded() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
