//! Messages: taken in, shown, delivered and erased.

use nuncio_dialect::{Received, builtin_named};
use serde_json::json;

use crate::{
    application, endpoint, ids, installation, organization, send,
    support::{api::text, sink::Sink},
};

#[tokio::test]
async fn a_message_arrives_signed_as_it_was_written() {
    let sink = Sink::healthy();
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let body = json!({"url": format!("{}/hook", sink.url), "secret": secret});
    endpoint(&api, &app, body).await;
    let written = r#"{"eventType":"t","eventId":"e.1","payload":{"z": 2.50, "a": 1}}"#;
    let made = api
        .post_text(&format!("{app}/msg"), written.to_owned())
        .await;
    assert!(
        made.text.contains(r#"{"z": 2.50, "a": 1}"#),
        "{}",
        made.text
    );
    let made = made.expect(202);
    let arrived = sink.arrived("/hook", 1).await;
    let id = text(&made, "id");
    assert_eq!(arrived[0].header("svix-id"), id);
    assert_eq!(arrived[0].text(), r#"{"z": 2.50, "a": 1}"#);
    assert!(
        arrived[0]
            .header("user-agent")
            .starts_with("Svix-Webhooks/")
    );
    let dialect = builtin_named("svix").unwrap();
    let key = dialect.parse_verifying_key(secret).unwrap();
    let headers: Vec<_> = arrived[0]
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    let timestamp: i64 = arrived[0].header("svix-timestamp").parse().unwrap();
    let received = Received {
        method: "POST",
        url: "",
        headers: &headers,
        body: &arrived[0].body,
    };
    dialect
        .verify(&received, &[key], timestamp * 1_000)
        .unwrap();
}

#[tokio::test]
async fn messages_are_shown_by_id_and_event_id_and_narrowed() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    let all = format!("{app}/msg");
    let body = json!({"eventType": "a", "payload": {"n": 1}, "eventId": "one", "channels": ["c"]});
    let made = api.post(&all, body.clone()).await.expect(202);
    assert_eq!(
        (&made["eventId"], &made["channels"]),
        (&json!("one"), &json!(["c"]))
    );
    assert_eq!(api.post(&all, body).await.expect(409)["code"], "conflict");
    let id = text(&made, "id");
    assert_eq!(api.get(&format!("{all}/one")).await.expect(200), made);
    assert_eq!(api.get(&format!("{all}/{id}")).await.expect(200), made);
    let bare = api
        .get(&format!("{all}/{id}?with_content=false"))
        .await
        .expect(200);
    assert_eq!(bare["payload"], json!({}));
    let (b, c) = (
        send(&api, &app, "b", json!({})).await,
        send(&api, &app, "c", json!({})).await,
    );
    let check = async |query: &str, expected: &[&String]| {
        let found = ids(&api.get(&format!("{all}?{query}")).await.expect(200));
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    };
    check("event_types=a", &[&id]).await;
    check("event_types=a,c", &[&c, &id]).await;
    check("event_types[]=b&event_types[]=c", &[&c, &b]).await;
    check("event_types[0]=b", &[&b]).await;
    check("channel=c", &[&id]).await;
    check("before=2020-01-01T00:00:00Z", &[]).await;
    check("after=2020-01-01T00:00:00Z&limit=2", &[&b, &id]).await;
    let tenant = app.replace("/api/v1/app/", "");
    let projects = server.admin().get("/v1/projects").await.expect(200);
    let project = server.admin().project(&text(&projects["data"][0], "id"));
    let event = project
        .get(&format!("/v1/events/{}", id.replace("msg_", "evt_")))
        .await
        .expect(200);
    assert_eq!(
        (&event["tenant"], &event["data"]),
        (&json!(tenant), &json!({"n": 1}))
    );

    assert_eq!(api.delete(&format!("{all}/{id}/content")).await.status, 204);
    let erased = api.get(&format!("{all}/{id}")).await.expect(200);
    assert_eq!(erased["payload"], json!({"expired": true}));
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_an_application_is_made_with_one() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    let refused = [
        json!({"eventType": "a b", "payload": {}}),
        json!({"eventType": "a", "payload": "text"}),
        json!({"eventType": "a"}),
        json!({"eventType": "a", "payload": {}, "channels": []}),
        json!({"eventType": "a", "payload": {}, "payloadRetentionPeriod": 4}),
        json!({"eventType": "a", "payload": {}, "eventId": "msg_1"}),
    ];
    for body in refused {
        let reply = api.post(&format!("{app}/msg"), body.clone()).await;
        assert!(reply.expect(422)["detail"].is_array(), "{body}");
    }
    let message = |application: serde_json::Value| json!({"eventType": "a", "payload": {}, "application": application});
    let path = "/api/v1/app/new/msg";
    api.post(path, json!({"eventType": "a", "payload": {}}))
        .await
        .expect(404);
    let missing = api
        .post(path, message(json!({"name": "n"})))
        .await
        .expect(422);
    assert_eq!(missing["detail"][0]["type"], "application_uid_missing");
    let other = api
        .post(path, message(json!({"name": "n", "uid": "other"})))
        .await
        .expect(422);
    assert_eq!(other["detail"][0]["type"], "application_uid_mismatch");
    api.post(path, message(json!({"name": "n", "uid": "new"})))
        .await
        .expect(202);
    assert_eq!(api.get("/api/v1/app/new").await.expect(200)["name"], "n");
    let raw = json!({"eventType": "a", "payload": {}, "transformationsParams": {"rawPayload": "{ \"a\" : 1 }"}});
    let raw = api.post(path, raw).await;
    assert!(raw.text.contains(r#"{ "a" : 1 }"#), "{}", raw.text);
    raw.expect(202);
}
