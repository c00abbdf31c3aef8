//! What was erased leaves the disk, whoever is in the way, and nobody waits for it.

use std::time::{Duration, Instant};

use nuncio_domain::{EventId, Next};
use nuncio_store::Epoch;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{
    Sqlite,
    suite::{Harness, World},
};

/// Whether the database or its log holds these bytes.
fn on_disk(dir: &TempDir, needle: &str) -> bool {
    ["nuncio.db", "nuncio.db-wal"].iter().any(|name| {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        let mut windows = bytes.windows(needle.len());
        windows.any(|window| window == needle.as_bytes())
    })
}

/// Somebody who reads the database as it is now, for as long as this lives: a backup, or another program.
fn old_reader(dir: &TempDir) -> Connection {
    let conn = Connection::open(dir.path().join("nuncio.db")).unwrap();
    conn.execute_batch("BEGIN; SELECT count(*) FROM events;")
        .unwrap();
    conn
}

async fn needle(world: &World<Sqlite>, text: &str) -> EventId {
    let mut event = world.new_event("acme", "a");
    event.data = format!("\"{text}\"").into();
    world.append(event).await.unwrap().id
}

async fn until_nothing_waits(world: &World<Sqlite>) {
    while world.store().condition().erasures_waiting > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_reader_holds_up_no_publish_and_the_erased_text_goes_when_it_ends() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(needle(&world, &format!("needle-number-{number}-")).await);
    }
    for piece in world.fresh().await {
        world.finish(&piece, Next::Succeed).await;
    }
    world.store().flush().await.unwrap();
    let dir = &world.harness.dir;
    let reader = old_reader(dir);
    #[allow(
        clippy::disallowed_methods,
        reason = "what is tested is whether a real lock is waited for"
    )]
    let began = Instant::now();
    let (first, reach) = (world.now(), world.reach());
    for id in ids {
        world
            .store()
            .erase_payload(&reach, id, first)
            .await
            .unwrap();
        world.publish("b").await;
    }
    // Each would wait for as long as SQLite has patience, five seconds, if any did.
    assert!(began.elapsed() < Duration::from_secs(50));
    let condition = world.store().condition();
    assert_eq!(condition.erasures_waiting, 20);
    assert_eq!(condition.erasures_since, Some(first));
    world.store().ready().await.unwrap();
    let bad = world.harness.sqlite().check().await.unwrap();
    let bad: Vec<_> = bad.iter().filter(|finding| !finding.ok).collect();
    assert_eq!(bad.len(), 1, "{bad:?}");
    assert!(bad[0].detail.starts_with("20 erased payloads"), "{bad:?}");
    assert!(on_disk(dir, "needle-number-"), "the reader still sees it");
    drop(reader);
    until_nothing_waits(&world).await;
    assert!(!on_disk(dir, "needle-number-"));
    let findings = world.harness.sqlite().check().await.unwrap();
    assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_a_crash_has_left_in_the_log_is_worked_off_after_the_start() {
    let mut world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let id = needle(&world, "needle-of-before-the-crash").await;
    world.store().flush().await.unwrap();
    let reader = old_reader(&world.harness.dir);
    let (reach, now) = (world.reach(), world.now());
    world.store().erase_payload(&reach, id, now).await.unwrap();
    world.harness.crash().await;
    assert_eq!(world.store().condition().erasures_since, Some(now));
    drop(reader);
    until_nothing_waits(&world).await;
    assert!(!on_disk(&world.harness.dir, "needle-of-before"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_never_stop_do_not_keep_what_was_erased() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let id = needle(&world, "needle-among-readers").await;
    world.store().flush().await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, stopped) = (world.store(), stopped.clone());
            let whole = world.whole();
            tokio::spawn(async move {
                while !*stopped.borrow() {
                    store.event(&whole, id).await.unwrap();
                }
            })
        })
        .collect();
    let (reach, now) = (world.reach(), world.now());
    world.store().erase_payload(&reach, id, now).await.unwrap();
    until_nothing_waits(&world).await;
    assert!(!on_disk(&world.harness.dir, "needle-among"));
    stop.send_replace(true);
    for reader in readers {
        reader.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payloads_and_answers_of_all_sizes_leave_the_disk() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let mut ids = Vec::new();
    for number in 0..60_usize {
        let size = [10, 200, 3_000, 9_000, 40_000][number % 5];
        let text = format!("needle-{}", "in-a-page-".repeat(size / 10));
        ids.push(needle(&world, &text).await);
    }
    for (number, piece) in world.fresh().await.iter().enumerate() {
        // The last one is still to be retried.
        let next = match number {
            59 => Next::RetryAt(world.now()),
            _ => Next::Succeed,
        };
        let mut record = world.outcome(piece, next);
        record.attempt.response_body = "needle-echoed".repeat(number).into_bytes();
        record.attempt.response_headers =
            nuncio_domain::Headers::from_iter([("x-echo", "needle-in-a-header")]);
        world.store().record(record.into(), Epoch(0)).await.unwrap();
    }
    world.store().flush().await.unwrap();
    let dir = &world.harness.dir;
    assert!(on_disk(dir, "needle-in-a-page") && on_disk(dir, "needle-echoed"));
    let late = world.due_anywhere(world.now()).await.remove(0);
    for id in ids {
        let (reach, now) = (world.reach(), world.now());
        world.store().erase_payload(&reach, id, now).await.unwrap();
    }
    // One attempt was under way meanwhile.
    let mut record = world.outcome(&late, Next::Succeed);
    record.attempt.response_body = b"needle-echoed-late".to_vec();
    world.store().record(record.into(), Epoch(0)).await.unwrap();
    world.store().flush().await.unwrap();
    until_nothing_waits(&world).await;
    for needle in ["needle-in-a-page", "needle-echoed", "needle-in-a-header"] {
        assert!(!on_disk(dir, needle), "{needle}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_is_ready_while_its_writer_waits_and_not_while_it_can_not_write() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let store = world.store();
    let mut publish = {
        let (store, event) = (world.store(), world.new_event("acme", "a"));
        let other = Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let publish = tokio::spawn(async move { store.append(vec![event], None).await });
        for _ in 0..3 {
            world.store().ready().await.unwrap();
        }
        assert!(!publish.is_finished());
        other.execute_batch("COMMIT").unwrap();
        publish
    };
    (&mut publish).await.unwrap().unwrap();
    store.flush().await.unwrap();

    let other = Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    let broken =
        "CREATE TRIGGER broken BEFORE UPDATE ON meta BEGIN SELECT raise(ABORT, 'a test'); END";
    other.execute_batch(broken).unwrap();
    world.publish("a").await;
    assert!(store.flush().await.is_err());
    let why = store.ready().await.unwrap_err().to_string();
    assert!(why.contains("a test"), "{why}");
    assert!(store.condition().failing.is_some());
    // It is seen by itself that it works again: nobody has to publish for that.
    other.execute_batch("DROP TRIGGER broken").unwrap();
    while store.ready().await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.condition().failing, None);
    world.harness.sqlite().shutdown().await.unwrap();
    assert!(store.ready().await.is_err());
}
