//! When the process has no descriptors left, deliveries still go, and what can't go is not the receiver's fault.

use std::fs::File;
use std::process::Command;

use crate::support::{
    AMPLE, Receiver, class, client, client_with, loopback_rules, owner, post, post_for, response,
};
use nuncio_egress::{ClientLimits, DnsError, Resolve, SystemResolver};

/// Where the receiver is, for the process that runs out of descriptors.
const RECEIVER: &str = "NUNCIO_TEST_RECEIVER";

/// Descriptors of the process that runs out of them.
const DESCRIPTORS: &str = "200";

#[test]
fn deliveries_go_when_everything_else_has_taken_the_descriptors() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let receiver = runtime.block_on(Receiver::start(|mut peer| async move {
        loop {
            peer.read_request().await?;
            peer.write(crate::support::OK).await?;
        }
    }));
    let limited = format!("ulimit -n {DESCRIPTORS}; exec \"$0\" \"$@\"");
    let run = Command::new("sh")
        .args(["-c", &limited])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "descriptors::without_descriptors",
            "--ignored",
            "--nocapture",
        ])
        .env(RECEIVER, receiver.url())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && output.contains("1 passed"),
        "{output}\n{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

#[tokio::test]
#[ignore = "takes all descriptors of its process: another test runs it in one of its own"]
#[allow(
    clippy::disallowed_methods,
    reason = "the other process tells it where the receiver is"
)]
async fn without_descriptors() {
    let url = std::env::var(RECEIVER).unwrap();
    let rules = loopback_rules();
    let client = client();
    let without_reserve = client_with(ClientLimits {
        descriptors_reserved: 0,
        ..ClientLimits::default()
    });
    let resolver = SystemResolver::with_name_server("127.0.0.1:9".parse().unwrap()).unwrap();
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
    }

    assert_eq!(
        class(&post(&without_reserve, &url, AMPLE).await),
        "local_resources"
    );
    let asked = resolver.resolve("receiver.example").await;
    assert!(
        matches!(asked, Err(DnsError::LocalResources(_))),
        "{asked:?}"
    );

    // Each is another tenant, and needs a connection of its own: idle ones give way when the reserve is used up.
    for tenant in 0..300 {
        let owner = owner(&format!("t{tenant}"));
        let exchange = post_for(&client, &rules, &url, AMPLE, &owner).await;
        assert_eq!(response(exchange).status, 200, "{tenant}");
    }
    // What was taken from the reserve is there again once its connection is over.
    drop(client);
    assert!(
        File::open("/dev/null").is_ok(),
        "the client gave its descriptors back"
    );
}
