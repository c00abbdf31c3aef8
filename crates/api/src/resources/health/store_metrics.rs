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
            "Erased payloads whose text may still be on the disk: in unused parts of the database file, or in the write-ahead log.",
            store.erasures_waiting,
        ),
        (
            "nuncio_erasures_oldest_age_seconds",
            "How long ago the first of these was erased. More than a minute: nuncio_erasures_obstacle says why.",
            age.as_secs(),
        ),
    ];
    for (name, help, value) in gauges {
        let _ = writeln!(
            text,
            "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
        );
    }
    obstacle(text, store);
}

fn obstacle(text: &mut String, store: &Condition) {
    let name = "nuncio_erasures_obstacle";
    let _ = writeln!(
        text,
        "# HELP {name} 1 for what the first of these wait for. scrub: the database file is being gone through, or has damaged pages. \
         reader: something, such as a backup, reads an old state of the database.\n# TYPE {name} gauge"
    );
    let wait = store.erasures_waiting > 0;
    for (reason, is_it) in [
        ("scrub", wait && !store.erasures_wait_for_log),
        ("reader", wait && store.erasures_wait_for_log),
    ] {
        let _ = writeln!(text, "{name}{{reason=\"{reason}\"}} {}", u64::from(is_it));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erasures_that_wait_are_told_of_with_their_age_and_obstacle() {
        let check = |waiting, for_log, lines: &[&str]| {
            let mut text = String::new();
            let condition = Condition {
                failing: None,
                erasures_waiting: waiting,
                erasures_since: (waiting > 0).then_some(Timestamp::from_ms(1_000)),
                erasures_wait_for_log: for_log,
            };
            write(&mut text, &condition, Timestamp::from_ms(91_000));
            for line in lines {
                assert!(text.lines().any(|found| found == *line), "{line}\n{text}");
            }
        };
        let scrub = |is_it| format!("nuncio_erasures_obstacle{{reason=\"scrub\"}} {is_it}");
        let reader = |is_it| format!("nuncio_erasures_obstacle{{reason=\"reader\"}} {is_it}");
        check(
            2,
            false,
            &[
                "nuncio_store_failing 0",
                "nuncio_erasures_waiting 2",
                "nuncio_erasures_oldest_age_seconds 90",
                &scrub(1),
                &reader(0),
            ],
        );
        check(2, true, &[&scrub(0), &reader(1)]);
        check(
            0,
            false,
            &[
                "nuncio_erasures_oldest_age_seconds 0",
                &scrub(0),
                &reader(0),
            ],
        );
    }
}
