//! Do servers for tests come, go, and come back as promised?

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use nuncio_postgres_fixture::{PgBouncer, Postgres};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio_postgres::NoTls;

#[tokio::test]
async fn every_database_is_fresh() {
    let server = Postgres::shared().await;
    server.database("fresh").await;
    server.query("fresh", "CREATE TABLE t ()").await;
    server.database("other").await;
    for database in ["other", "fresh"] {
        if database == "fresh" {
            server.database("fresh").await;
        }
        let tables = server
            .query(
                database,
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
            )
            .await;
        assert_eq!(tables, ["0"], "{database}");
    }
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed() {
    let server = Postgres::start().await;
    let client = server.client("postgres").await;
    client
        .batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
        .await
        .expect("it runs");
    client
        .batch_execute("BEGIN; INSERT INTO t VALUES (2)")
        .await
        .expect("it runs");
    server.kill9().await;
    assert!(client.batch_execute("COMMIT").await.is_err());
    server.restart().await;
    assert_eq!(server.query("postgres", "SELECT n FROM t").await, ["1"]);
    assert!(
        server.log().contains("was not properly shut down"),
        "{}",
        server.log()
    );
}

#[tokio::test]
async fn cut_connections_are_of_no_use_any_more() {
    let server = Postgres::start().await;
    let client = server.client("postgres").await;
    client.batch_execute("SELECT 1").await.expect("it runs");
    assert_eq!(server.cut_connections().await, 1);
    assert!(client.batch_execute("SELECT 1").await.is_err());
}

#[tokio::test]
async fn a_commit_waits_for_the_standby() {
    let primary = Postgres::start().await;
    let standby = primary.with_standby().await;
    primary.query("postgres", "CREATE TABLE t (n int)").await;
    standby.kill9().await;
    let client = primary.client("postgres").await;
    let waits = client.batch_execute("INSERT INTO t VALUES (1)");
    let is_waiting = async {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        while primary.query("postgres", waiting).await != ["1"] {}
    };
    tokio::select! {
        answer = waits => panic!("committed without the standby: {answer:?}"),
        () = is_waiting => {}
    }
}

#[tokio::test]
async fn a_pooler_ends_its_connections_when_it_restarts() {
    let server = Postgres::start().await;
    let bouncer = PgBouncer::start(&server).await;
    let (client, connection) = tokio_postgres::connect(&bouncer.url_of("postgres"), NoTls)
        .await
        .expect("it connects");
    let connection = tokio::spawn(connection);
    client.batch_execute("SELECT 1").await.expect("it runs");
    bouncer.restart().await;
    assert!(client.batch_execute("SELECT 1").await.is_err());
    assert!(connection.await.expect("no panic").is_err());
}

/// The other half of the next test, which runs it in a process of its own.
#[tokio::test]
#[ignore = "started by servers_end_when_their_process_is_killed"]
async fn starts_servers_and_waits() {
    let server = Postgres::shared().await;
    let _bouncer = PgBouncer::start(server).await;
    println!("\nfolder {}", server.socket_folder().display());
    std::io::stdin()
        .read_to_end(&mut Vec::new())
        .expect("its input is there");
}

#[test]
fn servers_end_when_their_process_is_killed() {
    let mut tests = Command::new(std::env::current_exe().expect("we are a file"));
    tests.args([
        "--ignored",
        "--exact",
        "starts_servers_and_waits",
        "--nocapture",
    ]);
    let mut tests = tests
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let printed = BufReader::new(tests.stdout.take().expect("piped"));
    let folder = printed
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.strip_prefix("folder ")?.to_owned()));
    let folder = folder.expect("it prints the folder");
    let base = Path::new(&folder)
        .parent()
        .expect("below the process's own");
    let found = Command::new("pgrep")
        .arg("-f")
        .arg(base)
        .output()
        .expect("every Debian has pgrep");
    let found = String::from_utf8(found.stdout).expect("numbers");
    let processes: Vec<_> = found
        .lines()
        .map(|id| {
            let id = id.parse().ok().and_then(Pid::from_raw).expect("a number");
            pidfd_open(id, PidfdFlags::empty()).expect("it runs")
        })
        .collect();
    assert_eq!(processes.len(), 3, "server, pooler, watchdog");
    tests.kill().expect("it's ours");
    tests.wait().expect("it's ours");
    for process in &processes {
        poll(&mut [PollFd::new(process, PollFlags::IN)], None).expect("it can be waited for");
    }
    assert!(!base.exists(), "its folder is gone too");
}
