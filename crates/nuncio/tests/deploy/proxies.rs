//! The samples for proxies, in front of a real server. Only addresses and certificates are the test's.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::json;
use tokio::{
    net::TcpSocket,
    process::{Child, Command},
};

use crate::{
    sample,
    support::{
        output::Lines,
        server::{ADMIN_KEY, Installation},
        tls::Certificates,
    },
};

/// A port of 127.0.0.1 that nobody else is given: bound, but never listening.
fn reserved_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("before it is bound");
    let any = "127.0.0.1:0".parse().expect("an address");
    socket.bind(any).expect("a free port");
    let port = socket.local_addr().expect("bound").port();
    (socket, port)
}

/// A server as the samples say that it is started.
fn behind(url: &str) -> Installation {
    Installation::new()
        .arg("--public-url")
        .arg(url)
        .arg("--trusted-proxies")
        .arg("127.0.0.1/32")
}

/// Replaces what has to be there.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the sample");
    text.replace(from, to)
}

/// A program in the foreground; returns once it says that it is ready.
async fn start(mut command: Command, ready: &str) -> Child {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the proxy starts");
    let printed = Lines::new();
    printed.follow(child.stderr.take().expect("piped"));
    printed
        .wait("the proxy is ready", |lines| {
            let mut lines = lines.iter();
            lines.any(|line| line.contains(ready)).then_some(())
        })
        .await;
    child
}

/// What holds behind every proxy: people sign in, programs publish, and what is large arrives.
async fn check(client: &reqwest::Client, url: &str) {
    let ready = client.get(format!("{url}/readyz")).send().await;
    assert_eq!(ready.expect("an answer").status(), 200);
    // Sessions are bound to the name that browsers use, and to TLS.
    let signed_in = client
        .post(format!("{url}/v1/session"))
        .header("origin", url)
        .json(&json!({"key": ADMIN_KEY}))
        .send()
        .await
        .expect("an answer");
    let status = signed_in.status();
    assert!(
        status.is_success(),
        "{status}: {:?}",
        signed_in.text().await
    );
    let cookie = signed_in.headers()[SET_COOKIE].to_str().expect("ASCII");
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().expect("a first part").to_owned();
    let session = client
        .get(format!("{url}/v1/session"))
        .header(COOKIE, cookie)
        .send()
        .await
        .expect("an answer");
    assert_eq!(session.status(), 200);
    let project = client
        .post(format!("{url}/v1/projects"))
        .bearer_auth(ADMIN_KEY)
        .json(&json!({"name": "Behind a proxy", "dialect": "standard"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(project.status(), 201);
    let project: serde_json::Value = project.json().await.expect("JSON");
    // More than proxies take unless they are told.
    let data = json!({"text": "x".repeat(200_000)});
    let event = json!({"tenant": "acme", "type": "a.b", "data": data});
    let published = client
        .post(format!("{url}/v1/events/batch"))
        .bearer_auth(ADMIN_KEY)
        .header("nuncio-project", project["id"].as_str().expect("an id"))
        .json(&json!({"events": vec![event; 8]}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(published.status(), 202);
}

/// nginx, which may be in a folder that not everybody's path has.
fn nginx(folder: &Path) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut paths: Vec<PathBuf> = std::env::split_paths(&path).collect();
    paths.push("/usr/sbin".into());
    let mut command = Command::new("nginx");
    command
        .env("PATH", std::env::join_paths(paths).expect("paths"))
        .args(["-e", "stderr", "-c", "nginx.conf", "-p"])
        .arg(folder)
        .current_dir(folder);
    command
}

#[tokio::test]
async fn nginx_in_front_of_a_server_works_by_the_sample() {
    let dir = tempfile::tempdir().expect("a folder");
    let certificates = Certificates::make(dir.path());
    let (_port, port) = reserved_port();
    let url = format!("https://127.0.0.1:{port}");
    let installation = behind(&url);
    let server = installation.start().await;
    let site = sample("nginx/nuncio.conf");
    let site = replaced(
        &site,
        "127.0.0.1:8484",
        server.url.trim_start_matches("http://"),
    );
    let site = replaced(&site, "listen 443", &format!("listen 127.0.0.1:{port}"));
    let site = replaced(&site, "listen [::]:443 ssl http2;", "");
    let certificate = certificates.certificate.display().to_string();
    let site = replaced(&site, "/etc/ssl/nuncio/fullchain.pem", &certificate);
    let key = certificates.key.display().to_string();
    let site = replaced(&site, "/etc/ssl/nuncio/privkey.pem", &key);
    std::fs::write(dir.path().join("nuncio.conf"), site).expect("writable");
    let config = "daemon off; master_process off; pid nginx.pid; error_log stderr notice; events {}
        http {
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi; access_log off;
            include nuncio.conf;
        }";
    std::fs::write(dir.path().join("nginx.conf"), config).expect("writable");
    let _nginx = start(nginx(dir.path()), "using the \"").await;
    let client = certificates.client();
    check(&client, &url).await;
    let metrics = client.get(format!("{url}/metrics")).send().await;
    assert_eq!(metrics.expect("an answer").status(), 404);
}

#[tokio::test]
#[ignore = "needs Caddy, which `cargo xtask deploy` fetches"]
async fn caddy_in_front_of_a_server_works_by_the_sample() {
    let caddy = std::env::var_os("NUNCIO_TEST_CADDY").expect("the path of Caddy");
    let dir = tempfile::tempdir().expect("a folder");
    let certificates = Certificates::make(dir.path());
    let (_port, port) = reserved_port();
    let url = format!("https://127.0.0.1:{port}");
    let installation = behind(&url);
    let server = installation.start().await;
    let site = sample("caddy/Caddyfile");
    // Outside, Caddy gets a certificate by itself.
    let own = format!(
        "tls {} {}\n\n\treverse_proxy",
        certificates.certificate.display(),
        certificates.key.display()
    );
    let site = replaced(&site, "reverse_proxy", &own);
    let global = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n\n";
    let file = dir.path().join("Caddyfile");
    std::fs::write(&file, format!("{global}{site}")).expect("writable");
    let mut command = Command::new(caddy);
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(&file)
        .env("NUNCIO_SITE", &url)
        .env("NUNCIO_UPSTREAM", server.url.trim_start_matches("http://"))
        .env("XDG_DATA_HOME", dir.path())
        .env("XDG_CONFIG_HOME", dir.path())
        .env("HOME", dir.path());
    let _caddy = start(command, "serving initial configuration").await;
    check(&certificates.client(), &url).await;
}
