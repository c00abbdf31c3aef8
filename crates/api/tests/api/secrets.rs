//! No view tells a secret: every route that reads, with every kind of key, in every dialect, after deliveries whose
//! receivers told all that they were sent.

use std::sync::Arc;

use nuncio_domain::{
    Attempt, AttemptId, Clock, DeadReason, Done, ErrorClass, HandshakeResult, Headers, Next,
    Timings, Trigger,
};
use nuncio_store::{Epoch, Record, Work};
use serde_json::json;

use crate::{
    common::{ADMIN_KEY, Api, Caller},
    things::{Things, operations, with_id},
};

const SECRET: &str = "of-the-customer/alone+again";
const HEADER: &str = "Bearer of-the-gateway/alone";
const CREDENTIAL: &str = "of-the-api/gateway=alone";

/// Records an attempt whose log holds everything in clear, as versions before this one wrote it.
async fn told_in_clear(api: &Api, dialect: &nuncio_dialect::Dialect) {
    let fresh = api.fresh().await;
    let target = fresh.targets[0];
    let sending = api.store.sending(target.endpoint).await.unwrap();
    let began = api.clock.now();
    let sent = dialect.secret_as_sent(SECRET).join(" ");
    let told = format!(
        "{SECRET} {HEADER} {sent} {CREDENTIAL} {}",
        json!(HEADER).to_string().replace('/', "\\/")
    );
    let headers = [
        ("Authorization", HEADER),
        ("Proxy-Authorization", "Basic whatever-it-was"),
        ("Cookie", "sid=whatever-it-was"),
        ("X-Secret", SECRET),
        ("X-Sent", sent.as_str()),
        ("X-Gateway", HEADER),
        ("X-Auth-Key", CREDENTIAL),
    ];
    let attempt = Attempt {
        id: AttemptId::new(began.ms(), [1; 10]),
        number: 1,
        trigger: Trigger::Schedule,
        started_at: began,
        url: format!("{}?token={SECRET}", sending.endpoint.url),
        dialect_version: sending.dialect.version,
        request_headers: Headers::from_iter(headers),
        status_code: Some(500),
        response_headers: Headers::from_iter(headers),
        response_body: told.clone().into_bytes(),
        response_body_truncated: false,
        error: Some(ErrorClass::STATUS),
        error_detail: Some(told),
        timings: Timings::default(),
        body_metadata: serde_json::Map::new(),
    };
    let record = Record {
        event_key: fresh.event_key,
        endpoint_key: target.endpoint,
        delivery: target.delivery,
        generation: 0,
        ordering: fresh.ordering,
        attempt,
        done: Done {
            extra: false,
            began,
            next: Next::Die(DeadReason::Exhausted),
        },
        ended: began,
        disable: None,
        pause_until: None,
    };
    api.store.record(Arc::new(record), Epoch(0)).await.unwrap();
}

/// Every endpoint has answered its handshake, if its dialect asks for one.
async fn all_verified(api: &Api) {
    for endpoint in api.store.unverified_endpoints().await {
        let sending = api.store.sending(endpoint).await.unwrap();
        let verified = HandshakeResult {
            at: api.clock.now(),
            status_code: Some(200),
            outcome: Ok(None),
        };
        let asked_at = sending.endpoint.verification.asked_at;
        let kept = api.store.verified(endpoint, asked_at, verified).await;
        kept.unwrap();
    }
}

#[tokio::test]
async fn no_view_tells_a_secret_in_any_dialect_to_any_key() {
    for dialect in nuncio_dialect::builtin() {
        let name = dialect.name();
        let api = Api::new();
        let project = api.project(name).await;
        let tenant = json!({"name": "T", "plan": "business"});
        api.put(&project.caller, "/v1/tenants/a", tenant)
            .await
            .expect(200);
        let hook = json!({
            "tenant": "a", "url": "https://example.com/hook", "events": ["*"], "secret": SECRET,
            "headers": {"X-Gateway": HEADER},
            "auth": {"type": "header", "name": "X-Auth-Key", "value": CREDENTIAL}
        });
        let made = api.post(&project.caller, "/v1/endpoints", hook).await;
        let endpoint = made.expect(201)["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/endpoints/{endpoint}");
        let rename = json!({"description": "renamed", "headers": {"X-Gateway": HEADER}});
        api.patch(&project.caller, &path, rename).await.expect(200);
        all_verified(&api).await;
        let form = json!({"tenant": "a", "type": "a.b", "data": {"note": "x"}});
        let event = api.post(&project.caller, "/v1/events", form).await;
        let event = event.expect(202)["id"].as_str().unwrap().to_owned();
        told_in_clear(&api, dialect).await;

        let scoped = async |kind: &str, scope: &str| {
            let mut body = json!({"name": "k", "kind": kind, "scope": scope});
            if kind == "tenant" {
                body["tenant"] = json!("a");
            }
            api.new_key(&project.id, body).await
        };
        let callers = [
            Caller::admin_of(&project.id),
            project.caller.clone(),
            scoped("project", "read").await,
            scoped("tenant", "full").await,
            scoped("tenant", "read").await,
            api.portal(&project.caller, "a", "full").await,
            api.portal(&project.caller, "a", "read").await,
        ];
        let mut secrets = vec![
            SECRET,
            HEADER,
            CREDENTIAL,
            "of-the-gateway",
            "whatever-it-was",
            ADMIN_KEY,
        ];
        secrets.extend(callers.iter().map(|caller| caller.key.as_str()));
        let sent = dialect.secret_as_sent(SECRET);
        secrets.extend(sent.iter().map(String::as_str));
        let delivery = api.delivery_of(&project.caller, &event).await;
        let things = Things {
            project: project.id.clone(),
            tenant: "a".to_owned(),
            endpoint,
            attempt: api.attempt_of(&project.caller, &delivery).await,
            delivery,
            event,
            dialect: name.to_owned(),
            ..Things::unknown()
        };
        let mut read = 0;
        for (method, path) in operations() {
            if method != "GET" {
                continue;
            }
            let path = with_id(&path, &things);
            for caller in &callers {
                let reply = api.get(caller, &path).await;
                read += usize::from(reply.status == 200);
                let text = reply.text();
                for secret in &secrets {
                    assert!(
                        !text.contains(secret),
                        "{name}: {path} tells {secret}: {text}"
                    );
                }
            }
        }
        assert!(read > 60, "{read}");
        let detail = format!("/v1/deliveries/{}", things.delivery);
        let detail = api.get(&callers[4], &detail).await.expect(200);
        let attempt = &detail["attempt_log"][0];
        let value = |n: usize| attempt["request_headers"][n]["value"].as_str().unwrap();
        assert_eq!([value(0), value(1), value(2), value(3)], ["***"; 4]);
        let body = attempt["response_body"].as_str().unwrap();
        assert!(body.starts_with("*** ***"), "{attempt}");
    }
}
