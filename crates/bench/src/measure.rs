//! How a scenario is run: as often as asked.

use serde::Serialize;

use crate::{
    common::Common,
    figures::Figures,
    progress::Progress,
    report::{self, Report},
};

/// Something to be measured: its fields are its flags.
pub(crate) trait Measure: Serialize {
    /// Makes its numbers tiny.
    fn shrink(&mut self);

    /// Its numbers, for people.
    fn about(&self) -> String;

    /// Runs it once, on fresh servers, the comparison with it.
    ///
    /// # Errors
    /// The server does not start, refuses an event, stops delivering or signs wrongly.
    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures>;
}

/// Measures as often as asked, and prints.
pub(crate) async fn repeat(
    name: &'static str,
    mut scenario: impl Measure,
    common: &Common,
    json: bool,
) -> anyhow::Result<()> {
    if common.quick {
        scenario.shrink();
    }
    let mut runs = Vec::new();
    for number in 1..=common.runs {
        let progress = Progress::new(json, number, common.runs);
        runs.push(scenario.measure(common, &progress).await?);
    }
    let settings = serde_json::to_value(&scenario)?;
    let report = Report::new(name, scenario.about(), settings, common, runs);
    report::print(&report, json)
}
