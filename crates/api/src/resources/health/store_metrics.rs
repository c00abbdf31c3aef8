//! How the store does, in Prometheus' text format.

use std::{fmt::Write, time::Duration};

use nuncio_domain::Timestamp;
use nuncio_store::Condition;

/// Adds the store's gauges.
pub(crate) fn write(text: &mut String, store: &Condition, now: Timestamp) {
    let age = store
        .erasures_since
        .map_or(Duration::ZERO, |since| now.since(since));
    let gauges = [
        (
            "nuncio_store_failing",
            "1 while nothing can be stored: the log says why.",
            u64::from(store.failing.is_some()),
        ),
        (
            "nuncio_erasures_waiting",
            "Erased payloads whose text may still be on the disk, in the write-ahead log.",
            store.erasures_waiting,
        ),
        (
            "nuncio_erasures_oldest_age_seconds",
            "How long ago the first of these was erased. More than a minute: something, such as a backup, reads an old state of the database.",
            age.as_secs(),
        ),
    ];
    for (name, help, value) in gauges {
        let _ = writeln!(
            text,
            "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erasures_that_wait_are_told_of_with_their_age() {
        let mut text = String::new();
        let condition = Condition {
            failing: None,
            erasures_waiting: 2,
            erasures_since: Some(Timestamp::from_ms(1_000)),
        };
        write(&mut text, &condition, Timestamp::from_ms(91_000));
        for line in [
            "nuncio_store_failing 0",
            "nuncio_erasures_waiting 2",
            "nuncio_erasures_oldest_age_seconds 90",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
