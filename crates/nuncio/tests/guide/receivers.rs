//! Every language, with the library and by hand, under every dialect: real deliveries are accepted.

use nuncio_dialect::{Handshake, builtin};
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
        without_handshake,
    },
};

/// On every list of plans.
const PLAN: &str = "enterprise";
const TENANT: &str = "org_2pX9";

/// The dialect that a project has before its own asks for handshakes.
const QUIET: &str = "quiet";

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
        // The programs answer no handshakes: their endpoints are from before the project's dialect asked for one.
        let asks = dialect.policy().handshake != Handshake::None;
        if asks {
            let source = without_handshake(dialect, QUIET);
            let path = format!("/v1/dialects/{QUIET}");
            let put = project.put(&path, json!({ "source": source }));
            put.await.expect(200);
            switch_dialect(&project, QUIET).await;
        }
        for (way, code) in WAYS.into_iter().zip(codes) {
            let name = format!("{} {way}, dialect {}", language.heading, dialect.name());
            programs.push(start(language, name, &code, &project, (&folder, asks)).await);
        }
        if asks {
            switch_dialect(&project, dialect.name()).await;
        }
        deliver(&project, &programs).await;
        forgeries::check(&project, dialect, &programs).await;
    }
}

async fn switch_dialect(project: &Api, name: &str) {
    let path = format!("/v1/projects/{}", project.project_id());
    project
        .patch(&path, json!({ "dialect": name }))
        .await
        .expect(200);
}

fn programs(language: &Language, blocks: &[Block]) -> Vec<String> {
    let here = blocks
        .iter()
        .filter(|block| block.heading == language.heading);
    here.map(|block| block.text.clone()).collect()
}

async fn start(
    language: &Language,
    name: String,
    code: &str,
    project: &Api,
    (folder, of_another_dialect): (&TempDir, bool),
) -> Program {
    let port = free_port();
    let mut endpoint = json!({ "tenant": TENANT, "url": url(port), "events": ["*"] });
    if of_another_dialect {
        // One that every dialect takes: a bearer token holds no blanks.
        endpoint["secret"] = json!("chosen-by-the-customer-1");
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
    let secret = text(&created, "secret");
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
