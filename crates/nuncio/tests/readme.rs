//! The tour of the README, carried out: its blocks marked `sh test` run in order, in one shell, against a fresh
//! server.

mod support;

use std::{net::TcpListener, path::Path, process::Stdio};

use support::{
    output::Lines,
    server::{ADMIN_KEY, Installation},
    wait::within,
};
use tokio::process::Command;

/// The address of the receiver in the README.
const RECEIVER: &str = "127.0.0.1:9000";
/// The script's last words.
const DONE: &str = "the tour is over";

/// The blocks with the info string `sh test`.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in markdown.lines() {
        match (&mut open, line) {
            (None, "```sh test") => open = Some(String::new()),
            (None, _) => {}
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), line) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

/// A port that nothing else uses at the moment.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").to_string()
}

#[tokio::test]
async fn the_tour_of_the_readme_works() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).expect("README.md is there");
    let blocks = blocks(&readme);
    assert!(
        !blocks.is_empty(),
        "README.md has no block marked `sh test`"
    );
    let tour = blocks.concat().replace(RECEIVER, &free_address());
    // What the tour leaves running ends with it; until then it waits for its standard input to close.
    let script = format!(
        "set -euo pipefail\ntrap 'kill $(jobs -p)' EXIT\n{tour}\necho '{DONE}'\nread -r _ || true\n"
    );

    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let binaries = Path::new(env!("CARGO_BIN_EXE_nuncio"))
        .parent()
        .expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(binaries.to_owned()).chain(std::env::split_paths(&path)),
    );
    let mut shell = Command::new("bash")
        .args(["-c", &script])
        .current_dir(installation.folder())
        .env("PATH", path.expect("no separator in a folder's name"))
        .env("NUNCIO", &server.url)
        .env("NUNCIO_ADMIN_KEY", ADMIN_KEY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("bash starts");
    let printed = Lines::new();
    printed.follow(shell.stdout.take().expect("piped"));
    printed.follow(shell.stderr.take().expect("piped"));
    let toured = printed.wait("the tour is over and a delivery was genuine", |lines| {
        let says = |text: &str| lines.iter().any(|line| line.contains(text));
        (says(DONE) && says("genuine")).then_some(())
    });
    let stdin = shell.stdin.take();
    tokio::select! {
        () = toured => {}
        status = shell.wait() => panic!("the tour ended early ({status:?}): {:#?}", printed.all()),
    }
    drop(stdin);
    let status = within("the shell ends", shell.wait())
        .await
        .expect("reaped");
    assert!(status.success(), "{status}: {:#?}", printed.all());
}
