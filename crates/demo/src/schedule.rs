//! The vendors' retry schedules: as published, and a thousand times faster so that one can watch.

use anyhow::Context;
use nuncio_domain::{RetryClock, Timestamp, next_attempt};

/// How much faster the demo retries.
const FASTER: u32 = 1_000;

/// When the attempts of a delivery come: seconds before each, the first included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Schedule(pub(super) Vec<u32>);

impl Schedule {
    /// What a built-in dialect publishes.
    ///
    /// # Errors
    /// There is no such dialect.
    pub(super) fn published(dialect: &str) -> anyhow::Result<Self> {
        let found = nuncio_dialect::builtin_named(dialect);
        let retry = &found
            .with_context(|| format!("no dialect {dialect}"))?
            .policy()
            .retry;
        let begin = Timestamp::from_ms(0);
        let (mut delays, mut last) = (vec![0], begin);
        let clock = |done: usize, last| RetryClock {
            done: done as u32,
            first_began: begin,
            last_ended: last,
            retry_after: None,
            jitter: 0.0,
        };
        // As if each attempt took no time: the schedule on paper.
        while let Some(next) = next_attempt(retry, clock(delays.len(), last)) {
            delays.push(u32::try_from(next.since(last).as_secs())?);
            last = next;
        }
        Ok(Self(delays))
    }

    /// The same number of attempts a thousand times faster, and no delay below one second but the first.
    pub(super) fn faster(&self) -> Self {
        let faster = self.0.iter().map(|delay| delay.div_ceil(FASTER));
        Self(faster.collect())
    }

    /// How many attempts there are.
    pub(super) fn attempts(&self) -> u32 {
        self.0.len() as u32
    }

    /// `30 s, 1 min, 2 min, … 4 h`: the delays after the first attempt.
    pub(super) fn in_words(&self) -> String {
        let words: Vec<String> = self
            .0
            .iter()
            .skip(1)
            .map(|delay| in_words(*delay))
            .collect();
        match words.as_slice() {
            [] => "no retry".to_owned(),
            [first, second, third, _, .., last] if words.len() > 4 => {
                format!("{first}, {second}, {third}, … {last}")
            }
            few => few.join(", "),
        }
    }
}

fn in_words(seconds: u32) -> String {
    let parts = [
        (seconds / 3_600, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = parts
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if words.is_empty() {
        "at once".to_owned()
    } else {
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faster_schedule_has_as_many_attempts() {
        let published = Schedule::published("ventryx").unwrap();
        assert_eq!(published.in_words(), "3 min, 9 min, 27 min, 1 h 21 min");
        assert_eq!(published.faster(), Schedule(vec![0, 1, 1, 2, 5]));
    }

    #[test]
    fn long_schedules_are_shortened_in_words() {
        let published = Schedule::published("inviolet").unwrap();
        assert_eq!(published.attempts(), 15);
        assert!(published.in_words().starts_with("30 s, 1 min, 2 min, … "));
        assert_eq!(published.faster().attempts(), 15);
    }
}
