//! Query strings: parameters that a route does not know are errors.

use std::collections::HashMap;

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::request::Parts,
};
use serde::de::DeserializeOwned;
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Parameter, ParameterIn},
};

use crate::http::{
    named::Named,
    operations::operations,
    problem::{Place, Problem},
};

/// The parameters of a request, whose type refuses unknown fields.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let named = parts.extensions.get::<Named>();
        let query = named.and_then(|named| named.query.as_deref());
        parse(query.or_else(|| parts.uri.query()).unwrap_or_default()).map(Self)
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
pub(crate) struct Parameterised(HashMap<(&'static str, String), Vec<String>>);

impl Parameterised {
    /// Those of a document.
    pub(crate) fn of(document: &mut OpenApi) -> Self {
        let mut routes = HashMap::new();
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                let parameters = operation.parameters.iter().flatten();
                let names: Vec<_> = parameters.filter_map(name_in_query).collect();
                if !names.is_empty() {
                    routes.insert((method, path.clone()), names);
                }
            }
        }
        Self(routes)
    }

    /// Refuses parameters on a route that takes none. On one that takes `tenant` alone, beside an endpoint's uid, the others
    /// are refused here too: whoever looks for a tenant has no use for them.
    pub(crate) fn check(&self, parts: &Parts) -> Result<(), Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let mut given = form_urlencoded::parse(query.as_bytes());
        let Some((first, _)) = given.next() else {
            return Ok(());
        };
        let method = match parts.method.as_str() {
            "HEAD" => "GET",
            method => method,
        };
        let route = parts.extensions.get::<MatchedPath>();
        let route = route.map_or("", MatchedPath::as_str);
        let refused = |name: &str, detail: String| {
            let problem = Problem::invalid_in(Place::Query, name, detail);
            Err(problem)
        };
        let known = self
            .0
            .iter()
            .find(|((of, path), _)| *of == method && path == route);
        match known.map(|(_, names)| names.as_slice()) {
            None => refused(
                &first,
                format!("unknown parameter `{first}`: this route has no parameters"),
            ),
            Some([only]) if only == TENANT => {
                if first != TENANT {
                    let detail =
                        format!("unknown parameter `{first}`: this route has only `tenant`");
                    return refused(&first, detail);
                }
                match given.next() {
                    None => Ok(()),
                    Some((name, _)) if name == TENANT => {
                        refused(TENANT, "`tenant` is given twice".to_owned())
                    }
                    Some((name, _)) => {
                        let detail =
                            format!("unknown parameter `{name}`: this route has only `tenant`");
                        refused(&name, detail)
                    }
                }
            }
            Some(_) => Ok(()),
        }
    }
}

const TENANT: &str = "tenant";

fn name_in_query(parameter: &RefOr<Parameter>) -> Option<String> {
    match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
            Some(parameter.name.clone())
        }
        RefOr::T(_) | RefOr::Ref(_) => None,
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
