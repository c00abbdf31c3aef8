//! `kill -9` of the relay in mid-load, twenty times, with a ledger of its own: what was committed against what arrived.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use nuncio_postgres::tokio_postgres::{self, NoTls};
use tokio::sync::watch;

use crate::shop::{Shop, data};

const KILLS: usize = 20;
const WRITERS: i64 = 4;
/// Arrivals between two kills.
const LIFE: usize = 60;
/// Transactions of so many roll back.
const ROLLED_BACK: i64 = 5;
/// Transactions of so many have an ordering key: that of their writer.
const ORDERED: i64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_of_the_relay_lose_and_double_nothing() {
    let shop = Shop::open("kills").await;
    let (stop, stopped) = watch::channel(false);
    let next = Arc::new(AtomicI64::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            tokio::spawn(write(
                shop.database.clone(),
                writer,
                Arc::clone(&next),
                stopped.clone(),
            ))
        })
        .collect();
    for kill in 1..=KILLS {
        // Two of them at a time by turns: a kill must not harm what the other has.
        let other = (kill % 2 == 0).then(|| shop.relay());
        let relay = shop.relay();
        let enough = kill * LIFE;
        shop.receiver
            .wait("the load goes on", |arrivals| arrivals.len() >= enough)
            .await;
        relay.kill().await;
        if let Some(other) = other {
            other.kill().await;
        }
    }
    stop.send_replace(true);
    let mut committed = BTreeMap::new();
    for writer in writers {
        committed.extend(writer.await.expect("no panic"));
    }
    let _relay = shop.relay();
    shop.arrived(committed.len()).await;

    let mut arrived: BTreeMap<i64, usize> = BTreeMap::new();
    for arrival in shop.receiver.arrivals() {
        *arrived
            .entry(data(&arrival)["n"].as_i64().expect("a number"))
            .or_default() += 1;
    }
    assert_eq!(
        arrived.keys().collect::<Vec<_>>(),
        committed.keys().collect::<Vec<_>>()
    );
    assert!(arrived.values().all(|count| *count == 1), "{arrived:?}");
    for writer in 0..WRITERS {
        let mine = |n: &i64| committed.get(n) == Some(&Some(writer));
        let arrivals = shop.receiver.arrivals();
        let numbers: Vec<i64> = arrivals
            .iter()
            .filter_map(|arrival| data(arrival)["n"].as_i64())
            .filter(mine)
            .collect();
        assert!(
            numbers.is_sorted(),
            "the order of writer {writer}: {numbers:?}"
        );
    }
    assert_eq!(
        shop.count("nuncio.outbox").await + shop.count("nuncio.outbox_refused").await,
        0
    );
    println!(
        "{} committed, {} arrived, each once; {KILLS} kills",
        committed.len(),
        arrived.len()
    );
}

/// Commits transactions, or rolls them back, until told to stop; gives the numbers that were committed, with the writer if
/// they have its key.
async fn write(
    database: String,
    writer: i64,
    next: Arc<AtomicI64>,
    stopped: watch::Receiver<bool>,
) -> Vec<(i64, Option<i64>)> {
    let (client, connection) = tokio_postgres::connect(&database, NoTls)
        .await
        .expect("it connects");
    tokio::spawn(connection);
    let mut committed = Vec::new();
    while !*stopped.borrow() {
        let n = next.fetch_add(1, Relaxed);
        let key = (n % ORDERED == 0).then_some(writer);
        let argument = key.map_or(String::new(), |key| {
            format!(", ordering_key => 'writer-{key}'")
        });
        let end = if n % ROLLED_BACK == 0 {
            "ROLLBACK"
        } else {
            "COMMIT"
        };
        let statements = format!(
            "BEGIN; SELECT nuncio.publish('acme', 'a.b', '{{\"n\": {n}}}'{argument}); SELECT pg_sleep(0.002); {end}"
        );
        client.batch_execute(&statements).await.expect("it runs");
        if end == "COMMIT" {
            committed.push((n, key));
        }
    }
    committed
}
