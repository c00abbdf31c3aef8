//! `auth` and `tls` of endpoints: given, refused, kept, bound to their origins, removed; never shown.

use nuncio_domain::{Endpoint, EndpointId};
use nuncio_store::{Catalog, Reach};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::common::{Api, Project};

const URL: &str = "https://hooks.example.com/in";
const SECRET: &str = "of-the-customers-gateway";

async fn make(api: &Api, project: &Project, rest: Value) -> String {
    let mut body = json!({"tenant": "a", "url": URL, "events": ["*"]});
    let fields = body.as_object_mut().unwrap();
    fields.extend(rest.as_object().unwrap().clone());
    let made = api.post(&project.caller, "/v1/endpoints", body).await;
    assert!(!made.text().contains(SECRET), "{}", made.text());
    made.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn kept(api: &Api, project: &Project, id: &str) -> Endpoint {
    let reach = Reach {
        project: project.id.parse().unwrap(),
        tenant: None,
    };
    let id: EndpointId = id.parse().unwrap();
    Endpoint::clone(&api.store.endpoint(&reach, id).await.unwrap().unwrap())
}

fn oauth(rest: Value) -> Value {
    let mut auth = json!({
        "type": "oauth2", "token_url": "https://login.example.com/token", "client_id": "me",
        "client_secret": SECRET
    });
    let fields = auth.as_object_mut().unwrap();
    fields.extend(rest.as_object().unwrap().clone());
    fields.retain(|_, value| !value.is_null());
    auth
}

fn certificate() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["client.example".to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

#[tokio::test]
async fn what_does_not_belong_or_is_not_valid_names_its_field() {
    let api = Api::new();
    let project = api.project("standard").await;
    let long = "x".repeat(9_000);
    let cases = [
        (json!({}), "/auth/type"),
        (json!({"type": "digest"}), "/auth/type"),
        (json!({"type": "basic", "username": "a"}), "/auth/password"),
        (json!({"type": "basic", "password": "a"}), "/auth/username"),
        (
            json!({"type": "basic", "username": "a:b", "password": "c"}),
            "/auth/username",
        ),
        (
            json!({"type": "basic", "username": "a\r\n", "password": "c"}),
            "/auth/username",
        ),
        (
            json!({"type": "basic", "username": "a", "password": "c\n"}),
            "/auth/password",
        ),
        (
            json!({"type": "basic", "username": "a", "password": "b", "token": "c"}),
            "/auth/token",
        ),
        (json!({"type": "bearer"}), "/auth/token"),
        (json!({"type": "bearer", "token": ""}), "/auth/token"),
        (json!({"type": "bearer", "token": "a b"}), "/auth/token"),
        (
            json!({"type": "bearer", "token": "a\r\nX-B: 1"}),
            "/auth/token",
        ),
        (json!({"type": "bearer", "token": long}), "/auth/token"),
        (json!({"type": "bearer", "token": "***"}), "/auth/token"),
        (json!({"type": "header", "value": "a"}), "/auth/name"),
        (json!({"type": "header", "name": "X-A"}), "/auth/value"),
        (
            json!({"type": "header", "name": "X-A", "value": ""}),
            "/auth/value",
        ),
        (
            json!({"type": "header", "name": "X-A", "value": "a\nb"}),
            "/auth/value",
        ),
        (
            json!({"type": "header", "name": "X A", "value": "a"}),
            "/auth/name",
        ),
        (
            json!({"type": "header", "name": "Host", "value": "a"}),
            "/auth/name",
        ),
        (
            json!({"type": "header", "name": "webhook-id", "value": "a"}),
            "/auth/name",
        ),
        (oauth(json!({"token_url": null})), "/auth/token_url"),
        (
            oauth(json!({"token_url": "https://127.0.0.1/"})),
            "/auth/token_url",
        ),
        (
            oauth(json!({"token_url": "http://login.example.com/"})),
            "/auth/token_url",
        ),
        (oauth(json!({"client_id": null})), "/auth/client_id"),
        (oauth(json!({"client_id": ""})), "/auth/client_id"),
        (oauth(json!({"client_secret": null})), "/auth/client_secret"),
        (oauth(json!({"client_secret": ""})), "/auth/client_secret"),
        (oauth(json!({"client_auth": "tls"})), "/auth/client_auth"),
        (
            oauth(json!({"client_auth": "private_key_jwt"})),
            "/auth/client_secret",
        ),
        (oauth(json!({"private_key": "a"})), "/auth/private_key"),
        (
            oauth(
                json!({"client_secret": null, "client_auth": "private_key_jwt", "private_key": "a"}),
            ),
            "/auth/private_key",
        ),
        (oauth(json!({"scopes": ["a", "b c"]})), "/auth/scopes/1"),
        (oauth(json!({"scopes": vec!["a"; 51]})), "/auth/scopes"),
        (oauth(json!({"audience": ""})), "/auth/audience"),
        (oauth(json!({"username": "a"})), "/auth/username"),
    ];
    for (auth, pointer) in cases {
        let body = json!({"tenant": "a", "url": URL, "events": ["*"], "auth": auth});
        let reply = api.post(&project.caller, "/v1/endpoints", body).await;
        assert_eq!(reply.status, 422, "{auth}: {}", reply.text());
        assert_eq!(
            reply.json["errors"][0]["pointer"],
            pointer,
            "{auth}: {}",
            reply.text()
        );
        assert!(!reply.text().contains(SECRET), "{}", reply.text());
    }
}

#[tokio::test]
async fn a_header_belongs_to_one_alone() {
    let api = Api::new();
    let bearer = json!({"type": "bearer", "token": SECRET});
    let check = async |dialect: &str, rest: Value| {
        let project = api.project(dialect).await;
        let mut body = json!({"tenant": "a", "url": URL, "events": ["*"], "auth": bearer});
        let fields = body.as_object_mut().unwrap();
        fields.extend(rest.as_object().unwrap().clone());
        let reply = api.post(&project.caller, "/v1/endpoints", body).await;
        assert_eq!(reply.status, 422, "{}", reply.text());
        assert_eq!(
            reply.json["errors"][0]["pointer"],
            "/auth",
            "{}",
            reply.text()
        );
    };
    check("cloudevents", json!({"secret": "of-the-customer"})).await;
    check("standard", json!({"headers": {"authorization": "x"}})).await;

    // By a change of the other one, too.
    let project = api.project("standard").await;
    let id = make(&api, &project, json!({ "auth": bearer })).await;
    let path = format!("/v1/endpoints/{id}");
    for change in [
        json!({"headers": {"Authorization": "x"}}),
        json!({"dialect": "cloudevents", "secret": "of-the-customer"}),
    ] {
        let reply = api.patch(&project.caller, &path, change).await;
        assert_eq!(reply.status, 422, "{}", reply.text());
        assert_eq!(
            reply.json["errors"][0]["pointer"],
            "/auth",
            "{}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn auth_is_shown_masked_and_replaced_as_a_whole() {
    let api = Api::new();
    let project = api.project("standard").await;
    let id = make(
        &api,
        &project,
        json!({"auth": oauth(json!({"scopes": ["a"]}))}),
    )
    .await;
    let path = format!("/v1/endpoints/{id}");
    let shown = api.get(&project.caller, &path).await.expect(200)["auth"].clone();
    let expected = json!({
        "type": "oauth2", "token_url": "https://login.example.com/token", "client_id": "me",
        "client_secret": "***", "client_auth": "client_secret_basic", "scopes": ["a"]
    });
    assert_eq!(shown, expected);

    // As it was shown, it stays as it was.
    let before = kept(&api, &project, &id).await.auth;
    api.patch(&project.caller, &path, json!({ "auth": shown }))
        .await
        .expect(200);
    assert_eq!(kept(&api, &project, &id).await.auth, before);

    // Without scopes, it has none.
    let other = oauth(json!({"client_secret": "***", "client_auth": "client_secret_post"}));
    api.patch(&project.caller, &path, json!({ "auth": other }))
        .await
        .expect(200);
    let auth = kept(&api, &project, &id).await.auth.unwrap();
    let client = auth.oauth().unwrap();
    assert_eq!((client.secret.expose(), client.scopes.len()), (SECRET, 0));

    // The mask of one kind is not the secret of another.
    let basic = json!({"type": "basic", "username": "me", "password": "***"});
    let reply = api
        .patch(&project.caller, &path, json!({ "auth": basic }))
        .await;
    assert_eq!(
        reply.json["errors"][0]["pointer"],
        "/auth/password",
        "{}",
        reply.text()
    );
    let key = oauth(
        json!({"client_secret": null, "client_auth": "private_key_jwt", "private_key": "***"}),
    );
    let reply = api
        .patch(&project.caller, &path, json!({ "auth": key }))
        .await;
    assert_eq!(
        reply.json["errors"][0]["pointer"],
        "/auth/private_key",
        "{}",
        reply.text()
    );

    api.patch(&project.caller, &path, json!({"auth": null}))
        .await
        .expect(200);
    assert_eq!(kept(&api, &project, &id).await.auth, None);
    let audit = api.get(&project.caller, "/v1/audit").await;
    assert!(!audit.text().contains(SECRET), "{}", audit.text());
    let entries = audit.expect(200);
    let told = &entries["data"][0]["changes"]["auth"];
    assert_eq!(
        (&told["from"]["client_id"], &told["to"]),
        (&json!("me"), &Value::Null)
    );
}

#[tokio::test]
async fn secrets_stay_at_the_origins_that_they_were_given_for() {
    let api = Api::new();
    let project = api.project("standard").await;
    let (chain, key) = certificate();
    let tls = json!({"client_cert": chain, "client_key": key});
    let cases = [
        (
            json!({"type": "basic", "username": "a", "password": SECRET}),
            "/auth/password",
        ),
        (json!({"type": "bearer", "token": SECRET}), "/auth/token"),
        (
            json!({"type": "header", "name": "X-A", "value": SECRET}),
            "/auth/value",
        ),
        (oauth(json!({})), "/auth/client_secret"),
    ];
    for (auth, pointer) in cases {
        let id = make(&api, &project, json!({ "auth": auth })).await;
        let path = format!("/v1/endpoints/{id}");
        let shown = api.get(&project.caller, &path).await.expect(200)["auth"].clone();
        let elsewhere = "https://evil.example/in";
        for change in [
            json!({"url": elsewhere}),
            json!({"url": elsewhere, "auth": shown}),
        ] {
            let reply = api.patch(&project.caller, &path, change).await;
            assert_eq!(reply.status, 422, "{}", reply.text());
            assert_eq!(
                reply.json["errors"][0]["pointer"],
                pointer,
                "{}",
                reply.text()
            );
        }
        let same = json!({"url": "https://hooks.example.com/other", "auth": shown});
        api.patch(&project.caller, &path, same).await.expect(200);
        let given = json!({"url": elsewhere, "auth": auth});
        api.patch(&project.caller, &path, given).await.expect(200);
    }

    let id = make(&api, &project, json!({"auth": oauth(json!({}))})).await;
    let path = format!("/v1/endpoints/{id}");
    let moved = json!({"token_url": "https://evil.example/token", "client_secret": "***"});
    let reply = api
        .patch(&project.caller, &path, json!({"auth": oauth(moved)}))
        .await;
    assert_eq!(reply.status, 422, "{}", reply.text());
    assert_eq!(reply.json["errors"][0]["pointer"], "/auth/client_secret");
    let moved = json!({"token_url": "https://login.example.com/v2/token", "client_secret": "***"});
    let change = json!({"auth": oauth(moved)});
    api.patch(&project.caller, &path, change).await.expect(200);

    let id = make(&api, &project, json!({ "tls": tls })).await;
    let path = format!("/v1/endpoints/{id}");
    for change in [
        json!({"url": "https://evil.example/in"}),
        json!({"url": "https://evil.example/in", "tls": {"client_cert": "***", "client_key": "***"}}),
    ] {
        let reply = api.patch(&project.caller, &path, change).await;
        assert_eq!(reply.status, 422, "{}", reply.text());
        assert_eq!(reply.json["errors"][0]["pointer"], "/tls/client_key");
    }
    let change = json!({"url": "https://evil.example/in", "tls": tls});
    api.patch(&project.caller, &path, change).await.expect(200);
}

#[tokio::test]
async fn tls_is_shown_without_its_key_and_replaced_as_a_whole() {
    let api = Api::new();
    let project = api.project("standard").await;
    let (chain, key) = certificate();
    let pin = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let tls = json!({"client_cert": chain, "client_key": key, "ca": chain, "pin_sha256": [pin]});
    let id = make(&api, &project, json!({ "tls": tls })).await;
    let path = format!("/v1/endpoints/{id}");
    let shown = api.get(&project.caller, &path).await;
    assert!(!shown.text().contains("PRIVATE KEY"), "{}", shown.text());
    let shown = shown.expect(200)["tls"].clone();
    assert_eq!(shown["client_key"], "***");
    assert_eq!(shown["client_cert"]["names"], json!(["client.example"]));
    assert_eq!(shown["ca"][0]["names"], json!(["client.example"]));
    assert_eq!(shown["pin_sha256"], json!([pin]));

    let less = json!({"client_cert": "***", "client_key": "***"});
    let changed = api
        .patch(&project.caller, &path, json!({ "tls": less }))
        .await;
    let changed = changed.expect(200)["tls"].clone();
    assert_eq!(
        (&changed["ca"], &changed["pin_sha256"]),
        (&Value::Null, &json!([]))
    );
    let tls = kept(&api, &project, &id).await.tls.unwrap();
    assert_eq!(tls.client.as_ref().unwrap().key.expose(), key);
    let (_, other_key) = certificate();
    let wrong = json!({"client_cert": "***", "client_key": other_key});
    let reply = api
        .patch(&project.caller, &path, json!({ "tls": wrong }))
        .await;
    assert_eq!(
        reply.json["errors"][0]["pointer"],
        "/tls/client_key",
        "{}",
        reply.text()
    );
    let cleared = api
        .patch(&project.caller, &path, json!({"tls": null}))
        .await;
    assert_eq!(cleared.expect(200)["tls"], Value::Null);
    let audit = api.get(&project.caller, "/v1/audit").await;
    assert!(!audit.text().contains("PRIVATE KEY"), "{}", audit.text());
}
