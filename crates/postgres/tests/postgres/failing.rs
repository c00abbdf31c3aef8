use nuncio_postgres::{ConnectError, DatabaseUrl, HostFailure};
use nuncio_postgres_fixture::{Postgres, Settings};
use tokio::net::TcpListener;

async fn failure(url: &str) -> ConnectError {
    let target = DatabaseUrl::parse(url).expect("a sound URL");
    let error = target.connect().await.err().expect("no connection");
    let said = format!("{error} {error:?}");
    assert!(!said.contains("hunter2"), "{said}");
    error
}

#[tokio::test]
async fn each_host_is_named_with_what_to_do() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let silent = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let (nobody_at, silent_at) = (
        nobody.local_addr().expect("bound"),
        silent.local_addr().expect("bound"),
    );
    drop(nobody);
    let error = failure(&format!(
        "postgres://u:hunter2@{nobody_at},{silent_at}/app?connect_timeout=1"
    ))
    .await;
    let expected = format!(
        "can't connect to database \"app\" at {nobody_at}: connection refused; check that PostgreSQL is running and that \
         its listen_addresses and port include this one; at {silent_at}: no answer within 1s; check that the host is up \
         and that no firewall is in between"
    );
    assert_eq!(error.to_string(), expected);
    assert!(error.is_transient());
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again_and_not_shown() {
    let settings = Settings {
        hba: Some(
            "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
                .to_owned(),
        ),
        ..Settings::default()
    };
    let server = Postgres::start_with(&settings).await;
    server
        .query("postgres", "CREATE ROLE u LOGIN PASSWORD 'right'")
        .await;
    let at = |user: &str| format!("postgres://{user}@127.0.0.1:{}/postgres", server.port());
    let error = failure(&at("u:hunter2")).await;
    assert!(
        matches!(error.failures[0].1, HostFailure::Credentials(_)),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("password authentication failed for user \"u\""),
        "{error}"
    );
    assert!(!error.is_transient());
    let error = failure(&at("u")).await;
    assert!(error.to_string().contains("password missing"), "{error}");
    super::connecting::connect(&at("u:right")).await;
}

#[tokio::test]
async fn a_missing_database_is_not_tried_again() {
    let error = failure(&Postgres::shared().await.url_of("nowhere")).await;
    assert!(
        matches!(error.failures[0].1, HostFailure::NoDatabase(_)),
        "{error}"
    );
    assert!(!error.is_transient());
}

#[tokio::test]
async fn a_full_server_is_tried_again() {
    let settings = Settings {
        lines: vec![
            "max_connections = 2".to_owned(),
            "superuser_reserved_connections = 0".to_owned(),
            "max_wal_senders = 0".to_owned(),
        ],
        ..Settings::default()
    };
    let server = Postgres::start_with(&settings).await;
    let _first = super::connecting::connect(&server.url()).await;
    let _second = super::connecting::connect(&server.url()).await;
    let error = failure(&server.url()).await;
    assert!(
        matches!(error.failures[0].1, HostFailure::TooManyConnections(_)),
        "{error}"
    );
    assert!(error.is_transient());
}

#[tokio::test]
async fn a_server_that_hangs_up_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("bound");
    let hangs_up = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream)
        }
    });
    let error = failure(&format!(
        "postgres://u:hunter2@{address}/app?sslmode=disable"
    ))
    .await;
    assert!(error.is_transient(), "{error}");
    hangs_up.abort();
}
