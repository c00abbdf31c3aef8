//! A past that was written shows as if it had happened.

#[path = "../examples/support/mod.rs"]
mod support;

use std::{sync::Arc, time::Duration};

use nuncio_bench::history::{self, History};
use nuncio_domain::SeededEntropy;
use nuncio_store::{Reach, Rollup, RollupScope, RollupUnit, Store};

#[tokio::test]
async fn a_written_past_is_counted_as_if_it_had_happened() {
    let dir = tempfile::tempdir().unwrap();
    let entropy = SeededEntropy::new(5);
    let store = support::open(dir.path());
    let (project, _) = support::project(&store, &entropy, 10).await;
    store.shutdown().await.unwrap();
    drop(store);
    let now = support::now();
    let day = Duration::from_secs(24 * 60 * 60);
    let history = History {
        // One that is down for a fourteenth of it exhausts its schedule.
        from: now - day * 25,
        until: now,
        deliveries: 2_000,
    };
    let written = history::write(dir.path(), &history, &entropy).unwrap();
    assert!(written.dead > 0 && written.pending > 0, "{written:?}");
    assert!(written.attempts > written.deliveries);

    let store: Arc<dyn Store> = support::open(dir.path());
    let reach = Reach {
        project,
        tenant: None,
    };
    let sum = async |unit| {
        let (scope, until) = (RollupScope::Project, now + day);
        let series = store.rollup_series(&reach, scope, unit, history.from, until);
        let series = series.await.unwrap();
        let mut sum = Rollup::default();
        series.iter().for_each(|(_, rollup)| sum.merge(rollup));
        (series.len(), sum)
    };
    let (hours, all) = sum(RollupUnit::Hour).await;
    assert!(hours > 80, "{hours}");
    assert_eq!(all.events, written.events);
    assert_eq!(all.attempts, written.attempts);
    assert_eq!(all.dead, written.dead);
    let ended = written.deliveries - written.dead - written.pending;
    assert_eq!(all.succeeded, ended);
    let (_, recent) = sum(RollupUnit::Minute).await;
    assert!((1..all.events).contains(&recent.events));
    let standing = store.standing(&reach, now).await.unwrap();
    assert_eq!(standing.dead.count, written.dead);
    assert_eq!(standing.pending.count, written.pending);
}
