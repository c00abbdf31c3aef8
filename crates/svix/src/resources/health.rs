//! Whether the server works.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    Server,
    error::{self, Handled},
};

/// `GET /health`
pub(crate) async fn health(server: &Server) -> Handled {
    // Whatever is looked up: it shows that the database answers.
    let found = server
        .surface
        .store()
        .project(nuncio_domain::ProjectId::from_bits(0))
        .await;
    let (status, word) = match found {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "error"),
    };
    let part = json!({"status": word});
    let health = json!({"database": part, "queue": part, "cache": part});
    Ok(error::json(status, &health))
}
