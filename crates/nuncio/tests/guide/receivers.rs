//! Every language, with the library and by hand, under every dialect: real deliveries are accepted.

use nuncio_dialect::{Dialect, Handshake, KeyFormat, builtin};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    forgeries,
    page::{Block, blocks},
    program::{LANGUAGES, Language, Program, Told, free_port, url},
    support::{
        api::{Api, text},
        server::Installation,
        wait::eventually,
    },
};

/// On every list of plans.
const PLAN: &str = "enterprise";
const TENANT: &str = "org_2pX9";

/// Secrets of the customer's own where keys are decoded: one that decodes without the prefix, and one that is keyed as it is.
const OWN_SECRETS: [&str; 2] = [
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "correct horse battery staple",
];

/// With the library first, as on the page.
const WAYS: [&str; 2] = ["with the library", "by hand"];

async fn check(language: &Language) {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let folder = tempfile::tempdir().expect("a folder");
    for dialect in builtin() {
        let project = server.admin().new_project(dialect.name(), json!({})).await;
        let tenant = json!({ "plan": PLAN });
        project
            .put(&format!("/v1/tenants/{TENANT}"), tenant)
            .await
            .expect(200);
        let page = project.get("/v1/guide?format=markdown").await;
        assert_eq!(page.status, 200, "{}", page.text);
        let codes: Vec<_> = programs(language, &blocks(&page.text));
        assert_eq!(
            codes.len(),
            WAYS.len(),
            "{}: {}",
            dialect.name(),
            language.heading
        );
        let mut programs = Vec::new();
        let decodes = dialect.secret_rules().key != KeyFormat::Utf8;
        let own = OWN_SECRETS.into_iter().filter(|_| decodes).map(Some);
        let secrets: Vec<_> = std::iter::once(None).chain(own).collect();
        for (way, code) in WAYS.into_iter().zip(codes) {
            for secret in &secrets {
                let own = secret.map_or("", |_| ", own secret");
                let name = format!(
                    "{} {way}, dialect {}{own}",
                    language.heading,
                    dialect.name()
                );
                programs.push(start(language, name, &code, &project, (&folder, *secret)).await);
            }
        }
        verify(&project, dialect, &programs).await;
        deliver(&project, &programs).await;
        forgeries::check(&project, dialect, &programs).await;
    }
}

/// Has every endpoint asked for its handshake, where the dialect has one: none was there yet when it was created.
async fn verify(project: &Api, dialect: &Dialect, programs: &[Program]) {
    if dialect.policy().handshake == Handshake::None {
        return;
    }
    let endpoints = project.all("/v1/endpoints").await;
    assert_eq!(endpoints.len(), programs.len());
    for (id, endpoint) in &endpoints {
        let path = format!("/v1/endpoints/{id}");
        let asked = project.post(&format!("{path}/verify"), json!({})).await;
        asked.expect(202);
        let url = text(endpoint, "url");
        let program = programs.iter().find(|program| program.url == url);
        let program = program.expect("each endpoint has its program");
        let what = format!("{} is verified", program.name);
        eventually(&what, async || {
            let endpoint = project.get(&path).await.expect(200);
            (endpoint["verification"] == "verified").then_some(())
        })
        .await;
    }
}

fn programs(language: &Language, blocks: &[Block]) -> Vec<String> {
    let here = blocks
        .iter()
        .filter(|block| block.heading == language.heading && block.language != "sh");
    here.map(|block| block.text.clone()).collect()
}

async fn start(
    language: &Language,
    name: String,
    code: &str,
    project: &Api,
    (folder, own_secret): (&TempDir, Option<&str>),
) -> Program {
    let port = free_port();
    let mut endpoint = json!({ "tenant": TENANT, "url": url(port), "events": ["*"] });
    if let Some(secret) = own_secret {
        endpoint["secret"] = json!(secret);
    }
    // Where the customer chooses the secret there has to be one; elsewhere the server's own is used.
    let created = project.post("/v1/endpoints", endpoint.clone()).await;
    let created = if created.status == 422 {
        endpoint["secret"] = json!("chosen by the customer 1!");
        project.post("/v1/endpoints", endpoint).await.expect(201)
    } else {
        created.expect(201)
    };
    let place = folder.path().join(port.to_string());
    language.prepare(code, &place).await;
    let secret = own_secret.map_or_else(|| text(&created, "secret"), str::to_owned);
    language
        .run(
            name,
            &place,
            Told {
                port,
                secret: &secret,
            },
        )
        .await
}

/// Publishes an event and waits until every program has accepted it, at the first attempt.
async fn deliver(project: &Api, programs: &[Program]) {
    project
        .publish(TENANT, "order.paid", r#"{"total":"10.50","note":"grüße"}"#)
        .await;
    eventually("every delivery is over", async || {
        let all = project.all("/v1/deliveries").await;
        let settled = all.values().all(|delivery| delivery["attempts"] != 0);
        (all.len() == programs.len() && settled).then_some(())
    })
    .await;
    for delivery in project.all("/v1/deliveries").await.values() {
        let logs: Vec<_> = programs
            .iter()
            .map(|program| (&program.name, program.log.all()))
            .collect();
        assert_eq!(delivery["status"], "succeeded", "{delivery}\n{logs:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn javascript_receives_every_dialect() {
    check(&LANGUAGES[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_receives_every_dialect() {
    check(&LANGUAGES[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn go_receives_every_dialect() {
    check(&LANGUAGES[2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn php_receives_every_dialect() {
    check(&LANGUAGES[3]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ruby_receives_every_dialect() {
    check(&LANGUAGES[4]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn java_receives_every_dialect() {
    check(&LANGUAGES[5]).await;
}
