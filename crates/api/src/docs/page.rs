//! `/openapi.json`, and `/docs`: a page that lists the operations. Self-contained: no script, no request to anybody.

use std::{
    fmt::Write,
    sync::{LazyLock, OnceLock},
};

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{http::operations::operations, state::Shared};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}h2{margin-top:2rem;text-transform:capitalize}dt{margin-top:.8rem}code{font:13px ui-monospace,monospace}b{display:inline-block;min-width:4rem}dd{margin-left:4rem;color:#444}@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}dd{color:#bbb}a{color:#8cf}}";

static DOCUMENT: OnceLock<String> = OnceLock::new();
static PAGE: OnceLock<String> = OnceLock::new();
static POLICY: LazyLock<HeaderValue> = LazyLock::new(policy);

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(openapi_document))
        .routes(routes!(docs_page))
}

/// The OpenAPI document
#[utoipa::path(
    get, path = "/openapi.json", tag = "operation", security(()),
    responses((status = 200, description = "The OpenAPI 3.1 document", body = Object))
)]
async fn openapi_document(State(server): State<Shared>) -> Response {
    let text = DOCUMENT.get_or_init(|| json(&(server.document)()));
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], text.as_str()).into_response()
}

/// API reference
#[utoipa::path(
    get, path = "/docs", tag = "operation", security(()),
    responses((status = 200, description = "A page that lists the operations", body = String, content_type = "text/html"))
)]
async fn docs_page(State(server): State<Shared>) -> Response {
    let text = PAGE.get_or_init(|| page((server.document)()));
    let headers: [(HeaderName, HeaderValue); 3] = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
    ];
    (headers, text.as_str()).into_response()
}

/// A document as JSON: indented, in the same order every time, with a newline at its end.
pub(crate) fn json(document: &Document) -> String {
    let mut text = document
        .to_pretty_json()
        .expect("the document holds nothing that JSON could not");
    text.push('\n');
    text
}

/// Nothing but the page's own style may load.
fn policy() -> HeaderValue {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let text = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(text).expect("base64 is visible ASCII")
}

fn page(mut document: Document) -> String {
    let mut sections: Vec<(String, String)> = Vec::new();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            let tag = operation
                .tags
                .iter()
                .flatten()
                .next()
                .cloned()
                .unwrap_or_default();
            let place = sections.iter().position(|(name, _)| *name == tag);
            let place = place.unwrap_or_else(|| {
                sections.push((tag, String::new()));
                sections.len() - 1
            });
            let summary = escaped(operation.summary.as_deref().unwrap_or_default());
            let description = escaped(operation.description.as_deref().unwrap_or_default());
            let _ = write!(
                sections[place].1,
                "<dt><code><b>{method}</b> {}</code></dt><dd>{summary}. {description}</dd>",
                escaped(path)
            );
        }
    }
    let body = sections.iter().fold(String::new(), |body, (tag, list)| {
        format!("{body}<h2>{}</h2><dl>{list}</dl>", escaped(tag))
    });
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Nuncio API</title><style>{STYLE}</style><h1>Nuncio API</h1><p>Every schema is in <a href=\"/openapi.json\">openapi.json</a>. Send <code>Authorization: Bearer KEY</code>; with an admin key also <code>Nuncio-Project: proj_…</code>.</p>{body}</html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_lists_every_operation_and_runs_nothing() {
        let page = page(crate::openapi());
        assert!(page.contains("/v1/endpoints/{id}/rotate-secret"));
        assert!(
            !page.contains("<script") && !page.contains("http://") && !page.contains("https://")
        );
    }
}
