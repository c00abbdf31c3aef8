use nuncio_postgres::{DatabaseUrl, HostFailure};
use nuncio_postgres_fixture::{Postgres, url_of_all};

use super::connecting::connect;

#[tokio::test]
async fn the_host_that_takes_writes_is_found_also_after_a_failover() {
    let primary = Postgres::start().await;
    let standby = primary.with_standby().await;
    // The standby is asked first.
    let url = url_of_all(&[&standby, &primary], "postgres");
    let client = connect(&url).await;
    client
        .batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
        .await
        .expect("it runs");

    let error = DatabaseUrl::parse(&standby.url())
        .expect("sound")
        .connect()
        .await
        .err();
    let error = error.expect("a standby takes no writes");
    assert_eq!(error.failures[0].1, HostFailure::ReadOnly);
    assert!(error.is_transient(), "it may be promoted");
    connect(&format!("{}?target_session_attrs=read-only", standby.url())).await;

    primary.kill9().await;
    assert!(client.batch_execute("SELECT 1").await.is_err());
    standby.promote().await;
    let client = connect(&url).await;
    let rows = client
        .query("SELECT n FROM t", &[])
        .await
        .expect("it answers");
    assert_eq!(rows.len(), 1, "what was committed is on the standby");
    client
        .batch_execute("INSERT INTO t VALUES (2)")
        .await
        .expect("it takes writes");
}
