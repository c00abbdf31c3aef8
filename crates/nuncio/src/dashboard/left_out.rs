//! What stands in place of the dashboard in a binary that was built without it.

use axum::response::Response;

use super::{html_with, policy};

/// A plain page that says so, and how to build it in.
pub(super) fn page(why: &str) -> Response {
    let why = why
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Nuncio</title></head><body>\n\
         <h1>Nuncio</h1>\n\
         <p>The server works, but this build does not include the dashboard: {why}.</p>\n\
         <p>To include it, install Node 20.19 or newer with npm, and run <code>NUNCIO_DASHBOARD=required cargo build \
         --release</code>, which says what is missing.</p>\n\
         <p>The API can do everything that the dashboard can: see <a href=\"/docs\">the API documentation</a>.</p>\n\
         </body></html>\n"
    );
    html_with(html, policy::NOTHING)
}
