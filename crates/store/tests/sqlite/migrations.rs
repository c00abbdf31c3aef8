//! Databases of older versions, and of newer ones.

use nuncio_domain::{DeadReason, Next, State};
use nuncio_store::sqlite::OpenError;
use tempfile::TempDir;

use crate::{
    MASTER_KEY, Sqlite, open,
    suite::{Harness, World},
};

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let harness = Sqlite::start().await;
    harness.sqlite().shutdown().await.unwrap();
    let conn = rusqlite::Connection::open(harness.dir.path().join("nuncio.db")).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let newer = open(&harness.dir, MASTER_KEY);
    assert!(matches!(
        newer,
        Err(OpenError::NewerSchema { found: 99, .. })
    ));
}

#[tokio::test]
async fn migrations_are_idempotent() {
    let mut world = World::<Sqlite>::new().await;
    for _ in 0..3 {
        world.restart().await;
    }
    assert!(world.node().project(world.project).await.unwrap().is_some());
}

/// Takes away what the schema's steps from the eleventh on have made.
const DOWNGRADE_TO_10: &str = "DROP TRIGGER told_dead_goes_with_it; DROP TABLE told_dead; DROP TABLE broadcasts; \
    ALTER TABLE endpoints DROP COLUMN certificate_told; \
    DROP INDEX tenants_by_project; DROP INDEX tenants_by_uid; ALTER TABLE tenants DROP COLUMN uid; \
    DROP INDEX attempts_by_id; DROP INDEX attempts_by_endpoint; DROP INDEX attempts_failed; \
    DROP INDEX attempts_failed_by_endpoint; ALTER TABLE attempts DROP COLUMN project; \
    ALTER TABLE attempts DROP COLUMN endpoint; UPDATE deliveries SET state = 2 WHERE state = 4; \
    ALTER TABLE events DROP COLUMN extras; DROP TABLE retentions; DROP TABLE transforms; \
    ALTER TABLE attempts DROP COLUMN transform; \
    ALTER TABLE events DROP COLUMN schema_version; ALTER TABLE dialects DROP COLUMN deleted_at; \
    PRAGMA user_version = 10;";

#[tokio::test]
async fn attempts_of_an_older_database_are_listed_and_failed_tests_are_no_dead_letters() {
    let mut world = World::<Sqlite>::new().await;
    let endpoint = world.endpoint().await;
    let dead = world.dead("a").await;
    let test = world.new_event("acme", "webhook.test");
    let (store, reach) = (world.node(), world.reach());
    let test = store
        .append_test(&reach, test, endpoint, None)
        .await
        .unwrap();
    drop(store);
    let piece = world.due_anywhere(world.now()).await.remove(0);
    world
        .finish(&piece, Next::Die(DeadReason::TestFailed))
        .await;
    world.harness.sqlite().shutdown().await.unwrap();
    let conn = rusqlite::Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    conn.execute_batch(DOWNGRADE_TO_10).unwrap();
    drop(conn);
    world.crash().await;
    assert_eq!(world.in_state("dead").await, [dead]);
    assert_eq!(world.state(test).await, State::Dead(DeadReason::TestFailed));
    let query = nuncio_store::AttemptQuery {
        endpoint: Some(endpoint),
        ..nuncio_store::AttemptQuery::default()
    };
    let page = nuncio_store::Page::first(10);
    let listed = world.node().attempts(&reach, query, page).await.unwrap();
    let deliveries: Vec<_> = listed.items.iter().map(|row| row.delivery).collect();
    assert_eq!(deliveries, [test, dead]);
}

/// Takes away what the schema's steps from the third on have made.
fn downgrade_to_2(dir: &TempDir) {
    let conn = rusqlite::Connection::open(dir.path().join("nuncio.db")).unwrap();
    conn.execute_batch(DOWNGRADE_TO_10).unwrap();
    conn.execute_batch(
        "DROP TABLE audit; DROP TABLE sessions; DROP TABLE erasures; DROP TABLE failing;
         DROP TABLE pauses; ALTER TABLE attempts DROP COLUMN metadata;
         DROP INDEX keys_by_tenant; CREATE INDEX keys_by_project ON keys (project);
         ALTER TABLE jobs DROP COLUMN tries;
         ALTER TABLE jobs DROP COLUMN error;
         DROP INDEX keys_portal_ends_at;
         ALTER TABLE keys DROP COLUMN portal_ends_at;
         DROP INDEX deliveries_ordering;
         ALTER TABLE deliveries DROP COLUMN ordering;
         ALTER TABLE events DROP COLUMN ordering_key;
         PRAGMA user_version = 2;",
    )
    .unwrap();
}

#[tokio::test]
async fn a_database_from_before_ordering_keys_is_brought_up_to_date() {
    let mut world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let delivered = world.succeeded("a").await;
    world.publish("a").await;
    let waiting = world.fresh().await.remove(0);
    world.harness.sqlite().shutdown().await.unwrap();
    downgrade_to_2(&world.harness.dir);
    world.crash().await;

    assert_eq!(world.state(delivered).await, State::Succeeded);
    let id = world.row(delivered).await.event;
    let event = world.node().event(&world.whole(), id).await.unwrap();
    assert_eq!(event.ordering_key, None);
    for _ in 0..2 {
        world.append(world.ordered("a")).await.unwrap();
    }
    let due = world.due_anywhere(world.now()).await;
    assert_eq!(due.len(), 2, "the old one, and the first of the key");
    assert_eq!(due[0].delivery, waiting.delivery);
    world.finish(&due[1], Next::Succeed).await;
    assert_eq!(world.due_anywhere(world.now()).await.len(), 2);
}

#[tokio::test]
async fn since_when_endpoints_fail_moves_out_of_their_documents() {
    let mut world = World::<Sqlite>::new().await;
    let (failing, well) = (world.endpoint().await, world.endpoint().await);
    world.harness.sqlite().shutdown().await.unwrap();
    let since = world.now();
    let conn = rusqlite::Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    conn.execute_batch(DOWNGRADE_TO_10).unwrap();
    conn.execute_batch(
        "DROP TABLE failing; DROP TABLE pauses; ALTER TABLE attempts DROP COLUMN metadata;
         DROP INDEX keys_by_tenant; CREATE INDEX keys_by_project ON keys (project);
         PRAGMA user_version = 7;",
    )
    .unwrap();
    conn.execute(
        "UPDATE endpoints SET doc = json_set(doc, '$.failing_since', ?1) WHERE seq = 1",
        [since.to_string()],
    )
    .unwrap();
    drop(conn);
    world.crash().await;
    let store = world.node();
    let found = async |id| store.endpoint(&world.whole(), id).await.unwrap().unwrap();
    assert_eq!(found(failing).await.failing_since, Some(since));
    assert_eq!(found(well).await.failing_since, None);
}
