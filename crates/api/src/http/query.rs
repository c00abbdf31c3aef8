//! Query strings: parameters that a route does not know are errors.

use std::collections::HashSet;

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::{Method, request::Parts},
};
use serde::de::DeserializeOwned;
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Parameter, ParameterIn},
};

use crate::http::{
    operations::operations,
    problem::{Place, Problem},
};

/// The parameters of a request, whose type refuses unknown fields.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

pub(crate) fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    read(query).map_err(|(name, mut detail)| {
        if a_plus_was_meant::<T>(query, &name) {
            detail.push_str(": in a query string, `+` means a space: write it as `%2B`");
        }
        Problem::invalid_in(Place::Query, &name, detail)
    })
}

/// The parameters, or the name of a faulty one and what is wrong with it.
fn read<T: DeserializeOwned>(query: &str) -> Result<T, (String, String)> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(|error| {
        let path = error.path().to_string();
        let detail = error.inner().to_string();
        // Faults of the whole (unknown, twice, missing) name the parameter in their sentence.
        let name = if path == "." {
            detail.split('`').nth(1).unwrap_or_default().to_owned()
        } else {
            path
        };
        (name, detail)
    })
}

/// Whether the parameter would have passed with its `+` as it was typed: in `+02:00`, say, or in an e-mail address.
fn a_plus_was_meant<T: DeserializeOwned>(query: &str, name: &str) -> bool {
    let pair = query.split('&').find(|pair| {
        pair.split_once('=')
            .is_some_and(|(key, value)| key == name && value.contains('+'))
    });
    let Some(pair) = pair else {
        return false;
    };
    let escaped = query.replace(pair, &pair.replace('+', "%2B"));
    read::<T>(&escaped).map_or_else(|(faulty, _)| faulty != name, |_| true)
}

/// The routes that take parameters, as the OpenAPI document lists them.
#[derive(Debug)]
pub(crate) struct Parameterised(HashSet<(&'static str, String)>);

impl Parameterised {
    /// Those of a document.
    pub(crate) fn of(document: &mut OpenApi) -> Self {
        let mut routes = HashSet::new();
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                let mut parameters = operation.parameters.iter().flatten();
                if parameters.any(is_in_query) {
                    routes.insert((method, path.clone()));
                }
            }
        }
        Self(routes)
    }

    /// Refuses parameters on a route that takes none.
    pub(crate) fn check(&self, parts: &Parts) -> Result<(), Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let Some((name, _)) = form_urlencoded::parse(query.as_bytes()).next() else {
            return Ok(());
        };
        let method = match parts.method {
            Method::GET | Method::HEAD => "GET",
            // No other method has parameters.
            _ => "",
        };
        let route = parts.extensions.get::<MatchedPath>();
        let route = route.map_or("", MatchedPath::as_str);
        match self.0.contains(&(method, route.to_owned())) {
            true => Ok(()),
            false => Err(Problem::invalid_in(
                Place::Query,
                &name,
                format!("unknown parameter `{name}`: this route has no parameters"),
            )),
        }
    }
}

fn is_in_query(parameter: &RefOr<Parameter>) -> bool {
    match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
        RefOr::Ref(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read by the parser")]
    struct Wanted {
        status_code: Option<u16>,
        #[serde(default)]
        undelivered: bool,
    }

    #[test]
    fn faults_name_the_parameter() {
        let check = |query: &str, name: &str| {
            let problem = parse::<Wanted>(query).unwrap_err();
            let document = serde_json::to_value(problem.document(None)).unwrap();
            assert_eq!(document["errors"][0]["pointer"], name, "{document}");
            assert_eq!(document["errors"][0]["in"], "query");
        };
        check("limt=3", "/limt");
        check("status_code=abc", "/status_code");
        check("status_code=99999", "/status_code");
        check("status_code=1&status_code=2", "/status_code");
        check("undelivered=maybe", "/undelivered");
    }

    #[test]
    fn a_blank_that_was_a_plus_is_told_as_one() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(dead_code, reason = "only read by the parser")]
        struct Wanted {
            since: Option<nuncio_domain::Timestamp>,
            until: Option<nuncio_domain::Timestamp>,
            tenant: Option<nuncio_domain::TenantId>,
        }
        let check = |query: &str, told: bool| {
            let problem = parse::<Wanted>(query).unwrap_err();
            let document = serde_json::to_value(problem.document(None)).unwrap();
            let detail = document["errors"][0]["detail"].as_str().unwrap();
            assert_eq!(detail.contains("`%2B`"), told, "{query}: {detail}");
        };
        check("since=2026-04-26T12:00:00+02:00", true);
        check("until=2026-04-26T12:00:00.5+00:00&tenant=a", true);
        check(
            "tenant=jane+hooks@example.com&since=2026-04-26T12:00:00Z",
            true,
        );
        check(
            "since=2026-04-26T12:00:00+02:00&until=yesterday+evening",
            true,
        );
        check("since=2026-04-26+12:00:00", false);
        check("since=yesterday", false);
        check("tenant=a%20b", false);
        let right = "since=2026-04-26T12:00:00%2B02:00&tenant=jane%2Bhooks@example.com";
        assert!(parse::<Wanted>(right).is_ok());
    }

    #[test]
    fn known_parameters_are_read() {
        let wanted: Wanted = parse("undelivered=true&status_code=500").unwrap();
        assert!(wanted.undelivered && wanted.status_code == Some(500));
        assert!(parse::<Wanted>("").is_ok());
    }
}
