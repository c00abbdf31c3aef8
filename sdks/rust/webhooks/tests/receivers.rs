//! What the project's vectors for receivers say: times, header maps, URLs, several signatures, secrets as they are pasted.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test does"
)]

use std::{fs, path::Path};

use nuncio_dialect::builtin_named;
use nuncio_webhooks::{Event, Request, SetupError, VerificationError, Webhook};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct File {
    requests: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    case: String,
    dialect: String,
    secrets: Vec<String>,
    now_ms: i64,
    method: String,
    url: String,
    headers: Value,
    before: Option<Before>,
    body: String,
    #[serde(default)]
    blanks_after_body: usize,
    expect: Expect,
}

#[derive(Deserialize)]
struct Before {
    header: String,
    text: String,
    times: usize,
}

#[derive(Deserialize)]
struct Expect {
    event: Option<Map<String, Value>>,
    refuse: Option<String>,
    header: Option<String>,
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../conformance/receivers");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

impl Vector {
    /// Pairs, from pairs or from a map of values and lists.
    fn headers(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &str, value: &Value| {
            if let Some(text) = value.as_str() {
                pairs.push((name.to_owned(), text.to_owned()));
            }
        };
        match &self.headers {
            Value::Object(map) => map.iter().for_each(|(name, value)| match value {
                Value::Array(values) => values.iter().for_each(|value| add(name, value)),
                value => add(name, value),
            }),
            list => list.as_array().unwrap().iter().for_each(|pair| {
                add(pair[0].as_str().unwrap(), &pair[1]);
            }),
        }
        if let Some(Before {
            header,
            text,
            times,
        }) = &self.before
        {
            let value = pairs.iter_mut().find(|(name, _)| name == header);
            value.unwrap().1.insert_str(0, &text.repeat(*times));
        }
        pairs
    }

    fn verify(&self) -> Result<Event, VerificationError> {
        let headers = self.headers();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let body = format!("{}{}", self.body, " ".repeat(self.blanks_after_body));
        let request = Request {
            method: &self.method,
            url: &self.url,
            headers: &headers,
            body: body.as_bytes(),
        };
        let webhook = Webhook::new(&self.dialect, &self.secrets).unwrap();
        webhook.verify_at(&request, self.now_ms)
    }

    fn check(&self) {
        let about = format!("{}, {}: {}", self.dialect, self.case, self.name);
        match (self.verify(), &self.expect.event) {
            (Ok(event), Some(expected)) => {
                for (name, value) in expected {
                    assert_eq!(&field(&event, name), value, "{about}: {name}");
                }
            }
            (Err(error), None) => {
                assert_eq!(
                    Some(error.code()),
                    self.expect.refuse.as_deref(),
                    "{about}: {error}"
                );
                if let Some(header) = &self.expect.header {
                    assert_eq!(error.header(), Some(header.as_str()), "{about}");
                }
            }
            (Ok(event), None) => panic!("{about}: accepted: {event:?}"),
            (Err(error), Some(_)) => panic!("{about}: {error}"),
        }
    }
}

fn field(event: &Event, name: &str) -> Value {
    match name {
        "id" => event.id.clone().into(),
        "type" => event.kind.clone().into(),
        "tenant" => event.tenant.clone().into(),
        "delivery_id" => event.delivery_id.clone().into(),
        "time_ms" => event.time_ms.into(),
        "timestamp_ms" => event.timestamp_ms.into(),
        "data" => event.data.clone(),
        name => panic!("a vector expects {name}"),
    }
}

#[test]
fn requests_are_judged_and_read_as_the_vectors_say() {
    // The dialects of the vectors' own are data for receivers alone: Rust reads whole files, which `nuncio-dialect` tests.
    let is_builtin = |vector: &&Vector| builtin_named(&vector.dialect).is_some();
    let mut checked = 0;
    for name in ["requests.json", "header-maps.json"] {
        for vector in read::<File>(name).requests.iter().filter(is_builtin) {
            vector.check();
            checked += 1;
        }
    }
    assert!(checked > 200, "{checked}");
}

#[test]
fn secrets_are_taken_or_refused_as_the_vectors_say() {
    #[derive(Deserialize)]
    struct Secrets {
        secrets: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        dialect: String,
        secret: String,
        expect: String,
        #[serde(default)]
        says: String,
    }
    for row in read::<Secrets>("secrets.json").secrets {
        let made = Webhook::new(&row.dialect, [&row.secret]);
        match (made, row.expect.as_str()) {
            (Ok(_), "accept") => {}
            (Err(SetupError::Secret { fault, .. }), "refuse") => {
                let shown = format!("{fault} {fault:?}");
                let missing = row.says == "missing";
                assert!(
                    missing || shown.contains(&row.says),
                    "{:?}: {shown}",
                    row.secret
                );
                let is_shown = row.secret.len() > 8 && shown.contains(&row.secret);
                assert!(!is_shown, "{shown}");
            }
            (made, expected) => panic!("{:?}: expected {expected}: {made:?}", row.secret),
        }
    }
}
