//! One event to many tenants.

use nuncio_domain::JobState;
use nuncio_store::Work;
use serde_json::{Value, json};

use crate::common::{Api, Caller};

async fn carry_out(api: &Api, caller: &Caller, started: &Value) -> Value {
    let id = started["job"].as_str().unwrap();
    let job = id.parse().unwrap();
    while api
        .store
        .job_step(job, nuncio_domain::Clock::now(&*api.clock))
        .await
        .unwrap()
        != JobState::Finished
    {}
    api.get(caller, &format!("/v1/jobs/{id}")).await.expect(200)
}

#[tokio::test]
async fn a_publisher_reaches_all_tenants_with_one_request() {
    let api = Api::new();
    let project = api.project("standard").await;
    let owner = &project.caller;
    for (tenant, region) in [("a", "eu"), ("b", "us"), ("c", "eu")] {
        let body = json!({"metadata": {"region": region}});
        api.put(owner, &format!("/v1/tenants/{tenant}"), body)
            .await
            .expect(200);
    }
    let publisher = json!({"name": "p", "kind": "project", "scope": "publish"});
    let publisher = api.new_key(&project.id, publisher).await;
    let path = "/v1/events/broadcast";
    let news =
        json!({"type": "news.posted", "data": {"n": 1}, "where": {"metadata": {"region": "eu"}}});
    let started = api
        .once(&publisher, path, "k", news.clone())
        .await
        .expect(202);
    let again = api
        .once(&publisher, path, "k", news.clone())
        .await
        .expect(202);
    assert_eq!(started, again);
    let other = json!({"type": "news.posted", "data": {"n": 2}});
    api.once(&publisher, path, "k", other).await.expect(409);
    let job = carry_out(&api, owner, &started).await;
    assert_eq!(
        (&job["kind"], &job["state"], &job["done"], &job["total"]),
        (
            &json!("broadcast"),
            &json!("finished"),
            &json!(2),
            &json!(2)
        )
    );
    let events = api
        .get(owner, "/v1/events?type=news.posted")
        .await
        .expect(200);
    let mut tenants: Vec<_> = events["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["tenant"].clone())
        .collect();
    tenants.sort_by_key(Value::to_string);
    assert_eq!(tenants, ["a", "c"]);
    let entry = api
        .get(owner, "/v1/audit?action=event.broadcast")
        .await
        .expect(200);
    assert_eq!(entry["data"][0]["changes"]["type"], "news.posted");
    assert_eq!(entry["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_no_tenant_could_be_sent_is_refused() {
    let api = Api::new();
    let project = api.project("standard").await;
    let strict = json!({"description": "d", "schema": {"type": "object", "required": ["n"]}});
    api.put(&project.caller, "/v1/event-types/strict", strict)
        .await
        .expect(200);
    let check = async |body: &str, pointer: &str| {
        let reply = api
            .raw(&project.caller, "POST", "/v1/events/broadcast", body)
            .await;
        assert_eq!(
            (reply.status.as_u16(), reply.pointer()),
            (422, pointer),
            "{body}: {}",
            reply.text()
        );
    };
    check(
        r#"{"type":"t","data":{"n":12345678901234567890}}"#,
        "/data/n",
    )
    .await;
    check(
        r#"{"type":"t","data":1,"where":{"metadata":{}}}"#,
        "/where/metadata",
    )
    .await;
    check(
        r#"{"type":"t","data":1,"where":{"metadata":{"a":null}}}"#,
        "/where/metadata",
    )
    .await;
    check(r#"{"type":"t","data":1,"where":{}}"#, "/where/metadata").await;
    check(r#"{"type":"t","data":1,"tenant":"a"}"#, "/tenant").await;
    check(r#"{"type":"strict","data":{}}"#, "/data").await;
    for (extra, pointer) in [
        (r#""channels":["a b"]"#, "/channels/0"),
        (r#""channels":["a","a"]"#, "/channels/1"),
        (r#""metadata":[]"#, "/metadata"),
        (r#""headers":{"webhook-id":"1"}"#, "/headers/webhook-id"),
        (
            r#""headers":{"Authorization":"1"}"#,
            "/headers/Authorization",
        ),
        (r#""retention_days":0"#, "/retention_days"),
        (r#""retention_days":3651"#, "/retention_days"),
    ] {
        check(&format!(r#"{{"type":"t","data":1,{extra}}}"#), pointer).await;
    }
    let tenant = api.tenant_key(&project.id, "a").await;
    let news = json!({"type": "t", "data": 1});
    api.post(&tenant, "/v1/events/broadcast", news.clone())
        .await
        .expect(403);
    let reader = json!({"name": "p", "kind": "project", "scope": "read"});
    let reader = api.new_key(&project.id, reader).await;
    api.post(&reader, "/v1/events/broadcast", news)
        .await
        .expect(403);
}
