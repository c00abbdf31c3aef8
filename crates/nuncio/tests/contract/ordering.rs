//! Events with an ordering key, one after the other over real sockets.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::{Arrival, Sink},
};

/// So many events, some of which fail at first.
const CHAIN: usize = 200;

fn event(n: usize, key: &str) -> Value {
    json!({ "tenant": "acme", "type": "a.b", "data": { "n": n }, "ordering_key": key })
}

async fn publish(project: &Api, events: Vec<Value>) {
    let path = "/v1/events/batch";
    let answer = project.post(path, json!({ "events": events })).await;
    for result in answer.expect(202)["results"].as_array().expect("a list") {
        assert_eq!(result["status"], 202, "{result}");
    }
}

async fn endpoint(project: &Api, receiver: &Sink, delays_s: &[u32]) -> String {
    let body = json!({
        "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": delays_s },
    });
    project.new_endpoint(body).await.id
}

fn number(arrival: &Arrival) -> u64 {
    let body: Value = serde_json::from_str(arrival.text()).expect("JSON");
    body["data"]["n"].as_u64().expect("a number")
}

#[tokio::test]
async fn a_chain_comes_in_its_order_whatever_is_answered() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before % 100 == 9 { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    endpoint(&project, &receiver, &[0, 0, 0]).await;
    publish(&project, (0..CHAIN).map(|n| event(n, "chain")).collect()).await;
    let failed = 2;
    let arrived = receiver.arrived("/", CHAIN + failed).await;
    let mut numbers: Vec<_> = arrived.iter().map(number).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    numbers.dedup();
    assert_eq!(numbers.len(), CHAIN);
}

#[tokio::test]
async fn what_waits_says_for_which_one_and_goes_on_when_that_is_cancelled() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before == 0 { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    endpoint(&project, &receiver, &[0, 3_600]).await;
    publish(&project, vec![event(1, "a"), event(2, "a")]).await;
    receiver.arrived("/", 1).await;
    publish(&project, vec![event(3, "b")]).await;
    let arrived = receiver.arrived("/", 2).await;
    assert_eq!(number(&arrived[1]), 3, "another key waits for nobody");

    let pending = project.all("/v1/deliveries?status=pending").await;
    let waiting = pending
        .values()
        .find(|delivery| delivery["waiting"] == "ordering_key");
    let waiting = waiting.expect("one of them waits");
    let first = text(waiting, "waits_for");
    let retry = format!("/v1/deliveries/{}/retry", text(waiting, "id"));
    let refused = project.post(&retry, json!({})).await.refused(409);
    assert!(refused.to_string().contains(&first), "{refused}");

    let cancel = format!("/v1/deliveries/{first}/cancel");
    project.post(&cancel, json!({})).await.expect(200);
    let arrived = receiver.arrived("/", 3).await;
    assert_eq!(number(&arrived[2]), 2);
}
