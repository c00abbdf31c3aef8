//! Credentials belong to the origin that they were given for: every kind of them, every way to move an endpoint.

use nuncio_domain::{Endpoint, EndpointId};
use nuncio_store::{Catalog, Reach};
use serde_json::{Value, json};

use crate::{
    common::{Api, Caller, Project, Reply},
    things::operations,
};

const OLD: &str = "https://hooks.example.com/in?tenant=1";
const TOKEN: &str = "Bearer of-the-receiver-alone";

/// URLs at other origins, and at the same one.
const ELSEWHERE: [&str; 6] = [
    "https://evil.example/in?tenant=1",
    "https://hooks.example.com.evil.example/in",
    "https://example.com/in",
    "https://hooks.example.com:8443/in?tenant=1",
    "https://api.hooks.example.com/in",
    "https://1.1.1.1/in",
];
const THE_SAME: [&str; 5] = [
    "https://hooks.example.com/other",
    "https://HOOKS.Example.COM/in",
    "https://hooks.example.com:443/in",
    "https://hooks.example.com./in",
    "https://hooks.example.com",
];

/// The routes that can give an endpoint another URL, by the document: whatever is added there is driven too.
fn routes() -> Vec<String> {
    let document: Value = serde_json::from_str(&nuncio_api::openapi_json()).unwrap();
    let changes = |(method, path): &(String, String)| {
        let operation = &document["paths"][path][method.to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let name = schema["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next());
        let schema = name.map_or(schema, |name| &document["components"]["schemas"][name]);
        path.contains("{id}") && schema["properties"].get("url").is_some()
    };
    let routes = operations().into_iter().filter(changes);
    routes
        .map(|(method, path)| {
            assert_eq!(method, "PATCH", "{path} changes URLs: drive it here");
            path
        })
        .collect()
}

async fn make(api: &Api, project: &Project, rest: Value) -> String {
    let mut body = json!({"tenant": "a", "url": OLD, "events": ["*"]});
    let fields = body.as_object_mut().unwrap();
    fields.extend(rest.as_object().unwrap().clone());
    let made = api.post(&project.caller, "/v1/endpoints", body).await;
    made.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn kept(api: &Api, project: &Project, id: &str) -> Endpoint {
    let reach = Reach {
        project: project.id.parse().unwrap(),
        tenant: None,
    };
    let id: EndpointId = id.parse().unwrap();
    let endpoint = api.store.endpoint(&reach, id).await.unwrap().unwrap();
    Endpoint::clone(&endpoint)
}

/// The names of what has to be given again.
#[track_caller]
fn wanted(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 422, "{}", reply.text());
    let errors = reply.json["errors"].as_array().unwrap().iter();
    let pointers = errors.map(|error| error["pointer"].as_str().unwrap().to_owned());
    pointers.collect()
}

#[tokio::test]
async fn no_header_follows_an_endpoint_to_another_origin() {
    let api = Api::new();
    let project = api.project("standard").await;
    let headers = json!({"Authorization": TOKEN, "X-Team": "blue"});
    let callers = [
        project.caller.clone(),
        Caller::admin_of(&project.id),
        api.tenant_key(&project.id, "a").await,
        api.portal(&project.caller, "a", "full").await,
    ];
    let routes = routes();
    assert!(routes.len() >= 2, "{routes:?}");
    let ways = [
        (json!({}), vec!["/headers/Authorization", "/headers/X-Team"]),
        (
            json!({"headers": {}}),
            vec!["/headers/Authorization", "/headers/X-Team"],
        ),
        (
            json!({"headers": {"authorization": "***", "X-Team": "***"}}),
            vec!["/headers/Authorization", "/headers/X-Team"],
        ),
        (
            json!({"headers": {"X-Team": "red"}}),
            vec!["/headers/Authorization"],
        ),
        (
            json!({"headers": {"Authorization": null}}),
            vec!["/headers/X-Team"],
        ),
        (
            json!({"headers": {"X-New": "1"}, "dialect": "stripe"}),
            vec!["/headers/Authorization", "/headers/X-Team"],
        ),
    ];
    for route in &routes {
        for (n, url) in ELSEWHERE.iter().enumerate() {
            let caller = &callers[n % callers.len()];
            let id = make(&api, &project, json!({ "headers": headers })).await;
            let path = route.replace("{id}", &id);
            for (way, expected) in &ways {
                let mut change = way.clone();
                change["url"] = json!(url);
                let reply = api.patch(caller, &path, change).await;
                assert_eq!(wanted(&reply), *expected, "{route} {url} {way}");
                assert!(
                    !reply.text().contains("of-the-receiver"),
                    "{}",
                    reply.text()
                );
            }
            let still = kept(&api, &project, &id).await;
            assert_eq!((still.url.as_str(), still.headers.len()), (OLD, 2));
            let given =
                json!({"url": url, "headers": {"Authorization": "Bearer new", "X-Team": null}});
            api.patch(caller, &path, given).await.expect(200);
            let moved = kept(&api, &project, &id).await;
            let only = ("Authorization".to_owned(), "Bearer new".to_owned());
            assert_eq!(moved.headers, [only]);
            api.delete(&project.caller, &path).await;
        }
    }
}

#[tokio::test]
async fn headers_stay_at_their_origin_however_it_is_written() {
    let api = Api::new();
    let project = api.project("standard").await;
    let id = make(&api, &project, json!({"headers": {"Authorization": TOKEN}})).await;
    let path = format!("/v1/endpoints/{id}");
    for url in THE_SAME {
        for headers in [json!({}), json!({"Authorization": "***"})] {
            let change = json!({"url": url, "headers": headers});
            api.patch(&project.caller, &path, change).await.expect(200);
            assert_eq!(kept(&api, &project, &id).await.headers[0].1, TOKEN, "{url}");
        }
    }
    // One name, two ways to write it.
    let given = json!({"url": "https://bücher.example/", "headers": {"Authorization": TOKEN}});
    api.patch(&project.caller, &path, given).await.expect(200);
    let same = json!({"url": "https://xn--bcher-kva.example/x"});
    api.patch(&project.caller, &path, same).await.expect(200);
    let bare = json!({"url": "https://evil.example/", "headers": null});
    api.patch(&project.caller, &path, bare).await.expect(200);
}

#[tokio::test]
async fn the_mask_is_no_value() {
    let api = Api::new();
    let project = api.project("standard").await;
    let body = json!({"tenant": "a", "url": OLD, "events": ["*"], "headers": {"X-Key": "***"}});
    let refused = api.post(&project.caller, "/v1/endpoints", body).await;
    assert_eq!(wanted(&refused), ["/headers/X-Key"]);
    let id = make(&api, &project, json!({})).await;
    let path = format!("/v1/endpoints/{id}");
    let change = json!({"headers": {"X-Key": "***"}});
    let refused = api.patch(&project.caller, &path, change).await;
    assert_eq!(wanted(&refused), ["/headers/X-Key"]);
}

#[tokio::test]
async fn a_secret_that_is_sent_does_not_follow_either() {
    let api = Api::new();
    for dialect in nuncio_dialect::builtin() {
        let project = api.project(dialect.name()).await;
        let plan = json!({"plan": "business"});
        api.put(&project.caller, "/v1/tenants/a", plan)
            .await
            .expect(200);
        let id = make(&api, &project, json!({"secret": "the-first-token-of-all"})).await;
        let path = format!("/v1/endpoints/{id}");
        let moved = json!({"url": "https://evil.example/"});
        let reply = api.patch(&project.caller, &path, moved.clone()).await;
        if !dialect.sends_secret() {
            reply.expect(200);
            continue;
        }
        assert_eq!(wanted(&reply), ["/secret"], "{}", dialect.name());
        // The one before would go along until its overlap ends.
        api.post(&project.caller, &format!("{path}/rotate-secret"), json!({}))
            .await
            .expect(200);
        let reply = api.patch(&project.caller, &path, moved.clone()).await;
        assert_eq!(wanted(&reply), ["/secret"], "{}", dialect.name());
        let masked = json!({"url": "https://evil.example/", "secret": "***"});
        let reply = api.patch(&project.caller, &path, masked).await;
        assert_eq!(wanted(&reply), ["/secret"], "{}", dialect.name());
        let same = json!({"url": "https://HOOKS.example.com/other", "secret": "***"});
        api.patch(&project.caller, &path, same).await.expect(200);
        let given = json!({"url": "https://evil.example/", "secret": "another-token-altogether"});
        let reply = api.patch(&project.caller, &path, given).await;
        assert!(!reply.text().contains("another-token"), "{}", reply.text());
        reply.expect(200);
        let secrets = kept(&api, &project, &id).await.secrets;
        assert_eq!(secrets.current.expose(), "another-token-altogether");
        assert!(secrets.previous.is_empty(), "{}", dialect.name());
    }
}

#[tokio::test]
async fn a_secret_that_only_signed_is_never_sent() {
    let api = Api::new();
    let project = api.project("standard").await;
    let id = make(&api, &project, json!({"secret": "only-for-signing-it"})).await;
    let path = format!("/v1/endpoints/{id}");
    let shown = json!({"dialect": "cloudevents"});
    let reply = api.patch(&project.caller, &path, shown).await;
    assert_eq!(wanted(&reply), ["/secret"]);
    // Nor by the project's dialect, nor by another text of a dialect that it uses.
    let project_path = format!("/v1/projects/{}", project.id);
    let change = json!({"dialect": "cloudevents"});
    let reply = api.patch(&Caller::admin(), &project_path, change).await;
    assert_eq!(wanted(&reply), ["/dialect"]);
    let own = |builtin: &str| {
        let source = nuncio_dialect::builtin_named(builtin).unwrap().source();
        let source = source.replace(&format!("name = \"{builtin}\""), "name = \"own\"");
        json!({ "source": source })
    };
    let dialect_path = "/v1/dialects/own";
    api.put(&project.caller, dialect_path, own("standard"))
        .await
        .expect(200);
    let uses = json!({"dialect": "own"});
    api.patch(&project.caller, &path, uses).await.expect(200);
    let reply = api
        .put(&project.caller, dialect_path, own("cloudevents"))
        .await;
    assert_eq!(wanted(&reply), ["/source"]);
    let given = json!({"dialect": "cloudevents", "secret": "a-token-from-the-start"});
    api.patch(&project.caller, &path, given).await.expect(200);
    api.put(&project.caller, dialect_path, own("cloudevents"))
        .await
        .expect(200);
    let uses = json!({"dialect": "own"});
    api.patch(&project.caller, &path, uses).await.expect(200);
}
