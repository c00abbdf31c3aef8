//! What the bench is doing right now, on standard error of a terminal; nowhere else.

use std::{sync::Arc, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;

use super::ledger::Ledger;

/// Seldom enough to cost nothing beside the load.
const REFRESH: Duration = Duration::from_millis(200);

/// A line that changes.
pub(super) struct Progress {
    bar: ProgressBar,
    prefix: String,
}

impl Progress {
    /// Of run `number` of `runs`; says nothing if `quiet` or not on a terminal.
    pub(super) fn new(quiet: bool, number: u8, runs: u8) -> Self {
        let bar = if quiet {
            ProgressBar::hidden()
        } else {
            ProgressBar::new_spinner()
        };
        let style = ProgressStyle::with_template("{spinner} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(REFRESH);
        let prefix = if runs > 1 {
            format!("run {number} of {runs}: ")
        } else {
            String::new()
        };
        Self { bar, prefix }
    }

    /// Says what comes now.
    pub(super) fn say(&self, what: &str) {
        self.bar.set_message(format!("{}{what}", self.prefix));
    }

    /// Shows how many deliveries have arrived, until what is returned is dropped.
    pub(super) fn watch(&self, ledger: &Arc<Ledger>) -> Watch {
        let (bar, ledger) = (self.bar.clone(), Arc::clone(ledger));
        let what = bar.message();
        Watch(tokio::spawn(async move {
            let mut refresh = tokio::time::interval(REFRESH);
            loop {
                refresh.tick().await;
                bar.set_message(format!("{what}: {} delivered", ledger.arrived()));
            }
        }))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A count that is shown while this lives.
pub(super) struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}
