//! How the result reads: one table, or one JSON object.

use std::{collections::BTreeMap, io::Write, path::Path};

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;

use super::{
    Common,
    figures::{Figures, Target},
    process,
};

/// Everything that a reader needs in order to judge the figures.
#[derive(Serialize)]
pub(super) struct Report {
    scenario: &'static str,
    #[serde(skip)]
    about: String,
    version: &'static str,
    debug_build: bool,
    cores: usize,
    file_system: Option<String>,
    settings: serde_json::Value,
    common: Common,
    targets: BTreeMap<String, Target>,
    median: Figures,
    runs: Vec<Figures>,
}

impl Report {
    /// Of at least one run of a scenario with these settings.
    pub(super) fn new(
        scenario: &'static str,
        about: String,
        settings: serde_json::Value,
        common: &Common,
        runs: Vec<Figures>,
    ) -> Self {
        let median = Figures::median(&runs);
        let wanted = |figure: &super::figures::Figure| Some((figure.name.clone(), figure.target?));
        let folder: &Path = &common.folder();
        Self {
            scenario,
            about,
            version: env!("CARGO_PKG_VERSION"),
            debug_build: cfg!(debug_assertions),
            cores: process::cores(),
            file_system: process::file_system(folder),
            settings,
            common: common.clone(),
            targets: median.iter().filter_map(wanted).collect(),
            median,
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
    let disk = report.file_system.as_deref();
    let disk = disk.unwrap_or("an unknown file system");
    writeln!(
        out,
        "{}: {}; {} cores, data on {disk}",
        report.scenario, report.about, report.cores
    )?;
    if report.debug_build {
        let warning = "This is a debug build: its figures do not apply to a release build.";
        writeln!(out, "{warning}")?;
    }
    writeln!(out, "\n{}\n", table(report).trim_fmt())?;
    let note = "The load generator, the server and the receiver share the cores.";
    writeln!(out, "{note}")?;
    Ok(())
}

fn table(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let several = report.runs.len() > 1;
    let mut header = vec![String::new()];
    if several {
        header.extend((1..=report.runs.len()).map(|run| format!("run {run}")));
    }
    header.push(if several { "median" } else { "measured" }.to_owned());
    header.push("target".to_owned());
    table.set_header(header.into_iter().map(right));
    for figure in report.runs.iter().take(1).flat_map(Figures::iter) {
        let of = |figures: &Figures| {
            let same = figures.iter().find(|other| other.name == figure.name);
            right(same.map(|same| same.text()).unwrap_or_default())
        };
        let mut row = vec![Cell::new(&figure.name)];
        row.extend(report.runs.iter().map(of));
        if several {
            row.push(of(&report.median));
        }
        row.push(right(figure.target_text()));
        table.add_row(row);
    }
    table
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}
