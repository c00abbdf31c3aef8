//! `nuncio outbox`.

use nuncio_postgres_fixture::Postgres;

use crate::shop::command;

async fn ok(args: &[&str]) -> String {
    let ended = command(args).await;
    assert!(
        ended.status.success(),
        "{args:?}: {}{}",
        ended.printed,
        ended.errors
    );
    ended.printed.trim().to_owned()
}

async fn refused(args: &[&str], expected: &str) {
    let ended = command(args).await;
    assert!(!ended.status.success(), "{args:?}: {}", ended.printed);
    assert!(
        ended.errors.contains(expected),
        "{args:?}: {}",
        ended.errors
    );
}

#[tokio::test]
async fn it_is_installed_again_and_removed() {
    let postgres = Postgres::shared().await;
    let url = postgres.database("installing").await;
    let run = async |verb: &str, more: &[&str]| {
        let mut args = vec!["outbox", verb, "--database", &url];
        args.extend(more);
        ok(&args).await
    };
    refused(
        &["outbox", "status", "--database", &url],
        "run `nuncio outbox install` first",
    )
    .await;
    refused(
        &["relay", "--database", &url, "--key", "k"],
        "run `nuncio outbox install` first",
    )
    .await;
    assert_eq!(
        run("install", &[]).await,
        "the outbox is installed (version 1)"
    );
    postgres
        .query("installing", "SELECT nuncio.publish('acme', 'a.b', '1')")
        .await;
    assert_eq!(
        run("install", &[]).await,
        "the outbox is there already (version 1)"
    );
    assert!(
        run("status", &[])
            .await
            .starts_with("1 events wait, the oldest for ")
    );
    refused(
        &["outbox", "uninstall", "--database", &url],
        "1 events wait",
    )
    .await;
    // A thing of somebody else's in the schema stays.
    postgres
        .query("installing", "CREATE TABLE nuncio.notes ()")
        .await;
    run("uninstall", &["--force"]).await;
    let left = "SELECT relname FROM pg_class WHERE relnamespace = 'nuncio'::regnamespace AND relkind = 'r'";
    assert_eq!(postgres.query("installing", left).await, ["notes"]);
    assert_eq!(
        run("install", &[]).await,
        "the outbox is installed (version 1)"
    );
    postgres
        .query("installing", "DROP TABLE nuncio.notes")
        .await;
    run("uninstall", &[]).await;
    assert_eq!(
        postgres
            .query("installing", "SELECT to_regnamespace('nuncio') IS NULL")
            .await,
        ["t"]
    );
}

#[tokio::test]
async fn one_of_a_newer_version_is_left_alone() {
    let postgres = Postgres::shared().await;
    let url = postgres.database("newer").await;
    ok(&["outbox", "install", "--database", &url]).await;
    postgres
        .query("newer", "UPDATE nuncio.outbox_version SET version = 99")
        .await;
    for verb in ["install", "status", "refused"] {
        refused(&["outbox", verb, "--database", &url], "version 99").await;
    }
}

#[tokio::test]
async fn the_printed_statements_install_it_too() {
    let postgres = Postgres::shared().await;
    let url = postgres.database("printed").await;
    let statements = ok(&["outbox", "install", "--print"]).await;
    postgres
        .client("printed")
        .await
        .batch_execute(&statements)
        .await
        .expect("they run");
    assert_eq!(
        ok(&["outbox", "install", "--database", &url]).await,
        "the outbox is there already (version 1)"
    );
}

/// No superuser, and each role with what the documentation gives it.
#[tokio::test]
async fn each_role_may_do_its_own_and_no_more() {
    let postgres = Postgres::shared().await;
    postgres.database("roles").await;
    let roles = "DROP ROLE IF EXISTS roles_owner; DROP ROLE IF EXISTS roles_app; DROP ROLE IF EXISTS roles_relay; \
                 CREATE ROLE roles_owner LOGIN; CREATE ROLE roles_app LOGIN; CREATE ROLE roles_relay LOGIN";
    postgres.query("roles", roles).await;
    let url = |role: &str| {
        postgres
            .url_of("roles")
            .replace("postgres@", &format!("{role}@"))
    };
    let (owner, app, relay) = (url("roles_owner"), url("roles_app"), url("roles_relay"));
    let install = [
        "outbox",
        "install",
        "--database",
        &owner,
        "--publisher",
        "roles_app",
        "--relay",
        "roles_relay",
    ];
    refused(&install, "GRANT CREATE ON DATABASE").await;
    postgres
        .query("roles", "GRANT CREATE ON DATABASE roles TO roles_owner")
        .await;
    ok(&install).await;
    ok(&install).await;

    let may = async |role: &str, statement: &str| {
        let client = postgres.client("roles").await;
        client
            .batch_execute(&format!("SET ROLE {role}"))
            .await
            .expect("we are superuser");
        client.batch_execute(statement).await.is_ok()
    };
    let publish = "SELECT nuncio.publish('acme', 'a.b', '1'), nuncio.publish('acme', 'a.b', '1'::json), nuncio.publish('acme', 'a.b', '1'::jsonb)";
    assert!(may("roles_app", publish).await);
    for statement in [
        "SELECT * FROM nuncio.outbox",
        "DELETE FROM nuncio.outbox",
        "INSERT INTO nuncio.outbox (id, tenant, type, data, data_bytes, created_at) VALUES ('', '', '', '1', 1, now())",
        "SELECT * FROM nuncio.outbox_refused",
    ] {
        assert!(!may("roles_app", statement).await, "{statement}");
    }
    assert!(!may("roles_relay", publish).await);
    assert!(
        may(
            "roles_relay",
            "SELECT 1 FROM nuncio.outbox FOR UPDATE SKIP LOCKED"
        )
        .await
    );
    assert!(
        ok(&["outbox", "status", "--database", &relay])
            .await
            .starts_with("3 events wait")
    );
    refused(
        &["outbox", "status", "--database", &app],
        "docs/outbox.md lists the rights",
    )
    .await;
    refused(
        &["outbox", "uninstall", "--force", "--database", &relay],
        "docs/outbox.md",
    )
    .await;
    postgres
        .query("roles", "DROP OWNED BY roles_owner, roles_app, roles_relay")
        .await;
}

#[tokio::test]
async fn passwords_stay_secret() {
    let ended = command(&[
        "outbox",
        "status",
        "--database",
        "postgres://u:hunter2@127.0.0.1:1/app",
    ])
    .await;
    assert!(
        ended.errors.contains("127.0.0.1:1: connection refused"),
        "{}",
        ended.errors
    );
    let misspelled = command(&[
        "outbox",
        "status",
        "--database",
        "postgres://u:hunter2/@127.0.0.1/app",
    ])
    .await;
    assert!(misspelled.errors.contains("%40"), "{}", misspelled.errors);
    for ended in [ended, misspelled] {
        assert!(!ended.errors.contains("hunter2"), "{}", ended.errors);
    }
}
