//! The client: adds the key, tries again where that helps, turns answers into values or errors.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, Url, redirect};
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::clock::{Clock, SystemClock};
use crate::error::{ApiError, Error, Problem};
use crate::redact::{Redactor, unreadable, without_credentials};
use crate::retry::{RetryPolicy, is_transient, parse_retry_after};

const DEFAULT_BASE_URL: &str = "http://127.0.0.1:8484";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// A client of one Nuncio server with one key. Cheap to clone.
#[derive(Clone)]
pub struct Nuncio {
    settings: Arc<Builder>,
    http: reqwest::Client,
    project: Option<String>,
    idempotency_key: Option<String>,
}

/// What a client is made with.
pub struct Builder {
    key: String,
    base_url: String,
    project: Option<String>,
    timeout: Duration,
    retry: RetryPolicy,
    http: Option<reqwest::Client>,
    clock: Arc<dyn Clock>,
}

impl Builder {
    /// The server's address, `http://127.0.0.1:8484` unless given.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into().trim_end_matches('/').to_owned();
        self
    }

    /// The project to act on; an admin key needs it.
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// How long one attempt may take, 30 s unless given.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often and how soon a call is made again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// An HTTP client of your own, such as one with other roots or a proxy. It should not follow redirects: the server
    /// has none, and the key would go along.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// In place of the system's time and randomness, for tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The client.
    ///
    /// # Errors
    /// When the key is empty, the address is none, or TLS cannot be set up.
    pub fn build(self) -> Result<Nuncio, Error> {
        let refused = |detail: String| Err(Error::InvalidCall(detail));
        if self.key.is_empty() {
            return refused("key is empty: give an API key".to_owned());
        }
        if !self.key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let what = "a blank, a line break or another character that no API key has";
            return refused(format!("key holds {what}: copy it alone and whole"));
        }
        if let Err(detail) = check_base_url(&self.base_url) {
            return refused(detail);
        }
        let http = match &self.http {
            Some(http) => http.clone(),
            None => reqwest::Client::builder()
                .redirect(redirect::Policy::none())
                .build()
                .map_err(|error| Error::InvalidCall(format!("TLS cannot be set up: {error}")))?,
        };
        Ok(Nuncio {
            project: self.project.clone(),
            idempotency_key: None,
            http,
            settings: Arc::new(self),
        })
    }
}

impl Nuncio {
    /// A client of the server on this machine, unless you say otherwise, with an API key.
    pub fn builder(key: impl Into<String>) -> Builder {
        Builder {
            key: key.into(),
            base_url: DEFAULT_BASE_URL.to_owned(),
            project: None,
            timeout: DEFAULT_TIMEOUT,
            retry: RetryPolicy::default(),
            http: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// The same client, acting on that project.
    pub fn in_project(&self, id: impl Into<String>) -> Self {
        Self {
            project: Some(id.into()),
            ..self.clone()
        }
    }

    /// The same client for one POST with that idempotency key: calls with the same key have one effect and one answer,
    /// also across processes. Without this, each call has a random one, which makes its own retries safe.
    pub fn with_idempotency_key(&self, key: impl Into<String>) -> Self {
        Self {
            idempotency_key: Some(key.into()),
            ..self.clone()
        }
    }

    /// Makes a call that answers something.
    pub(crate) async fn send<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        let (status, body) = self.exchange(call).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Answer {
            status,
            source: unreadable(&error),
        })
    }

    /// Makes a call that answers nothing.
    pub(crate) async fn send_only(&self, call: Call) -> Result<(), Error> {
        self.exchange(call).await.map(drop)
    }

    /// Makes a call, and again after failures that may pass: status and body of the good answer.
    async fn exchange(&self, call: Call) -> Result<(u16, Vec<u8>), Error> {
        let body = call.body.clone();
        let request = self.request(call)?;
        let Builder { retry, clock, .. } = &*self.settings;
        let mut attempts = 0;
        loop {
            let again = request.try_clone().ok_or_else(|| {
                Error::InvalidCall("a body that is sent twice must be bytes".to_owned())
            })?;
            let failure = match self.attempt(again, body.as_deref()).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            attempts += 1;
            let wait = retry.wait(attempts, failure.retry_after(), clock.entropy());
            match wait.filter(|_| failure.is_transient) {
                Some(wait) => clock.sleep(wait).await,
                None => return Err(failure.error),
            }
        }
    }

    /// The request, the same for every attempt, its idempotency key too: a POST whose answer was lost has one effect,
    /// and the other methods have one by nature.
    fn request(&self, call: Call) -> Result<RequestBuilder, Error> {
        let Builder {
            key,
            base_url,
            timeout,
            ..
        } = &*self.settings;
        let is_post = call.method == Method::POST;
        let url = format!("{base_url}{}", call.target);
        let mut request = self
            .http
            .request(call.method, url)
            .timeout(*timeout)
            .bearer_auth(key)
            .header("accept", "application/json");
        if let Some(project) = &self.project {
            request = request.header("nuncio-project", project);
        }
        if is_post {
            let key = self.idempotency_key.clone();
            request = request.header("idempotency-key", key.map_or_else(random_key, Ok)?);
        }
        if let Some(body) = call.body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        Ok(request)
    }

    async fn attempt(
        &self,
        request: RequestBuilder,
        sent: Option<&[u8]>,
    ) -> Result<(u16, Vec<u8>), Failure> {
        let no_answer = |source: reqwest::Error| Failure {
            // What cannot be sent as a request at all, such as a header with a line break, is not the network's fault.
            is_transient: !source.is_builder(),
            error: Error::NoAnswer {
                base_url: self.settings.base_url.clone(),
                timed_out: source.is_timeout(),
                source: source.without_url(),
            },
        };
        let response = request.send().await.map_err(no_answer)?;
        let (status, of_header) = (response.status(), OfHeader::read(&response));
        let body = response.bytes().await.map_err(no_answer)?.to_vec();
        match status.is_success() {
            true => Ok((status.as_u16(), body)),
            false => Err(self.failure(status.as_u16(), of_header, &body, sent)),
        }
    }

    fn failure(
        &self,
        status: u16,
        of_header: OfHeader,
        body: &[u8],
        sent: Option<&[u8]>,
    ) -> Failure {
        let document = serde_json::from_slice::<Problem>(body).ok();
        let is_transient = is_transient(status, document.is_some());
        let mut problem = document.unwrap_or_else(|| Problem::missing(status));
        problem.request_id = problem.request_id.or(of_header.request_id);
        let problem = Redactor::new(&self.settings.key, sent).problem(problem);
        let now = self.settings.clock.now();
        let retry_after = of_header.retry_after;
        let retry_after = retry_after.and_then(|value| parse_retry_after(&value, now));
        let error = ApiError {
            status,
            problem,
            retry_after,
        };
        Failure {
            error: Error::Api(Box::new(error)),
            is_transient,
        }
    }
}

/// How an attempt ended badly.
struct Failure {
    error: Error,
    is_transient: bool,
}

impl Failure {
    fn retry_after(&self) -> Option<Duration> {
        self.error.api().and_then(|error| error.retry_after)
    }
}

/// What is read of an answer's header.
struct OfHeader {
    retry_after: Option<String>,
    request_id: Option<String>,
}

impl OfHeader {
    fn read(response: &Response) -> Self {
        let text = |name: &str| {
            let value = response.headers().get(name)?;
            Some(value.to_str().ok()?.to_owned())
        };
        Self {
            retry_after: text("retry-after"),
            request_id: text("nuncio-request-id"),
        }
    }
}

/// Refuses what is no address, and one with credentials, which would show in errors. What stands before an @ may be a
/// password.
fn check_base_url(base_url: &str) -> Result<(), String> {
    let url = Url::parse(base_url).ok();
    let url = url.filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
    match url {
        Some(url) if url.username().is_empty() && url.password().is_none() => Ok(()),
        Some(_) => Err(
            "base URL holds a user name or password, which would show in errors: leave it out, the key signs in"
                .to_owned(),
        ),
        None if base_url.contains('@') => {
            Err("base URL is no address such as https://nuncio.example.com".to_owned())
        }
        None => Err(format!(
            "base URL {base_url:?} is no address such as https://nuncio.example.com"
        )),
    }
}

fn random_key() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::InvalidCall(format!("the system gives no random numbers: {error}"))
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl fmt::Debug for Nuncio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nuncio")
            .field("settings", &self.settings)
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("key", &"[secret]")
            .field("base_url", &without_credentials(&self.base_url))
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
