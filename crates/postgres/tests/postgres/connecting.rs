use nuncio_postgres::tokio_postgres::AsyncMessage;
use nuncio_postgres::{DatabaseUrl, Driver};
use nuncio_postgres_fixture::{PgBouncer, Postgres};
use tokio_postgres::Client;

pub(crate) async fn connect(url: &str) -> Client {
    let target = DatabaseUrl::parse(url).expect("a sound URL");
    let (client, driver) = target
        .connect()
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    tokio::spawn(driver);
    client
}

async fn one(client: &Client, query: &str) -> String {
    client
        .query_one(query, &[])
        .await
        .expect("it answers")
        .get(0)
}

#[tokio::test]
async fn a_connection_says_who_it_is() {
    let url = Postgres::shared().await.database("says_who").await;
    let client = connect(&url).await;
    assert_eq!(one(&client, "SHOW application_name").await, "nuncio");
    assert_eq!(
        one(&client, "SELECT current_database()::text").await,
        "says_who"
    );
    let target = DatabaseUrl::parse(&url)
        .expect("sound")
        .named("nuncio relay");
    let (client, driver) = target.connect().await.expect("it connects");
    tokio::spawn(driver);
    assert_eq!(one(&client, "SHOW application_name").await, "nuncio relay");
}

/// The caller polls the driver beside its own work, in one task of a runtime with one thread.
#[tokio::test(flavor = "current_thread")]
async fn a_connection_needs_no_task_of_its_own() {
    let url = Postgres::shared().await.database("no_task").await;
    let (client, mut driver) = DatabaseUrl::parse(&url)
        .expect("sound")
        .connect()
        .await
        .expect("it connects");
    let answer = client.query_one("SELECT 1 + 1", &[]);
    let answer: i32 = tokio::select! {
        answer = answer => answer.expect("it answers").get(0),
        message = driver.message() => panic!("{message:?}"),
    };
    assert_eq!(answer, 2);
    drop(client);
    assert!(driver.message().await.is_none(), "it ends with its client");
}

#[tokio::test]
async fn notices_and_notifications_come_by_way_of_the_driver() {
    let url = Postgres::shared().await.database("notices").await;
    let (client, mut driver) = DatabaseUrl::parse(&url)
        .expect("sound")
        .connect()
        .await
        .expect("it connects");
    let asked = tokio::spawn(async move {
        let statements =
            "LISTEN news; DO $$ BEGIN RAISE WARNING 'careful'; END $$; NOTIFY news, 'here'";
        client.batch_execute(statements).await.expect("it runs");
        client
    });
    let mut heard = Vec::new();
    while heard.len() < 2 {
        heard.push(match next(&mut driver).await {
            AsyncMessage::Notice(notice) => notice.message().to_owned(),
            AsyncMessage::Notification(notification) => notification.payload().to_owned(),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(heard, ["careful", "here"]);
    asked.abort();
}

async fn next(driver: &mut Driver) -> AsyncMessage {
    driver
        .message()
        .await
        .expect("still open")
        .expect("no error")
}

#[tokio::test]
async fn a_unix_socket_needs_no_tls_whatever_the_mode() {
    let server = Postgres::shared().await;
    let folder = server.socket_folder().display();
    let url = format!(
        "postgres://postgres@/postgres?host={folder}&port={}&sslmode=verify-full",
        server.port()
    );
    let client = connect(&url).await;
    assert_eq!(
        one(
            &client,
            "SELECT coalesce(inet_server_addr()::text, 'socket')"
        )
        .await,
        "socket"
    );
}

#[tokio::test]
async fn a_pooler_in_between_makes_no_difference() {
    let server = Postgres::shared().await;
    server.database("pooled").await;
    let bouncer = PgBouncer::start(server).await;
    let client = connect(&bouncer.url_of("pooled")).await;
    client
        .batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (7)")
        .await
        .expect("it runs");
    bouncer.restart().await;
    let client = connect(&bouncer.url_of("pooled")).await;
    let rows = client
        .simple_query("SELECT n FROM t")
        .await
        .expect("it answers");
    assert!(format!("{rows:?}").contains('7'), "{rows:?}");
}
