//! Applications, event types, endpoints, tokens: what a server keeps.

use serde_json::json;
use svix::{
    api::{
        ApplicationCreateOptions, ApplicationListOptions, EndpointListOptions, EventTypeDeleteOptions,
        EventTypeListOptions, Svix,
    },
    models::Ordering,
};

use crate::{
    World, client, equal, expect, page,
    support::{Orderly, Outcome, from, refused, walk},
};

const APP: &str = "acme";

fn s(text: &str) -> String {
    text.to_owned()
}

/// Keys of their own are not needed: nothing here depends on their being secret.
pub(crate) fn secret(letter: char) -> String {
    format!("whsec_{}", letter.to_string().repeat(32))
}

pub(crate) async fn run(world: &mut World) {
    let (svix, url) = (world.svix.clone(), format!("{}/kept", world.receiver.url));
    let (svix, url, cases) = (&svix, url.as_str(), &mut world.cases);
    cases.run("health.get", async { svix.health().get().await.ok_here("health") }).await;
    cases.run("eventType.create", event_type_create(svix)).await;
    cases.run("eventType.get", event_type_get(svix)).await;
    cases.run("eventType.list", event_type_list(svix)).await;
    cases.run("eventType.update", event_type_update(svix)).await;
    cases.run("eventType.patch", event_type_patch(svix)).await;
    cases.run("eventType.delete", event_type_delete(svix)).await;
    cases.run("eventType.importOpenapi", event_type_import(svix)).await;
    cases.run("application.create", application_create(svix)).await;
    cases.run("application.getOrCreate", application_get_or_create(svix)).await;
    cases.run("application.get", application_get(svix)).await;
    cases.run("application.idempotency", application_idempotency(svix)).await;
    cases.run("application.list", application_list(svix)).await;
    cases.run("application.update", application_update(svix)).await;
    cases.run("application.patch", application_patch(svix)).await;
    cases.run("application.delete", application_delete(svix)).await;
    cases.run("endpoint.create", endpoint_create(svix, url)).await;
    cases.run("endpoint.get", endpoint_get(svix)).await;
    cases.run("endpoint.list", endpoint_list(svix, url)).await;
    cases.run("endpoint.update", endpoint_update(svix, url)).await;
    cases.run("endpoint.patch", endpoint_patch(svix)).await;
    cases.run("endpoint.getSecret", endpoint_get_secret(svix, url)).await;
    cases.run("endpoint.updateHeaders", endpoint_set_headers(svix)).await;
    cases.run("endpoint.getHeaders", endpoint_get_headers(svix)).await;
    cases.run("endpoint.patchHeaders", endpoint_patch_headers(svix)).await;
    cases.run("endpoint.delete", endpoint_delete(svix)).await;
    cases.run("authentication.token", token(&world.token)).await;
    cases.run("authentication.appPortalAccess", portal_access(svix)).await;
    cases.run("authentication.logout", logout(svix)).await;
    cases.run("authentication.expireAll", expire_all(svix)).await;
    let cloud_only = svix.statistics().aggregate_event_types().await;
    cases.run("statistics.aggregateEventTypes", async { refused(cloud_only, 404, "not_found") }).await;
}

async fn event_type_create(svix: &Svix) -> Outcome {
    let types = svix.event_type();
    let schemas = json!({ "1": { "type": "object", "examples": [{ "sample": true }] } });
    let new = json!({ "name": "user.signup", "description": "Somebody signed up", "schemas": schemas });
    let made = types.create(from(new.clone()), None).await.ok_here("create")?;
    equal!(made.name, "user.signup");
    equal!(made.schemas, Some(schemas));
    for name in ["user.left", "a..b", "invoice.paid", "z-last_1"] {
        types.create(from(json!({ "name": name, "description": "" })), None).await.ok_here(name)?;
    }
    refused(types.create(from(new), None).await, 409, "event_type_exists")?;
    refused(types.create(from(json!({ "name": "no spaces", "description": "" })), None).await, 422, "")?;
    let wrong = json!({ "name": "bad.schema", "description": "", "schemas": { "1": { "type": 7 } } });
    refused(types.create(from(wrong), None).await, 422, "")
}

async fn event_type_get(svix: &Svix) -> Outcome {
    equal!(svix.event_type().get(s("user.signup")).await.ok_here("get")?.description, "Somebody signed up");
    refused(svix.event_type().get(s("no.such")).await, 404, "not_found")
}

async fn event_type_list(svix: &Svix) -> Outcome {
    let list = async |iterator| {
        let options = EventTypeListOptions { limit: Some(2), iterator, ..EventTypeListOptions::default() };
        Ok(page!(svix.event_type().list(Some(options)).await.ok_here("list")?, name))
    };
    equal!(walk(2, list).await?, ["a..b", "invoice.paid", "user.left", "user.signup", "z-last_1"]);
    let options = EventTypeListOptions { with_content: Some(true), ..EventTypeListOptions::default() };
    let full = svix.event_type().list(Some(options)).await.ok_here("with content")?;
    expect!(full.data.iter().any(|one| one.schemas.is_some()), "no content");
    let options = EventTypeListOptions { limit: Some(251), ..EventTypeListOptions::default() };
    refused(svix.event_type().list(Some(options)).await, 422, "")
}

async fn event_type_update(svix: &Svix) -> Outcome {
    let types = svix.event_type();
    let update = from(json!({ "description": "Gone", "deprecated": true }));
    let changed = types.upsert(s("user.left"), update).await.ok_here("update")?;
    equal!((changed.description.as_str(), changed.deprecated), ("Gone", true));
    let made = types.upsert(s("made.by.put"), from(json!({ "description": "new" }))).await.ok_here("made")?;
    equal!(made.name, "made.by.put");
    Ok(())
}

async fn event_type_patch(svix: &Svix) -> Outcome {
    let types = svix.event_type();
    let changed = types.patch(s("user.left"), from(json!({ "deprecated": false }))).await.ok_here("patch")?;
    equal!((changed.description.as_str(), changed.deprecated), ("Gone", false));
    refused(types.patch(s("no.such"), from(json!({ "description": "x" }))).await, 404, "not_found")
}

async fn event_type_delete(svix: &Svix) -> Outcome {
    let types = svix.event_type();
    types.delete(s("made.by.put"), None).await.ok_here("delete")?;
    equal!(types.get(s("made.by.put")).await.ok_here("get")?.archived, Some(true));
    let listed = types.list(None).await.ok_here("list")?;
    expect!(listed.data.iter().all(|one| one.name != "made.by.put"), "still listed");
    let again = from(json!({ "name": "made.by.put", "description": "again" }));
    equal!(types.create(again, None).await.ok_here("create")?.archived, Some(false));
    let options = EventTypeDeleteOptions { expunge: Some(true) };
    types.delete(s("made.by.put"), Some(options)).await.ok_here("expunge")?;
    refused(types.get(s("made.by.put")).await, 404, "not_found")
}

async fn event_type_import(svix: &Svix) -> Outcome {
    let content = json!({ "application/json": { "schema": { "type": "object" } } });
    let operation = json!({ "description": "Imported", "responses": {}, "requestBody": { "content": content } });
    let spec = json!({
        "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "webhooks": { "pet.new": { "post": operation } },
    });
    let answer = svix.event_type().import_openapi(from(json!({ "spec": spec })), None).await.ok_here("import")?;
    equal!(answer.data.modified, ["pet.new"]);
    Ok(())
}

async fn application_create(svix: &Svix) -> Outcome {
    let apps = svix.application();
    let new = json!({ "name": "Acme", "uid": APP, "metadata": { "plan": "pro" } });
    let made = apps.create(from(new.clone()), None).await.ok_here("create")?;
    expect!(made.id.starts_with("app_"), "{}", made.id);
    equal!((made.name.as_str(), made.uid.as_deref(), made.metadata["plan"].as_str()), ("Acme", Some(APP), "pro"));
    refused(apps.create(from(new), None).await, 409, "conflict")?;
    refused(apps.create(from(json!({ "name": "" })), None).await, 422, "")?;
    refused(apps.create(from(json!({ "name": "Bad", "uid": "with space" })), None).await, 422, "")
}

async fn application_get_or_create(svix: &Svix) -> Outcome {
    let apps = svix.application();
    let same = apps.get_or_create(from(json!({ "name": "Not this name", "uid": APP })), None).await.ok_here("same")?;
    equal!((same.id, same.name), (apps.get(s(APP)).await.ok_here("get")?.id, s("Acme")));
    let second = from(json!({ "name": "Second", "uid": "second" }));
    equal!(apps.get_or_create(second, None).await.ok_here("second")?.name, "Second");
    Ok(())
}

async fn application_get(svix: &Svix) -> Outcome {
    let by_uid = svix.application().get(s(APP)).await.ok_here("by uid")?;
    equal!(svix.application().get(by_uid.id).await.ok_here("by id")?.uid, by_uid.uid);
    refused(svix.application().get(s("nobody")).await, 404, "not_found")
}

async fn application_idempotency(svix: &Svix) -> Outcome {
    let options = || Some(ApplicationCreateOptions { idempotency_key: Some(s("the-same-key")) });
    let once = svix.application().create(from(json!({ "name": "Once" })), options()).await.ok_here("once")?;
    let again = svix.application().create(from(json!({ "name": "Another" })), options()).await.ok_here("again")?;
    equal!((again.id, again.name), (once.id, s("Once")));
    Ok(())
}

async fn application_list(svix: &Svix) -> Outcome {
    for n in 0..3 {
        let new = from(json!({ "name": format!("Listed {n}") }));
        svix.application().create(new, None).await.ok_here("create")?;
    }
    let list = async |limit, order, iterator| {
        let options =
            ApplicationListOptions { limit: Some(limit), order, iterator, ..ApplicationListOptions::default() };
        Ok(page!(svix.application().list(Some(options)).await.ok_here("list")?, id))
    };
    let mut rising = walk(2, async |iterator| list(2, None, iterator).await).await?;
    equal!(rising.len(), 6);
    let falling = walk(4, async |iterator| list(4, Some(Ordering::Descending), iterator).await).await?;
    rising.reverse();
    equal!(falling, rising);
    let options = ApplicationListOptions { iterator: Some(s("ep_wrong")), ..ApplicationListOptions::default() };
    refused(svix.application().list(Some(options)).await, 422, "")
}

async fn application_update(svix: &Svix) -> Outcome {
    let apps = svix.application();
    let changed = apps.upsert(s("second"), from(json!({ "name": "Renamed" }))).await.ok_here("update")?;
    equal!((changed.name.as_str(), changed.uid), ("Renamed", None));
    let made = apps.upsert(s("not-there-yet"), from(json!({ "name": "Put" }))).await.ok_here("made")?;
    refused(apps.upsert(made.id, from(json!({ "name": "Put", "uid": APP }))).await, 409, "conflict")
}

async fn application_patch(svix: &Svix) -> Outcome {
    let apps = svix.application();
    let changed = apps.patch(s(APP), from(json!({ "name": "Acme Inc." }))).await.ok_here("patch")?;
    equal!((changed.name.as_str(), changed.uid.as_deref()), ("Acme Inc.", Some(APP)));
    let id = apps.create(from(json!({ "name": "x", "uid": "patched" })), None).await.ok_here("create")?.id;
    equal!(apps.patch(id, from(json!({ "uid": null }))).await.ok_here("cleared")?.uid, None);
    refused(apps.patch(s("nobody"), from(json!({ "name": "x" }))).await, 404, "not_found")
}

async fn application_delete(svix: &Svix) -> Outcome {
    let (apps, new) = (svix.application(), json!({ "name": "Short", "uid": "short-lived" }));
    apps.create(from(new.clone()), None).await.ok_here("create")?;
    apps.delete(s("short-lived")).await.ok_here("delete")?;
    refused(apps.get(s("short-lived")).await, 404, "not_found")?;
    apps.create(from(new), None).await.ok_here("again").map(drop)
}

async fn endpoint_create(svix: &Svix, url: &str) -> Outcome {
    let all = svix.endpoint();
    let made = all
        .create(
            s(APP),
            from(json!({
                "url": url, "uid": "kept", "description": "A shop", "secret": secret('A'), "channels": ["eu"],
                "eventTypes": ["user.signup"], "metadata": { "a": "b" }, "disabled": true,
            })),
            None,
        )
        .await
        .ok_here("create")?;
    expect!(made.id.starts_with("ep_"), "{}", made.id);
    equal!((made.url.as_str(), made.uid.as_deref(), made.disabled), (url, Some("kept"), Some(true)));
    equal!(made.event_types, Some([s("user.signup")].into()));
    equal!(made.channels, Some([s("eu")].into()));
    equal!(all.get_secret(s(APP), s("kept")).await.ok_here("secret")?.key, secret('A'));
    refused(all.create(s(APP), from(json!({ "url": url, "uid": "kept" })), None).await, 409, "conflict")?;
    for wrong in [
        json!({ "url": url, "eventTypes": ["no.such"] }),
        json!({ "url": url, "eventTypes": [] }),
        json!({ "url": "ftp://example.com" }),
        json!({ "url": url, "secret": "whsec_c2hvcnQ=" }),
    ] {
        refused(all.create(s(APP), from(wrong), None).await, 422, "")?;
    }
    refused(all.create(s("nobody"), from(json!({ "url": url })), None).await, 404, "not_found")
}

async fn endpoint_get(svix: &Svix) -> Outcome {
    let by_uid = svix.endpoint().get(s(APP), s("kept")).await.ok_here("by uid")?;
    equal!(svix.endpoint().get(s(APP), by_uid.id).await.ok_here("by id")?.uid.as_deref(), Some("kept"));
    refused(svix.endpoint().get(s(APP), s("ep_none")).await, 404, "not_found")
}

async fn endpoint_list(svix: &Svix, url: &str) -> Outcome {
    for _ in 0..4 {
        let new = from(json!({ "url": url, "disabled": true }));
        svix.endpoint().create(s(APP), new, None).await.ok_here("create")?;
    }
    let list = async |limit, order, iterator| {
        let options = EndpointListOptions { limit: Some(limit), order, iterator };
        Ok(page!(svix.endpoint().list(s(APP), Some(options)).await.ok_here("list")?, id))
    };
    let mut falling = walk(2, async |iterator| list(2, None, iterator).await).await?;
    equal!(falling.len(), 5);
    let rising = walk(3, async |iterator| list(3, Some(Ordering::Ascending), iterator).await).await?;
    falling.reverse();
    equal!(rising, falling);
    Ok(())
}

async fn endpoint_update(svix: &Svix, url: &str) -> Outcome {
    let all = svix.endpoint();
    let moved = from(json!({ "url": format!("{url}/moved"), "uid": "kept", "disabled": true }));
    let changed = all.upsert(s(APP), s("kept"), moved).await.ok_here("update")?;
    equal!((changed.description.as_str(), changed.event_types, changed.channels), ("", None, None));
    equal!(all.get_secret(s(APP), s("kept")).await.ok_here("secret")?.key, secret('A'));
    let new = from(json!({ "url": url, "disabled": true }));
    all.upsert(s(APP), s("unknown"), new).await.ok_here("made").map(drop)
}

async fn endpoint_patch(svix: &Svix) -> Outcome {
    let all = svix.endpoint();
    let patch = from(json!({ "description": "Moved", "channels": ["us"] }));
    let changed = all.patch(s(APP), s("kept"), patch).await.ok_here("patch")?;
    equal!((changed.description.as_str(), changed.channels), ("Moved", Some([s("us")].into())));
    let cleared = all.patch(s(APP), s("kept"), from(json!({ "channels": null }))).await.ok_here("cleared")?;
    equal!(cleared.channels, None);
    refused(all.patch(s(APP), s("ep_none"), from(json!({ "description": "x" }))).await, 404, "not_found")
}

async fn endpoint_get_secret(svix: &Svix, url: &str) -> Outcome {
    let new = from(json!({ "url": url, "disabled": true }));
    let id = svix.endpoint().create(s(APP), new, None).await.ok_here("create")?.id;
    let key = svix.endpoint().get_secret(s(APP), id).await.ok_here("secret")?.key;
    expect!(key.starts_with("whsec_"), "no secret");
    refused(svix.endpoint().get_secret(s(APP), s("ep_none")).await, 404, "not_found")
}

async fn endpoint_set_headers(svix: &Svix) -> Outcome {
    let set = async |headers| svix.endpoint().set_headers(s(APP), s("kept"), from(json!({ "headers": headers }))).await;
    set(json!({ "X-Shop": "one", "Authorization": "Bearer abc" })).await.ok_here("set")?;
    refused(set(json!({ "content-type": "mine" })).await, 422, "")?;
    refused(set(json!({ "svix-id": "mine" })).await, 422, "")
}

async fn endpoint_get_headers(svix: &Svix) -> Outcome {
    let found = svix.endpoint().get_headers(s(APP), s("kept")).await.ok_here("get")?;
    equal!(found.headers, [(s("X-Shop"), s("one"))].into());
    equal!(found.sensitive.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>(), ["authorization"]);
    Ok(())
}

async fn endpoint_patch_headers(svix: &Svix) -> Outcome {
    let all = svix.endpoint();
    all.patch_headers(s(APP), s("kept"), from(json!({ "headers": { "X-More": "two" } }))).await.ok_here("patch")?;
    let removal = from(json!({ "headers": {}, "deleteHeaders": ["X-Shop"] }));
    all.patch_headers(s(APP), s("kept"), removal).await.ok_here("remove")?;
    equal!(all.get_headers(s(APP), s("kept")).await.ok_here("get")?.headers, [(s("X-More"), s("two"))].into());
    Ok(())
}

async fn endpoint_delete(svix: &Svix) -> Outcome {
    svix.endpoint().delete(s(APP), s("kept")).await.ok_here("delete")?;
    refused(svix.endpoint().get(s(APP), s("kept")).await, 404, "not_found")?;
    refused(svix.endpoint().delete(s(APP), s("kept")).await, 404, "not_found")
}

async fn token(token: &str) -> Outcome {
    let (rest, end) = token.split_at(token.len() - 6);
    let forged = format!("{rest}{}", end.chars().rev().collect::<String>());
    for wrong in ["not.a.token", &forged] {
        refused(client(wrong).application().list(None).await, 401, "authentication_failed")?;
    }
    Ok(())
}

async fn customer(svix: &Svix) -> Outcome<Svix> {
    let access = svix.authentication().app_portal_access(s(APP), from(json!({})), None).await.ok_here("access")?;
    expect!(!access.url.is_empty(), "no URL");
    Ok(client(&access.token))
}

async fn portal_access(svix: &Svix) -> Outcome {
    let customer = customer(svix).await?;
    equal!(customer.application().get(s(APP)).await.ok_here("own application")?.name, "Acme Inc.");
    expect!(!customer.endpoint().list(s(APP), None).await.ok_here("own endpoints")?.data.is_empty(), "none");
    refused(customer.application().list(None).await, 403, "")?;
    let message = from(json!({ "eventType": "user.signup", "payload": {} }));
    refused(customer.message().create(s(APP), message, None).await, 403, "")?;
    refused(customer.endpoint().list(s("short-lived"), None).await, 404, "not_found")?;
    let nobody = svix.authentication().app_portal_access(s("nobody"), from(json!({})), None).await;
    refused(nobody, 404, "not_found")
}

async fn logout(svix: &Svix) -> Outcome {
    refused(customer(svix).await?.authentication().logout(None).await, 501, "")
}

async fn expire_all(svix: &Svix) -> Outcome {
    let customer = customer(svix).await?;
    svix.authentication().expire_all(s(APP), from(json!({})), None).await.ok_here("expire")?;
    refused(customer.application().get(s(APP)).await, 401, "authentication_failed")
}
