//! The samples of `docs/outbox.md`, run as they stand there: commit, delivered once; rollback, nothing.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tokio::process::Command;

use crate::shop::Shop;
use crate::support::wait::within;

/// The order in every sample.
const ORDER: &str = "4711";

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("below crates/").to_owned()
}

/// What `cargo xtask setup` installed.
fn installed(path: &str) -> PathBuf {
    root().join("target/xtask").join(path)
}

/// The code below the marker of a sample.
fn sample(name: &str) -> String {
    let page = std::fs::read_to_string(root().join("docs/outbox.md")).expect("it is there");
    let marker = format!("<!-- sample: {name} -->\n```");
    let (_, rest) = page
        .split_once(&marker)
        .unwrap_or_else(|| panic!("no sample {name}"));
    let (_, code) = rest.split_once('\n').expect("a language");
    let (code, _) = code.split_once("\n```").expect("an end");
    assert!(code.contains(ORDER), "{name}");
    format!("{code}\n")
}

/// How a sample is run: writes it to a folder, and gives the command.
type Run = fn(&Path, &str, &str) -> Command;

fn write(folder: &Path, name: &str, code: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, code).expect("the folder is ours");
    file
}

fn psql(folder: &Path, code: &str, database: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["-X", "-v", "ON_ERROR_STOP=1", database, "-f"]);
    command.arg(write(folder, "order.sql", code));
    command
}

fn python(folder: &Path, code: &str, _: &str) -> Command {
    let mut command = Command::new(installed("venv/databases/bin/python"));
    command.arg(write(folder, "order.py", code));
    command
}

fn node(folder: &Path, code: &str, _: &str) -> Command {
    let modules = folder.join("node_modules");
    if !modules.exists() {
        let packages = root().join("vendors/databases/node/node_modules");
        std::os::unix::fs::symlink(packages, modules).expect("the folder is ours");
    }
    let mut command = Command::new("node");
    command.arg(write(folder, "order.mjs", code));
    command
}

fn go(folder: &Path, code: &str, _: &str) -> Command {
    for name in ["go.mod", "go.sum"] {
        let source = root().join("vendors/databases/go").join(name);
        std::fs::copy(source, folder.join(name)).expect("it is there");
    }
    write(folder, "main.go", code);
    let mut command = Command::new("go");
    command.args(["run", "."]);
    command
}

fn java(folder: &Path, code: &str, _: &str) -> Command {
    let mut command = Command::new("java");
    command.arg("-cp").arg(installed("databases/java/lib/*"));
    command.arg(write(folder, "PlaceOrder.java", code));
    command
}

async fn run(run: Run, folder: &Path, code: &str, database: &str) -> Output {
    let mut command = run(folder, code, database);
    let jdbc = database.replace("postgres://postgres@", "jdbc:postgresql://") + "?user=postgres";
    command
        .current_dir(folder)
        .env("DATABASE_URL", database)
        .env("JDBC_URL", jdbc)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ended = within("the sample ends", command.output()).await;
    ended.unwrap_or_else(|error| panic!("{error}: `cargo xtask setup` installs what samples need"))
}

async fn check(name: &str, how: Run) {
    let shop = Shop::open(&format!("sample_{name}")).await;
    let _relay = shop.relay();
    let folder = tempfile::tempdir().expect("a folder");
    let code = sample(name);
    let (first, last) = (code.replace(ORDER, "o-1"), code.replace(ORDER, "o-2"));
    for (code, is_committed) in [(&first, true), (&first, false), (&last, true)] {
        let ended = run(how, folder.path(), code, &shop.database).await;
        let said = String::from_utf8_lossy(&ended.stderr);
        // psql says the same of a failed script; Node's and Java's exit codes are 1 as well.
        assert_eq!(ended.status.success(), is_committed, "{name}: {said}");
        if !is_committed {
            assert!(said.contains("duplicate key"), "{name}: {said}");
        }
    }
    // What the second run published would have been taken before what the third did.
    let arrived = shop.arrived(2).await;
    let mut orders: Vec<String> = arrived
        .values()
        .flatten()
        .map(|data| data["order"].as_str().expect("a text").to_owned())
        .collect();
    orders.sort();
    assert_eq!(orders, ["o-1", "o-2"], "{name}");
    assert_eq!(shop.count("orders").await, 2, "{name}");
}

#[tokio::test]
async fn psql_as_documented() {
    check("psql", psql).await;
}

#[tokio::test]
async fn psycopg_as_documented() {
    check("psycopg", python).await;
}

#[tokio::test]
async fn pg_as_documented() {
    check("pg", node).await;
}

#[tokio::test]
#[ignore = "cargo xtask outbox"]
async fn sqlalchemy_as_documented() {
    check("sqlalchemy", python).await;
}

#[tokio::test]
#[ignore = "cargo xtask outbox"]
async fn drizzle_as_documented() {
    check("drizzle", node).await;
}

#[tokio::test]
#[ignore = "cargo xtask outbox"]
async fn pgx_as_documented() {
    check("pgx", go).await;
}

#[tokio::test]
#[ignore = "cargo xtask outbox"]
async fn jdbc_as_documented() {
    check("jdbc", java).await;
}
