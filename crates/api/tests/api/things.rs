//! One of everything, and the operations of the document.

use serde_json::{Value, json};

use crate::common::{Api, Caller};

/// What a project or tenant has: an id of every kind.
pub(crate) struct Things {
    pub(crate) project: String,
    pub(crate) tenant: String,
    pub(crate) endpoint: String,
    pub(crate) event: String,
    pub(crate) delivery: String,
    pub(crate) attempt: String,
    pub(crate) key: String,
    pub(crate) job: String,
    pub(crate) event_type: String,
    pub(crate) dialect: String,
}

impl Things {
    /// Ids that were never given out.
    pub(crate) fn unknown() -> Self {
        let id = |prefix: &str| format!("{prefix}_00000000000000000000000000");
        Self {
            project: id("proj"),
            tenant: "never-heard-of".to_owned(),
            endpoint: id("ep"),
            event: id("evt"),
            delivery: id("del"),
            attempt: id("att"),
            key: id("key"),
            job: id("job"),
            event_type: "never.heard".to_owned(),
            dialect: "never-heard-of".to_owned(),
        }
    }

    /// The id that a path of the document wants.
    pub(crate) fn for_path(&self, path: &str) -> Option<&str> {
        let noun = path.trim_start_matches("/v1").split('/').nth(1)?;
        Some(match noun {
            "projects" => &self.project,
            "tenants" => &self.tenant,
            "endpoints" | "webhooks" | "webhook" => &self.endpoint,
            "events" => &self.event,
            "deliveries" => &self.delivery,
            "attempts" => &self.attempt,
            "keys" => &self.key,
            "jobs" => &self.job,
            "event-types" => &self.event_type,
            "dialects" => &self.dialect,
            _ => return None,
        })
    }

    pub(crate) fn all(&self) -> [&str; 10] {
        [
            &self.project,
            &self.tenant,
            &self.endpoint,
            &self.event,
            &self.delivery,
            &self.attempt,
            &self.key,
            &self.job,
            &self.event_type,
            &self.dialect,
        ]
    }
}

/// Every operation of the document: method and path.
pub(crate) fn operations() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&nuncio_api::openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

/// One of everything, for the tenant `victim`.
pub(crate) async fn victim(api: &Api) -> (Things, Caller) {
    let project = api.project("standard").await;
    let caller = project.caller;
    let endpoint = api.endpoint(&caller, "tenant-v").await;
    let delivery = api.dead_letter(&caller, "tenant-v").await;
    let events = api.get(&caller, "/v1/events").await.expect(200);
    let event = events["data"][0]["id"].as_str().unwrap().to_owned();
    let attempt = api.attempt_of(&caller, &delivery).await;
    let key = json!({"name": "k", "kind": "tenant", "scope": "read", "tenant": "tenant-v"});
    let key = api.post(&caller, "/v1/keys", key).await.expect(201);
    let job = api.post(
        &caller,
        "/v1/deliveries/retry",
        json!({"filter": {"status": "cancelled"}}),
    );
    let job = job.await.expect(202);
    let event_type = json!({"description": "the victim's"});
    api.put(&caller, "/v1/event-types/victims.only", event_type)
        .await
        .expect(200);
    let yativo = nuncio_dialect::builtin_named("yativo").unwrap().source();
    let source = yativo.replace("name = \"yativo\"", "name = \"victims-own\"");
    let source = json!({"source": source});
    api.put(&caller, "/v1/dialects/victims-own", source)
        .await
        .expect(200);
    let things = Things {
        project: project.id,
        tenant: "tenant-v".to_owned(),
        endpoint,
        event,
        delivery,
        attempt,
        key: key["id"].as_str().unwrap().to_owned(),
        job: job["job"].as_str().unwrap().to_owned(),
        event_type: "victims.only".to_owned(),
        dialect: "victims-own".to_owned(),
    };
    (things, caller)
}

/// A path of the document with the id that it wants.
pub(crate) fn with_id(path: &str, things: &Things) -> String {
    let id = things.for_path(path).unwrap_or_default();
    ["{id}", "{tenant}", "{name}"]
        .iter()
        .fold(path.to_owned(), |path, part| path.replace(part, id))
}
