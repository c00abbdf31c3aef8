//! What is sent, and what is made of the answer.

use nuncio_client::models::{EndpointChange, NewEndpoint, NewEvent};
use nuncio_client::{Error, Kind, Nuncio};
use serde_json::{Value, json};

use crate::scripted_server::{Answer, answer, once, problem, start, start_with};

pub(crate) fn published() -> Answer {
    let created_at = "2026-01-02T03:04:05.678Z";
    answer(
        202,
        json!({"id": "evt_1", "tenant": "acme", "type": "order.paid", "created_at": created_at, "deliveries": 1}),
    )
}

pub(crate) fn job() -> Answer {
    let created_at = "2026-01-02T03:04:05Z";
    answer(
        200,
        json!({"id": "job_1", "kind": "retry", "state": "done", "done": 1, "total": 1, "created_at": created_at,
            "finished_at": null, "colour": "red"}),
    )
}

pub(crate) fn event() -> NewEvent {
    NewEvent::new("acme", "order.paid", json!({"order": "4711"}))
}

#[tokio::test]
async fn request_carries_key_project_and_the_body_as_json() {
    let scene = start_with([published()], |builder| builder.project("proj_1")).await;
    let published = scene.client.events().publish(&event()).await.unwrap();
    assert_eq!(published.deliveries, 1);
    let [request] = &scene.received()[..] else {
        panic!("one request");
    };
    assert_eq!(request.line, "POST /v1/events");
    assert_eq!(request.headers["authorization"], "Bearer nk_1");
    assert_eq!(request.headers["nuncio-project"], "proj_1");
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(
        request.body,
        r#"{"tenant":"acme","type":"order.paid","data":{"order":"4711"}}"#
    );
}

#[tokio::test]
async fn project_can_be_another_one() {
    let empty = Answer::Full(204, "", String::new());
    let scene = start_with([empty], |builder| builder.project("proj_1")).await;
    let other = scene.client.in_project("proj_2");
    other.tenants().delete("acme").await.unwrap();
    assert_eq!(scene.received()[0].headers["nuncio-project"], "proj_2");
}

#[tokio::test]
async fn change_sets_clears_or_leaves() {
    let scene = start([problem(404, "")]).await;
    let change = EndpointChange {
        description: Some(None),
        timeout_ms: Some(Some(5_000)),
        ..EndpointChange::default()
    };
    let endpoints = scene.client.endpoints();
    endpoints.update("ep_1", &change).await.unwrap_err();
    assert_eq!(
        scene.received()[0].body,
        r#"{"description":null,"timeout_ms":5000}"#
    );
}

#[tokio::test]
async fn optional_body_may_be_left_out() {
    let scene = start([answer(202, json!({"deliveries": []}))]).await;
    let events = scene.client.events();
    events.replay("evt_1", None).await.unwrap();
    assert_eq!(scene.received()[0].line, "POST /v1/events/evt_1/replay");
    assert_eq!(scene.received()[0].body, "");
}

#[tokio::test]
async fn id_that_would_make_another_path_is_refused() {
    let scene = start([]).await;
    for id in ["", ".", ".."] {
        let refused = scene.client.endpoints().delete(id).await;
        assert!(matches!(refused, Err(Error::InvalidCall(_))), "{id}");
    }
    assert!(scene.received().is_empty());
}

#[test]
fn client_needs_a_key_and_an_address() {
    fn check(key: &str, base_url: &str, expected: &str) {
        let error = Nuncio::builder(key).base_url(base_url).build().unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    check("", "https://nuncio.example.com", "key is empty");
    for address in ["nuncio.example.com", "ftp://nuncio.example.com", ""] {
        check("nk_1", address, &format!("base URL {address:?} is no"));
    }
}

#[test]
fn key_is_not_shown() {
    let client = Nuncio::builder("nk_proj_1").build().unwrap();
    let shown = format!("{client:?}");
    assert!(shown.contains("[secret]") && !shown.contains("nk_proj_1"));
}

#[tokio::test]
async fn answer_may_have_fields_that_this_client_does_not_know() {
    let scene = start([job()]).await;
    assert_eq!(
        scene.client.jobs().get("job_1").await.unwrap().state,
        "done"
    );
}

#[tokio::test]
async fn answer_that_is_not_understood_is_an_error() {
    let scene = start([Answer::Full(200, "", "<html>".to_owned())]).await;
    let answered = scene.client.jobs().get("job_1").await;
    assert!(matches!(answered, Err(Error::Answer { status: 200, .. })));
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let away = Answer::Full(307, "location: /elsewhere", String::new());
    let scene = start([away]).await;
    let error = scene.client.jobs().get("job_1").await.unwrap_err();
    assert_eq!(error.api().unwrap().status, 307);
    assert_eq!(scene.received().len(), 1);
}

#[tokio::test]
async fn problems_are_told_apart() {
    let kinds = [
        (400, Kind::BadRequest),
        (401, Kind::Unauthorized),
        (403, Kind::Forbidden),
        (404, Kind::NotFound),
        (409, Kind::Conflict),
        (413, Kind::TooLarge),
        (415, Kind::Other),
        (422, Kind::Invalid),
        (429, Kind::RateLimited),
        (503, Kind::Unavailable),
    ];
    for (status, expected) in kinds {
        let scene = start_with([problem(status, "")], once).await;
        let error = scene.client.jobs().get("job_1").await.unwrap_err();
        assert_eq!(error.kind(), Some(expected));
        assert_eq!(error.to_string(), format!("{status} Kind: it is so"));
    }
}

#[tokio::test]
async fn error_says_which_value_was_refused_and_the_requests_id() {
    let fault = json!({"pointer": "/limit", "detail": "too large", "in": "query"});
    let document: Value = json!({"type": "t", "title": "T", "status": 422, "detail": "d", "errors": [fault],
        "request_id": "req_1"});
    let scene = start([answer(422, document)]).await;
    let endpoint = NewEndpoint::new("http://a.example", ["*"]);
    let error = scene.client.webhooks().create(&endpoint).await.unwrap_err();
    let problem = &error.api().unwrap().problem;
    assert_eq!(problem.errors[0].pointer, "/limit");
    assert_eq!(problem.errors[0].r#in.as_deref(), Some("query"));
    assert_eq!(problem.request_id.as_deref(), Some("req_1"));
}

#[tokio::test]
async fn error_without_a_problem_document_still_has_status_and_request_id() {
    let nothing = Answer::Full(404, "nuncio-request-id: req_2", "nothing".to_owned());
    let scene = start([nothing]).await;
    let error = scene.client.jobs().get("job_1").await.unwrap_err();
    let error = error.api().unwrap();
    assert_eq!(error.kind(), Kind::NotFound);
    assert_eq!(error.problem.r#type, "about:blank");
    assert_eq!(error.problem.request_id.as_deref(), Some("req_2"));
}
