//! What `nuncio.publish` takes is what the API takes.

use serde_json::json;

use crate::shop::Shop;

/// A tenant, a type, an id, an ordering key, and whether both take them.
#[tokio::test]
async fn arguments_are_judged_as_by_the_api() {
    let shop = Shop::open("judged_alike").await;
    let long = "x".repeat(257);
    let long = |n: usize| &long[..n];
    let cases = [
        ("acme", "a.b", "i", "k", true),
        ("a_.:-|@+", "a.b", "_:-", "!~", true),
        ("9", "orders/create v2", "0", "[]{}", true),
        (long(256), long(256), long(128), long(128), true),
        (long(257), "a.b", "i", "k", false),
        ("acme", long(257), "i", "k", false),
        ("acme", "a.b", long(129), "k", false),
        ("acme", "a.b", "i", long(129), false),
        ("", "a.b", "i", "k", false),
        ("acme", "", "i", "k", false),
        ("acme", "a.b", "", "k", false),
        ("acme", "a.b", "i", "", false),
        ("-acme", "a.b", "i", "k", false),
        ("ac me", "a.b", "i", "k", false),
        ("acmé", "a.b", "i", "k", false),
        ("acme\n", "a.b", "i", "k", false),
        ("acme", "a.*", "i", "k", false),
        ("acme", " a.b", "i", "k", false),
        ("acme", "a.b ", "i", "k", false),
        ("acme", "ä", "i", "k", false),
        ("acme", "a\tb", "i", "k", false),
        ("acme", "a.b", "i.j", "k", false),
        ("acme", "a.b", "i", "k k", false),
        ("acme", "a.b", "i", "ü", false),
    ];
    for (n, (tenant, event_type, id, key, is_sound)) in cases.iter().enumerate() {
        let event = json!({
            "tenant": tenant, "type": event_type, "id": id, "ordering_key": key, "data": n,
        });
        let status = shop.project.post("/v1/events", event.clone()).await.status;
        // Some of the ids stand twice here, with other data: the server knows that, `nuncio.publish` doesn't.
        assert_eq!(matches!(status, 202 | 409), *is_sound, "the API: {event}");
        let sql = "SELECT nuncio.publish($1, $2, $3::text, $4, $5)";
        let data = n.to_string();
        let called = shop
            .client
            .query_one(sql, &[tenant, event_type, &data, id, key])
            .await;
        assert_eq!(called.is_ok(), *is_sound, "nuncio.publish: {event}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_with_the_value_and_ends_the_transaction() {
    let shop = Shop::open("said").await;
    let check = async |call: &str, expected: &str| {
        let statements = format!("BEGIN; INSERT INTO orders VALUES ('1'); SELECT {call}; COMMIT");
        let error = shop
            .client
            .batch_execute(&statements)
            .await
            .expect_err("an error");
        let said = error.as_db_error().expect("the database says so");
        assert_eq!(said.code().code(), "22023", "{call}");
        assert!(
            said.message().contains(expected),
            "{call}: {}",
            said.message()
        );
        shop.run("ROLLBACK").await;
        assert_eq!(
            shop.count("orders").await + shop.count("nuncio.outbox").await,
            0,
            "{call}"
        );
    };
    check(
        "nuncio.publish('a b', 'x', '{}')",
        "tenant 'a b' is not valid: 1 to 256 letters",
    )
    .await;
    check("nuncio.publish('a', '*', '{}')", "type '*' is not valid").await;
    check("nuncio.publish(NULL, 'x', '{}')", "tenant is NULL").await;
    check("nuncio.publish('a', NULL, '{}')", "type is NULL").await;
    check("nuncio.publish('a', 'x', NULL)", "data is NULL").await;
    check(
        "nuncio.publish('a', 'x', '{}', deliver_at => 'infinity')",
        "deliver_at 'infinity'",
    )
    .await;
    let large = "nuncio.publish('a', 'x', to_json(repeat('x', 1048575)))";
    check(large, "1048577 bytes: at most 1 MiB").await;
}

#[tokio::test]
async fn data_of_every_type_is_taken_and_text_is_sent_as_written() {
    let shop = Shop::open("data_types").await;
    let written = r#"{"b": 1.50, "a":1, "a" : 2}"#;
    for cast in ["", "::json", "::text", "::jsonb"] {
        shop.run(&format!(
            "SELECT nuncio.publish('acme', 'a.b', '{written}'{cast})"
        ))
        .await;
    }
    let _relay = shop.relay();
    shop.arrived(4).await;
    let arrivals = shop.receiver.arrivals();
    let with = |data: &str| {
        arrivals
            .iter()
            .filter(|arrival| arrival.text().contains(data))
            .count()
    };
    assert_eq!(with(written), 3);
    assert_eq!(with(r#"{"a": 2, "b": 1.50}"#), 1, "as jsonb has it");
}
