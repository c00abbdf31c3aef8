//! Whoever types something wrong reads what to do instead, and scripts get 2.

use crate::support::{server::nuncio, wait::within};

/// What is typed, and what the answer has to say.
const WRONG: &[(&str, &str)] = &[
    ("", "Usage: nuncio"),
    ("srve", "'serve'"),
    ("--verison", "'--version'"),
    ("serve extra", "Usage: nuncio serve"),
    ("serve --port 80", "Usage: nuncio serve"),
    ("serve --listen", "HOST:PORT"),
    ("serve --listen 8484", ":8484"),
    ("serve --listen localhost", "localhost:8484"),
    ("serve --listen http://localhost:8484", "localhost:8484"),
    (
        "serve --listen unix:nuncio.sock",
        "unix:/run/nuncio/nuncio.sock",
    ),
    ("serve --metrics-listen ::1:80", "[::1]:8484"),
    ("serve --metrics-listen systemd", "write an address"),
    ("serve --tls-cert cert.pem", "`tls_key`"),
    ("serve --config nothere.toml", "nothere.toml: no such file"),
    ("serve --allow-cidr 10.0.0.0/99", "10.0.0.0/8"),
    ("serve --allow-cidr example.com", "10.0.0.0/8"),
    ("serve --connections-max many", "whole number"),
    ("serve --connections-max 0", "use 1 or more"),
    ("serve --log-format yaml", "text, json"),
    (
        "serve --public-url hooks.example.com",
        "https://hooks.example.com",
    ),
    ("serve --store mysql://db/nuncio", "sqlite:DIR"),
    ("serve --store sqlite:a --data b", "set only one"),
    ("serve --database-direct postgres://db/x", "postgres://"),
    ("publish", "--type <EVENT_TYPE>"),
    ("publish --type a.b --tenant t {}", "nuncio login"),
    ("publish --key k --type a.b", "--tenant <TENANT>"),
    (
        "publish --key k --type a.b --tenant t {broken",
        "not valid JSON",
    ),
    (
        "publish --key k --type a.b --tenant t --metadata [1] {}",
        "not a JSON object",
    ),
    (
        "publish --key k --type a.b --tenant t --header nocolon {}",
        "Name: value",
    ),
    (
        "publish --key k --type a.b --tenant t --all-tenants {}",
        "cannot be used with",
    ),
    ("keys --key k", "list, create, revoke"),
    ("keys --key k create", "--name <NAME>"),
    (
        "deliveries --key k --status lost",
        "pending, succeeded, dead or cancelled",
    ),
    ("deliveries --key k --since monday", "2026-01-31T12:00:00Z"),
    ("retry --key k", "--status dead"),
    ("replay --key k", "--since <SINCE>"),
    ("replay --key k --since yesterday", "2026-01-31T12:00:00Z"),
    ("jobs --key k show", "<ID>"),
    ("outbox install --database mysql://x/y", "postgres://"),
    ("relay", "--database <URL>"),
    ("receive", "--secret <SECRET>"),
    ("receive --secret s --listen nowhere", "127.0.0.1:8484"),
    ("receive --secret x --dialect nosuch", "standard"),
    ("verify --secret s --header nocolon", "Name: value"),
    ("sign --secret s --dialect nosuch {}", "standard"),
    ("dialect show nosuch", "standard"),
    ("dialect check", "<FILES>"),
    ("docs --key k", "--out <DIR>"),
    ("backup", "<FILE>"),
    ("doctor --store ftp://x", "postgres://user@host/database"),
    ("migrate --master-key 12", "64 hex digits"),
    ("bench warp", "Usage: nuncio bench"),
    ("completions tcsh", "bash"),
];

#[tokio::test]
async fn whatever_is_typed_wrong_is_answered_with_what_to_do() {
    assert!(WRONG.len() >= 40);
    let folder = tempfile::tempdir().expect("a folder");
    for (typed, words) in WRONG {
        let mut command = nuncio();
        command
            .args(typed.split_whitespace())
            .current_dir(folder.path());
        let output = within("it ends", command.output()).await.expect("it ran");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "nuncio {typed}: {said}");
        assert!(said.contains(words), "nuncio {typed}: {said}");
        // Results are read by programs: there is none.
        assert!(output.stdout.is_empty(), "nuncio {typed}");
        let is_for_people = !said.contains("panicked") && !said.contains("invalid digit");
        assert!(is_for_people, "nuncio {typed}: {said}");
    }
    // Nothing was begun.
    let files = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(files, 0);
}
