//! A small client of Nuncio's own API, for the commands that talk to a running server.

use anyhow::{Context, bail};
use serde_json::Value;

use crate::{
    output::Usage,
    profiles::{DEFAULT, Profile, Profiles},
};

/// The server that is asked if nothing else says which.
const SERVER: &str = "http://127.0.0.1:8484";

/// Where the server is and who asks.
#[derive(Clone, Debug, clap::Args)]
pub struct AddressArgs {
    /// Address of the server [default: the profile's, or http://127.0.0.1:8484].
    #[arg(long, env = "NUNCIO_SERVER")]
    server: Option<String>,
    /// API key [default: the profile's].
    #[arg(long, env = "NUNCIO_KEY", hide_env_values = true)]
    key: Option<String>,
    /// The profile to use, stored by `nuncio login` [default: default].
    #[arg(long, env = "NUNCIO_PROFILE")]
    profile: Option<String>,
}

/// Where the server is, who asks, and for which project.
#[derive(Clone, Debug, clap::Args)]
pub struct ServerArgs {
    #[command(flatten)]
    address: AddressArgs,
    /// Project to act on; needed with an admin key.
    #[arg(long, env = "NUNCIO_PROJECT")]
    project: Option<String>,
}

impl ServerArgs {
    /// A client that acts on the project, if one is given.
    ///
    /// # Errors
    /// No key is given or stored, or the profile isn't there.
    pub fn client(&self) -> anyhow::Result<ApiClient> {
        self.address.client(self.project.as_deref())
    }

    /// These, and where they say nothing, the others.
    pub fn or(self, others: Self) -> Self {
        let (own, other) = (self.address, others.address);
        Self {
            address: AddressArgs {
                server: own.server.or(other.server),
                key: own.key.or(other.key),
                profile: own.profile.or(other.profile),
            },
            project: self.project.or(others.project),
        }
    }
}

impl AddressArgs {
    /// A client that acts on the given project, if any.
    ///
    /// # Errors
    /// No key is given or stored, or the profile isn't there.
    pub fn client(&self, project: Option<&str>) -> anyhow::Result<ApiClient> {
        let profile = self.stored()?.unwrap_or_default();
        let server = match (&self.server, &*profile.server) {
            (Some(server), _) => server,
            (None, "") => SERVER,
            (None, stored) => stored,
        };
        let key = self.key.as_deref().unwrap_or(&profile.key);
        if self.key.is_none() && !profile.key.is_empty() && server != profile.server {
            let advice = format!(
                "the stored key is for {}: add --key for {server}, or another --profile",
                profile.server
            );
            return Err(Usage(advice).into());
        }
        if key.is_empty() {
            let advice =
                "no API key: add --key KEY, set NUNCIO_KEY, or store one with `nuncio login`";
            return Err(Usage(advice.to_owned()).into());
        }
        let project = project.or(profile.project.as_deref());
        Ok(ApiClient::new(server, key, project))
    }

    /// The stored profile. A key that is given needs none: a stored one would say where to send it.
    fn stored(&self) -> anyhow::Result<Option<Profile>> {
        if self.key.is_some() && self.profile.is_none() {
            return Ok(None);
        }
        let profiles = Profiles::of_user()?;
        let name = self.profile.as_deref().unwrap_or(DEFAULT);
        let found = profiles.find(name)?;
        if found.is_none() && self.profile.is_some() {
            let advice = format!(
                "there is no profile {name}: store it with `nuncio login --profile {name}`"
            );
            return Err(Usage(advice).into());
        }
        Ok(found)
    }
}

/// A client of one server with one key.
#[derive(Clone)]
pub struct ApiClient {
    http: reqwest::Client,
    server: String,
    key: String,
    project: Option<String>,
}

impl ApiClient {
    /// A client that acts on the given project, if any; `server` is the start of every URL.
    pub fn new(server: &str, key: &str, project: Option<&str>) -> Self {
        Self {
            http: http_client(server),
            server: server.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
            project: project.map(str::to_owned),
        }
    }

    /// `GET`.
    ///
    /// # Errors
    /// No answer, one that is not JSON, or a refusal: its problem document as a sentence.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(reqwest::Method::GET, path, None).await
    }
    /// `POST`.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(reqwest::Method::POST, path, Some(body)).await
    }
    /// `PUT`.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(reqwest::Method::PUT, path, Some(body)).await
    }
    /// `DELETE`.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.send(reqwest::Method::DELETE, path, None).await
    }

    /// Any method, by its name, such as `PATCH`.
    ///
    /// # Errors
    /// As [`get`](Self::get); and a name that is no method.
    pub async fn call(
        &self,
        verb: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let method = verb
            .parse()
            .with_context(|| format!("{verb} is not an HTTP method"))?;
        self.send(method, path, body).await
    }

    /// All items of a list, page by page; `path` has a query.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut page = path.to_owned();
        loop {
            let answer = self.get(&page).await?;
            items.extend(answer["data"].as_array().into_iter().flatten().cloned());
            match answer["next_cursor"].as_str() {
                Some(cursor) => page = format!("{path}&cursor={cursor}"),
                None => return Ok(items),
            }
        }
    }

    /// Sends a JSON text as it is, so that numbers and keys stay as they were written.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn post_text(&self, path: &str, body: String) -> anyhow::Result<Value> {
        let request = self
            .request(reqwest::Method::POST, path)
            .header("content-type", "application/json")
            .body(body);
        self.answer(path, request).await
    }

    /// Posts a JSON text as it is and gives the answer's status and body, whatever they are; a body that is not JSON is
    /// `null`.
    ///
    /// # Errors
    /// No answer.
    pub async fn exchange(&self, path: &str, body: String) -> anyhow::Result<(u16, Value)> {
        let request = self
            .request(reqwest::Method::POST, path)
            .header("content-type", "application/json")
            .body(body);
        let response = request.send().await;
        let response = response.with_context(|| format!("no response from {}", self.server))?;
        let status = response.status().as_u16();
        let body = response.bytes().await.context("the response ended early")?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    /// A document that is not JSON.
    ///
    /// # Errors
    /// No answer, or a refusal.
    pub async fn get_text(&self, path: &str) -> anyhow::Result<String> {
        let request = self.request(reqwest::Method::GET, path);
        let response = request
            .send()
            .await
            .with_context(|| format!("no response from {}", self.server))?;
        let status = response.status();
        let text = response.text().await.context("the response ended early")?;
        if !status.is_success() {
            let problem = serde_json::from_str(&text).unwrap_or_default();
            bail!("{}", refusal(status.as_u16(), &problem));
        }
        Ok(text)
    }

    async fn send(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answer(path, request).await
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.server))
            .bearer_auth(&self.key);
        match &self.project {
            Some(project) => request.header("nuncio-project", project),
            None => request,
        }
    }

    async fn answer(&self, path: &str, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let response = request
            .send()
            .await
            .with_context(|| format!("no response from {}", self.server))?;
        let status = response.status();
        let body = response.bytes().await.context("the response ended early")?;
        let value = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body)
                .with_context(|| format!("the response of {path} is not valid JSON ({status})"))?
        };
        if !status.is_success() {
            bail!("{}", refusal(status.as_u16(), &value));
        }
        Ok(value)
    }
}

/// The system's proxy is asked, but not for loopback: there it would look at its own machine.
fn http_client(server: &str) -> reqwest::Client {
    let url = url::Url::parse(server).ok();
    let is_loopback = url
        .as_ref()
        .and_then(url::Url::host)
        .is_some_and(|host| match host {
            url::Host::Domain(name) => name == "localhost",
            url::Host::Ipv4(ip) => ip.is_loopback(),
            url::Host::Ipv6(ip) => ip.is_loopback(),
        });
    let builder = reqwest::Client::builder();
    let builder = if is_loopback {
        builder.no_proxy()
    } else {
        builder
    };
    // What can fail here would fail the same way there: the system's roots can't be read.
    builder.build().unwrap_or_default()
}

/// A problem document (RFC 9457) as one sentence.
fn refusal(status: u16, problem: &Value) -> String {
    let text = |name: &str| {
        problem
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let mut sentence = format!("{status} {}: {}", text("title"), text("detail"));
    // A single error is what the detail says already.
    let errors = problem.get("errors").and_then(Value::as_array);
    // A single error is what the detail says already.
    let several = errors.filter(|errors| errors.len() > 1);
    for error in several.into_iter().flatten() {
        let part = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        sentence.push_str(&format!("\n  {} {}", part("pointer"), part("detail")));
    }
    sentence
}
