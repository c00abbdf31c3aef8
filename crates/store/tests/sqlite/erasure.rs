//! What was erased leaves the disk, whoever is in the way, and nobody waits for it.

use std::time::{Duration, Instant};

use nuncio_domain::{EventId, Next, State, Timestamp};
use nuncio_store::sqlite::past::{PastEvent, PastWriter};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{
    Sqlite,
    suite::{Piece, World},
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
    // What is given besides the data goes with it.
    event.extras = Some(std::sync::Arc::new(nuncio_domain::Extras {
        metadata: serde_json::Map::from_iter([(text.to_owned(), text.into())]),
        headers: vec![("X-Needle".to_owned(), text.to_owned())],
        ..nuncio_domain::Extras::default()
    }));
    world.append(event).await.unwrap().id
}

async fn until_nothing_waits(world: &World<Sqlite>) {
    while world.node().condition().erasures_waiting > 0 {
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
    world.flush().await;
    let dir = &world.harness.dir;
    let reader = old_reader(dir);
    #[allow(
        clippy::disallowed_methods,
        reason = "what is tested is whether a real lock is waited for"
    )]
    let began = Instant::now();
    let (first, reach) = (world.now(), world.reach());
    for id in ids {
        world.node().erase_payload(&reach, id, first).await.unwrap();
        world.publish("b").await;
    }
    // Each would wait for as long as SQLite has patience, five seconds, if any did.
    assert!(began.elapsed() < Duration::from_secs(50));
    let condition = world.node().condition();
    assert_eq!(condition.erasures_waiting, 20);
    assert_eq!(condition.erasures_since, Some(first));
    world.node().ready().await.unwrap();
    let bad = world.harness.sqlite().check().await.unwrap();
    let bad: Vec<_> = bad.iter().filter(|finding| !finding.ok).collect();
    assert_eq!(bad.len(), 1, "{bad:?}");
    assert!(bad[0].detail.starts_with("20 erased payloads"), "{bad:?}");
    // The pages are clean soon, whatever readers do.
    while !world.node().condition().erasures_wait_for_log {
        tokio::task::yield_now().await;
    }
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
    world.flush().await;
    let reader = old_reader(&world.harness.dir);
    let (reach, now) = (world.reach(), world.now());
    world.node().erase_payload(&reach, id, now).await.unwrap();
    world.crash().await;
    assert_eq!(world.node().condition().erasures_since, Some(now));
    drop(reader);
    until_nothing_waits(&world).await;
    assert!(!on_disk(&world.harness.dir, "needle-of-before"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_never_stop_do_not_keep_what_was_erased() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let id = needle(&world, "needle-among-readers").await;
    world.flush().await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, stopped) = (world.node(), stopped.clone());
            let whole = world.whole();
            tokio::spawn(async move {
                while !*stopped.borrow() {
                    store.event(&whole, id).await.unwrap();
                }
            })
        })
        .collect();
    let (reach, now) = (world.reach(), world.now());
    world.node().erase_payload(&reach, id, now).await.unwrap();
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
        world.record(record).await;
    }
    world.flush().await;
    let dir = &world.harness.dir;
    assert!(on_disk(dir, "needle-in-a-page") && on_disk(dir, "needle-echoed"));
    let late = world.due_anywhere(world.now()).await.remove(0);
    for id in ids {
        let (reach, now) = (world.reach(), world.now());
        world.node().erase_payload(&reach, id, now).await.unwrap();
    }
    // One attempt was under way meanwhile.
    let mut record = world.outcome(&late, Next::Succeed);
    record.attempt.response_body = b"needle-echoed-late".to_vec();
    world.record(record).await;
    world.flush().await;
    until_nothing_waits(&world).await;
    for needle in ["needle-in-a-page", "needle-echoed", "needle-in-a-header"] {
        assert!(!on_disk(dir, needle), "{needle}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_erased_answer_leaves_the_disk() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    for n in 0..20 {
        world.publish("a").await;
        let piece = world.fresh().await.remove(0);
        let mut record = world.outcome(&piece, Next::Succeed);
        let text = if n == 10 {
            "needle-answered"
        } else {
            "haystack"
        };
        record.attempt.response_body = text.repeat(n * 30).into_bytes();
        record.attempt.response_headers = nuncio_domain::Headers::from_iter([("x-echo", text)]);
        let id = record.attempt.id;
        world.record(record).await;
        world.flush().await;
        if n == 10 {
            assert!(on_disk(&world.harness.dir, "needle-answered"));
            let (reach, now) = (world.reach(), world.now());
            world.node().erase_answer(&reach, id, now).await.unwrap();
        }
    }
    until_nothing_waits(&world).await;
    assert!(!on_disk(&world.harness.dir, "needle-answered"));
    assert!(on_disk(&world.harness.dir, "haystack"));
}

/// About so many bytes that are found again.
fn long(bytes: usize) -> String {
    format!("needle-churned-{}", "in-a-page-".repeat(bytes / 10))
}

/// Records an attempt of every piece, in an order that puts rows between those that are there, with answers of all sizes.
async fn answer(world: &World<Sqlite>, mut pieces: Vec<Piece>, round: usize) {
    pieces.sort_by_key(|piece| piece.delivery.bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) as u64);
    for (number, piece) in pieces.iter().enumerate() {
        let mut record = world.outcome(piece, Next::RetryAt(world.now()));
        let size = [20, 700, 1_500, 90, 3_000, 300][(number + round) % 6];
        record.attempt.response_body = long(size).into_bytes();
        record.attempt.error_detail = Some(long(40));
        world.record(record).await;
        if number % 40 == 0 {
            world.flush().await;
        }
    }
    world.flush().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_rebuilt_pages_keep_leaves_the_disk_while_others_are_published() {
    let world = World::<Sqlite>::new().await;
    world.endpoint_of("acme", &["a"]).await;
    let (mut ids, mut kept) = (Vec::new(), Vec::new());
    for number in 0..300 {
        ids.push(needle(&world, &long([20, 700, 1_500, 90, 3_000, 300][number % 6])).await);
        if number % 3 == 0 {
            let mut event = world.new_event("acme", "b");
            let data = format!("\"kept-{number}-{}\"", "x".repeat(number * 10));
            event.data = data.clone().into();
            kept.push((world.append(event).await.unwrap().id, data));
        }
    }
    answer(&world, world.fresh().await, 0).await;
    for round in 1..4 {
        let pieces = world.due_anywhere(world.now()).await;
        assert_eq!(pieces.len(), ids.len());
        answer(&world, pieces, round).await;
    }
    let dir = &world.harness.dir;
    assert!(on_disk(dir, "needle-churned") && on_disk(dir, "in-a-page"));
    // Under way while it is erased, and beside others that are not.
    let late = world.due_anywhere(world.now()).await;
    for (number, id) in ids.into_iter().enumerate() {
        let (reach, now) = (world.reach(), world.now());
        world.node().erase_payload(&reach, id, now).await.unwrap();
        if number % 4 == 0 {
            world.publish("a").await;
            for piece in world.fresh().await {
                world.finish(&piece, Next::Succeed).await;
            }
        }
    }
    answer(&world, late, 4).await;
    until_nothing_waits(&world).await;
    for needle in ["needle-churned", "in-a-page"] {
        assert!(!on_disk(dir, needle), "{needle}");
    }
    for (id, data) in kept {
        let event = world.node().event(&world.reach(), id).await.unwrap();
        assert_eq!(event.data.unwrap().as_bytes(), data.as_bytes());
    }
    let findings = world.harness.sqlite().check().await.unwrap();
    assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_page_is_left_as_it_is_and_what_may_be_in_it_is_told_of() {
    let mut world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let needle_of = |number: u32| format!("needle-number-{number}-{}", "x".repeat(700));
    let mut ids = Vec::new();
    for number in 0..40 {
        ids.push(needle(&world, &needle_of(number)).await);
    }
    world.flush().await;
    world.harness.close().await;
    let file = world.harness.dir.path().join("nuncio.db");
    let page: i64 = Connection::open(&file)
        .unwrap()
        .query_row(
            "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let at = usize::try_from((page - 1) * 8_192).unwrap();
    // Its content seems to begin within the list of its cells.
    bytes[at + 5..at + 7].copy_from_slice(&[0, 9]);
    std::fs::write(&file, &bytes).unwrap();
    world.harness.open_again();
    let (reach, now) = (world.reach(), world.now());
    let last = ids.pop().unwrap();
    world.node().erase_payload(&reach, last, now).await.unwrap();
    // All else is done, down to the log.
    while std::fs::metadata(file.with_extension("db-wal"))
        .unwrap()
        .len()
        > 0
    {
        tokio::task::yield_now().await;
    }
    assert!(!on_disk(&world.harness.dir, &needle_of(39)));
    let condition = world.node().condition();
    assert_eq!(condition.erasures_since, Some(now));
    assert!(!condition.erasures_wait_for_log);
    world.harness.close().await;
    let after = std::fs::read(&file).unwrap();
    assert!(after[at..at + 8_192] == bytes[at..at + 8_192]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "makes a database of a gigabyte, for measuring"]
#[allow(
    clippy::disallowed_methods,
    reason = "what is measured is how long it really takes"
)]
async fn a_gigabyte_is_gone_through_within_a_minute() {
    let mut world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let record = world.outcome(&piece, Next::Succeed);
    world.flush().await;
    world.harness.close().await;
    let dir = world.harness.dir.path().to_owned();
    let mut past = PastWriter::open(&dir, None).unwrap();
    let tenant = past.tenants().unwrap().remove(0);
    let payload = format!("\"{}\"", "x".repeat(1_000));
    let mut progress = piece.progress;
    progress.state = State::Succeeded;
    progress.attempts = 1;
    for number in 0..550_000 {
        let at = Timestamp::from_ms(world.now().ms() + number);
        let event = PastEvent {
            id: EventId::new(at.ms(), world.ten()),
            event_type: "a",
            source_id: None,
            at,
            payload: &payload,
        };
        let target = &tenant.endpoints[0];
        let written = past.event(&tenant, &event, [target].into_iter()).unwrap();
        let attempts = std::slice::from_ref(&record.attempt);
        past.delivery(written, target, &progress, attempts).unwrap();
    }
    past.finish().unwrap();
    let file = dir.join("nuncio.db");
    // Second attempts, between the rows that are there: most of the pages are rebuilt.
    let conn = Connection::open(&file).unwrap();
    conn.execute_batch("PRAGMA synchronous = OFF").unwrap();
    let columns: String = conn
        .query_row(
            "SELECT group_concat(name) FROM pragma_table_info('attempts') WHERE name <> 'seq'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    conn.execute_batch(&format!(
        "INSERT INTO attempts (seq, {columns}) SELECT seq + 1, {columns} FROM attempts WHERE seq % 131072 = 65537 \
         ORDER BY (seq >> 17) * 7919 % 1000003; PRAGMA wal_checkpoint(TRUNCATE)"
    ))
    .unwrap();
    drop(conn);
    println!("{} MB", std::fs::metadata(&file).unwrap().len() / 1_000_000);
    world.harness.open_again();
    for pass in ["with pages to clean", "without"] {
        let id = needle(&world, "needle-in-a-gigabyte").await;
        let (reach, now) = (world.reach(), world.now());
        let began = Instant::now();
        world.node().erase_payload(&reach, id, now).await.unwrap();
        let (mut slowest, mut published) = (Duration::ZERO, 0);
        while world.node().condition().erasures_waiting > 0 {
            let one = Instant::now();
            world.publish("b").await;
            slowest = slowest.max(one.elapsed());
            published += 1;
        }
        let took = began.elapsed();
        println!("{pass}: {took:?}; {published} published meanwhile, the slowest in {slowest:?}");
        assert!(took < Duration::from_secs(60));
        assert!(!on_disk(&world.harness.dir, "needle-in-a-gigabyte"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_is_ready_while_its_writer_waits_and_not_while_it_can_not_write() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let store = world.node();
    let mut publish = {
        let (store, event) = (world.node(), world.new_event("acme", "a"));
        let other = Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let publish = tokio::spawn(async move { store.append(vec![event], None).await });
        for _ in 0..3 {
            world.node().ready().await.unwrap();
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
