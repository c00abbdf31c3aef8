//! What the server needs before it can be measured: a project, a tenant, an endpoint, a key to publish with.

use std::{net::SocketAddr, ops::Range};

use anyhow::Context;
use serde_json::{Value, json};

use super::{load::Requests, payload, server::ADMIN_KEY, signature::Key};
use crate::client::Client;

const TENANT: &str = "bench";

/// Where events go in, and how they come out signed.
pub(super) struct Target {
    server: SocketAddr,
    publish_key: String,
    /// What the endpoint's deliveries are signed with.
    pub(super) key: Key,
}

impl Target {
    /// Makes one project in the default dialect with one endpoint, at `receiver`, that gets everything.
    ///
    /// # Errors
    /// The server refuses one of it.
    pub(super) async fn make(server: SocketAddr, receiver: SocketAddr) -> anyhow::Result<Self> {
        let base = format!("http://{server}");
        let admin = Client::new(&base, ADMIN_KEY, None);
        let project = json!({"name": "bench", "dialect": "standard"});
        let project = admin.post("/v1/projects", &project).await?;
        let client = Client::new(&base, ADMIN_KEY, Some(text(&project, "id")?));
        client
            .put(&format!("/v1/tenants/{TENANT}"), &json!({}))
            .await?;
        let endpoint = json!({
            "tenant": TENANT, "url": format!("http://{receiver}/hook"), "events": ["*"],
        });
        let endpoint = client.post("/v1/endpoints", &endpoint).await?;
        let key = json!({"name": "bench", "kind": "project", "scope": "publish"});
        let key = client.post("/v1/keys", &key).await?;
        Ok(Self {
            server,
            publish_key: text(&key, "key")?.to_owned(),
            key: Key::parse(text(&endpoint, "secret")?)?,
        })
    }

    /// The requests of one publisher, with data of `payload_bytes`.
    pub(super) fn requests(&self, payload_bytes: usize) -> PublishRequests {
        let data = payload::data(payload_bytes);
        let body = format!(r#"{{"tenant":"{TENANT}","type":"bench.event","data":{data}}}"#);
        let request = format!(
            "POST /v1/events HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.server,
            self.publish_key,
            body.len(),
        );
        let request = request.into_bytes();
        let slot = payload::slot(&request).expect("the data has a slot");
        PublishRequests { request, slot }
    }
}

/// One prepared request whose number is patched in place.
pub(super) struct PublishRequests {
    request: Vec<u8>,
    slot: Range<usize>,
}

impl Requests for PublishRequests {
    fn request(&mut self, number: u64) -> &[u8] {
        payload::write(&mut self.request[self.slot.clone()], number);
        &self.request
    }
}

fn text<'a>(answer: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    answer[field]
        .as_str()
        .with_context(|| format!("the server's answer has no {field}"))
}
