//! Lists go on where the part before ended, each item once.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::common::{Api, Caller, Project, START_MS};

/// Reads a list to its end in parts of `limit`, and from there back to its beginning: both ways have the same items.
async fn all(api: &Api, caller: &Caller, path: &str, limit: usize) -> Vec<String> {
    let (mut forth, mut is_first) = (Vec::new(), true);
    let mut cursor = None;
    let (mut back, mut prev) = loop {
        let (ids, prev, next) = part(api, caller, path, limit, cursor).await;
        assert_eq!(prev.is_none(), is_first, "{path}");
        is_first = false;
        forth.extend(ids.clone());
        match next {
            Some(_) => cursor = next,
            None => break (ids, prev),
        }
    };
    while prev.is_some() {
        let (mut ids, before, next) = part(api, caller, path, limit, prev).await;
        assert!(next.is_some(), "{path}: the way back leads forth again");
        ids.append(&mut back);
        (back, prev) = (ids, before);
    }
    assert_eq!(back, forth, "{path} in parts of {limit}");
    forth
}

/// The ids of one part, and the cursors to what is before and after it.
async fn part(
    api: &Api,
    caller: &Caller,
    path: &str,
    limit: usize,
    cursor: Option<String>,
) -> (Vec<String>, Option<String>, Option<String>) {
    let separator = if path.contains('?') { '&' } else { '?' };
    let cursor = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
    let path = format!("{path}{separator}limit={limit}{cursor}");
    let part = api.get(caller, &path).await.expect(200);
    let data = part["data"].as_array().unwrap();
    assert!(data.len() <= limit);
    let id = |item: &Value| {
        let names = ["id", "version", "name"];
        let id = names.iter().find_map(|name| item.get(*name)).unwrap();
        id.as_str().map_or_else(|| id.to_string(), str::to_owned)
    };
    let cursor = |name: &str| part[name].as_str().map(str::to_owned);
    let ids = data.iter().map(id).collect();
    (ids, cursor("prev_cursor"), cursor("next_cursor"))
}

/// The paths of the document's lists that come in parts.
fn lists() -> HashSet<String> {
    let document: Value = serde_json::from_str(&nuncio_api::openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let comes_in_parts = |item: &Value| {
        let parameters = item["get"]["parameters"].as_array();
        let mut parameters = parameters.into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == "cursor")
    };
    let lists = paths.iter().filter(|(_, item)| comes_in_parts(item));
    lists.map(|(path, _)| path.clone()).collect()
}

/// The lists of the document, each with how many items it has once [`seven_of_each`] were made.
const LISTS: [(&str, usize); 18] = [
    ("/v1/endpoints", 10),
    ("/v1/webhooks", 10),
    ("/v1/events", 7),
    ("/v1/deliveries", 9),
    ("/v1/attempts", 7),
    ("/v1/dead-letters", 1),
    ("/v1/endpoints/{id}/deliveries", 7),
    ("/v1/endpoints/{id}/events", 7),
    ("/v1/webhooks/{id}/deliveries", 7),
    ("/v1/webhooks/{id}/events", 7),
    ("/v1/webhook/{id}/events", 7),
    ("/webhook/{id}/events", 7),
    ("/v1/events/{id}/deliveries", 3),
    ("/v1/tenants", 8),
    ("/v1/event-types", 7),
    ("/v1/event-types/{name}/versions", 8),
    ("/v1/dialects/{name}/versions", 8),
    ("/v1/keys", 8),
];
/// The lists of more than one project, at least so long.
const WIDER: [(&str, usize); 2] = [("/v1/projects", 8), ("/v1/audit", 30)];

/// Seven events and more, the last of them with three deliveries; returns an endpoint and that event.
async fn seven_of_each(api: &Api, project: &Project) -> (String, String) {
    let caller = &project.caller;
    let endpoint = api.endpoint(caller, "a").await;
    for n in 0..7 {
        api.endpoint(caller, &format!("tenant{n}")).await;
        api.clock.advance(std::time::Duration::from_millis(1));
        api.tenant_key(&project.id, "a").await;
        let path = format!("/v1/event-types/kind.{n}");
        let body = json!({"description": ""});
        api.put(caller, &path, body).await.expect(200);
        let body = json!({"description": "", "schema": {"title": format!("{n}")}});
        let path = "/v1/event-types/kind.0";
        api.put(caller, path, body).await.expect(200);
        own_dialect(api, caller, n).await;
        let body = json!({"name": "p"});
        let made = api.post(&Caller::admin(), "/v1/projects", body).await;
        made.expect(201);
    }
    own_dialect(api, caller, 7).await;
    api.dead_letter(caller, "a").await;
    let mut event = String::new();
    for n in 0..6 {
        if n == 5 {
            api.endpoint(caller, "a").await;
            api.endpoint(caller, "a").await;
        }
        event = api.publish(caller, "a").await;
        let fresh = api.fresh().await;
        let later = nuncio_domain::Timestamp::from_ms(START_MS + 3_600_000);
        api.attempt(&fresh, 1, Some(503), nuncio_domain::Next::RetryAt(later))
            .await;
        api.clock.advance(std::time::Duration::from_millis(1));
    }
    (endpoint, event)
}

/// The `n`th version of the dialect `kind-0`.
async fn own_dialect(api: &Api, caller: &Caller, n: usize) {
    let source = nuncio_dialect::builtin_named("yativo").unwrap().source();
    let source = source.replace("name = \"yativo\"", "name = \"kind-0\"");
    let body = json!({ "source": format!("{source}\n# {n}\n") });
    let put = api.put(caller, "/v1/dialects/kind-0", body).await;
    put.expect(200);
}

#[tokio::test]
async fn every_list_gives_each_item_once_both_ways() {
    let api = Api::new();
    let project = api.project("standard").await;
    let (endpoint, event) = seven_of_each(&api, &project).await;
    for (path, expected) in LISTS.iter().chain(&WIDER) {
        let id = if path.contains("/events/{id}") {
            &event
        } else {
            &endpoint
        };
        let is_wider = WIDER.iter().any(|(wider, _)| wider == path);
        let caller = if is_wider {
            &Caller::admin()
        } else {
            &project.caller
        };
        let name = match path.contains("dialects") {
            true => "kind-0",
            false => "kind.0",
        };
        let path = path.replace("{id}", id).replace("{name}", name);
        let whole = all(&api, caller, &path, 250).await;
        let count = whole.len();
        assert!(
            count == *expected || is_wider && count > *expected,
            "{path}: {count}"
        );
        assert_eq!(whole.iter().collect::<HashSet<_>>().len(), count, "{path}");
        for limit in [1, 3] {
            assert_eq!(
                all(&api, caller, &path, limit).await,
                whole,
                "{path} in parts of {limit}"
            );
        }
    }
    let driven = LISTS
        .iter()
        .chain(&WIDER)
        .map(|(path, _)| (*path).to_owned());
    assert_eq!(
        driven.collect::<HashSet<_>>(),
        lists(),
        "every list is driven"
    );
}

#[tokio::test]
async fn filtered_lists_go_both_ways() {
    let api = Api::new();
    let project = api.project("standard").await;
    seven_of_each(&api, &project).await;
    for (path, count) in [
        ("/v1/endpoints?tenant=a", 3),
        ("/v1/endpoints?status=active", 10),
        ("/v1/endpoints?status=disabled", 0),
        ("/v1/events?undelivered=true", 7),
        ("/v1/events?tenant=a", 7),
        ("/v1/deliveries?status=pending", 8),
        ("/v1/deliveries?tenant=a&status=dead", 1),
        ("/v1/audit?action=endpoint.create", 10),
        ("/v1/attempts?tenant=a", 7),
        (
            "/v1/attempts?status=failed&status_code_class=5xx&error=status",
            7,
        ),
        ("/v1/attempts?status_code_class=2xx", 0),
        ("/v1/attempts?type=order.paid&since=2026-04-26T00:00:00Z", 7),
    ] {
        let whole = all(&api, &project.caller, path, 250).await;
        assert_eq!(whole.len(), count, "{path}");
        for limit in [1, 3] {
            assert_eq!(
                all(&api, &project.caller, path, limit).await,
                whole,
                "{path}"
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

#[tokio::test]
async fn tenants_and_endpoints_are_found_by_what_people_remember() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    for (id, body) in [
        (
            "cus_1",
            json!({"name": "Acme Coffee Roasters", "uid": "coffee"}),
        ),
        ("cus_2", json!({"name": "Acme Tea"})),
        (
            "acme-three",
            json!({"metadata": {"note": "coffee, but not by name"}}),
        ),
    ] {
        let path = format!("/v1/tenants/{id}");
        api.put(caller, &path, body).await.expect(200);
    }
    let billing = api.endpoint(caller, "cus_1").await;
    let change = json!({"description": "Billing", "uid": "erp"});
    let path = format!("/v1/endpoints/{billing}");
    api.patch(caller, &path, change).await.expect(200);
    let other = api.endpoint(caller, "cus_2").await;
    let none: [&str; 0] = [];
    let tenant = api.tenant_key(&project.id, "cus_2").await;

    let check = async |caller: &Caller, path: &str, expected: &[&str]| {
        for limit in [1, 50] {
            let mut found = all(&api, caller, path, limit).await;
            found.sort();
            assert_eq!(found, expected, "{path}");
        }
    };
    let list = "/v1/tenants?search=";
    let acme = ["acme-three", "cus_1", "cus_2"];
    check(caller, &format!("{list}ACME"), &acme).await;
    check(caller, &format!("{list}roast+acme"), &["cus_1"]).await;
    check(caller, &format!("{list}coffee"), &["cus_1"]).await;
    check(caller, &format!("{list}%25"), &none).await;
    check(&tenant, &format!("{list}acme"), &["cus_2"]).await;
    check(&tenant, &format!("{list}coffee"), &none).await;
    let list = "/v1/endpoints?search=";
    check(caller, &format!("{list}billing"), &[&billing]).await;
    check(caller, &format!("{list}erp"), &[&billing]).await;
    let both = {
        let mut both = [billing.as_str(), other.as_str()];
        both.sort_unstable();
        both
    };
    check(caller, &format!("{list}example.com/HOOK"), &both).await;
    check(caller, &format!("{list}{other}"), &[&other]).await;
    check(&tenant, &format!("{list}billing"), &none).await;
    let path = format!("{list}{}", "a".repeat(201));
    let refused = api.get(caller, &path).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/search");
}

#[tokio::test]
async fn a_list_of_events_counts_their_outcomes_where_it_is_asked_to() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    api.endpoint(caller, "a").await;
    api.dead_letter(caller, "a").await;
    api.endpoint(caller, "a").await;
    api.publish(caller, "a").await;
    let list = api.get(caller, "/v1/events?outcomes=true").await;
    let list = list.expect(200);
    let outcomes: Vec<_> = (0..2)
        .map(|n| list["data"][n]["outcomes"].clone())
        .collect();
    let counts = |pending, dead| json!({"pending": pending, "succeeded": 0, "dead": dead, "cancelled": 0, "more": false});
    assert_eq!(outcomes, [counts(2, 0), counts(0, 1)]);
    let plain = api.get(caller, "/v1/events").await.expect(200);
    assert_eq!(plain["data"][0].get("outcomes"), None);
}
