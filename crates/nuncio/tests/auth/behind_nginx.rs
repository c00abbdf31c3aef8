//! Receivers behind nginx, as many are: it demands a client's certificate, and has one of a private authority itself.

use serde_json::{Value, json};

use crate::{
    fixed::attempts,
    mutual_tls::{Clients, read},
    nginx::Nginx,
    support::{api::Api, server::Installation, tls::Certificates, wait::eventually},
};

/// The only attempt of an event at an endpoint with these TLS settings.
async fn attempt(project: &Api, tenant: &str, nginx: &Nginx, tls: Value) -> Value {
    let mut endpoint = json!({
        "tenant": tenant, "url": nginx.url, "events": ["*"], "retry": {"delays_s": [0]}
    });
    if !tls.is_null() {
        endpoint["tls"] = tls;
    }
    let made = project.new_endpoint(endpoint).await;
    project.publish(tenant, "a.b", "{}").await;
    attempts(project, &made.id).await[0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_gets_the_certificate_that_it_demands() {
    let installation = Installation::new();
    let folder = installation.folder();
    let own = Certificates::make(folder);
    let clients = Clients::new();
    let authorities = folder.join("clients.pem");
    std::fs::write(&authorities, &clients.pem).expect("the test's folder is writable");
    let nginx = Nginx::start(folder, "nginx", &own, Some(&authorities)).await;
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let ca = read(&own.ca);

    let client = clients.certify("one.example", |_| {});
    let tls = json!({"client_cert": client.certificate, "client_key": client.key, "ca": ca});
    let delivered = attempt(&project, "right", &nginx, tls).await;
    assert_eq!(delivered["status_code"], 200, "{delivered}");

    // It answers in HTTP where others break off the handshake: its words are in the log.
    let stranger = Clients::new().certify("stranger.example", |_| {});
    let others = json!({"client_cert": stranger.certificate, "client_key": stranger.key, "ca": ca});
    let cases = [
        (
            "none",
            json!({"ca": ca}),
            "No required SSL certificate was sent",
        ),
        ("wrong", others, "The SSL certificate error"),
    ];
    for (tenant, tls, told) in cases {
        let refused = attempt(&project, tenant, &nginx, tls).await;
        assert_eq!(refused["status_code"], 400, "{refused}");
        assert_eq!(refused["error"], "status", "{refused}");
        let answer = refused["response_body"].as_str().expect("text");
        assert!(answer.contains(told), "{answer}");
    }
    let seen = eventually("nginx has logged all three", async || {
        let mut seen = nginx.requests();
        seen.sort();
        (seen.len() == 3).then_some(seen)
    })
    .await;
    assert!(
        seen[0].starts_with("200 ") && seen[0].contains("CN=one.example"),
        "{seen:?}"
    );
    assert!(
        seen[1..].iter().all(|line| line.starts_with("400 ")),
        "{seen:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_with_a_private_authority_is_trusted_by_endpoints_that_name_it() {
    let installation = Installation::new();
    let folder = installation.folder();
    let own = Certificates::make(folder);
    let nginx = Nginx::start(folder, "nginx", &own, None).await;
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;

    let trusted = attempt(&project, "named", &nginx, json!({"ca": read(&own.ca)})).await;
    assert_eq!(trusted["status_code"], 200, "{trusted}");
    for (tenant, tls) in [
        ("unnamed", Value::Null),
        ("another", json!({"ca": Clients::new().pem})),
    ] {
        let refused = attempt(&project, tenant, &nginx, tls).await;
        assert_eq!(refused["error"], "tls_certificate_untrusted", "{refused}");
        assert!(refused["status_code"].is_null(), "{refused}");
    }
    assert_eq!(
        nginx.requests().len(),
        1,
        "nothing was sent to one that is not trusted"
    );
}
