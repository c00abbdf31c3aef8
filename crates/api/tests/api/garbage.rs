//! Whatever is sent, the answer is the caller's fault or a success: never the server's.

use axum::{body::Body, http::Request};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

use crate::{
    common::{Api, Project},
    things::operations,
};

/// JSON-like text, some of it broken.
fn texts() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("1e999".to_owned()),
        Just("\"\\ud800\"".to_owned()),
        "\"[a-z*. ]{0,12}\"",
        Just("{".to_owned()),
    ];
    let name = prop_oneof![
        Just("tenant"),
        Just("type"),
        Just("data"),
        Just("events"),
        Just("url"),
        Just("secret"),
        Just("headers"),
        Just("retry"),
        Just("name"),
        Just("policy"),
        Just("filter"),
        Just("id"),
        Just("schema"),
        Just("source"),
        Just("overlap_seconds"),
        Just("metadata"),
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        let member = (name.clone(), inner.clone());
        let member = member.prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

#[test]
fn no_body_breaks_the_server() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let api = Api::new();
    let project = runtime.block_on(api.project("standard"));
    let endpoint = runtime.block_on(api.endpoint(&project.caller, "a"));
    let routes: Vec<_> = operations()
        .into_iter()
        .filter(|(method, _)| method != "GET" && method != "DELETE")
        .map(|(method, path)| {
            (
                method,
                path.replace("{id}", &endpoint)
                    .replace("{name}", "a.b")
                    .replace("{tenant}", "a"),
            )
        })
        .collect();
    let cases = (prop::sample::select(routes), texts());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(400));
    runner
        .run(&cases, |((method, path), text)| {
            let status = runtime.block_on(post(&api, &project, &method, &path, text.clone()));
            prop_assert!(status < 500, "{method} {path} {text}: {status}");
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_query_breaks_the_server() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let api = Api::new();
    let project = runtime.block_on(api.project("standard"));
    let name = prop::sample::select(vec![
        "limit",
        "cursor",
        "tenant",
        "type",
        "since",
        "until",
        "status",
        "status_code",
        "status_code_class",
        "endpoint",
        "event",
        "delivery",
        "error",
        "undelivered",
        "x",
    ]);
    let path = prop::sample::select(vec![
        "/v1/events",
        "/v1/deliveries",
        "/v1/attempts",
        "/v1/endpoints",
        "/v1/tenants",
    ]);
    let cases = (path, vec((name, "[a-zA-Z0-9%+:_.-]{0,20}"), 0..4));
    let mut runner = TestRunner::new(ProptestConfig::with_cases(400));
    runner
        .run(&cases, |(path, parameters)| {
            let query: Vec<_> = parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let path = format!("{path}?{}", query.join("&"));
            let status = runtime
                .block_on(api.get(&project.caller, &path))
                .status
                .as_u16();
            prop_assert!(status < 500, "{path}: {status}");
            Ok(())
        })
        .unwrap();
}

async fn post(api: &Api, project: &Project, method: &str, path: &str, text: String) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", project.caller.key))
        .header("content-type", "application/json")
        .body(Body::from(text))
        .unwrap();
    api.send(request).await.status.as_u16()
}
