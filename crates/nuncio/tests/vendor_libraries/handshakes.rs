//! The vendors' own receivers answer the handshake that a dialect asks for, and the answer passes the dialect's check.

use nuncio_dialect::{HandshakeRequest, builtin_named};
use reqwest::{Method, Response};

use crate::{
    ecosystem::{Ecosystem, Receiver},
    pair::{Pair, pairs},
    signing,
};

const CHALLENGE: &str = "qgg8vlvZRS6UYooatFL8Aw";
const ANOTHER_SECRET: &str = "fedcba9876543210fedcba9876543210";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_of_the_vendors_answer_what_their_dialects_ask() {
    for ecosystem in Ecosystem::ALL {
        if ecosystem.missing().is_some() {
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let mut receiver = Receiver::start(ecosystem, folder.path()).await;
        for pair in pairs(ecosystem).iter().filter(|pair| pair.shakes_hands) {
            check(&mut receiver, pair).await;
        }
    }
}

async fn check(receiver: &mut Receiver, pair: &Pair) {
    let (package, dialect) = (pair.package, builtin_named(pair.dialect).expect("built in"));
    let path = format!("/{}", pair.slug());
    let url = format!("{}{path}", receiver.url);
    let secret = pair.contract().secret;
    receiver.expect(&path, pair.library, pair.dialect, (secret, &url));
    let asked = dialect
        .handshake_request(CHALLENGE)
        .expect("it has a handshake");
    let answer = ask(pair, &url, secret, &asked).await;
    let status = answer.status();
    assert!(status.is_success(), "{package}, {}: {status}", pair.dialect);
    let headers = answer.headers().clone();
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
        .collect();
    let body = answer.bytes().await.expect("a body");
    let key = dialect.parse_secret(secret).expect("a secret");
    let found = dialect.check_handshake(CHALLENGE, &headers, &body, &key);
    assert_eq!(found, Ok(()), "{package}, {}: {body:?}", pair.dialect);

    if matches!(asked, HandshakeRequest::Post { .. }) {
        let forged = ask(pair, &url, ANOTHER_SECRET, &asked).await;
        let status = forged.status();
        assert!(status.is_client_error(), "{package}: {status}, forged");
    }
}

/// Sends the request as the server does: a `POST` is signed as an event is.
async fn ask(pair: &Pair, url: &str, secret: &str, asked: &HandshakeRequest) -> Response {
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.expect("a client");
    let request = match asked {
        HandshakeRequest::Options { header } => client
            .request(Method::OPTIONS, url)
            .header(&header.name, &header.value),
        HandshakeRequest::Post { body } => {
            let args = ["sign", "--json", "--dialect", pair.dialect, "--secret"];
            let args: Vec<&str> = args.into_iter().chain([secret, "--url", url]).collect();
            let (code, printed) = signing::run(&args, body).await;
            assert_eq!(code, Some(0), "{printed}");
            let headers: signing::Headers = serde_json::from_str(&printed).expect("headers");
            let mut request = client.post(url).body(body.clone());
            for (name, value) in headers {
                request = request.header(name, value);
            }
            request
        }
    };
    request.send().await.expect("the receiver answers")
}
