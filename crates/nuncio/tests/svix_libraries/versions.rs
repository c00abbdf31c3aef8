//! Which version of a library was tested, as its lock file says.

use std::fs;

use crate::driver::{Driver, root};

/// What stands before a row that `cargo xtask vendors svix` collects.
const ROW: &str = "called-by";

/// Prints what came of an operation.
#[allow(
    clippy::print_stdout,
    reason = "`cargo xtask vendors svix` collects it"
)]
pub(crate) fn row(driver: Driver, operation: &str, outcome: &str) {
    let (registry, version) = (driver.registry(), version(driver));
    println!("{ROW} | {registry} {version} | {operation} | {outcome}");
}

/// The version that the lock file of a driver names.
///
/// # Panics
/// When it names none.
pub(crate) fn version(driver: Driver) -> String {
    let (file, before, after) = match driver {
        Driver::Node1 => ("svix/node/package.json", "\"svix\": \"", '"'),
        Driver::Node2 => ("svix/node/package.json", "\"npm:svix@", '"'),
        Driver::Python => ("python/requirements.txt", "\nsvix==", '\n'),
        Driver::Go => ("svix/go/go.mod", "svix-webhooks v", '\n'),
        Driver::Java => (
            "java/pom.xml",
            "<artifactId>svix</artifactId><version>",
            '<',
        ),
        Driver::Rust => ("svix/rust/Cargo.toml", "\nsvix = \"=", '"'),
    };
    let text = fs::read_to_string(root().join("vendors").join(file)).expect("a lock file");
    let found = text
        .split_once(before)
        .and_then(|(_, rest)| rest.split_once(after));
    let (version, _) = found.unwrap_or_else(|| panic!("{file} names no version for {driver:?}"));
    version.to_owned()
}

#[test]
fn every_library_is_pinned() {
    for driver in Driver::ALL {
        let version = version(driver);
        assert_eq!(version.split('.').count(), 3, "{driver:?}: {version}");
    }
}
