//! Copies of a genuine request, altered in one place each, are refused with the status that the page names.

use std::collections::BTreeMap;

use nuncio_dialect::{Algorithm, Dialect};
use serde_json::Value;

use crate::{
    program::Program,
    support::api::{Api, text},
};

#[derive(Clone)]
struct Request {
    /// Names as they were sent.
    headers: BTreeMap<String, String>,
    body: String,
}

/// Sends each program its own delivery once more, whole and forged.
pub(crate) async fn check(project: &Api, dialect: &Dialect, programs: &[Program]) {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let answers = &dialect.receiver().answers;
    let signature = dialect
        .signature()
        .expect("every built-in dialect proves its requests");
    let shows_secret = matches!(
        signature.schemes[0].algorithm,
        Algorithm::Token | Algorithm::Basic
    );
    for program in programs {
        let mut genuine = as_sent(project, &program.url).await;
        if shows_secret {
            // The log masks it.
            let value = format!("{}{}", signature.schemes[0].prefix, program.secret);
            genuine.headers.insert(signature.header.clone(), value);
        }
        let post = async |what: &str, request: Request, status: u16| {
            let mut sending = client.post(&program.url).body(request.body);
            for (name, value) in &request.headers {
                sending = sending.header(name, value);
            }
            let answer = sending.send().await.expect("the program answers");
            let name = &program.name;
            let found = answer.status();
            // 200 by hand, 204 by a library: either is "taken".
            let as_expected = found == status || (status == 200 && found.is_success());
            assert!(
                as_expected,
                "{name}: {what}: {found}: {:#?}",
                program.log.all()
            );
        };
        post("untouched", genuine.clone(), 200).await;
        let mut copy = genuine.clone();
        copy.headers.remove(&signature.header);
        post("no signature", copy, answers.missing).await;
        let mut copy = genuine.clone();
        let value = copy
            .headers
            .get_mut(&signature.header)
            .expect("it is signed");
        value.truncate(value.len() - 3);
        post("the signature cut short", copy, answers.invalid).await;
        if !shows_secret {
            let mut copy = genuine.clone();
            copy.body = copy.body.replace("10.50", "99.50");
            post("another body", copy, answers.invalid).await;
        }
    }
}

/// The request of a program's delivery, as the log shows it.
async fn as_sent(project: &Api, url: &str) -> Request {
    for id in project.all("/v1/deliveries").await.keys() {
        let delivery = project
            .get(&format!("/v1/deliveries/{id}"))
            .await
            .expect(200);
        let attempt = &delivery["attempt_log"][0];
        if attempt["url"] == url {
            return Request {
                headers: headers(&attempt["request_headers"]),
                body: text(attempt, "request_body"),
            };
        }
    }
    panic!("nothing was delivered to {url}");
}

fn headers(shown: &Value) -> BTreeMap<String, String> {
    let list = shown.as_array().expect("a list of headers");
    list.iter()
        .map(|header| (text(header, "name"), text(header, "value")))
        .collect()
}
