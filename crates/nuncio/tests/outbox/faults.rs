//! What fails on the way, and is made up for.

use nuncio_postgres::tokio_postgres;
use nuncio_postgres_fixture::{PgBouncer, Postgres, url_of_all};
use rustix::process::Signal;

use crate::shop::{RelayProcess, Shop};
use crate::support::server::{ADMIN_KEY, MASTER_KEY, nuncio};
use crate::support::wait::eventually;

#[tokio::test]
async fn a_server_that_is_down_is_waited_for() {
    let mut shop = Shop::open("server_down").await;
    let server = shop.server.take().expect("it runs");
    let url = server.url.clone();
    let port = url.rsplit(':').next().expect("a port").to_owned();
    server.kill().await;
    let relay = RelayProcess::start(&shop.database, &url, &shop.key);
    shop.publish("{\"n\": 1}").await;
    relay.says("no response").await;
    let mut again = nuncio();
    again
        .args([
            "serve",
            "--allow-http",
            "--allow-cidr",
            "127.0.0.1/32",
            "--listen",
        ])
        .args([&format!("127.0.0.1:{port}"), "--data"])
        .arg(shop.installation.data())
        .env("NUNCIO_ADMIN_KEY", ADMIN_KEY)
        .env("NUNCIO_MASTER_KEY", MASTER_KEY);
    let _server = again.spawn().expect("the binary starts");
    assert_eq!(shop.arrived(1).await.len(), 1);
    relay.says("relaying events again").await;
}

#[tokio::test]
async fn a_database_that_restarts_is_waited_for() {
    let postgres = Postgres::start().await;
    let shop = Shop::on(&postgres, "restarts").await;
    let relay = shop.relay();
    shop.publish("{\"n\": 1}").await;
    shop.arrived(1).await;
    postgres.kill9().await;
    relay.says("can't relay events").await;
    postgres.restart().await;
    postgres
        .query(
            "restarts",
            "SELECT nuncio.publish('acme', 'a.b', '{\"n\": 2}')",
        )
        .await;
    shop.arrived(2).await;
    postgres.cut_connections().await;
    postgres
        .query(
            "restarts",
            "SELECT nuncio.publish('acme', 'a.b', '{\"n\": 3}')",
        )
        .await;
    assert_eq!(shop.arrived(3).await.len(), 3);
}

#[tokio::test]
async fn events_survive_the_primary() {
    let primary = Postgres::start().await;
    let shop = Shop::on(&primary, "primary").await;
    let standby = primary.with_standby().await;
    shop.publish("{\"n\": 1}").await;
    primary.kill9().await;
    standby.promote().await;
    let database = url_of_all(&[&primary, &standby], "primary");
    let _relay = RelayProcess::start(&database, shop.server_url(), &shop.key);
    assert_eq!(shop.arrived(1).await.len(), 1);
}

#[tokio::test]
async fn a_pooler_in_between_makes_no_difference() {
    let postgres = Postgres::start().await;
    let shop = Shop::on(&postgres, "pooled").await;
    let pooler = PgBouncer::start(&postgres).await;
    let relays = [
        RelayProcess::start(&pooler.url_of("pooled"), shop.server_url(), &shop.key),
        RelayProcess::start(&pooler.url_of("pooled"), shop.server_url(), &shop.key),
    ];
    for n in 0..30 {
        shop.run(&format!(
            "SELECT nuncio.publish('acme', 'a.b', '{{\"n\": {n}}}', ordering_key => 'k{}')",
            n % 4
        ))
        .await;
    }
    shop.arrived(30).await;
    pooler.restart().await;
    shop.publish("{\"n\": 30}").await;
    assert_eq!(shop.arrived(31).await.len(), 31);
    for relay in relays {
        assert!(relay.stop().await.success());
    }
}

/// The rows that a frozen relay has claimed stay locked until PostgreSQL ends its transaction; others go on with the rest.
#[tokio::test]
async fn a_frozen_relay_holds_up_nobody_else() {
    let shop = Shop::open("frozen").await;
    let frozen = shop.relay();
    shop.publish("{\"n\": 0}").await;
    shop.arrived(1).await;
    frozen.signal(Signal::STOP);
    for n in 1..=10 {
        shop.publish(&format!("{{\"n\": {n}}}")).await;
    }
    let _relay = shop.relay();
    assert_eq!(shop.arrived(11).await.len(), 11);
    frozen.signal(Signal::CONT);
    eventually("the outbox is empty", async || {
        (shop.count("nuncio.outbox").await == 0).then_some(())
    })
    .await;
    assert!(frozen.stop().await.success());
}

/// While a transaction is open in the same database, nothing that is deleted leaves the indexes.
#[tokio::test]
async fn an_open_transaction_of_somebody_else_does_not_stall_the_relay() {
    let shop = Shop::open("open_transaction").await;
    let (other, connection) = tokio_postgres::connect(&shop.database, tokio_postgres::NoTls)
        .await
        .expect("it connects");
    tokio::spawn(connection);
    other
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM orders")
        .await
        .expect("it runs");
    shop.run("SELECT nuncio.publish('nobody', 'a.b', '{}') FROM generate_series(1, 20000)")
        .await;
    let _relay = shop.relay();
    eventually("the outbox is empty", async || {
        (shop.count("nuncio.outbox").await == 0).then_some(())
    })
    .await;
    shop.publish("{\"n\": 1}").await;
    assert_eq!(shop.arrived(1).await.len(), 1);
    other.batch_execute("COMMIT").await.expect("it commits");
}
