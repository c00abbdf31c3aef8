//! The live table: how each vendor's deliveries stand, until all are settled.

use std::time::Duration;

use console::style;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::time::{Instant, sleep};

use super::{screen::Screen, stage::Act, standing::Standing};

/// Often enough to look alive.
const REFRESH: Duration = Duration::from_millis(200);
/// What is not settled by then is reported as it stands. The longest schedule of an act that fails lasts 10 s.
const PATIENCE: Duration = Duration::from_secs(40);

/// Shows the table of some acts, each with the number of its deliveries, until none of them has work left; returns
/// how they stand then, in the same order.
///
/// # Errors
/// The server does not answer.
pub(super) async fn until_settled(
    screen: Screen,
    acts: &[(&Act, usize)],
) -> anyhow::Result<Vec<Standing>> {
    let began = Instant::now();
    let mut table = Table::new(screen, acts);
    loop {
        let (mut standings, mut settled) = (Vec::new(), true);
        for (act, deliveries) in acts {
            let standing = Standing::ask(&act.client).await?;
            settled &= standing.is_settled(*deliveries);
            standings.push(standing);
        }
        table.show(&standings);
        if settled || began.elapsed() > PATIENCE {
            table.freeze();
            return Ok(standings);
        }
        sleep(REFRESH).await;
    }
}

/// On a terminal its rows change in place; elsewhere each change is a line of its own, with its time.
struct Table<'a> {
    screen: Screen,
    began: Instant,
    /// Hidden unless on a terminal.
    moving: MultiProgress,
    rows: Vec<TableRow<'a>>,
}

struct TableRow<'a> {
    act: &'a Act,
    bar: ProgressBar,
    last: Standing,
    line: String,
}

impl<'a> Table<'a> {
    fn new(screen: Screen, acts: &[(&'a Act, usize)]) -> Self {
        let heading = format!(
            "{:>6}  {:<11} {:<16} {:>9} {:>8} {:>5} {:>9}",
            "time", "dialect", "receiver", "succeeded", "waiting", "dead", "attempts"
        );
        screen.say(style(heading).dim().to_string());
        let moving = screen.moving();
        let bare = ProgressStyle::with_template("{msg}");
        let bare = bare.unwrap_or_else(|_| ProgressStyle::default_bar());
        let rows = acts.iter().map(|(act, _)| TableRow {
            act,
            bar: moving.add(ProgressBar::no_length().with_style(bare.clone())),
            last: Standing::default(),
            line: String::new(),
        });
        Self {
            screen,
            began: Instant::now(),
            rows: rows.collect(),
            moving,
        }
    }

    fn show(&mut self, standings: &[Standing]) {
        let elapsed = self.began.elapsed();
        for (row, standing) in self.rows.iter_mut().zip(standings) {
            if *standing == row.last {
                continue;
            }
            row.last = standing.clone();
            row.line = line(elapsed, row.act, standing);
            row.bar.set_message(row.line.clone());
            if self.moving.is_hidden() {
                self.screen.say(&row.line);
            }
        }
    }

    /// Turns rows that moved into lines that stay.
    fn freeze(self) {
        if !self.moving.is_hidden() {
            for row in &self.rows {
                row.bar.finish_and_clear();
            }
            for row in &self.rows {
                self.screen.say(&row.line);
            }
        }
    }
}

fn line(elapsed: Duration, act: &Act, standing: &Standing) -> String {
    let number = |status: &str| standing.count(status);
    let (succeeded, waiting, dead) = (number("succeeded"), number("pending"), number("dead"));
    let mut succeeded_text = style(format!("{succeeded:>9}"));
    if succeeded == standing.0.len() {
        succeeded_text = succeeded_text.green();
    }
    let mut dead_text = style(format!("{dead:>5}"));
    if dead > 0 {
        dead_text = dead_text.red();
    }
    format!(
        "{:>4.1} s  {:<11} {:<16} {succeeded_text} {waiting:>8} {dead_text} {:>9}",
        elapsed.as_secs_f32(),
        act.vendor.dialect,
        act.vendor.temper,
        standing.attempts(),
    )
}
