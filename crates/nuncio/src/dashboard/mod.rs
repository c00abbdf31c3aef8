//! The dashboard and the portal: pages from the binary, for whatever path is none of the API's.
//!
//! Pages know nothing that the API does not tell their scripts. Each answer has a nonce of its own; files with a hash in
//! their name are kept by browsers for good. Nothing is ever read from a disk.

mod files;
mod left_out;
mod place;
mod policy;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use nuncio_domain::{Entropy, ProjectId};
use nuncio_store::Store;

use self::{
    files::{EMBEDDED, Embedded, File},
    place::{Destination, place},
    policy::{Embedding, content_security_policy},
};

/// What stands for the nonce in the pages.
const NONCE: &str = "__CSP_NONCE__";
const OPENER_POLICY: &str = "cross-origin-opener-policy";
/// A year, the most that HTTP knows: the name changes with the content.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Asked for each time, answered with 304.
const CHECKED: HeaderValue = HeaderValue::from_static("no-cache");

/// What the pages are made of.
struct Pages {
    embedded: &'static Embedded,
    store: Arc<dyn Store>,
    entropy: Arc<dyn Entropy>,
}

/// The pages of this binary.
pub(crate) fn router(store: Arc<dyn Store>, entropy: Arc<dyn Entropy>) -> Router {
    const HERE: &Embedded = &EMBEDDED;
    pages_of(HERE, store, entropy)
}

/// Why this binary has no dashboard, if it has none.
pub(crate) fn left_out() -> Option<&'static str> {
    EMBEDDED.left_out
}

fn pages_of(
    embedded: &'static Embedded,
    store: Arc<dyn Store>,
    entropy: Arc<dyn Entropy>,
) -> Router {
    let pages = Pages {
        embedded,
        store,
        entropy,
    };
    Router::new()
        .fallback(get(answer))
        .with_state(Arc::new(pages))
}

async fn answer(State(pages): State<Arc<Pages>>, uri: Uri, headers: HeaderMap) -> Response {
    let accepts_html = lists(&headers, header::ACCEPT, "text/html");
    match place(pages.embedded, uri.path(), accepts_html) {
        Destination::File(file) => file_as(file, &headers),
        Destination::Dashboard => {
            let mut response = pages.page("index.html", &Embedding::Nobody);
            let same_origin = HeaderValue::from_static("same-origin");
            response.headers_mut().insert(OPENER_POLICY, same_origin);
            response
        }
        Destination::Portal(project) => {
            let embedding = pages.embedding_of(project).await;
            pages.page("portal.html", &embedding)
        }
        Destination::Nowhere => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Pages {
    fn page(&self, name: &str, embedding: &Embedding) -> Response {
        let Some(file) = self.embedded.get(name) else {
            return left_out::page(self.embedded.left_out.unwrap_or("the page is missing"));
        };
        let mut random = [0; 16];
        self.entropy.fill(&mut random);
        let nonce = STANDARD.encode(random);
        let html = String::from_utf8_lossy(file.bytes).replace(NONCE, &nonce);
        html_with(html, &content_security_policy(&nonce, embedding))
    }

    /// Who may embed a project's portal. Nobody, if there is no such project: the page then says that its link is not
    /// valid any more.
    async fn embedding_of(&self, project: &str) -> Embedding {
        let Ok(id) = project.parse::<ProjectId>() else {
            return Embedding::Nobody;
        };
        // A store that can't say who may: nobody, for now.
        let project = self.store.project(id).await.ok().flatten();
        let origins = project.and_then(|project| project.policy.portal_origins.clone());
        origins.map_or(Embedding::Nobody, Embedding::Origins)
    }
}

fn html_with(html: String, policy: &str) -> Response {
    let mut response = html.into_response();
    let headers = response.headers_mut();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, html);
    // Base64, and origins that were checked when they were set: nothing that a header can't hold.
    let policy = HeaderValue::try_from(policy);
    let policy = policy.unwrap_or(HeaderValue::from_static(policy::NOTHING));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let no_referrer = HeaderValue::from_static("no-referrer");
    headers.insert(header::REFERRER_POLICY, no_referrer);
    response
}

fn file_as(file: &'static File, asked: &HeaderMap) -> Response {
    let gzip = file
        .gzip
        .filter(|_| lists(asked, header::ACCEPT_ENCODING, "gzip"));
    let etag = match gzip {
        Some(_) => format!("\"{}-gzip\"", file.etag),
        None => format!("\"{}\"", file.etag),
    };
    let known = asked.get(header::IF_NONE_MATCH);
    let is_known = known.is_some_and(|known| {
        let mut known = known.to_str().unwrap_or_default().split(',');
        known.any(|tag| tag.trim().trim_start_matches("W/") == etag)
    });
    let mut response = match (is_known, gzip) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Some(gzip)) => gzip.into_response(),
        (false, None) => file.bytes.into_response(),
    };
    let headers = response.headers_mut();
    if !is_known {
        let media_type = HeaderValue::from_static(file.media_type());
        headers.insert(header::CONTENT_TYPE, media_type);
        if gzip.is_some() {
            let gzip = HeaderValue::from_static("gzip");
            headers.insert(header::CONTENT_ENCODING, gzip);
        }
    }
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    let vary = HeaderValue::from_static("accept-encoding");
    headers.insert(header::VARY, vary);
    let kept = if file.is_hashed() { FOR_GOOD } else { CHECKED };
    headers.insert(header::CACHE_CONTROL, kept);
    response
}

/// Whether a header lists a word, and does not rule it out with `q=0` (RFC 9110, 12.4.2).
fn lists(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let values = headers.get_all(name);
    let mut items = values
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','));
    items.any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_it = parts
            .next()
            .is_some_and(|part| part.eq_ignore_ascii_case(word));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        is_it && weight.is_none_or(|q| q.parse::<f32>().is_ok_and(|q| q > 0.0))
    })
}

#[cfg(test)]
mod tests;
