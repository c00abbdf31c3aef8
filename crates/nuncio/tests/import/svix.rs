//! A Svix server's database: rows of each kind, in a real PostgreSQL.

use nuncio_postgres_fixture::Postgres;
use serde_json::json;

use crate::house::{House, is_signed, outcomes};
use crate::support::sink::Sink;

/// What encrypts the secrets of `svix.sql`; they were encrypted with libsodium.
const MAIN_SECRET: &str = "main-secret-of-the-old-server";

/// A database of an old server, whose endpoints are at this receiver.
async fn database(name: &str, sink: &Sink) -> String {
    let postgres = Postgres::shared().await;
    let url = postgres.database(name).await;
    let rows = include_str!("svix.sql").replace("{url}", &sink.url);
    let client = postgres.client(name).await;
    client.batch_execute(&rows).await.expect("it is filled");
    url
}

#[tokio::test]
async fn everything_comes_and_every_receiver_still_verifies() {
    let house = House::open("svix").await;
    let sink = Sink::healthy();
    let database = database("svix_moves", &sink).await;
    let source = [
        "svix",
        "--database",
        &database,
        "--main-secret",
        MAIN_SECRET,
        "--org",
        "org_a",
    ];
    let dry = house.import(&source, 3).await;
    let foreign = "endpoint ep_5foreign refused: its secret does not decrypt with this main secret";
    let rest = |word: &str| {
        let origins = [
            "event type order.old",
            "event type order.paid",
            "application app_one",
            "application app_two",
            "endpoint ep_1legacy",
            "endpoint ep_2plain",
            "endpoint ep_3sealed",
            "endpoint ep_4pair",
        ];
        let lines = origins.map(|origin| format!("{origin} {word}"));
        [[foreign.to_owned()].as_slice(), &lines].concat()
    };
    assert_eq!(outcomes(&dry), rest("create"));
    assert!(
        house.project.all("/v1/endpoints").await.is_empty(),
        "a dry run creates nothing"
    );

    let apply = [source.as_slice(), &["--apply"]].concat();
    assert_eq!(outcomes(&house.import(&apply, 3).await), rest("created"));
    assert_eq!(outcomes(&house.import(&apply, 3).await), rest("exists"));
    assert_eq!(house.project.all("/v1/endpoints").await.len(), 4);

    let orders = house
        .project
        .get("/v1/endpoints/orders?tenant=acme")
        .await
        .expect(200);
    assert_eq!(orders["tenant"], "app_one");
    assert_eq!(
        [
            &orders["events"],
            &orders["channels"],
            &orders["rate_limit"],
            &orders["disabled"]
        ],
        [
            &json!(["order.paid"]),
            &json!(["eu"]),
            &json!(7),
            &json!(true)
        ]
    );
    let by_old_id = house
        .project
        .get("/v1/endpoints/svix.ep_1legacy?tenant=app_one")
        .await
        .expect(200);
    assert_eq!(by_old_id["events"], json!(["*"]));
    let tenant = house.project.get("/v1/tenants/app_one").await.expect(200);
    assert_eq!(
        [&tenant["uid"], &tenant["metadata"]["tier"]],
        ["acme", "gold"]
    );
    let order = house
        .project
        .get("/v1/event-types/order.paid")
        .await
        .expect(200);
    assert_eq!(
        order["schema"]["required"],
        json!(["id"]),
        "the newest schema"
    );

    for tenant in ["app_one", "app_two"] {
        house
            .project
            .publish(tenant, "order.paid", r#"{"id":1}"#)
            .await;
    }
    let secret = "whsec_KioqKioqKioqKioqKioqKioqKioqKioq";
    let former = "whsec_KysrKysrKysrKysrKysrKysrKysrKysr";
    let public = "whpk_6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
    let expired = "whsec_LCwsLCwsLCwsLCwsLCwsLCwsLCwsLCws";
    for (path, key, is_expected) in [
        ("/legacy", secret, true),
        ("/legacy", former, false),
        ("/sealed", secret, true),
        ("/sealed", former, true),
        ("/sealed", expired, false),
        ("/pair", public, true),
    ] {
        let arrivals = sink.arrived(path, 1).await;
        assert_eq!(
            is_signed("svix", &arrivals[0], key),
            is_expected,
            "{path} {key}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_says_what_to_do() {
    let house = House::open("svix").await;
    let sink = Sink::healthy();
    let database = database("svix_unread", &sink).await;
    let (_, errors, _) = house.run(&["svix", "--database", &database]).await;
    assert!(
        errors.contains("name one with --org: org_a, org_b"),
        "{errors}"
    );
    let (_, errors, _) = house
        .run(&["svix", "--database", &database, "--org", "org_c"])
        .await;
    assert!(
        errors.contains("there is no organization org_c"),
        "{errors}"
    );
    let report = house
        .import(&["svix", "--database", &database, "--org", "org_a"], 3)
        .await;
    let sealed = "endpoint ep_3sealed refused: its secret is encrypted: give the main secret with --main-secret";
    assert!(outcomes(&report).contains(&sealed.to_owned()), "{report}");
    let other = Postgres::shared().await.database("not_svix").await;
    let (_, errors, _) = house.run(&["svix", "--database", &other]).await;
    assert!(
        errors.contains("not the database of a Svix server"),
        "{errors}"
    );
}
