//! The columns of a file, and how each is written.

use std::collections::{BTreeMap, HashMap};

use anyhow::bail;
use nuncio_domain::{EventFilter, TenantId};
use serde_json::{Map, Value};

use crate::{EndpointRecord, ImportSecret, Records};

const COLUMNS: [&str; 7] = [
    "tenant",
    "url",
    "secret",
    "events",
    "description",
    "headers",
    "dialect",
];

/// Looks at the names of the columns.
///
/// # Errors
/// One is unknown, or one that must be there is missing.
pub(crate) fn check_names<'a>(names: impl Iterator<Item = &'a str> + Clone) -> anyhow::Result<()> {
    for name in names.clone() {
        if !COLUMNS.contains(&name) {
            bail!("there is no column `{name}`: use {}", COLUMNS.join(", "));
        }
    }
    for needed in ["tenant", "url"] {
        if !names.clone().any(|name| name == needed) {
            bail!("the column `{needed}` is missing");
        }
    }
    Ok(())
}

/// What an endpoint is called in a report: its URL without what may be a credential.
pub(crate) fn display_name(tenant: &str, url: &str) -> String {
    let shown = url.split(['?', '#']).next().unwrap_or_default();
    let shown = match shown.split_once("://") {
        Some((scheme, rest)) => match rest.split('/').next().and_then(|host| host.rfind('@')) {
            Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
            None => shown.to_owned(),
        },
        None => shown.to_owned(),
    };
    format!("{tenant} {shown}")
}

/// The endpoint of a row.
///
/// # Errors
/// What is wrong with it; never the secret.
pub(crate) fn endpoint(origin: &str, row: &Map<String, Value>) -> Result<EndpointRecord, String> {
    let text = |name: &str| match row.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{name}` is not a text")),
    };
    let needed = |name: &str| text(name)?.ok_or_else(|| format!("`{name}` is missing"));
    let tenant = needed("tenant")?;
    TenantId::parse(&tenant).map_err(|error| error.to_string())?;
    Ok(EndpointRecord {
        origin: origin.to_owned(),
        tenant,
        url: needed("url")?,
        events: events(row.get("events"))?,
        secret: text("secret")?.map(ImportSecret::new),
        description: text("description")?,
        headers: headers(row.get("headers"))?,
        dialect: text("dialect")?,
        ..EndpointRecord::default()
    })
}

/// A list, or a text with `;`, commas or blanks between the filters; all events if there is none.
fn events(given: Option<&Value>) -> Result<Vec<String>, String> {
    let filters: Vec<String> = match given {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => text
            .split([';', ',', ' ', '\n'])
            .filter(|filter| !filter.is_empty())
            .map(str::to_owned)
            .collect(),
        Some(Value::Array(list)) => list
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or("`events` holds something that is not a text")?,
        Some(_) => return Err("`events` is neither a list nor a text".to_owned()),
    };
    if filters.is_empty() {
        return Ok(vec!["*".to_owned()]);
    }
    for filter in &filters {
        EventFilter::parse(filter).map_err(|error| error.to_string())?;
    }
    Ok(filters)
}

/// An object, as JSON or as the text of it, or `name: value` with `;` between them.
fn headers(given: Option<&Value>) -> Result<BTreeMap<String, String>, String> {
    const FORMS: &str =
        "`headers` is neither a JSON object of texts nor `name: value; name: value`";
    let object = match given {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(object)) => object.clone(),
        Some(Value::String(text)) if text.trim_start().starts_with('{') => {
            serde_json::from_str(text).map_err(|_| FORMS)?
        }
        Some(Value::String(text)) => {
            let lines = text
                .split([';', '\n'])
                .filter(|line| !line.trim().is_empty());
            let pairs = lines.map(|line| line.split_once(':').ok_or(FORMS));
            let pairs = pairs.map(|pair| {
                pair.map(|(name, value)| (name.trim().to_owned(), value.trim().into()))
            });
            pairs.collect::<Result<_, _>>()?
        }
        Some(_) => return Err(FORMS.to_owned()),
    };
    let texts = object.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        _ => Err(FORMS.to_owned()),
    });
    texts.collect()
}

/// Where two rows are the same endpoint, only the first can come: the file doesn't say which one is meant.
pub(crate) fn refuse_repeats(records: &mut Records) {
    let mut seen: HashMap<(String, String), String> = HashMap::new();
    let endpoints = std::mem::take(&mut records.endpoints);
    for endpoint in endpoints {
        let key = (endpoint.tenant.clone(), endpoint.url.clone());
        match seen.get(&key) {
            Some(first) => {
                let why = format!("the same tenant and URL as {first}");
                let name = display_name(&endpoint.tenant, &endpoint.url);
                records.refuse(endpoint.origin, name, why);
            }
            None => {
                seen.insert(key, endpoint.origin.clone());
                records.endpoints.push(endpoint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_no_credential_of_a_url() {
        let check = |url: &str, expected: &str| assert_eq!(display_name("t", url), expected);
        check("https://a.test/x?token=1", "t https://a.test/x");
        check("https://u:p@a.test/x", "t https://a.test/x");
        check("https://a.test/@x", "t https://a.test/@x");
        check("nonsense", "t nonsense");
    }

    #[test]
    fn headers_in_each_form() {
        let check = |given: Value, expected: Option<&[(&str, &str)]>| {
            let expected = expected.map(|pairs| {
                let pairs = pairs
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
                pairs.collect::<BTreeMap<_, _>>()
            });
            assert_eq!(headers(Some(&given)).ok(), expected, "{given}");
        };
        check(
            "x-a: 1; x-b: 2:3".into(),
            Some(&[("x-a", "1"), ("x-b", "2:3")]),
        );
        check(r#"{"x-a":"1"}"#.into(), Some(&[("x-a", "1")]));
        check(serde_json::json!({"x-a": "1"}), Some(&[("x-a", "1")]));
        check(serde_json::json!({"x-a": 1}), None);
        check("x-a".into(), None);
    }
}
