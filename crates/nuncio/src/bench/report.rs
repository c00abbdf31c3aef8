//! How the result reads: one table, or one JSON object.

use std::{io::Write, path::Path};

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::{BenchArgs, Scenario, figures::Figures, process};

/// Everything that a reader needs in order to judge the figures.
#[derive(Serialize)]
pub(super) struct Report {
    scenario: Scenario,
    version: &'static str,
    debug_build: bool,
    cores: usize,
    file_system: Option<String>,
    events: u64,
    publishers: u16,
    payload_bytes: u32,
    median: Figures,
    runs: Vec<Figures>,
}

impl Report {
    /// Of at least one run whose data folder was below `folder`.
    pub(super) fn new(args: &BenchArgs, folder: &Path, runs: Vec<Figures>) -> Self {
        Self {
            scenario: args.scenario,
            version: env!("CARGO_PKG_VERSION"),
            debug_build: cfg!(debug_assertions),
            cores: process::cores(),
            file_system: process::file_system(folder),
            events: args.events,
            publishers: args.publishers,
            payload_bytes: args.payload_bytes,
            median: Figures::median(&runs),
            runs,
        }
    }
}

/// Prints to standard output.
///
/// # Errors
/// As the system says.
pub(super) fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, report)?;
        writeln!(out)?;
        return Ok(());
    }
    let Report {
        events,
        publishers,
        payload_bytes,
        cores,
        ..
    } = report;
    let disk = report
        .file_system
        .as_deref()
        .unwrap_or("an unknown file system");
    writeln!(
        out,
        "{events} events of {payload_bytes} bytes, one endpoint, {publishers} publishers, {cores} cores, data on {disk}"
    )?;
    if report.debug_build {
        writeln!(
            out,
            "This is a debug build: its figures say nothing about a release."
        )?;
    }
    writeln!(out, "\n{}\n", table(report).trim_fmt())?;
    writeln!(
        out,
        "Limit: the same requests signed and sent straight to the receiver. Load, server and receiver share the cores."
    )?;
    Ok(())
}

fn table(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut columns = report.runs.clone();
    if columns.len() > 1 {
        let runs = (1..=columns.len()).map(|run| format!("run {run}"));
        let header = runs.chain(["median".to_owned()]).map(right);
        table.set_header(std::iter::once(Cell::new("")).chain(header));
        columns.push(report.median.clone());
    }
    for (name, value) in rows() {
        let values = columns.iter().map(|run| right(value(run)));
        table.add_row(std::iter::once(Cell::new(name)).chain(values));
    }
    table
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

type Row = (&'static str, fn(&Figures) -> String);

fn rows() -> [Row; 14] {
    [
        ("accepted/s", |run| whole(run.accepted_per_s)),
        ("delivered/s", |run| whole(run.delivered_per_s)),
        ("publish p50", |run| ms(run.publish_ms.p50)),
        ("publish p99", |run| ms(run.publish_ms.p99)),
        ("end to end p50", |run| ms(run.end_to_end_ms.p50)),
        ("end to end p99", |run| ms(run.end_to_end_ms.p99)),
        ("server CPU a delivery", |run| {
            known(run.server_cpu_us_per_delivery, "µs")
        }),
        ("server memory, peak", |run| {
            known(run.server_rss_peak_mib, "MiB")
        }),
        ("CPU used by others", |run| {
            known(run.others_share_of_cpu.map(|share| share * 100.0), "%")
        }),
        ("limit/s", |run| whole(run.limit_per_s)),
        ("delivered of limit", |run| {
            format!("{:.0} %", run.share_of_limit * 100.0)
        }),
        ("signatures checked", |run| {
            run.signatures_checked.to_string()
        }),
        ("delivered twice", |run| run.duplicates.to_string()),
        ("asked to slow down", |run| run.busy_answers.to_string()),
    ]
}

fn ms(value: f64) -> String {
    format!("{value:.1} ms")
}

fn known(value: Option<f64>, unit: &str) -> String {
    value.map_or_else(
        || "unknown".to_owned(),
        |value| format!("{value:.1} {unit}"),
    )
}

/// A whole number with its thousands set apart.
fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn thousands_are_set_apart() {
        let check = |value: f64, expected: &str| assert_eq!(whole(value), expected);
        check(0.4, "0");
        check(999.0, "999");
        check(24_650.3, "24,650");
        check(1_234_567.0, "1,234,567");
    }
}
