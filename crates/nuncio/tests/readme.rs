//! The tour of the README, carried out as its readers do: each block as it is written, in a shell of its own that knows
//! nothing of the others. Only the ports are free ones.

mod support;

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
};

use support::{output::Lines, server::nuncio, wait::within};
use tokio::process::{Child, Command};

/// The ports in the README.
const SERVER_PORT: &str = "8484";
const RECEIVER_PORT: &str = "9000";

/// What is done with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `sh server`, `sh receiver`: it stays in its terminal.
    Stays,
    /// `sh test`: it ends by itself, with 0.
    Ends,
}

/// The blocks that are carried out, in their order.
fn blocks(markdown: &str) -> Vec<(Kind, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(Kind, String)> = None;
    for line in markdown.lines() {
        match (&mut open, line) {
            (None, "```sh test") => open = Some((Kind::Ends, String::new())),
            (None, "```sh server" | "```sh receiver") => open = Some((Kind::Stays, String::new())),
            (None, _) => {}
            (Some(_), "```") => blocks.extend(open.take()),
            (Some((_, block)), line) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

/// A port that nothing else uses at the moment.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port().to_string()
}

/// A new terminal: a shell with no more than a home and a path.
fn terminal(folder: &Path, block: &str, printed: &Lines) -> Child {
    let binaries = PathBuf::from(nuncio().as_std().get_program());
    let binaries = binaries.parent().expect("a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(binaries).chain(std::env::split_paths(&path)));
    let mut shell = Command::new("bash")
        .args(["-c", block])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path.expect("no separator in a folder's name"))
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("bash starts");
    printed.follow(shell.stdout.take().expect("piped"));
    printed.follow(shell.stderr.take().expect("piped"));
    shell
}

#[tokio::test]
async fn each_block_of_the_readmes_tour_works_in_a_terminal_of_its_own() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).expect("README.md is there");
    let (server, receiver) = (free_port(), free_port());
    let blocks = blocks(&readme);
    assert!(blocks.len() > 5, "README.md has a tour: {blocks:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let printed = Lines::new();
    let mut staying = Vec::new();
    for (kind, block) in &blocks {
        let block = block
            .replace(SERVER_PORT, &server)
            .replace(RECEIVER_PORT, &receiver);
        match kind {
            Kind::Ends => {
                let mut shell = terminal(folder.path(), &format!("set -e\n{block}"), &printed);
                let status = within("a block ends", shell.wait()).await.expect("reaped");
                assert!(status.success(), "{block}\n{:#?}", printed.all());
            }
            Kind::Stays => {
                let port = match block.contains(&server) {
                    true => &server,
                    false => &receiver,
                };
                // The last command takes the shell's place, so that it is killed with it.
                let (before, last) = match block.trim_end().rsplit_once('\n') {
                    Some((before, last)) => (before, last),
                    None => ("", block.trim_end()),
                };
                let block = format!("{before}\nexec {last}");
                staying.push(terminal(folder.path(), &block, &printed));
                let listens = |line: &String| {
                    line.contains("ing on http://") && line.ends_with(port.as_str())
                };
                printed
                    .wait("it listens", |lines| {
                        lines.iter().any(listens).then_some(())
                    })
                    .await;
            }
        }
    }
    printed
        .wait("a delivery was genuine", |lines| {
            let genuine = |line: &String| line.contains("genuine");
            lines.iter().any(genuine).then_some(())
        })
        .await;
}
