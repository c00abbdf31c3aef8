//! Each driver against a server of its own: every operation is called, and none goes wrong.

use std::{collections::BTreeMap, process::Stdio};

use crate::{
    driver::Driver,
    operations::OPERATIONS,
    support::{
        output::Lines,
        server::{Installation, nuncio},
        wait::within,
    },
    versions,
};

/// What signs the tokens of every server here.
const JWT_SECRET: &str = "a secret of the tests that is long enough for HS256";

/// An organization: whoever comes with a valid token for it has made it.
const ORGANIZATION: &str = "org_2TsOoHVTbDRd1f0hEOxqKXQW0Vq";

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
    let installation = Installation::with_plain_http()
        .arg("--svix")
        .env("SVIX_JWT_SECRET", JWT_SECRET);
    let server = installation.start().await;
    let token = token(ORGANIZATION).await;
    let mut command = driver.command();
    command
        .env("SVIX_SERVER_URL", &server.url)
        .env("SVIX_TOKEN", token)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().expect("the driver is built");
    let printed = Lines::new();
    printed.follow(child.stdout.take().expect("piped"));
    let status = child.wait().await.expect("it ends");
    let end = if status.success() { "passed" } else { "failed" };
    let results = printed
        .wait("every line of the driver", |lines| {
            let results = results_in(lines);
            (results.len() >= OPERATIONS.len() || !status.success()).then_some(results)
        })
        .await;
    let missing = OPERATIONS.iter().filter(|name| !results.contains_key(**name));
    let missing: Vec<&&str> = missing.collect();
    let mut wrong = Vec::new();
    for (operation, outcome) in &results {
        versions::row(driver, operation, outcome.is_ok());
        if let Err(error) = outcome {
            wrong.push(format!("{operation}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{driver:?}:\n{}", wrong.join("\n"));
    assert!(missing.is_empty(), "{driver:?} never called {missing:?}");
    assert_eq!(end, "passed", "{driver:?} ended with {status}");
    drop(server);
}

/// Every operation that the lines name, and what came of it.
fn results_in(lines: &[String]) -> BTreeMap<String, Result<(), String>> {
    let mut results = BTreeMap::new();
    for line in lines {
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
        results.insert(operation.to_owned(), outcome);
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
    let token = printed.split_whitespace().find(|word| word.matches('.').count() == 2);
    token.expect("it prints a token").to_owned()
}
