//! The live table: how each vendor's deliveries stand, until all are settled.

use std::time::Duration;

use console::style;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::{Instant, sleep};

use super::{
    screen::Screen,
    stage::{Act, Stage},
    standing::Standing,
};

/// Often enough to look alive.
const REFRESH: Duration = Duration::from_millis(200);
/// What is not settled by then is reported as it stands. The longest schedule of an act that fails lasts 10 s.
const PATIENCE: Duration = Duration::from_secs(40);

/// Shows the table until no delivery has work left, and returns the last standings, in the order of the acts.
/// `published` is how many deliveries each act has.
///
/// # Errors
/// The server does not answer.
pub(super) async fn until_settled(
    screen: &Screen,
    stage: &Stage,
    published: &[usize],
) -> anyhow::Result<Vec<Standing>> {
    let began = Instant::now();
    let mut table = Table::new(screen, stage, began);
    loop {
        let mut standings = Vec::new();
        for act in &stage.acts {
            standings.push(Standing::ask(&act.client).await?);
        }
        table.show(&standings);
        let mut settled = standings
            .iter()
            .zip(published)
            .map(|(standing, n)| standing.is_settled(*n));
        if settled.all(|settled| settled) || began.elapsed() > PATIENCE {
            table.freeze();
            return Ok(standings);
        }
        sleep(REFRESH).await;
    }
}

/// On a terminal its rows change in place; elsewhere each change is a line of its own, with its time.
struct Table<'a> {
    screen: &'a Screen,
    acts: &'a [Act],
    began: Instant,
    bars: Vec<ProgressBar>,
    last: Vec<Standing>,
}

impl<'a> Table<'a> {
    fn new(screen: &'a Screen, stage: &'a Stage, began: Instant) -> Self {
        let heading = format!(
            "{:>6}  {:<11} {:<16} {:>9} {:>8} {:>5} {:>9}",
            "time", "dialect", "receiver", "succeeded", "waiting", "dead", "attempts"
        );
        screen.say(style(heading).dim().to_string());
        let bare =
            ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = |_| {
            screen
                .moving
                .add(ProgressBar::no_length().with_style(bare.clone()))
        };
        let bars = match screen.moving.is_hidden() {
            true => Vec::new(),
            false => stage.acts.iter().map(bar).collect(),
        };
        let last = vec![Standing::default(); stage.acts.len()];
        Self {
            screen,
            acts: &stage.acts,
            began,
            bars,
            last,
        }
    }

    fn show(&mut self, standings: &[Standing]) {
        for (n, (act, standing)) in self.acts.iter().zip(standings).enumerate() {
            if *standing == self.last[n] {
                continue;
            }
            let line = self.line(act, standing);
            match self.bars.get(n) {
                Some(bar) => bar.set_message(line),
                None => self.screen.say(line),
            }
            self.last[n] = standing.clone();
        }
    }

    fn line(&self, act: &Act, standing: &Standing) -> String {
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
            self.began.elapsed().as_secs_f32(),
            act.vendor.dialect,
            act.vendor.temper,
            standing.attempts(),
        )
    }

    /// Leaves the rows where they are.
    fn freeze(&self) {
        for bar in &self.bars {
            bar.abandon();
        }
    }
}
