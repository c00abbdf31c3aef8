//! What was proved: a table for people, or one JSON object.

use comfy_table::{Cell, CellAlignment, Color, Table, presets};
use nuncio_tools::output;
use serde::Serialize;

use super::{
    screen::{Screen, bad, good},
    temper::Temper,
    verdict::Faults,
};

/// The outcome of the whole demo.
#[derive(Serialize)]
pub(super) struct Report {
    /// Whether everything ended as it should.
    pub(super) ok: bool,
    /// From the start of the server to here.
    pub(super) seconds: f32,
    pub(super) server: String,
    pub(super) admin_key: String,
    /// Why an endpoint with a plain HTTP address was refused; `None` if it was accepted.
    pub(super) plain_http_refused: Option<String>,
    pub(super) vendors: Vec<Row>,
}

/// The outcome of one vendor's part.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) vendor: String,
    pub(super) dialect: &'static str,
    pub(super) receiver: String,
    #[serde(skip)]
    pub(super) temper: Temper,
    pub(super) deliveries: usize,
    pub(super) attempts: u32,
    /// Different deliveries that the receiver found well signed, by its own count.
    pub(super) verified: usize,
    /// What the receiver answered to a tampered copy.
    pub(super) tampered_copy: u16,
    pub(super) faults: Faults,
}

impl Report {
    /// Prints it to the screen, or as JSON if the screen is quiet.
    ///
    /// # Errors
    /// None that can occur: every field is JSON.
    pub(super) fn print(&self, screen: Screen) -> anyhow::Result<()> {
        if screen.is_quiet() {
            output::json(&serde_json::to_value(self)?);
            return Ok(());
        }
        screen.part("Results");
        screen.say(self.table().trim_fmt());
        for row in &self.vendors {
            for fault in &row.faults.0 {
                screen.say(format!("{} {}: {fault}", bad("✗"), row.dialect));
            }
        }
        if self.plain_http_refused.is_none() {
            screen.say(format!(
                "{} an endpoint with a plain HTTP address was accepted",
                bad("✗")
            ));
        }
        screen.say(format!("\n{}", self.sentence()));
        Ok(())
    }

    fn sentence(&self) -> String {
        if !self.ok {
            return bad("Not every delivery ended as expected.");
        }
        let deliveries: usize = self.vendors.iter().map(|row| row.deliveries).sum();
        let attempts: u32 = self.vendors.iter().map(|row| row.attempts).sum();
        let sentence = format!(
            "{deliveries} deliveries in {attempts} attempts, every signature verified by the receivers, none lost, {:.0} s.",
            self.seconds
        );
        format!("{} {sentence}", good("✓"))
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header([
            "vendor",
            "dialect",
            "receiver",
            "deliveries",
            "attempts",
            "verified",
            "tampered copy",
            "outcome",
        ]);
        for row in &self.vendors {
            let number =
                |n: &dyn ToString| Cell::new(n.to_string()).set_alignment(CellAlignment::Right);
            table.add_row([
                Cell::new(&row.vendor),
                Cell::new(row.dialect),
                Cell::new(&row.receiver),
                number(&row.deliveries),
                number(&row.attempts),
                number(&row.verified),
                Cell::new(row.tampered()),
                row.outcome(),
            ]);
        }
        table
    }
}

impl Row {
    fn tampered(&self) -> String {
        let word = if self.tampered_copy < 300 {
            "accepted"
        } else {
            "refused"
        };
        format!("{word}, {}", self.tampered_copy)
    }

    fn outcome(&self) -> Cell {
        if !self.faults.0.is_empty() {
            return Cell::new("✗ see below").fg(Color::Red);
        }
        let outcome = match self.temper {
            Temper::Healthy => "✓ succeeded at once",
            Temper::Slow(_) => "✓ succeeded, though slow",
            Temper::Flaky { .. } => "✓ succeeded after retries",
            Temper::Down => "✓ dead, retried, succeeded",
        };
        Cell::new(outcome).fg(Color::Green)
    }
}
