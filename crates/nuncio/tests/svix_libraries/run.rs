//! Each driver against a server of its own: every operation is called, and none goes wrong.

use std::{collections::BTreeMap, process::Stdio};

use crate::{
    driver::Driver,
    operations::{LACKING, OPERATIONS, broken_in},
    support::{
        server::{Installation, nuncio},
        wait::within,
    },
    versions,
};

/// What signs the tokens of every server here.
const JWT_SECRET: &str = "a secret of the tests that is long enough for HS256";

/// An organization: whoever comes with a valid token for it has made it.
pub(crate) const ORGANIZATION: &str = "org_2TsOoHVTbDRd1f0hEOxqKXQW0Vq";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_library_for_node_calls_every_operation() {
    check(Driver::Node1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn second_library_for_node_calls_every_operation() {
    check(Driver::Node2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn library_for_python_calls_every_operation() {
    check(Driver::Python).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "its driver is built by `cargo xtask vendors svix`"]
async fn library_for_go_calls_every_operation() {
    check(Driver::Go).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "its driver is built by `cargo xtask vendors svix`"]
async fn library_for_java_calls_every_operation() {
    check(Driver::Java).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "its driver is built by `cargo xtask vendors svix`"]
async fn library_for_rust_calls_every_operation() {
    check(Driver::Rust).await;
}

async fn check(driver: Driver) {
    let installation = svix_installation();
    let server = installation.start().await;
    let token = token(ORGANIZATION).await;
    let mut command = driver.command();
    command
        .env("SVIX_SERVER_URL", &server.url)
        .env("SVIX_TOKEN", token)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true);
    let output = command.output().await.expect("the driver is built");
    let results = results_in(&String::from_utf8_lossy(&output.stdout));
    let mut wrong = Vec::new();
    for (operation, outcome) in &results {
        let name = operation.as_str();
        let (is_lacking, is_broken) = (LACKING.contains(&name), broken_in(driver).contains(&name));
        let word = match outcome {
            _ if is_lacking => "lacking",
            _ if is_broken => "library",
            Ok(()) => "ok",
            Err(_) => "FAILED",
        };
        versions::row(driver, operation, word);
        match outcome {
            Ok(()) if is_lacking || is_broken => {
                wrong.push(format!(
                    "{operation}: works, though a list says that it can't"
                ));
            }
            Err(error) if !is_lacking && !is_broken => wrong.push(format!("{operation}: {error}")),
            Ok(()) | Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{driver:?}:\n{}", wrong.join("\n"));
    let uncalled = OPERATIONS
        .iter()
        .filter(|name| !results.contains_key(**name));
    let uncalled: Vec<&&str> = uncalled.collect();
    assert!(uncalled.is_empty(), "{driver:?} never called {uncalled:?}");
}

/// A server that answers as Svix's does.
pub(crate) fn svix_installation() -> Installation {
    Installation::with_plain_http()
        .arg("--svix")
        .env("SVIX_JWT_SECRET", JWT_SECRET)
}

/// Every operation that the driver's lines name, and what came of it.
fn results_in(printed: &str) -> BTreeMap<String, Result<(), String>> {
    let mut results = BTreeMap::new();
    for line in printed.lines() {
        let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        let Some(operation) = line["operation"].as_str() else {
            continue;
        };
        let outcome = match line["ok"].as_bool() {
            Some(true) => Ok(()),
            _ => Err(line["error"].to_string()),
        };
        // An operation of several cases has failed if one has.
        let result = results.entry(operation.to_owned()).or_insert(Ok(()));
        if outcome.is_err() {
            *result = outcome;
        }
    }
    results
}

/// A token for an organization, made as its operator would.
pub(crate) async fn token(organization: &str) -> String {
    let mut command = nuncio();
    command
        .args(["svix", "token", organization])
        .env("SVIX_JWT_SECRET", JWT_SECRET);
    let output = within("a token is printed", command.output()).await;
    let output = output.expect("the binary starts");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let token = printed
        .split_whitespace()
        .find(|word| word.matches('.').count() == 2);
    token.expect("it prints a token").to_owned()
}
