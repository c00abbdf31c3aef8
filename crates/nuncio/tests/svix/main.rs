//! The Svix-compatible API, held against the real binary over HTTP: operations, errors, paging, and that both APIs show the
//! same things.

#[path = "../support/mod.rs"]
mod support;

mod access;
mod attempts;
mod catalog;
mod endpoints;
mod messages;

use serde_json::{Value, json};
use support::{
    api::{Api, text},
    server::{Installation, Server, nuncio},
};

/// What tokens are signed with.
pub(crate) const SECRET: &str = "the JWT secret of these tests";

/// A data folder whose server has the API on, and lets endpoints be plain HTTP on this machine.
pub(crate) fn installation() -> Installation {
    Installation::with_plain_http()
        .arg("--svix")
        .env("SVIX_JWT_SECRET", SECRET)
}

/// A token of an organization.
pub(crate) async fn token(organization: &str) -> String {
    let printed = nuncio()
        .args(["svix", "token", organization])
        .env("SVIX_JWT_SECRET", SECRET)
        .output()
        .await
        .expect("the command runs");
    let printed = String::from_utf8(printed.stdout).expect("UTF-8");
    let token = printed.trim().strip_prefix("Token (Bearer): ");
    token.expect("a token").to_owned()
}

/// The API, asked with the token of an organization.
pub(crate) async fn organization(server: &Server, name: &str) -> Api {
    Api::new(&server.url, &token(name).await)
}

/// Makes an application; gives its path.
pub(crate) async fn application(api: &Api, name: &str) -> String {
    let made = api
        .post("/api/v1/app", json!({"name": name}))
        .await
        .expect(201);
    format!("/api/v1/app/{}", text(&made, "id"))
}

/// Makes an endpoint of an application; gives its id.
pub(crate) async fn endpoint(api: &Api, app: &str, body: Value) -> String {
    let made = api.post(&format!("{app}/endpoint"), body).await.expect(201);
    text(&made, "id")
}

/// Sends a message; gives its id.
pub(crate) async fn send(api: &Api, app: &str, event_type: &str, payload: Value) -> String {
    let body = json!({"eventType": event_type, "payload": payload});
    let made = api.post(&format!("{app}/msg"), body).await.expect(202);
    text(&made, "id")
}

/// The ids of a list.
pub(crate) fn ids(list: &Value) -> Vec<String> {
    let data = list["data"].as_array().expect("a list");
    data.iter().map(|item| text(item, "id")).collect()
}
