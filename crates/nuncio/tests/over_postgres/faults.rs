//! PostgreSQL's failures under load. Each of them ends, and the server goes on by itself.

use nuncio_postgres_fixture::{PgBouncer, Postgres, url_of_all};

use crate::{
    ledger::{faults, survives},
    support::{server::Installation, wait::eventually},
};

/// A server of PostgreSQL that may be killed, with a database.
async fn own() -> (Postgres, String) {
    let postgres = Postgres::start().await;
    let url = postgres.database("nuncio").await;
    (postgres, url)
}

fn installation(url: &str) -> Installation {
    Installation::with_plain_http().log("warn").store(url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_is_killed_and_started_again() {
    let (postgres, url) = own().await;
    let installation = installation(&url);
    let server = installation.start().await;
    survives(&server, faults(), async |load, _| {
        postgres.kill9().await;
        load.refusal().await;
        postgres.restart().await;
    })
    .await;
    assert!(server.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_connections_are_cut() {
    let (postgres, url) = own().await;
    let installation = installation(&url);
    let server = installation.start().await;
    survives(&server, faults(), async |_, _| {
        assert!(postgres.cut_connections().await > 0);
    })
    .await;
    assert!(server.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_in_between_is_restarted() {
    let (postgres, direct) = own().await;
    let pooler = PgBouncer::start(&postgres).await;
    let installation =
        installation(&pooler.url_of("nuncio")).env("NUNCIO_DATABASE_DIRECT", &direct);
    let server = installation.start().await;
    survives(&server, faults(), async |_, _| pooler.restart().await).await;
    assert!(server.stop().await.success());
    // What others do in the same pool is as they set it.
    let (client, driver) = tokio_postgres::connect(&pooler.url_of("nuncio"), tokio_postgres::NoTls)
        .await
        .expect("the pooler is there");
    tokio::spawn(driver);
    for setting in [
        "enable_seqscan",
        "jit",
        "idle_in_transaction_session_timeout",
    ] {
        let changed = "SELECT setting <> reset_val FROM pg_settings WHERE name = ";
        let rows = client.simple_query(&format!("{changed}'{setting}'")).await;
        let rows = rows.expect("an answer");
        let value = rows.iter().find_map(|row| match row {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        assert_eq!(value, Some("f"), "{setting}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standby_takes_over() {
    let (primary, _) = own().await;
    let standby = primary.with_standby().await;
    let url = url_of_all(&[&primary, &standby], "nuncio");
    let installation = installation(&url);
    let server = installation.start().await;
    survives(&server, 1, async |load, _| {
        primary.kill9().await;
        load.refusal().await;
        standby.promote().await;
    })
    .await;
    assert!(server.stop().await.success());
}

/// A user who owns the database and has no other right, as an installation should have.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_no_connections_left() {
    let (postgres, url) = own().await;
    for statement in [
        "CREATE ROLE nuncio LOGIN",
        "ALTER DATABASE nuncio OWNER TO nuncio",
    ] {
        postgres.query("postgres", statement).await;
    }
    let url = url.replacen("postgres@", "nuncio@", 1);
    let installation = installation(&url);
    let server = installation.start().await;
    survives(&server, faults(), async |load, _| {
        let none = "ALTER ROLE nuncio CONNECTION LIMIT 0";
        postgres.query("postgres", none).await;
        postgres.cut_connections().await;
        load.refusal().await;
        let all = "ALTER ROLE nuncio CONNECTION LIMIT -1";
        postgres.query("postgres", all).await;
    })
    .await;
    assert!(server.stop().await.success());
}

/// PostgreSQL's own error, raised where it would write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_of_the_database_is_full() {
    const FULL: &str = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$";
    let (postgres, url) = own().await;
    let installation = installation(&url);
    let server = installation.start().await;
    postgres.query("nuncio", FULL).await;
    survives(&server, faults(), async |load, _| {
        for table in ["events", "attempts"] {
            let full = format!(
                "CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()"
            );
            postgres.query("nuncio", &full).await;
        }
        load.refusal().await;
        eventually("the server says that it is not ready", async || {
            (load.project.get("/readyz").await.status == 503).then_some(())
        })
        .await;
        for table in ["events", "attempts"] {
            let room = format!("DROP TRIGGER full_disk ON {table}");
            postgres.query("nuncio", &room).await;
        }
        eventually("the server is ready again", async || {
            (load.project.get("/readyz").await.status == 200).then_some(())
        })
        .await;
    })
    .await;
    assert!(server.stop().await.success());
}
