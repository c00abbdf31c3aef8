//! Many rows at once: what another connection does in between, and what a large table costs.

use nuncio_domain::{Next, Selection, State};
use nuncio_postgres::DatabaseUrl;
use nuncio_postgres_fixture::Postgres;
use nuncio_store::{AttemptQuery, Page, Refused};

use crate::{
    OneNode,
    suite::{Harness, world::World},
};

/// Rows of each table: so many that reading all of them would show.
const ROWS: u32 = 100_000;

fn database(url: &str) -> &str {
    let name = url.rsplit('/').next().unwrap();
    name.split('?').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_id_that_another_takes_meanwhile_is_found_at_the_commit() {
    let world = World::<OneNode>::new().await;
    world.endpoint().await;
    let target = DatabaseUrl::parse(&world.harness.url).unwrap();
    let (client, driver) = target.connect().await.unwrap();
    let driver = tokio::spawn(driver);
    let taken = "BEGIN; INSERT INTO events (seq, id, project, tenant, type, source_id, fingerprint, created_at, test, \
        targets, payload_sha256, payload) SELECT -1, decode(repeat('01', 16), 'hex'), project, seq, 'a', 'taken', \
        decode(repeat('02', 32), 'hex'), 0, 0, '', '', '{}' FROM tenants WHERE id = 'acme'";
    client.batch_execute(taken).await.unwrap();
    let events = vec![
        world.with_source("taken", 1),
        world.new_event("acme", "order.paid"),
    ];
    let (node, other) = (world.node(), events[1].id);
    let appended = tokio::spawn(async move { node.append(events, None).await });
    // It has looked, found nothing, and waits for whoever was quicker.
    let waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let server = Postgres::shared().await;
    let name = database(&world.harness.url);
    while server.query(name, waits).await.is_empty() {}
    client.batch_execute("COMMIT").await.unwrap();
    let results = appended.await.unwrap().unwrap();
    assert!(matches!(results[0], Err(Refused::SourceIdReused)));
    assert_eq!(results[1].as_ref().unwrap().id, other);
    world.node().event(&world.reach(), other).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
}

/// Fills the tables with old rows; of every hundredth delivery the next attempt is still to come.
fn filling() -> String {
    let numbers = format!("generate_series(1, {ROWS}) AS g (n)");
    let place =
        "(SELECT project, tenant, seq AS endpoint FROM endpoints ORDER BY seq LIMIT 1) AS p";
    let id = "decode(lpad(to_hex(n), 32, '0'), 'hex')";
    format!(
        "INSERT INTO events (seq, id, project, tenant, type, fingerprint, created_at, test, targets, payload_sha256, payload) \
         SELECT -n, {id}, project, tenant, 'a', '\\x01', 0, 0, '', decode(repeat('01', 32), 'hex'), '{{}}' FROM {numbers}, {place}; \
         INSERT INTO deliveries (id, event, endpoint, project, generation, state, due, scheduled_due, attempts, scheduled, \
         trigger, created_at) SELECT {id}, -n, endpoint, project, 0, CASE WHEN n % 100 = 0 THEN 0 ELSE 1 END, \
         CASE WHEN n % 100 = 0 THEN 9000000000000 END, CASE WHEN n % 100 = 0 THEN 9000000000000 END, 1, 1, 'schedule', 0 \
         FROM {numbers}, {place}; \
         INSERT INTO attempts (seq, id, trigger, started_at, url, dialect, request_headers, response_headers, truncated, \
         dns_us, connect_us, tls_us, first_byte_us, total_us, response_body, project, endpoint) SELECT (seq << 16) + 1, id, \
         'schedule', 0, 'https://a.example', 1, '[]', '[]', 0, 0, 0, 0, 0, 1, '', project, endpoint FROM deliveries; ANALYZE"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_frequent_reads_all_of_a_large_table() {
    let mut world = World::<OneNode>::new().await;
    let endpoint = world.endpoint().await;
    let server = Postgres::shared().await;
    let url = world.harness.url.clone();
    server.query(database(&url), &filling()).await;
    world.harness.restart().await;
    server.query(database(&url), "SELECT pg_stat_reset()").await;

    let node = world.node();
    let succeeded = world.succeeded("order.paid").await;
    assert_eq!(world.state(succeeded).await, State::Succeeded);
    world.dead("order.paid").await;
    let tried = world.ended("order.paid", Next::RetryAt(world.now())).await;
    assert_eq!(world.due_anywhere(world.now()).await.len(), 1);
    node.delivery(&world.reach(), tried).await.unwrap();
    for status in [None, Some("pending"), Some("dead"), Some("succeeded")] {
        for endpoint in [None, Some(endpoint)] {
            let selection = Selection {
                status: status.map(str::to_owned),
                endpoint,
                ..Selection::default()
            };
            let whole = world.whole();
            let page = node.deliveries(&whole, selection, Page::first(50)).await;
            assert!(!page.unwrap().items.is_empty(), "{status:?}");
        }
    }
    let whole = world.whole();
    let events = node
        .events(&whole, Default::default(), Page::first(50))
        .await;
    assert_eq!(events.unwrap().items.len(), 50);
    for failed in [None, Some(true)] {
        let query = AttemptQuery {
            failed,
            ..AttemptQuery::default()
        };
        node.attempts(&world.whole(), query, Page::first(50))
            .await
            .unwrap();
    }
    node.prune(world.now()).await.unwrap();
    // What its connections have counted is there once they are closed.
    node.shutdown().await.unwrap();
    let scanned = "SELECT relname || ' ' || seq_scan FROM pg_stat_user_tables WHERE seq_scan > 0 \
        AND relname IN ('events', 'deliveries', 'attempts')";
    assert_eq!(server.query(database(&url), scanned).await, [""; 0]);
}
