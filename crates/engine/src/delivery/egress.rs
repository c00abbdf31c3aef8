//! The transport that really leaves the machine.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use async_trait::async_trait;
use nuncio_domain::{EndpointTls, ErrorClass, Timings};
use nuncio_egress::{
    Client, EndpointUrl, Guard, Request, SendError, TlsSettings, TlsSettingsError, UrlError,
};

use crate::delivery::send::{Failure, Outgoing, ReceiverResponse, SendResult, Transport};

/// Enough for every endpoint that is busy at the same time; parsed URLs are about a kilobyte each.
const URLS_MAX: usize = 8_192;

/// Endpoints with TLS settings of their own that are busy at the same time; each takes some ten kilobytes, and a
/// millisecond to build again.
const TLS_MAX: usize = 2_048;

/// TLS settings that were accepted once and are not usable any more.
const TLS_SETTINGS: ErrorClass = ErrorClass::of("tls_settings");

/// Sends through the egress guard, and through nothing else.
pub struct EgressTransport {
    client: Client,
    guard: Arc<Guard>,
    /// Parsing and vetting a URL costs as much as signing; the client checks the result again at each request.
    urls: RwLock<HashMap<String, Arc<EndpointUrl>>>,
    /// By the place of the settings in memory: keeping them alive is what makes comparing it safe.
    tls: Mutex<HashMap<usize, (Arc<EndpointTls>, TlsSettings)>>,
}

impl EgressTransport {
    /// A transport over this client, with URLs vetted by the rules of this guard.
    pub fn new(client: Client, guard: Arc<Guard>) -> Self {
        Self {
            client,
            guard,
            urls: RwLock::default(),
            tls: Mutex::default(),
        }
    }

    fn tls(&self, settings: &Arc<EndpointTls>) -> Result<TlsSettings, TlsSettingsError> {
        let mut built = self.tls.lock().unwrap_or_else(PoisonError::into_inner);
        let place = Arc::as_ptr(settings) as usize;
        if let Some((_, known)) = built.get(&place) {
            return Ok(known.clone());
        }
        let new = self.client.tls_settings(settings)?;
        if built.len() >= TLS_MAX {
            built.clear();
        }
        built.insert(place, (Arc::clone(settings), new.clone()));
        Ok(new)
    }

    fn url(&self, raw: &str) -> Result<Arc<EndpointUrl>, UrlError> {
        let urls = self.urls.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(url) = urls.get(raw) {
            return Ok(Arc::clone(url));
        }
        drop(urls);
        let url = Arc::new(self.guard.rules().check_url(raw)?);
        let mut urls = self.urls.write().unwrap_or_else(PoisonError::into_inner);
        if urls.len() >= URLS_MAX {
            urls.clear();
        }
        urls.insert(raw.to_owned(), Arc::clone(&url));
        Ok(url)
    }
}

impl std::fmt::Debug for EgressTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EgressTransport").finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for EgressTransport {
    async fn send(&self, outgoing: Outgoing<'_>) -> SendResult {
        let url = match self.url(outgoing.url) {
            Ok(url) => url,
            Err(error) => return refused(&SendError::UrlRefused(error)),
        };
        let tls = match outgoing.tls.map(|tls| self.tls(tls)).transpose() {
            Ok(tls) => tls,
            Err(error) => return SendResult::failed(TLS_SETTINGS, error.to_string()),
        };
        let request = Request {
            url: &url,
            owner: outgoing.owner,
            tls: tls.as_ref(),
            method: outgoing.method,
            headers: outgoing.headers,
            body: outgoing.body,
            deadline: outgoing.timeout,
        };
        let exchange = self.client.send(request).await;
        SendResult {
            outcome: match exchange.outcome {
                Ok(answer) => Ok(response(answer)),
                Err(error) => Err(Failure {
                    class: ErrorClass::of(error.class()),
                    detail: error.to_string(),
                    partial: exchange.partial.map(|part| Box::new(response(part))),
                }),
            },
            resent: exchange.resent,
            timings: timings(exchange.timings),
            added_headers: exchange.added_headers,
        }
    }
}

fn refused(error: &SendError) -> SendResult {
    SendResult::failed(ErrorClass::of(error.class()), error.to_string())
}

fn response(response: nuncio_egress::Response) -> ReceiverResponse {
    ReceiverResponse {
        status: response.status,
        headers: response.headers,
        body: response.body,
        body_truncated: response.body_truncated,
        retry_after: response.retry_after,
    }
}

fn timings(timings: nuncio_egress::PhaseTimings) -> Timings {
    Timings {
        dns_us: timings.dns_us,
        connect_us: timings.connect_us,
        tls_us: timings.tls_us,
        first_byte_us: timings.first_byte_us,
        total_us: timings.total_us,
    }
}
