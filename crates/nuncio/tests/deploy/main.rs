//! What is in `deploy/`, at work with a real server.

mod monitoring;
mod proxies;
#[path = "../support/mod.rs"]
mod support;

/// A file of `deploy/`.
fn sample(path: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let file = file.join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
