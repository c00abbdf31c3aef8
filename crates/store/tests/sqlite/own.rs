//! What is special about SQLite: its file, its lock, its disk.

use std::sync::Arc;

use nuncio_domain::{Endpoint, Next, State};
use nuncio_store::{StoreError, sqlite::OpenError};
use tempfile::TempDir;

use crate::{
    MASTER_KEY, Sqlite, open,
    suite::{
        Harness, World,
        endpoints::{credentials, tls_settings},
    },
};

/// Whether any file of the folder holds these bytes.
fn on_disk(dir: &TempDir, needle: &str) -> bool {
    std::fs::read_dir(dir.path()).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes
            .windows(needle.len())
            .any(|window| window == needle.as_bytes())
    })
}

#[tokio::test]
async fn every_commit_that_is_answered_waits_for_the_disk() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let store = world.harness.sqlite();
    // An outcome that another delivery waits for is committed without that, and answered to nobody.
    for _ in 0..2 {
        world.append(world.ordered("a")).await.unwrap();
    }
    let first = world.fresh().await.remove(0);
    world.finish(&first, Next::Succeed).await;
    while world.notices().await.due.is_empty() {
        tokio::task::yield_now().await;
    }
    let check = async |name, expected: &str| {
        assert_eq!(store.writer_pragma(name).await.unwrap(), expected, "{name}");
    };
    // 2 is FULL.
    check("synchronous", "2").await;
    check("journal_mode", "wal").await;
    check("page_size", "8192").await;
    check("secure_delete", "1").await;
    check("wal_autocheckpoint", "512").await;
}

#[tokio::test]
async fn a_second_process_is_refused() {
    let mut harness = Sqlite::start().await;
    let second = open(&harness.dir, MASTER_KEY);
    assert!(matches!(second, Err(OpenError::Locked(_))), "{second:?}");
    harness.restart().await;
}

#[tokio::test]
async fn a_wrong_master_key_is_refused() {
    let harness = Sqlite::start().await;
    harness.sqlite().shutdown().await.unwrap();
    let wrong = open(&harness.dir, [8; 32]);
    assert!(
        matches!(wrong, Err(OpenError::WrongMasterKey(_))),
        "{wrong:?}"
    );
    assert!(open(&harness.dir, MASTER_KEY).is_ok());
}

#[tokio::test]
async fn what_was_shut_down_refuses() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let store = world.harness.sqlite();
    store.shutdown().await.unwrap();
    let event = world.new_event("acme", "a");
    let refused = world.node().append(vec![event], None).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    let refused = world.node().due_endpoints().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn secrets_are_not_in_the_file_in_clear() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    for auth in credentials() {
        let endpoint = Endpoint {
            auth: Some(Arc::new(auth)),
            tls: Some(Arc::new(tls_settings())),
            ..world.new_endpoint("acme", &["*"])
        };
        let store = world.node();
        store
            .create_endpoint(world.project, endpoint, 50, None)
            .await
            .unwrap();
    }
    world.publish("order.paid").await;
    world.flush().await;
    let dir = &world.harness.dir;
    assert!(on_disk(dir, "order.paid"), "the search works");
    // Secrets, values of headers, credentials, the key of a client certificate.
    assert!(!on_disk(dir, "in-clear"));
    let backup = TempDir::new().unwrap();
    let store = world.harness.sqlite();
    store
        .backup_to(&backup.path().join("copy.db"))
        .await
        .unwrap();
    assert!(on_disk(&backup, "order.paid"));
    assert!(!on_disk(&backup, "in-clear"));
}

#[tokio::test]
async fn an_erased_payload_is_gone_from_the_disk() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let long = "needle-in-the-haystack-".repeat(1_000);
    let mut ids = Vec::new();
    for data in ["\"needle-short\"".to_owned(), format!("\"{long}\"")] {
        let mut event = world.new_event("acme", "a");
        event.data = data.into();
        ids.push(world.append(event).await.unwrap().id);
    }
    for piece in world.fresh().await {
        world.finish(&piece, Next::Succeed).await;
    }
    world.flush().await;
    let dir = &world.harness.dir;
    assert!(on_disk(dir, "needle-short") && on_disk(dir, "needle-in-the"));
    for id in ids {
        let reach = world.reach();
        let store = world.node();
        store.erase_payload(&reach, id, world.now()).await.unwrap();
    }
    while world.node().condition().erasures_waiting > 0 {
        tokio::task::yield_now().await;
    }
    assert!(!on_disk(dir, "needle-short"));
    assert!(!on_disk(dir, "needle-in-the"));
    assert!(!on_disk(dir, "answered-body"));
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers_by_itself() {
    let mut world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let store = world.harness.sqlite();
    store.limit_pages(Some(1)).await.unwrap();
    let refused = loop {
        let mut event = world.new_event("acme", "b");
        event.data = format!("\"{}\"", "x".repeat(100_000)).into();
        let id = event.id;
        if let Err(error) = world.node().append(vec![event], None).await {
            assert!(matches!(error, StoreError::Unavailable(_)));
            break id;
        }
    };
    // Outcomes wait for space, and whoever must see them is told so.
    let mut record = world.outcome(&piece, Next::Succeed);
    record.attempt.response_body = vec![b'x'; 60_000];
    world.record(record).await;
    let flushed = world.node().flush().await;
    assert!(matches!(flushed, Err(StoreError::Unavailable(_))));
    store.limit_pages(None).await.unwrap();
    assert_eq!(world.state(piece.delivery).await, State::Succeeded);
    world.publish("c").await;
    let nothing = world.node().event(&world.whole(), refused).await;
    assert!(matches!(nothing, Err(StoreError::NotFound)));
    let findings = store.check().await.unwrap();
    assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
    drop(store);
    world.crash().await;
    assert_eq!(world.state(piece.delivery).await, State::Succeeded);
}

#[tokio::test]
async fn a_panic_in_a_change_fails_that_change_alone() {
    let world = World::<Sqlite>::new().await;
    let id = world.endpoint().await;
    let change = Box::new(|_: &mut nuncio_domain::Endpoint| panic!("a bug in a change"));
    let failed = world
        .node()
        .update_endpoint(&world.reach(), id, change, None)
        .await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    world.publish("a").await;
    assert_eq!(world.fresh().await.len(), 1);
}

#[tokio::test]
async fn doctor_finds_a_sound_database_sound() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.succeeded("a").await;
    world.publish("b").await;
    let findings = world.harness.sqlite().check().await.unwrap();
    assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
}

#[tokio::test]
async fn a_backup_can_be_opened_and_holds_everything() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let id = world.succeeded("a").await;
    world.publish("b").await;
    let backup = TempDir::new().unwrap();
    let file = backup.path().join("nuncio.db");
    let store = world.harness.sqlite();
    store.backup_to(&file).await.unwrap();
    assert!(matches!(
        store.backup_to(&file).await,
        Err(StoreError::Conflict(_))
    ));
    let copy: Arc<dyn nuncio_store::Store> = open(&backup, MASTER_KEY).unwrap();
    let row = copy.delivery(&world.whole(), id).await.unwrap().row;
    assert_eq!(row.progress.state, State::Succeeded);
    assert_eq!(copy.due_endpoints().await.unwrap().len(), 1);
}

/// A connection beside the store's own, to tamper with what it stores.
fn tamper(dir: &TempDir, sql: &str) {
    let conn = rusqlite::Connection::open(dir.path().join("nuncio.db")).unwrap();
    conn.execute_batch(sql).unwrap();
}

#[tokio::test]
async fn an_outcome_that_can_not_be_written_does_not_hold_up_the_others() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    tamper(
        &world.harness.dir,
        "CREATE TRIGGER poison BEFORE INSERT ON attempts WHEN NEW.url = 'poison' \
         BEGIN SELECT raise(ABORT, 'poisoned'); END",
    );
    let mut pieces = Vec::new();
    for _ in 0..3 {
        world.publish("a").await;
        pieces.extend(world.fresh().await);
    }
    for (n, piece) in pieces.iter().enumerate() {
        let mut record = world.outcome(piece, Next::Succeed);
        if n == 1 {
            record.attempt.url = "poison".to_owned();
        }
        world.record(record).await;
    }
    // The flush that meets it may fail; the one after that does not.
    let _ = world.node().flush().await;
    assert_eq!(world.in_state("succeeded").await.len(), 2);
    assert_eq!(world.in_state("pending").await, [pieces[1].delivery]);
}

#[tokio::test]
async fn doctor_finds_rows_that_belong_to_nothing() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.succeeded("a").await;
    world.flush().await;
    tamper(&world.harness.dir, "DELETE FROM events");
    let findings = world.harness.sqlite().check().await.unwrap();
    let bad: Vec<_> = findings.iter().filter(|finding| !finding.ok).collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].detail, "1 deliveries without an event");
}

#[tokio::test]
async fn a_sealed_value_in_another_row_does_not_open() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.endpoint().await;
    world.harness.sqlite().shutdown().await.unwrap();
    tamper(
        &world.harness.dir,
        "UPDATE endpoints SET sealed = (SELECT sealed FROM endpoints WHERE seq = 1)",
    );
    let opened = open(&world.harness.dir, MASTER_KEY);
    assert!(matches!(opened, Err(OpenError::Damaged(_))), "{opened:?}");
}

/// A rare state among many rows is found by its index, in one page.
#[tokio::test]
async fn dead_letters_are_found_among_many_successes() {
    let world = World::<Sqlite>::new().await;
    let endpoint = world.endpoint().await;
    let dead = world.dead("a").await;
    for _ in 0..12 {
        let batch = (0..1_000).map(|_| world.new_event("acme", "a")).collect();
        world.node().append(batch, None).await.unwrap();
        for piece in world.fresh().await {
            world.finish(&piece, Next::Succeed).await;
        }
    }
    for (endpoint, reach) in [
        (None, world.whole()),
        (None, world.reach()),
        (Some(endpoint), world.whole()),
    ] {
        let selection = nuncio_domain::Selection {
            status: Some("dead".to_owned()),
            endpoint,
            ..nuncio_domain::Selection::default()
        };
        let page = nuncio_store::Page::first(10);
        let slice = world
            .node()
            .deliveries(&reach, selection, page)
            .await
            .unwrap();
        assert_eq!(slice.items.len(), 1);
        assert_eq!(slice.items[0].id, dead);
        assert_eq!(slice.next, None);
    }
    // What no index knows is looked for piece by piece, and found in the end.
    let selection = nuncio_domain::Selection {
        status_code: Some(500),
        ..nuncio_domain::Selection::default()
    };
    let rows = world.list(&world.whole(), selection, 10).await;
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn tenants_without_endpoints_take_no_memory() {
    let mut world = World::<Sqlite>::new().await;
    let endpoint = world.endpoint().await;
    for batch in 0..10 {
        let events = (0..500).map(|n| world.new_event(&format!("stranger-{batch}-{n}"), "a"));
        let taken = world.node().append(events.collect(), None).await.unwrap();
        assert!(taken.iter().all(Result::is_ok));
    }
    assert_eq!(world.harness.sqlite().tenants_in_memory(), 1);
    world.restart().await;
    assert_eq!(world.harness.sqlite().tenants_in_memory(), 1);
    let page = nuncio_store::Page::first(250);
    let listed = world.node().tenants(world.project, page).await.unwrap();
    assert_eq!(listed.items.len(), 250);
    assert!(listed.next.is_some());
    let (reach, job, now) = (world.reach(), world.job_id(), world.now());
    let store = world.node();
    let deleted = store.delete_endpoint(&reach, endpoint, job, now).await;
    deleted.unwrap();
    assert_eq!(world.harness.sqlite().tenants_in_memory(), 0);
}

#[tokio::test]
async fn a_project_finds_its_backlog_behind_those_of_ten_thousand_others() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    world.flush().await;
    // Of other projects, and before it in the order of endpoints.
    tamper(
        &world.harness.dir,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
         INSERT INTO deliveries (id, event, endpoint, project, generation, state, due, attempts, scheduled, trigger,
             created_at)
         SELECT randomblob(16), 1, -i, 999, 0, 0, 1, 0, 0, 'schedule', 1 FROM n",
    );
    let store = world.node();
    let standing = store.standing(&world.whole(), world.now()).await.unwrap();
    assert!(standing.oldest_due.is_some());
    assert_eq!(standing.suspects.len(), 1);
}

#[tokio::test]
async fn an_endpoint_that_fails_now_and_then_is_not_written_anew() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let conn = rusqlite::Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    conn.execute_batch(
        "CREATE TABLE counted (what TEXT);
         CREATE TRIGGER a AFTER UPDATE ON endpoints BEGIN INSERT INTO counted VALUES ('endpoint'); END;
         CREATE TRIGGER b AFTER INSERT ON failing BEGIN INSERT INTO counted VALUES ('failing'); END;
         CREATE TRIGGER c AFTER DELETE ON failing BEGIN INSERT INTO counted VALUES ('failing'); END;",
    )
    .unwrap();
    let count = |what: &str| -> i64 {
        let sql = "SELECT count(*) FROM counted WHERE what = ?1";
        conn.query_row(sql, [what], |row| row.get(0)).unwrap()
    };
    for _ in 0..100 {
        world.dead("a").await;
        world.flush().await;
        world.succeeded("a").await;
        world.flush().await;
    }
    assert_eq!(count("endpoint"), 0, "neither written nor sealed");
    // Two hundred changes: the first at once, the others once a minute, however slow this machine is.
    assert!((1..100).contains(&count("failing")), "{}", count("failing"));
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_the_audit_log() {
    let world = World::<Sqlite>::new().await;
    let author = nuncio_domain::Author {
        actor: nuncio_domain::Actor {
            kind: nuncio_domain::ActorKind::Admin,
            key: None,
            name: None,
            via: nuncio_domain::Via::Bearer,
        },
        at: world.now(),
        ip: None,
        user_agent: None,
        request_id: "req_1".to_owned(),
    };
    let id = nuncio_domain::AuditId::new(author.at.ms(), world.ten());
    let (job, now) = (world.job_id(), world.now());
    let store = nuncio_store::AuditLog::by(&*world.harness.sqlite(), id, author);
    store.delete_project(world.project, job, now).await.unwrap();
    drop(store);
    let db = rusqlite::Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    for sql in [
        "UPDATE audit SET actor_name = 'somebody else'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "INSERT OR REPLACE INTO audit (id, at, action, actor_kind, via, target_kind, request_id) \
         SELECT id, at, 'nothing', actor_kind, via, target_kind, request_id FROM audit",
    ] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("audit log"), "{sql}: {refused}");
    }
    let action: String = db
        .query_row("SELECT action FROM audit", [], |row| row.get(0))
        .unwrap();
    assert_eq!(action, "project.delete");
}

#[tokio::test]
async fn a_look_brings_so_many_payload_bytes_and_says_that_there_are_more() {
    const EVENTS: usize = 40;
    const BYTES: usize = 1024 * 1024;
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    for _ in 0..EVENTS {
        let mut event = world.new_event("acme", "a");
        event.data = format!("\"{}\"", "x".repeat(BYTES - 2)).into();
        world.append(event).await.unwrap();
    }
    let now = world.now();
    let (endpoint, _) = world.due_endpoints().await[0];
    let batch = world.look(endpoint, now, EVENTS).await;
    // 16 MB, and the one that goes beyond.
    assert_eq!(batch.due.len(), 17);
    assert!(batch.next_due.is_some_and(|at| at <= now));
}
