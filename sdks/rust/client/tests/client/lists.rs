//! Lists, page by page.

use nuncio_client::Error;
use nuncio_client::models::ListEventTypesQuery;
use serde_json::{Value, json};

use crate::scripted_server::{Answer, answer, problem, start};

fn page(names: &[&str], next_cursor: Option<&str>) -> Answer {
    let at = "2026-01-02T03:04:05Z";
    let item = |name: &&str| -> Value {
        json!({"name": name, "description": "", "schema": null, "group": null, "example": null, "deprecated": false,
            "schema_version": 1,
            "created_at": at, "updated_at": at})
    };
    let data: Vec<Value> = names.iter().map(item).collect();
    answer(200, json!({"data": data, "next_cursor": next_cursor}))
}

fn pages() -> [Answer; 3] {
    [
        page(&["a", "b"], Some("c 1")),
        page(&[], Some("c2")),
        page(&["c"], None),
    ]
}

#[tokio::test]
async fn list_is_read_to_its_end_with_an_empty_page_in_between() {
    let scene = start(pages()).await;
    let query = ListEventTypesQuery {
        limit: Some(2),
        ..ListEventTypesQuery::default()
    };
    let mut types = scene.client.event_types().list(&query);
    let mut names = Vec::new();
    while let Some(item) = types.next().await.unwrap() {
        names.push(item.name);
    }
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(types.next().await.unwrap(), None);
    let lines: Vec<String> = scene.received().into_iter().map(|r| r.line).collect();
    assert_eq!(
        lines,
        [
            "GET /v1/event-types?limit=2",
            "GET /v1/event-types?limit=2&cursor=c%201",
            "GET /v1/event-types?limit=2&cursor=c2",
        ]
    );
}

#[tokio::test]
async fn list_asks_for_no_more_than_is_read() {
    let scene = start(pages()).await;
    let mut types = scene.client.event_types().list(&Default::default());
    for expected in ["a", "b"] {
        assert_eq!(types.next().await.unwrap().unwrap().name, expected);
    }
    assert_eq!(scene.received().len(), 1);
}

#[tokio::test]
async fn pages_can_be_read_one_by_one_and_again_after_an_error() {
    let [first, ..] = pages();
    let scene = start([first, problem(403, ""), page(&["c"], None)]).await;
    let mut types = scene.client.event_types().list(&Default::default());
    assert_eq!(types.next_page().await.unwrap().unwrap().data.len(), 2);
    types.next_page().await.unwrap_err();
    assert_eq!(types.next_page().await.unwrap().unwrap().data.len(), 1);
    assert_eq!(types.next_page().await.unwrap(), None);
}

#[tokio::test]
async fn list_below_an_empty_id_is_refused_when_it_is_read() {
    let scene = start([]).await;
    let mut deliveries = scene
        .client
        .events()
        .list_deliveries("", &Default::default());
    assert!(matches!(
        deliveries.next().await,
        Err(Error::InvalidCall(_))
    ));
    assert!(scene.received().is_empty());
}
