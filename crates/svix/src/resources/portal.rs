//! Access for customers: a token of their application, and a link to the portal.

use std::time::Duration;

use axum::http::StatusCode;
use nuncio_domain::KeyKind;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    error::{self, Handled, SvixError},
    input,
    request::Request,
    resources::{application::ApplicationIn, message},
    routes::{no_method, no_route},
};

/// As long as a portal's link of the first API.
const LINK: Duration = Duration::from_secs(60 * 60);

pub(crate) async fn route(request: &Request<'_>, method: &str, segments: &[&str]) -> Handled {
    match (segments, method) {
        (["app-portal-access", app], "POST") => access(request, app, true).await,
        (["dashboard-access", app], "POST") => access(request, app, false).await,
        (["logout"], "POST") => Err(SvixError::of_status(StatusCode::NOT_IMPLEMENTED)),
        (["whoami"], "GET") => {
            let caller = &request.caller;
            let own = caller.application.as_ref();
            let id = own.map_or(caller.organization.as_str(), |app| app.as_str());
            Ok(error::json(StatusCode::OK, &json!({"id": id})))
        }
        (["app-portal-access" | "dashboard-access", _] | ["logout" | "whoami"], _) => {
            Err(no_method())
        }
        _ => Err(no_route()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessIn {
    #[serde(default)]
    feature_flags: Option<Vec<String>>,
    #[serde(default)]
    application: Option<ApplicationIn>,
}

async fn access(request: &Request<'_>, name: &str, reads_body: bool) -> Handled {
    request.caller.check_organization()?;
    let wish: AccessIn = match reads_body {
        true => input::parse_optional(&request.body)?,
        false => AccessIn::default(),
    };
    let found = message::application(request, name, wish.application).await?;
    let now = request.now();
    let keys = &request.server.settings.keys;
    let flags = wish.feature_flags.unwrap_or_default();
    let token = keys.application_token(&request.caller.organization, found.id.as_str(), flags, now);
    let token = token.map_err(|error| SvixError::bad_request(error.to_string()))?;
    let url = link(request, found.id.clone()).await?;
    Ok(error::json(
        StatusCode::OK,
        &json!({"url": url, "token": token}),
    ))
}

/// The portal's address with a key of its own, which ends after an hour. Where the server's public address is not known, it
/// is a path.
async fn link(request: &Request<'_>, tenant: nuncio_domain::TenantId) -> Result<String, SvixError> {
    let project = request.caller.project_id();
    let kind = KeyKind::Portal { project, tenant };
    let surface = &request.server.surface;
    let (key, text) = surface.new_key("portal session", kind, request.now() + LINK);
    let sha256 = Sha256::digest(&text).into();
    request.writer().create_key(key, sha256, None).await?;
    let own = surface.public_url().unwrap_or_default();
    Ok(format!("{own}/portal/{project}#token={text}"))
}
