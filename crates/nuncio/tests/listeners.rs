//! How the server takes connections in, how it is told where, and how it stops.

mod support;

use std::{io, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use support::{
    server::{Installation, nuncio},
    sink::Sink,
    tls::Certificates,
    wait::{eventually, within},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

/// Of the server, such as `127.0.0.1:40123`.
fn address(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}

/// One request on a connection of its own.
async fn ask(address: &str, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!("{request}\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn thousands_of_silent_connections_leave_the_api_and_deliveries_alone() {
    // This process needs a descriptor for each of them, too.
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).expect("up to the hard limit");
    let count = limit
        .maximum
        .map_or(3_000, |hard| hard.min(6_100) as usize / 2 - 50);
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let hook = json!({"tenant": "acme", "url": receiver.url, "events": ["*"]});
    project.new_endpoint(hook).await;
    let address = address(&server.url);
    let mut silent = Vec::new();
    for n in 0..count {
        let mut stream = TcpStream::connect(&address).await.expect("taken in");
        if n % 2 == 0 {
            // A head that never ends.
            stream
                .write_all(b"GET / HTTP/1.1\r\nhost")
                .await
                .expect("sent");
        }
        silent.push(stream);
        if n % 500 == 0 {
            project.publish("acme", "a.b", "{}").await;
        }
    }
    let health = within("the API answers", ask(&address, "GET /healthz HTTP/1.1")).await;
    assert!(health.expect("an answer").starts_with("HTTP/1.1 200"));
    receiver.arrived("/", count.div_ceil(500)).await;
    let metrics = ask(&address, "GET /metrics HTTP/1.1")
        .await
        .expect("an answer");
    assert!(
        metrics.contains("nuncio_http_connections_ended_total"),
        "{metrics}"
    );
}

#[tokio::test]
async fn connections_beyond_the_settings_take_idle_seats() {
    let installation = Installation::new()
        .arg("--connections-per-address-max")
        .arg("5");
    let server = installation.start().await;
    let address = address(&server.url);
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(&address).await.expect("taken in"));
        let health = ask(&address, "GET /healthz HTTP/1.1")
            .await
            .expect("an answer");
        assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    }
    let mut first = [0; 1];
    let closed = within("the first one is closed", silent[0].read(&mut first)).await;
    assert_eq!(closed.unwrap_or(0), 0);
}

#[tokio::test]
async fn metrics_have_an_address_and_a_key_of_their_own() {
    let installation = Installation::new()
        .arg("--metrics-listen")
        .arg("localhost:0");
    let server = installation.start().await;
    let monitors = installation.printed.wait("metrics are there", |lines| {
        let line = lines.iter().find(|line| line.contains("serving metrics"))?;
        let (_, port) = line.rsplit_once(':')?;
        Some(
            port.chars()
                .take_while(char::is_ascii_digit)
                .collect::<String>(),
        )
    });
    let monitors = format!("localhost:{}", monitors.await);
    let address = address(&server.url);
    for (listener, path, status) in [
        (&address, "/metrics", "404"),
        (&address, "/healthz", "200"),
        (&monitors, "/metrics", "200"),
        (&monitors, "/readyz", "200"),
        (&monitors, "/v1/session", "404"),
    ] {
        let answer = ask(listener, &format!("GET {path} HTTP/1.1"))
            .await
            .expect("an answer");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {answer}"
        );
    }
}

#[tokio::test]
async fn settings_in_conflict_end_the_start_with_words() {
    let dir = tempfile::tempdir().expect("a folder");
    for (args, words) in [
        (["--store", "sqlite:a", "--data", "b"], "`store`"),
        (
            ["--listen", ":8484", "--metrics-listen", "0.0.0.0:8484"],
            "`metrics_listen`",
        ),
        (
            [
                "--connections-max",
                "5",
                "--connections-per-address-max",
                "6",
            ],
            "connections_max",
        ),
        (
            ["--listen", "8484", "--log-format", "text"],
            "localhost:8484",
        ),
    ] {
        let mut command = nuncio();
        command.arg("serve").args(args).current_dir(dir.path());
        let output = within("it ends", command.output()).await.expect("it ran");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

#[tokio::test]
async fn a_server_with_an_attempt_that_hangs_stops_before_it_would_be_killed() {
    // Orchestrators kill after 30 seconds; the attempt would take 60.
    const KILLED_AFTER: Duration = Duration::from_secs(30);
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| None);
    let project = server.admin().new_project("standard", json!({})).await;
    let hook =
        json!({"tenant": "acme", "url": receiver.url, "events": ["*"], "timeout_ms": 60_000});
    project.new_endpoint(hook).await;
    let event = project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    // A request that hangs, too.
    let mut slow = TcpStream::connect(address(&server.url))
        .await
        .expect("taken in");
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: 127")
        .await
        .expect("sent");
    let begin = Instant::now();
    assert!(server.stop().await.success());
    assert!(begin.elapsed() < KILLED_AFTER, "{:?}", begin.elapsed());
    // It was cut off, not lost: the next start makes it again.
    let server = installation.start().await;
    receiver.arrived("/", 2).await;
    let path = format!("/v1/events/{event}/deliveries");
    let project = project.at(&server.url);
    assert_eq!(
        project.get(&path).await.expect(200)["data"][0]["status"],
        "pending"
    );
}

/// What a server answers on a socket in the file system.
async fn ask_at(path: &std::path::Path, request: &str) -> io::Result<String> {
    let mut stream = tokio::net::UnixStream::connect(path).await?;
    let head = format!("{request}\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn a_server_answers_at_several_addresses_and_a_socket_in_the_file_system() {
    let installation = Installation::new();
    let socket = installation.folder().join("nuncio.sock");
    let installation = installation
        .arg("--listen")
        .arg(format!("127.0.0.1:0,unix:{}", socket.display()));
    let server = installation.start().await;
    let urls = server.stdout.wait("all addresses are shown", |lines| {
        let urls = lines
            .iter()
            .filter_map(|line| line.strip_prefix("listening on "));
        let urls: Vec<String> = urls.map(str::to_owned).collect();
        (urls.len() == 3).then_some(urls)
    });
    let urls = urls.await;
    assert_eq!(urls[2], format!("unix:{}", socket.display()));
    for url in &urls[..2] {
        let answer = ask(&address(url), "GET /readyz HTTP/1.1").await;
        let answer = answer.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{url}: {answer}");
    }
    let answer = ask_at(&socket, "GET /readyz HTTP/1.1").await;
    assert!(answer.expect("an answer").starts_with("HTTP/1.1 200"));
    assert!(server.stop().await.success());
    assert!(!socket.exists());
}

#[tokio::test]
async fn systemd_listens_for_the_server_and_hears_that_it_is_ready() {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    let notices = folder.path().join("notify");
    let systemd = tokio::net::UnixDatagram::bind(&notices).expect("a socket");
    // Sockets are passed from descriptor 3 on, to the process that they name.
    let mut server = tokio::process::Command::new("sh")
        .args([
            "-c",
            r#"export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" "$@" 3<&0 </dev/null"#,
        ])
        .arg(env!("CARGO_BIN_EXE_nuncio"))
        .args(["serve", "--listen", "systemd", "--data"])
        .arg(folder.path().join("data"))
        .env("NOTIFY_SOCKET", &notices)
        .stdin(std::os::fd::OwnedFd::from(listener))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("sh starts");
    let hear = async || {
        let mut bytes = [0; 64];
        let length = within("systemd is told", systemd.recv(&mut bytes)).await;
        String::from_utf8_lossy(&bytes[..length.expect("a notice")]).into_owned()
    };
    assert_eq!(hear().await, "READY=1");
    let answer = ask(&address, "GET /readyz HTTP/1.1").await;
    assert!(answer.expect("an answer").starts_with("HTTP/1.1 200"));
    let pid = rustix::process::Pid::from_raw(server.id().expect("it runs").cast_signed());
    let pid = pid.expect("not 0");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is our child");
    assert_eq!(hear().await, "STOPPING=1");
    let status = within("it stops", server.wait()).await.expect("reaped");
    assert!(status.success());
}

/// Puts a certificate where a server reads it.
fn install(certificates: &Certificates, cert: &std::path::Path, key: &std::path::Path) {
    std::fs::copy(&certificates.certificate, cert).expect("writable");
    std::fs::copy(&certificates.key, key).expect("writable");
}

#[tokio::test]
async fn a_certificate_is_read_again_while_the_server_runs() {
    let installation = Installation::new();
    let [first, second] = ["first", "second"].map(|name| {
        let folder = installation.folder().join(name);
        std::fs::create_dir(&folder).expect("writable");
        Certificates::make(&folder)
    });
    let cert = installation.folder().join("tls.pem");
    let key = installation.folder().join("tls.key");
    install(&first, &cert, &key);
    let installation = installation
        .arg("--tls-cert")
        .arg(&cert)
        .arg("--tls-key")
        .arg(&key);
    let server = installation.start().await;
    assert!(server.url.starts_with("https://"), "{}", server.url);
    let ready = format!("{}/readyz", server.url);
    let answer = first.client().get(&ready).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
    // Sessions are bound to TLS without a word from the operator.
    let session = first
        .client()
        .post(format!("{}/v1/session", server.url))
        .header("origin", &server.url)
        .json(&json!({"key": support::server::ADMIN_KEY}))
        .send()
        .await
        .expect("an answer");
    let cookie = session.headers()["set-cookie"].to_str().expect("ASCII");
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure"),
        "{cookie}"
    );
    // Whoever speaks no TLS gets no answer.
    let plain = address(&server.url.replace("https", "http"));
    let answer = ask(&plain, "GET /readyz HTTP/1.1").await;
    assert!(!answer.unwrap_or_default().starts_with("HTTP/1.1 200"));

    install(&second, &cert, &key);
    server.hang_up();
    let shown = eventually("the new certificate is shown", async || {
        second.client().get(&ready).send().await.ok()
    });
    assert_eq!(shown.await.status(), 200);
    assert!(first.client().get(&ready).send().await.is_err());
    // What can't be used changes nothing.
    std::fs::write(&key, "nothing").expect("writable");
    server.hang_up();
    installation
        .printed
        .wait("it says why", |lines| {
            let why = |line: &String| line.contains("the one before stays");
            lines.iter().any(why).then_some(())
        })
        .await;
    let answer = second.client().get(&ready).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
}
