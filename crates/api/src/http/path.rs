//! Ids in paths.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::http::{named::Named, problem::Problem};

/// The id in a path. Text that is no id of the wanted kind is an id that never existed: 404.
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr + Send> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let given = parts.extensions.get::<Named>();
        let text = match given.and_then(|named| named.path.clone()) {
            Some(id) => id,
            None => {
                let path = Path::<String>::from_request_parts(parts, state).await;
                path.map_err(|_| Problem::not_found())?.0
            }
        };
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// Whether a route's `{id}` is an endpoint's.
pub(crate) fn names_endpoint(route: &str) -> bool {
    ["/endpoints/{id}", "/webhooks/{id}", "/webhook/{id}"]
        .iter()
        .any(|part| route.contains(part))
}
