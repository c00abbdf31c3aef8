//! What the server needs before it can be measured: a project, tenants, endpoints, a key to publish with.

use std::{net::SocketAddr, ops::Range, sync::Arc};

use anyhow::{Context, bail};
use memchr::memmem;
use nuncio_tools::client::ApiClient;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    http::Connection,
    load::Requests,
    payload,
    server::ADMIN_KEY,
    signature::{Key, SECRET},
};

/// Connections that endpoints are made over: their commits are shared.
const MAKERS: usize = 64;

/// A project in the default dialect, and where events go in.
#[derive(Clone)]
pub(super) struct Site {
    server: SocketAddr,
    project: String,
    publish_key: String,
}

/// An endpoint to be made. All of them have the same secret, so that one key checks every delivery.
pub(super) struct Hook {
    /// Its number: tenant `tNNNNN`, unless another is given.
    pub(super) tenant: u64,
    /// Where it is; the number stands at the end of its path.
    pub(super) url: String,
    /// The kind of events that it wants; all without.
    pub(super) kind: Option<u64>,
    /// More fields of the API.
    pub(super) more: Value,
}

impl Hook {
    /// Of a tenant, at a receiver, over plain HTTP, for all events.
    pub(super) fn at(tenant: u64, receiver: SocketAddr, number: u64) -> Self {
        Self {
            tenant,
            url: format!("http://{receiver}/hook/{number}"),
            kind: None,
            more: json!({}),
        }
    }

    fn body(&self) -> Value {
        let wanted = self.kind.map_or_else(|| "*".to_owned(), kind);
        let mut body = json!({
            "tenant": tenant(self.tenant), "url": self.url, "events": [wanted], "secret": SECRET,
        });
        for (name, value) in self.more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        body
    }
}

/// To whom an event goes: the number of its tenant, and the number in its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) tenant: u64,
    pub(super) kind: u64,
}

/// The route of each event, by its number.
pub(super) type Routing = Arc<dyn Fn(u64) -> Route + Send + Sync>;

/// Everything to one tenant.
pub(super) fn all_to(tenant: u64) -> Routing {
    Arc::new(move |_| Route { tenant, kind: 0 })
}

/// One event to each tenant of a range after the other.
pub(super) fn in_turn(tenants: Range<u64>) -> Routing {
    let count = (tenants.end - tenants.start).max(1);
    Arc::new(move |number| Route {
        tenant: tenants.start + number % count,
        kind: 0,
    })
}

fn tenant(number: u64) -> String {
    format!("t{number:07}")
}

fn kind(number: u64) -> String {
    format!("bench.k{number:07}")
}

impl Site {
    /// Makes one project in the default dialect, with a key to publish with.
    ///
    /// # Errors
    /// The server refuses one of it.
    pub(super) async fn make(server: SocketAddr) -> anyhow::Result<Self> {
        let admin = ApiClient::new(&format!("http://{server}"), ADMIN_KEY, None);
        let policy = json!({"endpoints_per_tenant_max": 10_000});
        let project = json!({"name": "bench", "dialect": "standard", "policy": policy});
        let project = admin.post("/v1/projects", &project).await?;
        let mut site = Self {
            server,
            project: text(&project, "id")?.to_owned(),
            publish_key: String::new(),
        };
        let key = json!({"name": "bench", "kind": "project", "scope": "publish"});
        let key = site.client().post("/v1/keys", &key).await?;
        site.publish_key = text(&key, "key")?.to_owned();
        Ok(site)
    }

    /// The same project, after the server has moved to another port.
    pub(super) fn moved(&mut self, server: SocketAddr) {
        self.server = server;
    }

    /// Acts on the project.
    pub(super) fn client(&self) -> ApiClient {
        let server = format!("http://{}", self.server);
        ApiClient::new(&server, ADMIN_KEY, Some(&self.project))
    }

    /// Makes an endpoint; returns its id.
    ///
    /// # Errors
    /// The server refuses.
    pub(super) async fn hook(&self, hook: &Hook) -> anyhow::Result<String> {
        let made = self.client().post("/v1/endpoints", &hook.body()).await?;
        Ok(text(&made, "id")?.to_owned())
    }

    /// Makes many endpoints, several at a time.
    ///
    /// # Errors
    /// The server refuses one; the message quotes it.
    pub(super) async fn hooks(&self, hooks: Vec<Hook>) -> anyhow::Result<()> {
        let hooks: Arc<[Hook]> = hooks.into();
        let mut makers = JoinSet::new();
        for first in 0..MAKERS {
            let (site, hooks) = (self.clone(), Arc::clone(&hooks));
            makers.spawn(async move {
                let mut connection = Connection::open(site.server).await?;
                for hook in hooks.iter().skip(first).step_by(MAKERS) {
                    let request = site.endpoint_request(hook);
                    connection.send(request.as_bytes()).await?;
                    let answer = connection.next().await?;
                    let answer = answer.context("the server closed the connection")?;
                    if answer.status() != 201 {
                        bail!("no endpoint: {}", String::from_utf8_lossy(answer.body));
                    }
                }
                anyhow::Ok(())
            });
        }
        while let Some(made) = makers.join_next().await {
            made??;
        }
        Ok(())
    }

    fn endpoint_request(&self, hook: &Hook) -> String {
        let body = hook.body().to_string();
        format!(
            "POST /v1/endpoints HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {ADMIN_KEY}\r\n\
             nuncio-project: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.server,
            self.project,
            body.len(),
        )
    }

    /// The requests of one publisher, each with one event with data of `payload_bytes`.
    pub(super) fn requests(&self, payload_bytes: usize, routing: &Routing) -> PublishRequests {
        self.prepared("/v1/events", event(payload_bytes), 1, routing)
    }

    /// The same with `events` events a request.
    pub(super) fn batches(
        &self,
        payload_bytes: usize,
        events: u64,
        routing: &Routing,
    ) -> PublishRequests {
        let items = vec![event(payload_bytes); events as usize];
        let body = format!(r#"{{"events":[{}]}}"#, items.join(","));
        self.prepared("/v1/events/batch", body, events, routing)
    }

    fn prepared(
        &self,
        path: &str,
        body: String,
        events: u64,
        routing: &Routing,
    ) -> PublishRequests {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.server,
            self.publish_key,
            body.len(),
        );
        let slots = slots(&request);
        debug_assert_eq!(slots.len() as u64, events);
        PublishRequests {
            request: request.into_bytes(),
            slots,
            routing: Arc::clone(routing),
        }
    }
}

fn event(payload_bytes: usize) -> String {
    let data = payload::data(payload_bytes);
    let (tenant, kind) = (tenant(0), kind(0));
    format!(r#"{{"tenant":"{tenant}","type":"{kind}","data":{data}}}"#)
}

/// Prepared requests whose numbers are patched in place.
pub(super) struct PublishRequests {
    request: Vec<u8>,
    slots: Vec<Slots>,
    routing: Routing,
}

/// Where the numbers of one event stand.
struct Slots {
    tenant: Range<usize>,
    kind: Range<usize>,
    number: Range<usize>,
}

fn slots(request: &str) -> Vec<Slots> {
    const DIGITS: usize = 7;
    let after = |from: usize, mark: &str| {
        let at = memmem::find(&request.as_bytes()[from..], mark.as_bytes())?;
        Some(from + at + mark.len())
    };
    let mut slots = Vec::new();
    let mut from = 0;
    while let Some(tenant) = after(from, r#"{"tenant":"t"#) {
        let kind = after(tenant, "bench.k").expect("an event has a type");
        let number = payload::slot(&request.as_bytes()[kind..]).expect("the data has a slot");
        from = kind + number.end;
        slots.push(Slots {
            tenant: tenant..tenant + DIGITS,
            kind: kind..kind + DIGITS,
            number: kind + number.start..from,
        });
    }
    slots
}

impl Requests for PublishRequests {
    fn request(&mut self, number: u64) -> &[u8] {
        for (number, slots) in (number..).zip(&self.slots) {
            let route = (self.routing)(number);
            payload::write(&mut self.request[slots.tenant.clone()], route.tenant);
            payload::write(&mut self.request[slots.kind.clone()], route.kind);
            payload::write(&mut self.request[slots.number.clone()], number);
        }
        &self.request
    }

    fn events(&self) -> u64 {
        self.slots.len() as u64
    }
}

/// The key that every endpoint's deliveries are signed with.
pub(super) fn key() -> Key {
    Key::parse(SECRET).expect("the bench's own secret is one")
}

/// A text field of an answer.
///
/// # Errors
/// It is not there.
pub(super) fn text<'a>(answer: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    answer[field]
        .as_str()
        .with_context(|| format!("the server's answer has no {field}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_of_a_batch_has_its_own_numbers() {
        let site = Site {
            server: "127.0.0.1:1".parse().unwrap(),
            project: String::new(),
            publish_key: String::new(),
        };
        let mut batch = site.batches(64, 3, &in_turn(4..6));
        let request = String::from_utf8(batch.request(7).to_vec()).unwrap();
        for event in [
            r#"{"tenant":"t0000005","type":"bench.k0000000","data":{"seq":"0000000007""#,
            r#"{"tenant":"t0000004","type":"bench.k0000000","data":{"seq":"0000000008""#,
            r#"{"tenant":"t0000005","type":"bench.k0000000","data":{"seq":"0000000009""#,
        ] {
            assert!(request.contains(event), "{request}");
        }
        assert_eq!(batch.events(), 3);
    }
}
