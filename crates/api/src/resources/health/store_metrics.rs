//! How the store does, in Prometheus' text format.

use std::{fmt::Write, time::Duration};

use nuncio_domain::Timestamp;
use nuncio_store::{Condition, StoredTotals};

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
    write_gauges(text, &gauges);
    obstacle(text, store);
}

/// Adds what is stored and waits. `steady_now` is the steady clock's time, which deliveries are due by.
pub(crate) fn write_totals(text: &mut String, totals: &StoredTotals, steady_now: Timestamp) {
    let name = "nuncio_deliveries_pending";
    let _ = writeln!(
        text,
        "# HELP {name} Stored deliveries that are pending, by what their endpoints may get: active, or held (disabled, over the plan's limit, not verified). Counted up to a million in all.\n\
         # TYPE {name} gauge\n{name}{{endpoint=\"active\"}} {}\n{name}{{endpoint=\"held\"}} {}",
        totals.pending, totals.held
    );
    let overdue = totals
        .oldest_due
        .map_or(Duration::ZERO, |due| steady_now.since(due));
    let gauges = [
        (
            "nuncio_delivery_overdue_seconds",
            "For how long the oldest pending delivery of an active endpoint has been due; 0 if none is.",
            overdue.as_secs(),
        ),
        (
            "nuncio_jobs_running",
            "Bulk operations that are not over.",
            totals.jobs_running,
        ),
        (
            "nuncio_database_bytes",
            "Size of the database: of SQLite's file without its write-ahead log, or as PostgreSQL reports it.",
            totals.database_bytes,
        ),
    ];
    write_gauges(text, &gauges);
}

fn write_gauges(text: &mut String, gauges: &[(&str, &str, u64)]) {
    for (name, help, value) in gauges {
        let _ = writeln!(
            text,
            "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
        );
    }
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
    fn what_waits_is_told_of_with_the_age_of_what_is_due() {
        let check = |due_ms: Option<i64>, overdue: &str| {
            let mut text = String::new();
            let totals = StoredTotals {
                pending: 3,
                held: 2,
                oldest_due: due_ms.map(Timestamp::from_ms),
                jobs_running: 1,
                database_bytes: 8_192,
            };
            write_totals(&mut text, &totals, Timestamp::from_ms(91_000));
            for line in [
                "nuncio_deliveries_pending{endpoint=\"active\"} 3",
                "nuncio_deliveries_pending{endpoint=\"held\"} 2",
                "nuncio_jobs_running 1",
                "nuncio_database_bytes 8192",
                overdue,
            ] {
                assert!(text.lines().any(|found| found == line), "{line}\n{text}");
            }
        };
        check(Some(1_000), "nuncio_delivery_overdue_seconds 90");
        check(Some(99_000), "nuncio_delivery_overdue_seconds 0");
        check(None, "nuncio_delivery_overdue_seconds 0");
    }

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
