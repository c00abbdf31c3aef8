//! `nuncio bench --store postgres://…`, with tiny numbers.

use nuncio_postgres_fixture::Postgres;

use crate::run::{DONE, FAILED, offline};

#[tokio::test]
async fn a_bench_has_databases_of_its_own_and_leaves_none() {
    // Its own, so that what is left behind is of this test.
    let postgres = Postgres::start().await;
    let url = postgres.url();
    let bench = [
        "bench",
        "throughput",
        "--quick",
        "--json",
        "--store",
        url.as_str(),
    ];
    let report = offline(&bench, "").await.json(DONE);
    for figure in [
        "delivered_per_s",
        "database_cpu_us_per_delivery",
        "wal_bytes_per_delivery",
    ] {
        let value = report["median"][figure].as_f64();
        assert!(value > Some(0.0), "{figure}: {report}");
    }
    assert_eq!(report["median"]["delivered_twice"], 0.0, "{report}");
    let left = "SELECT datname FROM pg_database WHERE datname LIKE 'nuncio%'";
    assert_eq!(postgres.query("postgres", left).await, [""; 0]);
    let tables = "SELECT relname FROM pg_class WHERE relname = 'events'";
    assert_eq!(postgres.query("postgres", tables).await, [""; 0]);

    let past = [
        "bench",
        "retention",
        "--quick",
        "--json",
        "--store",
        url.as_str(),
    ];
    let refused = offline(&past, "").await.refused(FAILED);
    assert!(refused.contains("leave out --store"), "{refused}");
    assert_eq!(postgres.query("postgres", left).await, [""; 0]);
}
