//! The functions that people copy out of the programs into servers of their own: `isGenuine` and `is_genuine`, given headers
//! as those servers hand them on.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use nuncio_dialect::{Dialect, SigningKey, WireAttempt, WireEvent, builtin};
use nuncio_guide::{Language, Way, programs};
use serde_json::{Map, Value, json};

const NOW_S: i64 = 1_777_206_900;
const URL: &str = "https://example.com/hooks?from=nuncio";
/// Secrets as people type them, with the dialect's prefix and without, and one that is no base64.
const SECRETS: [&str; 4] = [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "0123456789abcdef0123456789abcde=",
    "correct-horse-battery-staple",
];

/// A program's text up to its server, run on cases from standard input; it says for each whether the request is genuine.
struct Interpreter {
    language: Language,
    program: &'static str,
    flag: &'static str,
    /// Where the server begins.
    server: &'static str,
    after: &'static str,
}

const NODE: Interpreter = Interpreter {
    language: Language::Node,
    program: "node",
    flag: "--input-type=module",
    server: "createServer(async",
    after: r#"
const cases = JSON.parse(process.env.CASES);
Date.now = () => cases.now * 1000;
console.log(JSON.stringify(cases.requests.map(({ headers, body }) => isGenuine(headers, Buffer.from(body)))));
"#,
};

const PYTHON: Interpreter = Interpreter {
    language: Language::Python,
    program: "python3",
    flag: "-",
    server: "class Receiver(",
    after: r#"
import json, time
cases = json.loads(os.environ["CASES"])
time.time = lambda: cases["now"]
print(json.dumps([is_genuine(each["headers"], each["body"].encode()) for each in cases["requests"]]))
"#,
};

impl Interpreter {
    fn judge(&self, dialect: &Dialect, secret: &str, requests: &[Value]) -> Vec<bool> {
        let samples = programs(dialect).expect("a built-in dialect has programs");
        let sample = samples
            .iter()
            .find(|sample| sample.language == self.language && sample.way == Way::ByHand)
            .expect("every built-in dialect can be verified by hand");
        let (functions, _) = sample.code.split_once(self.server).expect("it is a server");
        let mut child = Command::new(self.program)
            .arg(self.flag)
            .env("WEBHOOK_SECRET", secret)
            .env("WEBHOOK_URL", URL)
            .env(
                "CASES",
                json!({ "now": NOW_S, "requests": requests }).to_string(),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`cargo xtask setup` installs it");
        let text = format!("{functions}{}", self.after);
        let mut input = child.stdin.take().expect("piped");
        input.write_all(text.as_bytes()).expect("it reads");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{dialect:?}: {text}");
        serde_json::from_slice(&output.stdout).expect("a list of judgements")
    }
}

/// A request of the dialect, its header names as `case` writes them.
fn request(dialect: &Dialect, key: &SigningKey, case: fn(&str) -> String) -> Value {
    let event = WireEvent {
        id: "msg_1",
        kind: "order.paid",
        tenant: "acme",
        time_ms: NOW_S * 1_000,
        data: r#"{"total":"10.50"}"#,
        ..WireEvent::EMPTY
    };
    let body = dialect.body(&event).expect("data for every dialect");
    let attempt = WireAttempt {
        event: &event,
        delivery_id: "del_1",
        delivery_uuid: "019dca1c-5c7b-8000-8000-000000000000",
        endpoint_id: "ep_1",
        url: URL,
        timestamp_ms: NOW_S * 1_000,
        body: &body,
        ..WireAttempt::EMPTY
    };
    let headers: Map<_, _> = dialect
        .headers(&attempt, std::slice::from_ref(key))
        .into_iter()
        .map(|header| (case(&header.name), Value::from(header.value)))
        .collect();
    json!({ "headers": headers, "body": String::from_utf8(body).expect("text") })
}

fn check(interpreter: &Interpreter) {
    let cases: [fn(&str) -> String; 3] = [
        |name| name.to_owned(),
        |name| name.to_ascii_lowercase(),
        |name| name.to_ascii_uppercase(),
    ];
    for dialect in builtin() {
        for secret in SECRETS {
            let key = dialect
                .parse_secret(secret)
                .expect("every dialect takes it");
            let mut requests: Vec<_> = cases
                .into_iter()
                .map(|case| request(dialect, &key, case))
                .collect();
            let another = dialect
                .parse_secret("another-secret-of-somebody")
                .expect("a secret");
            requests.push(request(dialect, &another, str::to_owned));
            let found = interpreter.judge(dialect, secret, &requests);
            assert_eq!(found, [true, true, true, false], "{dialect:?}, {secret}");
        }
    }
}

#[test]
fn javascript_finds_headers_in_any_case_and_reads_secrets_as_the_libraries_do() {
    check(&NODE);
}

#[test]
fn python_finds_headers_in_any_case_and_reads_secrets_as_the_libraries_do() {
    check(&PYTHON);
}
