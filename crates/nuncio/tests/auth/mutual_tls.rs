//! Receivers that demand client certificates, authorities of an endpoint's own, and pinned keys.

use std::{path::Path, time::Duration};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use serde_json::{Value, json};

use crate::{
    demanding::Demanding,
    fixed::attempts,
    support::{
        api::{Api, text},
        server::{Installation, Server},
        tls::Certificates,
        wait::eventually,
    },
};

/// An authority for clients.
pub(crate) struct Clients {
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key, as PEM.
pub(crate) struct Client {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Clients {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Client Root");
        let pem = params.self_signed(&key).expect("signs itself").pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    pub(crate) fn certify(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Client {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        change(&mut params);
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the authority signs");
        Client {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

struct Rig {
    receiver: Demanding,
    clients: Clients,
    project: Api,
    ca: String,
    _server: Server,
    installation: Installation,
}

impl Rig {
    async fn start() -> Self {
        let installation = Installation::new();
        let own = Certificates::make(installation.folder());
        let clients = Clients::new();
        let file = installation.folder().join("clients.pem");
        std::fs::write(&file, &clients.pem).expect("the test's folder is writable");
        let receiver = Demanding::start(&own, &file).await;
        let server = installation.start().await;
        let project = server.admin().new_project("standard", json!({})).await;
        Self {
            receiver,
            clients,
            project,
            ca: read(&own.ca),
            _server: server,
            installation,
        }
    }

    fn body(&self, tenant: &str, tls: Value) -> Value {
        json!({"tenant": tenant, "url": self.receiver.url, "events": ["*"], "tls": tls})
    }

    /// The attempts of one event at an endpoint with these settings.
    async fn deliver(&self, tenant: &str, tls: Value) -> Value {
        let made = self.project.new_endpoint(self.body(tenant, tls)).await;
        self.project.publish(tenant, "a.b", "{}").await;
        attempts(&self.project, &made.id).await
    }
}

/// The day on which the project was created, by the server's clock.
async fn today(project: &Api) -> String {
    let path = format!("/v1/projects/{}", project.project_id());
    text(&project.get(&path).await.expect(200), "created_at")
}

fn ends_in_ten_days(params: &mut CertificateParams, today: &str) {
    let part = |range: std::ops::Range<usize>| today[range].parse::<u8>().expect("a number");
    let year = today[..4].parse().expect("a year");
    let ten_days = Duration::from_secs(10 * 24 * 60 * 60);
    params.not_after = date_time_ymd(year, part(5..7), part(8..10)) + ten_days;
}

pub(crate) fn read(file: &Path) -> String {
    std::fs::read_to_string(file).expect("it was written")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_demands_certificates_gets_each_endpoints_own() {
    let rig = Rig::start().await;
    let mut expected = Vec::new();
    for name in ["one.example", "other.example"] {
        let client = rig.clients.certify(name, |_| {});
        let tls =
            json!({"client_cert": client.certificate, "client_key": client.key, "ca": rig.ca});
        // Of the same tenant, so that only the TLS settings tell their connections apart.
        let endpoint = rig.project.new_endpoint(rig.body("acme", tls)).await;
        let path = format!("/v1/endpoints/{}", endpoint.id);
        let shown = rig.project.get(&path).await;
        assert!(!shown.text.contains("PRIVATE KEY"), "{}", shown.text);
        let tls = &shown.expect(200)["tls"];
        assert_eq!(tls["client_cert"]["names"], json!([name]));
        assert_eq!(tls["client_key"], "***");
        assert!(tls["client_cert"]["expires_at"].is_string(), "{tls}");
        expected.push(format!(r#"{{"client": "{name}"}}"#));
    }
    for round in 1..=3 {
        rig.project.publish("acme", "a.b", "{}").await;
        let seen = eventually("both have delivered", async || {
            let mut seen = rig.receiver.clients();
            seen.sort();
            (seen.len() == 2 * round).then_some(seen)
        })
        .await;
        let each = expected.iter().flat_map(|one| vec![one.clone(); round]);
        assert_eq!(seen, each.collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_fails_with_its_own_error() {
    let rig = Rig::start().await;
    let client = rig.clients.certify("one.example", |_| {});
    let stranger = Clients::new().certify("stranger.example", |_| {});
    let with = |client: &Client, more: Value| {
        let mut tls = json!({"client_cert": client.certificate, "client_key": client.key});
        let fields = more.as_object().expect("members").clone();
        tls.as_object_mut().expect("an object").extend(fields);
        tls
    };
    let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let cases = [
        (json!({"ca": rig.ca}), "tls_protocol", "client certificate"),
        (
            with(&stranger, json!({"ca": rig.ca})),
            "tls_protocol",
            "client certificate",
        ),
        (
            with(&client, json!({})),
            "tls_certificate_untrusted",
            "trust",
        ),
        (
            with(&client, json!({"ca": rig.clients.pem})),
            "tls_certificate_untrusted",
            "its own `ca`",
        ),
        (
            with(&client, json!({"ca": rig.ca, "pin_sha256": [zero]})),
            "tls_pin",
            "its pin is",
        ),
    ];
    for (n, (tls, class, told)) in cases.into_iter().enumerate() {
        let log = rig.deliver(&format!("t{n}"), tls).await;
        assert_eq!(log[0]["error"], class, "{log}");
        let detail = log[0]["error_detail"].as_str().expect("words");
        assert!(detail.contains(told), "{detail}");
    }
    let none: Vec<String> = Vec::new();
    assert_eq!(rig.receiver.clients(), none);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_near_its_end_is_warned_of() {
    let rig = Rig::start().await;
    let today = today(&rig.project).await;
    let client = rig.clients.certify("soon.example", |params| {
        ends_in_ten_days(params, &today);
    });
    let tls = json!({"client_cert": client.certificate, "client_key": client.key, "ca": rig.ca});
    let log = rig.deliver("acme", tls).await;
    assert_eq!(log[0]["status_code"], 200, "{log}");
    let list = rig
        .project
        .get("/v1/endpoints?health=true")
        .await
        .expect(200);
    let trouble = &list["data"][0]["health"]["trouble"];
    assert_eq!(*trouble, json!(["certificate_expiring"]));
    let overview = rig.project.get("/v1/overview").await;
    assert!(
        overview.text.contains("certificate_expiring"),
        "{}",
        overview.text
    );
    let printed = rig.installation.printed.all().join("\n");
    assert!(
        printed.contains("a certificate in an endpoint's TLS settings expires soon"),
        "{printed}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_cannot_work_are_refused_when_they_are_given() {
    let rig = Rig::start().await;
    let client = rig.clients.certify("one.example", |_| {});
    let other = rig.clients.certify("other.example", |_| {});
    let old = rig.clients.certify("old.example", |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });
    let cases = [
        (json!({}), "/tls"),
        (json!({"pin_sha256": []}), "/tls"),
        (
            json!({"client_cert": client.certificate}),
            "/tls/client_key",
        ),
        (json!({"client_key": client.key}), "/tls/client_cert"),
        (
            json!({"client_cert": client.certificate, "client_key": other.key}),
            "/tls/client_key",
        ),
        (
            json!({"client_cert": old.certificate, "client_key": old.key}),
            "/tls/client_cert",
        ),
        (
            json!({"client_cert": "hello", "client_key": client.key}),
            "/tls/client_cert",
        ),
        (json!({"ca": old.certificate}), "/tls/ca"),
        (json!({"ca": "***"}), "/tls/ca"),
        (json!({"pin_sha256": ["AAAA"]}), "/tls/pin_sha256/0"),
    ];
    for (tls, pointer) in cases {
        let reply = rig
            .project
            .post("/v1/endpoints", rig.body("acme", tls.clone()))
            .await;
        assert_eq!(reply.pointers(), [pointer], "{tls}");
        assert!(
            !reply.text.contains("PRIVATE KEY-----\\n"),
            "{}",
            reply.text
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_is_told_of_a_certificate_near_its_end() {
    let installation = Installation::new();
    let server = installation.start().await;
    let policy = json!({ "operator_tenant": "vendor-itself" });
    let project = server.admin().new_project("standard", policy).await;
    let (clients, today) = (Clients::new(), today(&project).await);
    for (name, soon) in [("soon.example", true), ("later.example", false)] {
        let client = clients.certify(name, |params| {
            if soon {
                ends_in_ten_days(params, &today);
            }
        });
        let tls = json!({"client_cert": client.certificate, "client_key": client.key});
        let endpoint = json!({"tenant": "acme", "url": "https://127.0.0.1:8443/", "events": ["*"], "tls": tls});
        project.new_endpoint(endpoint).await;
    }
    // It looks when it starts, and by the hour.
    server.kill().await;
    let server = installation.start().await;
    let project = project.at(&server.url);
    let warnings = "/v1/events?type=endpoint.certificate_expiring";
    let told = eventually("the operator is told", async || {
        let told = project.all(warnings).await;
        told.into_values().next()
    })
    .await;
    let told = project
        .get(&format!("/v1/events/{}", text(&told, "id")))
        .await
        .expect(200);
    assert_eq!(told["tenant"], "vendor-itself");
    let data = &told["data"];
    assert_eq!(
        (&data["subject"], &data["certificate"], &data["tenant"]),
        (
            &json!("CN=soon.example"),
            &json!("client_cert"),
            &json!("acme")
        )
    );
    let path = "/v1/event-types/endpoint.certificate_expiring";
    let known = project.get(path).await.expect(200);
    assert!(known["schema"].is_object() && known["example"].is_object());
    assert_eq!(project.all(warnings).await.len(), 1, "not of the other");
}
