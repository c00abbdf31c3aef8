//! `docs/cli.md`: what every command of the binary says of itself, written from the binary.

use std::fs;

use anyhow::{Context, Result};

use crate::root::root;
use crate::run;
use crate::step::Outcome;

const FILE: &str = "docs/cli.md";
const HEAD: &str = "# Command line

Written from the binary by `cargo xtask reference`; changes made here are lost. Exit codes: 0 success; 1 failure; 2 invalid
usage or settings; 3 an invalid signature or a failed check. `--json` prints JSON, on every command. [Settings of the
server](operations.md#settings) can also come from a file or from variables.
";

/// Writes the file.
///
/// # Errors
/// When the binary doesn't build or run, or the file can't be written.
pub(crate) fn regenerate() -> Result<Outcome> {
    fs::write(root().join(FILE), generate()?).with_context(|| format!("can't write {FILE}"))?;
    println!("wrote {FILE}");
    Ok(Outcome::Passed)
}

/// Compares the committed file with what the binary says now.
///
/// # Errors
/// When the binary doesn't build or run.
pub(crate) fn is_current() -> Result<Outcome> {
    let committed = fs::read_to_string(root().join(FILE)).unwrap_or_default();
    let violation = (committed != generate()?)
        .then(|| format!("{FILE}: out of date; run `cargo xtask reference`"));
    Ok(Outcome::of_violations(
        &violation.into_iter().collect::<Vec<_>>(),
    ))
}

fn generate() -> Result<String> {
    anyhow::ensure!(run::build_server()?, "the server does not build");
    let mut text = HEAD.to_owned();
    for command in commands(&help(&[])?) {
        describe(&[command], &mut text)?;
    }
    Ok(text)
}

/// A command and those below it.
fn describe(path: &[String], text: &mut String) -> Result<()> {
    let help = help(path)?;
    let level = "#".repeat(path.len() + 1);
    let name = path.join(" ");
    text.push_str(&format!("\n{level} nuncio {name}\n\n```text\n"));
    for line in help.trim().lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str("```\n");
    for command in commands(&help) {
        describe(&[path, &[command]].concat(), text)?;
    }
    Ok(())
}

/// What a command says, wherever and by whomever it is asked.
fn help(path: &[String]) -> Result<String> {
    let mut command = run::command(run::server());
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("NUNCIO_")) {
        command.env_remove(name);
    }
    command.env_remove("COLUMNS");
    // Without a terminal on any stream: its width would decide where lines end.
    let output = command.args(path).arg("--help").output();
    let output = output.context("can't start the server's binary")?;
    anyhow::ensure!(output.status.success(), "{} has no help", path.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

/// The commands that a help text lists, but for `help`.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    lines
        // What goes on from the line before is indented further.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_a_help_text() {
        let help = "Usage: x\n\nCommands:\n  serve  Run it\n         on\n  help   Print this\n\nOptions:\n  -h  Print\n";
        assert_eq!(commands(help), ["serve"]);
        assert_eq!(commands("Usage: x\n\nOptions:\n  -h\n"), [""; 0]);
    }
}
