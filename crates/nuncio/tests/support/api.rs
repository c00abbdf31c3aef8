//! A client of the HTTP API that takes nothing for granted: every status is asserted by whoever asks.

use std::collections::BTreeMap;

use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;

/// One server, one key, perhaps one project.
#[derive(Clone)]
pub(crate) struct Api {
    http: reqwest::Client,
    server: String,
    headers: HeaderMap,
}

impl Api {
    pub(crate) fn new(server: &str, key: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        Self {
            http,
            server: server.to_owned(),
            headers: HeaderMap::new(),
        }
        .key(key)
    }

    /// The same with another header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header value");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    /// The same with another key.
    pub(crate) fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// The same, acting on a project.
    pub(crate) fn project(&self, id: &str) -> Self {
        self.clone().header("nuncio-project", id)
    }

    /// The same, naming no project.
    pub(crate) fn no_project(&self) -> Self {
        let mut api = self.clone();
        api.headers.remove("nuncio-project");
        api
    }

    /// The same with an idempotency key.
    pub(crate) fn once(&self, key: &str) -> Self {
        self.clone().header("idempotency-key", key)
    }

    /// The same against another server.
    pub(crate) fn at(&self, server: &str) -> Self {
        Self {
            server: server.to_owned(),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await.expect("an answer")
    }
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.post_text(path, body.to_string()).await
    }
    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body.to_string()))
            .await
            .expect("an answer")
    }
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body.to_string()))
            .await
            .expect("an answer")
    }
    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None)
            .await
            .expect("an answer")
    }

    /// Asks by the name of a method, with an empty object for a body where one may be.
    pub(crate) async fn ask(&self, method: &str, path: &str) -> Reply {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let body = matches!(method, Method::POST | Method::PATCH).then(|| "{}".to_owned());
        self.send(method, path, body).await.expect("an answer")
    }

    /// The project that it acts on.
    pub(crate) fn project_id(&self) -> String {
        let id = self.headers.get("nuncio-project").expect("it acts on one");
        id.to_str().expect("ASCII").to_owned()
    }

    /// Posts a JSON text as it is written.
    pub(crate) async fn post_text(&self, path: &str, body: String) -> Reply {
        self.send(Method::POST, path, Some(body))
            .await
            .expect("an answer")
    }

    /// As [`post`](Self::post), when the server may be killed meanwhile: `None` when no answer came.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> Option<Reply> {
        self.send(Method::POST, path, Some(body.to_string()))
            .await
            .ok()
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> reqwest::Result<Reply> {
        let what = format!("{method} {path}");
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.server))
            .headers(self.headers.clone());
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        let response = request.send().await?;
        Ok(Reply {
            what,
            status: response.status().as_u16(),
            content_type: response
                .headers()
                .get("content-type")
                .map(|value| value.to_str().expect("ASCII").to_owned()),
            text: response.text().await?,
        })
    }

    /// All items of a list, by its cursor.
    ///
    /// # Panics
    /// When an item comes twice.
    pub(crate) async fn all(&self, path: &str) -> BTreeMap<String, Value> {
        let mut items = BTreeMap::new();
        let mut cursor = String::new();
        let separator = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self
                .get(&format!("{path}{separator}limit=250{cursor}"))
                .await
                .expect(200);
            for item in page["data"].as_array().expect("a list") {
                let id = text(item, "id");
                let before = items.insert(id.clone(), item.clone());
                assert!(before.is_none(), "{path} lists {id} twice");
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// Makes a project and gives the API acting on it.
    pub(crate) async fn new_project(&self, dialect: &str, policy: Value) -> Self {
        let body = serde_json::json!({ "name": dialect, "dialect": dialect, "policy": policy });
        let project = self.post("/v1/projects", body).await.expect(201);
        self.project(&text(&project, "id"))
    }

    /// Makes an endpoint.
    pub(crate) async fn new_endpoint(&self, body: Value) -> Endpoint {
        let endpoint = self.post("/v1/endpoints", body).await.expect(201);
        Endpoint {
            id: text(&endpoint, "id"),
            secret: text(&endpoint, "secret"),
        }
    }

    /// Publishes an event whose data is the given JSON text; gives its id.
    pub(crate) async fn publish(&self, tenant: &str, event_type: &str, data: &str) -> String {
        let event = format!(r#"{{"tenant":"{tenant}","type":"{event_type}","data":{data}}}"#);
        let accepted = self.post_text("/v1/events", event).await.expect(202);
        text(&accepted, "id")
    }
}

/// What making an endpoint answered.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    what: String,
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) text: String,
}

impl Reply {
    /// The body of an answer with this status.
    ///
    /// # Panics
    /// When the status is another one, or the body is no JSON.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text);
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// The problem document (RFC 9457) of a refusal with this status.
    ///
    /// # Panics
    /// When it is anything else.
    pub(crate) fn refused(&self, status: u16) -> Value {
        let problem = self.expect(status);
        assert_eq!(
            self.content_type.as_deref(),
            Some("application/problem+json"),
            "{}",
            self.what
        );
        for field in ["type", "title", "detail"] {
            assert!(problem[field].is_string(), "{}: {problem}", self.what);
        }
        problem
    }

    /// The JSON pointers that a 422 names.
    pub(crate) fn pointers(&self) -> Vec<String> {
        let problem = self.refused(422);
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| text(error, "pointer")).collect()
    }
}

/// A field that must be a string.
pub(crate) fn text(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text `{field}` in {value}"))
        .to_owned()
}
