//! Databases of Convoy and Hook0 servers: rows of each kind, in a real PostgreSQL.

use nuncio_postgres_fixture::Postgres;
use serde_json::json;

use crate::house::{House, outcomes};
use crate::support::sink::Sink;

async fn database(name: &str, rows: &str, sink: &Sink) -> String {
    let postgres = Postgres::shared().await;
    let url = postgres.database(name).await;
    let client = postgres.client(name).await;
    let rows = rows.replace("{url}", &sink.url);
    client.batch_execute(&rows).await.expect("it is filled");
    url
}

#[tokio::test]
async fn endpoints_of_convoy_come_with_their_subscriptions() {
    let house = House::open("deiterate").await;
    let sink = Sink::healthy();
    let database = database("convoy", include_str!("convoy.sql"), &sink).await;
    let source = [
        "convoy",
        "--database",
        &database,
        "--encryption-key",
        "key-of-convoy",
    ];
    let expected = |word: &str| {
        [
            "endpoint 03FILTER refused: it filters by body or headers: create it with a payload filter".to_owned(),
            "endpoint 04LONELY refused: it has no subscription, so it gets no events".to_owned(),
            "endpoint 05AUTH refused: it authenticates at its receiver: create it with `auth`".to_owned(),
            format!("event type order.paid {word}"),
            format!("endpoint 01PLAIN {word}"),
            format!("endpoint 02SEALED {word}"),
        ]
    };
    assert_eq!(
        outcomes(&house.import(&source, 3).await),
        expected("create")
    );
    let apply = [source.as_slice(), &["--apply"]].concat();
    assert_eq!(
        outcomes(&house.import(&apply, 3).await),
        expected("created")
    );
    assert_eq!(outcomes(&house.import(&apply, 3).await), expected("exists"));
    let plain = house
        .project
        .get("/v1/endpoints/01PLAIN?tenant=acme")
        .await
        .expect(200);
    assert_eq!(plain["events"], json!(["order.paid", "order.new"]));
    let sealed = house
        .project
        .get("/v1/endpoints/02SEALED?tenant=02SEALED")
        .await
        .expect(200);
    assert_eq!(
        [&sealed["disabled"], &sealed["description"]],
        [&json!(true), &json!("Sealed")]
    );

    house
        .project
        .publish("acme", "order.paid", "{\"object\":{}}")
        .await;
    let arrivals = sink.arrived("/plain", 1).await;
    let dialect = nuncio_dialect::builtin_named("deiterate").expect("it is built in");
    let headers: Vec<_> = arrivals[0]
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
        .collect();
    let received = nuncio_dialect::Received {
        method: "POST",
        url: "",
        headers: &headers,
        body: &arrivals[0].body,
    };
    let key = dialect
        .parse_verifying_key("present-secret")
        .expect("a secret");
    assert!(
        dialect.verify(&received, &[key], 0).is_ok(),
        "signed with the last secret"
    );

    let (_, errors, _) = house.run(&["convoy", "--database", &database]).await;
    assert!(
        errors.contains("give the key with --encryption-key"),
        "{errors}"
    );
    let (_, errors, _) = house
        .run(&[
            "convoy",
            "--database",
            &database,
            "--encryption-key",
            "other",
        ])
        .await;
    assert!(errors.contains("do not decrypt with this key"), "{errors}");
}

#[tokio::test]
async fn subscriptions_of_hook0_come_by_the_label_that_names_the_tenant() {
    let house = House::open("deiterate").await;
    let sink = Sink::healthy();
    let database = database("hook0", include_str!("hook0.sql"), &sink).await;
    let source = ["hook0", "--database", &database, "--tenant-label", "tenant"];
    let id = |n: u32| format!("subscription 00000000-0000-0000-0000-00000000000{n}");
    let expected = |word: &str| {
        [
            format!(
                "{} refused: it has no label `tenant`, which names the tenant",
                id(3)
            ),
            format!(
                "{} refused: it goes by other labels as well: create it with channels or a payload filter",
                id(4)
            ),
            format!("event type shop.order.paid {word}"),
            format!("{} {word}", id(1)),
            format!("{} {word}", id(2)),
        ]
    };
    assert_eq!(
        outcomes(&house.import(&source, 3).await),
        expected("create")
    );
    let apply = [source.as_slice(), &["--apply"]].concat();
    assert_eq!(
        outcomes(&house.import(&apply, 3).await),
        expected("created")
    );
    assert_eq!(outcomes(&house.import(&apply, 3).await), expected("exists"));
    let endpoints = house.project.all("/v1/endpoints").await;
    let beta = endpoints
        .values()
        .find(|one| one["tenant"] == "beta")
        .expect("it is there");
    assert_eq!(
        [&beta["disabled"], &beta["events"]],
        [&json!(true), &json!(["shop.order.paid"])]
    );
}
