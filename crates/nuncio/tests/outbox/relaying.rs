//! What becomes of published events.

use nuncio_postgres::tokio_postgres;
use serde_json::{Value, json};

use crate::shop::{RelayProcess, Shop, command, data};
use crate::support::api::text;
use crate::support::wait::eventually;

#[tokio::test]
async fn a_commit_is_delivered_once_and_a_rollback_never() {
    let shop = Shop::open("once").await;
    let relay = shop.relay();
    let id: String = shop
        .client
        .query_one("SELECT nuncio.publish('acme', 'order.paid', '{\"n\": 1}', deliver_at => now() - interval '1 hour')", &[])
        .await
        .expect("it publishes")
        .get(0);
    shop.run("BEGIN; SELECT nuncio.publish('acme', 'order.paid', '{\"n\": 2}'); ROLLBACK")
        .await;
    shop.run("SELECT nuncio.publish('acme', 'order.paid', '{\"n\": 3}')")
        .await;
    let arrived = shop.arrived(2).await;
    let mut numbers: Vec<&Value> = arrived.values().flatten().map(|data| &data["n"]).collect();
    numbers.sort_by_key(|n| n.as_i64());
    assert_eq!(numbers, [&json!(1), &json!(3)]);
    // The id that `publish` returned is the one by which the event is found.
    let found = shop
        .project
        .get(&format!("/v1/events?tenant=acme&source_id={id}"))
        .await
        .expect(200);
    assert_eq!(
        found["data"].as_array().expect("a list").len(),
        1,
        "{found}"
    );
    assert_eq!(text(&found["data"][0], "type"), "order.paid");
    eventually("the outbox is empty", async || {
        (shop.count("nuncio.outbox").await == 0).then_some(())
    })
    .await;
    eventually("both are counted", async || {
        let counted = "nuncio_relay_events_total{result=\"published\"} 2\n";
        relay.metrics().await.contains(counted).then_some(())
    })
    .await;
    assert!(relay.stop().await.success());
}

#[tokio::test]
async fn a_server_relays_its_own_outbox_if_told_to() {
    let shop = Shop::open("own_relay").await;
    let mut serve = shop.installation.command().await;
    serve
        .env("NUNCIO_OUTBOX_DATABASE", &shop.database)
        .env("NUNCIO_OUTBOX_KEY", &shop.key);
    let mut shop = shop;
    assert!(shop.server.take().expect("it runs").stop().await.success());
    let mut server = serve.spawn().expect("the binary starts");
    shop.publish("{\"n\": 1}").await;
    assert_eq!(shop.arrived(1).await.len(), 1);
    server.kill().await.expect("killed and reaped");
}

#[tokio::test]
async fn events_of_a_key_are_sent_in_the_order_of_their_commits() {
    const WRITERS: usize = 6;
    const EACH: usize = 40;
    let shop = Shop::open("order").await;
    shop.run("CREATE TABLE counters (key text PRIMARY KEY, n int NOT NULL); INSERT INTO counters VALUES ('k0', 0), ('k1', 0), ('k2', 0)").await;
    let _relays = [shop.relay(), shop.relay(), shop.relay()];
    // Each takes the key's next number after it has the key's lock: numbers follow the order of commits.
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let database = shop.database.clone();
            tokio::spawn(async move {
                let (client, connection) = tokio_postgres::connect(&database, tokio_postgres::NoTls).await.expect("it connects");
                tokio::spawn(connection);
                for n in 0..EACH {
                    let key = format!("k{}", (writer + n) % 3);
                    let statements = format!(
                        "BEGIN; UPDATE counters SET n = n + 1 WHERE key = '{key}'; \
                         SELECT nuncio.publish('acme', 'a.b', json_build_object('key', key, 'n', n), ordering_key => key) \
                         FROM counters WHERE key = '{key}'; COMMIT"
                    );
                    client.batch_execute(&statements).await.expect("it commits");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    shop.arrived(WRITERS * EACH).await;
    for key in ["k0", "k1", "k2"] {
        let arrivals = shop.receiver.arrivals();
        let numbers: Vec<i64> = arrivals
            .iter()
            .map(data)
            .filter(|data| data["key"] == key)
            .filter_map(|data| data["n"].as_i64())
            .collect();
        let expected: Vec<i64> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, expected, "{key}");
    }
}

/// Numbers are drawn in the order of keys' locks, but other transactions commit late: their rows appear below those that
/// were already taken.
#[tokio::test]
async fn a_late_commit_is_found() {
    let shop = Shop::open("late").await;
    let _relay = shop.relay();
    let (slow, connection) = tokio_postgres::connect(&shop.database, tokio_postgres::NoTls)
        .await
        .expect("it connects");
    tokio::spawn(connection);
    slow.batch_execute("BEGIN; SELECT nuncio.publish('acme', 'a.b', '{\"n\": \"slow\"}')")
        .await
        .expect("it runs");
    for n in 0..20 {
        shop.publish(&format!("{{\"n\": {n}}}")).await;
    }
    shop.arrived(20).await;
    slow.batch_execute("COMMIT").await.expect("it commits");
    let arrived = shop.arrived(21).await;
    assert!(arrived.values().flatten().any(|data| data["n"] == "slow"));
}

#[tokio::test]
async fn what_the_server_refuses_is_kept_and_holds_up_nobody() {
    let shop = Shop::open("refused").await;
    let schema = json!({ "schema": { "type": "object", "required": ["total"] } });
    shop.project.put("/v1/event-types/order.paid", schema).await;
    let publish = |id: &str, data: &str| {
        format!(
            "SELECT nuncio.publish('acme', 'order.paid', '{data}', id => '{id}', ordering_key => 'k')"
        )
    };
    shop.run(&publish("first", "{\"total\": 1}")).await;
    shop.run(&publish("wrong", "{}")).await;
    shop.run(&publish("third", "{\"total\": 3}")).await;
    // The same id with other data is another event with an id that is taken.
    shop.run(&publish("first", "{\"total\": 4}")).await;
    let relay = shop.relay();
    shop.arrived(2).await;
    eventually("two are refused", async || {
        (shop.count("nuncio.outbox_refused").await == 2).then_some(())
    })
    .await;
    assert_eq!(shop.count("nuncio.outbox").await, 0);
    relay
        .says("the server refused an event of the outbox")
        .await;

    let database = ["--database", &*shop.database];
    let listed = command(&["outbox", "refused", database[0], database[1], "--json"]).await;
    let listed: Value = serde_json::from_str(&listed.printed).expect("JSON");
    assert_eq!(text(&listed[0], "id"), "wrong");
    assert_eq!(listed[0]["status"], 422);
    assert!(text(&listed[0], "reason").contains("total"), "{listed}");
    assert_eq!(listed[1]["status"], 409);

    // Once the schema lets it through, it can be sent.
    let schema = json!({ "schema": { "type": "object" }, "force": true });
    shop.project.put("/v1/event-types/order.paid", schema).await;
    let retried = command(&["outbox", "retry", database[0], database[1], "wrong"]).await;
    assert_eq!(
        retried.printed.trim(),
        "1 events put back",
        "{}",
        retried.errors
    );
    assert_eq!(shop.arrived(3).await.len(), 3);
    let dropped = command(&["outbox", "drop", database[0], database[1], "--all"]).await;
    assert_eq!(
        dropped.printed.trim(),
        "1 events dropped",
        "{}",
        dropped.errors
    );
    let none = command(&["outbox", "drop", database[0], database[1], "nobody"]).await;
    assert!(!none.status.success());
}

#[tokio::test]
async fn large_events_go_in_several_requests() {
    let shop = Shop::open("large").await;
    shop.run("SELECT nuncio.publish('acme', 'a.b', to_json(repeat('x', 1000000))) FROM generate_series(1, 20)").await;
    let _relay = shop.relay();
    assert_eq!(shop.arrived(20).await.len(), 20);
}

#[tokio::test]
async fn a_relay_with_a_wrong_key_loses_nothing() {
    let shop = Shop::open("wrong_key").await;
    shop.publish("{\"n\": 1}").await;
    let relay = RelayProcess::start(&shop.database, shop.server_url(), "nk_of_nobody");
    relay.says("401").await;
    relay.kill().await;
    assert_eq!(shop.count("nuncio.outbox").await, 1);
    let _relay = shop.relay();
    assert_eq!(shop.arrived(1).await.len(), 1);
}
