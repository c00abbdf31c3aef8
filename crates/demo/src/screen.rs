//! What the demo tells, and how it looks: colours and moving lines on a terminal, plain lines elsewhere.

use console::style;
use indicatif::{MultiProgress, ProgressDrawTarget};
use nuncio_tools::output;

use super::{receiver::Tally, stage::Stage};

/// Standard output, or nothing for those who want JSON.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    quiet: bool,
}

impl Screen {
    /// A screen; a quiet one says nothing.
    pub(super) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Whether nothing is to be said.
    pub(super) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Room for lines that change in place; hidden unless this is a terminal.
    pub(super) fn moving(self) -> MultiProgress {
        MultiProgress::with_draw_target(match self.quiet {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stdout(),
        })
    }

    /// Says a line.
    pub(super) fn say(self, line: impl AsRef<str>) {
        if !self.quiet {
            output::text(line);
        }
    }

    /// Begins the next part.
    pub(super) fn part(self, title: &str) {
        self.say(format!("\n{}", style(title).bold()));
    }

    /// What is on the stage.
    pub(super) fn introduce(self, stage: &Stage) {
        self.say(
            style("Nuncio demo: one server, five vendors, their customers' receivers over HTTPS")
                .bold()
                .to_string(),
        );
        self.whereabouts(stage);
        self.say(format!(
            "  {:<11} {} (removed at the end)",
            "data",
            stage.folder()
        ));
        self.part("Retries are a thousand times faster than published, 1 s at least");
        for act in &stage.acts {
            self.say(format!(
                "  {:<11} {:>2} attempts   published: {:<36} here: {}",
                act.vendor.dialect,
                act.published.attempts(),
                act.published.in_words(),
                act.faster.in_words(),
            ));
        }
    }

    /// Where the server is and how to get in.
    pub(super) fn whereabouts(self, stage: &Stage) {
        match stage.dashboard_left_out() {
            None => self.say(format!(
                "  {:<11} {}  sign in with the admin key",
                "dashboard",
                style(format!("{}/", stage.server)).cyan()
            )),
            Some(why) => self.say(format!(
                "  {:<11} {}  (this build does not include the dashboard: {why})",
                "server",
                style(&stage.server).cyan()
            )),
        }
        self.say(format!("  {:<11} {}", "admin key", stage.admin_key));
    }

    /// What the receivers did not believe, if anything: the first thing to know when the demo fails.
    pub(super) fn disbelief(self, dialect: &str, tally: &Tally) {
        for refusal in &tally.refused {
            self.say(format!(
                "  {} {dialect}'s receiver refused a request: {refusal:?}",
                bad("✗")
            ));
        }
    }
}

/// How good news looks.
pub(super) fn good(text: &str) -> String {
    style(text).green().to_string()
}

/// How bad news looks.
pub(super) fn bad(text: &str) -> String {
    style(text).red().bold().to_string()
}
