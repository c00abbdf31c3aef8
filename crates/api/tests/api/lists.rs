//! Lists go on where the part before ended, each item once.

use std::collections::HashSet;

use serde_json::json;

use crate::common::{Api, Caller};

/// Reads a list to its end in parts of `limit`.
async fn all(api: &Api, caller: &Caller, path: &str, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let part = api
            .get(caller, &format!("{path}{separator}limit={limit}{cursor}"))
            .await
            .expect(200);
        let data = part["data"].as_array().unwrap();
        assert!(data.len() <= limit);
        for item in data {
            let id = item.get("id").or_else(|| item.get("name")).unwrap();
            ids.push(id.as_str().unwrap().to_owned());
        }
        match part["next_cursor"].as_str() {
            None => return ids,
            Some(next) => cursor = format!("&cursor={next}"),
        }
    }
}

#[tokio::test]
async fn every_list_gives_each_item_once() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    for n in 0..7 {
        api.endpoint(&project.caller, &format!("tenant{n}")).await;
        api.publish(&project.caller, "a").await;
        api.clock.advance(std::time::Duration::from_millis(1));
        api.tenant_key(&project.id, "a").await;
        let path = format!("/v1/event-types/kind.{n}");
        api.put(&project.caller, &path, json!({"description": ""}))
            .await
            .expect(200);
        let body = json!({"name": "p"});
        api.post(&Caller::admin(), "/v1/projects", body)
            .await
            .expect(201);
    }
    for (caller, path, count) in [
        (&project.caller, "/v1/endpoints".to_owned(), 8),
        (&project.caller, "/v1/endpoints?tenant=a".to_owned(), 1),
        (&project.caller, "/v1/events".to_owned(), 7),
        (&project.caller, "/v1/deliveries".to_owned(), 7),
        (
            &project.caller,
            format!("/v1/endpoints/{endpoint}/deliveries"),
            7,
        ),
        (
            &project.caller,
            format!("/v1/endpoints/{endpoint}/events"),
            7,
        ),
        (&project.caller, "/v1/tenants".to_owned(), 8),
        (&project.caller, "/v1/event-types".to_owned(), 7),
        (&project.caller, "/v1/keys".to_owned(), 8),
        (&Caller::admin(), "/v1/projects".to_owned(), 8),
    ] {
        let whole = all(&api, caller, &path, 250).await;
        assert_eq!(whole.len(), count, "{path}: {whole:?}");
        assert_eq!(whole.iter().collect::<HashSet<_>>().len(), count, "{path}");
        for limit in [1, 3] {
            assert_eq!(
                all(&api, caller, &path, limit).await,
                whole,
                "{path} in parts of {limit}"
            );
        }
    }
}

#[tokio::test]
async fn events_come_newest_first_and_within_their_window() {
    let api = Api::new();
    let project = api.project("standard").await;
    let mut published = Vec::new();
    for _ in 0..4 {
        published.push(api.publish(&project.caller, "a").await);
        api.clock.advance(std::time::Duration::from_secs(1));
    }
    published.reverse();
    assert_eq!(
        all(&api, &project.caller, "/v1/events", 50).await,
        published
    );
    let window = "/v1/events?since=2026-04-26T12:34:57.123Z&until=2026-04-26T12:34:59.123Z";
    assert_eq!(all(&api, &project.caller, window, 1).await, published[1..3]);
    let none = all(&api, &project.caller, "/v1/events?type=other.type", 50).await;
    assert!(none.is_empty());
}

#[tokio::test]
async fn events_of_one_millisecond_are_listed_newest_first() {
    let api = Api::new();
    let project = api.project("standard").await;
    let mut published = Vec::new();
    for n in 0..20 {
        let event = json!({"tenant": "a", "type": "t", "data": n});
        let answer = api.post(&project.caller, "/v1/events", event).await;
        let id = answer.expect(202)["id"].as_str().unwrap().to_owned();
        published.insert(0, id);
    }
    let listed = all(&api, &project.caller, "/v1/events", 250).await;
    assert_eq!(listed, published);
}
