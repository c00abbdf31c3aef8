//! What is printed: results on stdout, errors on stderr, JSON where asked for.

use std::{io::Write, process::ExitCode};

/// The command line or the settings are wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// A check or a signature says no: the command worked, the answer is negative.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Negative(pub String);

/// Prints a line. A reader that has gone away is no error: `nuncio … | head` ends quietly.
pub fn text(line: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", line.as_ref());
}

/// Prints bytes as they are.
pub fn raw(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Prints a JSON value, indented.
pub fn json(value: &serde_json::Value) {
    text(format!("{value:#}"));
}

/// Prints an error with its causes.
pub fn error(error: &anyhow::Error, json: bool) {
    let mut err = std::io::stderr().lock();
    let _ = if json {
        writeln!(
            err,
            "{}",
            serde_json::json!({ "error": format!("{error:#}") })
        )
    } else {
        writeln!(err, "error: {error:#}")
    };
}

/// The exit code that an error stands for.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    if error.is::<Usage>() {
        ExitCode::from(2)
    } else if error.is::<Negative>() {
        ExitCode::from(3)
    } else {
        ExitCode::FAILURE
    }
}

/// Prints a table for people: a heading and rows, without borders.
pub fn table<const N: usize>(heading: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
    let heading = heading.map(str::to_owned).to_vec();
    text(table_text(heading, rows.into_iter().map(Vec::from)));
}

/// A table for people as text: a heading and rows of as many cells, without borders.
pub fn table_text(heading: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(heading);
    for row in rows {
        table.add_row(row);
    }
    table.trim_fmt()
}
