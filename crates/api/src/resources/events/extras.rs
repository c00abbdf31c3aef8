//! What a publisher gives with an event besides its data, checked and bounded.

use std::{fmt, sync::Arc};

use nuncio_dialect::Dialect;
use nuncio_domain::{Channel, Extras, is_credential_header};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::{
    http::{patch::without_nulls, problem::Problem},
    resources::shared::{
        channels::check_channels,
        header_rules::{fault, refused},
        metadata::check_metadata,
    },
};

/// Headers of one event: ids of traces, a region, a tag or two.
const HEADERS_MAX: usize = 16;
/// Their names and values together: of the 16 KiB that a Node.js server takes for all headers, an endpoint's own may take
/// 12 KiB, and 2 KiB are left for the dialect's and the sender's.
const HEADER_BYTES_MAX: usize = 2 * 1024;

/// Headers as a publisher gives them, in order.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct EventHeaders(Vec<(String, String)>);

impl<'de> Deserialize<'de> for EventHeaders {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = EventHeaders;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of header names and values")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<EventHeaders, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(EventHeaders(pairs))
            }
        }
        from.deserialize_map(Pairs)
    }
}

/// What was given besides the data.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) channels: Option<Vec<Channel>>,
    pub(crate) metadata: Option<Map<String, Value>>,
    pub(crate) headers: Option<EventHeaders>,
    pub(crate) retention_days: Option<u32>,
}

impl Given {
    /// Checks it for a project of that dialect; `None` if there is nothing.
    pub(crate) fn check(self, dialect: &Dialect) -> Result<Option<Arc<Extras>>, Problem> {
        let extras = Extras {
            channels: self.channels.unwrap_or_default(),
            metadata: self.metadata.map(without_nulls).unwrap_or_default(),
            headers: self.headers.unwrap_or_default().0,
            retention_days: self.retention_days,
        };
        if extras.is_empty() {
            return Ok(None);
        }
        check_channels(&extras.channels)?;
        check_metadata(Some(&extras.metadata))?;
        check_headers(&extras.headers, dialect)?;
        check_retention(extras.retention_days)?;
        Ok(Some(Arc::new(extras)))
    }
}

fn check_headers(headers: &[(String, String)], dialect: &Dialect) -> Result<(), Problem> {
    if headers.len() > HEADERS_MAX {
        let count = headers.len();
        let detail = format!("{count} headers: at most {HEADERS_MAX} are allowed");
        return Err(Problem::invalid("/headers", detail));
    }
    let lengths = headers.iter().map(|(name, value)| name.len() + value.len());
    let bytes: usize = lengths.sum();
    if bytes > HEADER_BYTES_MAX {
        let detail =
            format!("{bytes} bytes of names and values: at most {HEADER_BYTES_MAX} are allowed");
        return Err(Problem::invalid("/headers", detail));
    }
    for (n, (name, value)) in headers.iter().enumerate() {
        let is_same = |(other, _): &(String, String)| other.eq_ignore_ascii_case(name);
        if headers[..n].iter().any(is_same) {
            return Err(refused(name, "is given twice"));
        }
        if is_credential_header(name) {
            return Err(refused(
                name,
                "holds credentials, which belong to an endpoint: set it there",
            ));
        }
        if let Some(rule) = fault(name, value, dialect) {
            return Err(refused(name, rule));
        }
    }
    Ok(())
}

fn check_retention(days: Option<u32>) -> Result<(), Problem> {
    let max = Extras::RETENTION_DAYS_MAX;
    match days {
        Some(days) if !(1..=max).contains(&days) => Err(Problem::invalid(
            "/retention_days",
            format!("{days} is out of range: from 1 to {max} days"),
        )),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The place of the fault, if there is one.
    fn fault_of(headers: Value) -> Option<Value> {
        let given = Given {
            headers: Some(serde_json::from_value(headers).unwrap()),
            ..Given::default()
        };
        let dialect = nuncio_dialect::builtin_named("standard").unwrap();
        let problem = given.check(dialect).err()?;
        let document = serde_json::to_value(problem.document(None)).unwrap();
        Some(document["errors"][0]["pointer"].clone())
    }

    #[test]
    fn headers_that_are_others_are_refused_by_name() {
        for name in [
            "Host",
            "content-length",
            "Transfer-Encoding",
            "Connection",
            "webhook-id",
            "Webhook-Signature",
            "User-Agent",
            "Content-Type",
            "Authorization",
            "authorization",
            "Cookie",
            "X-Api-Key",
            "bad name",
        ] {
            let pointer = format!("/headers/{name}");
            assert_eq!(fault_of(json!({ name: "1" })), Some(pointer.into()));
        }
        assert_eq!(
            fault_of(json!({"traceparent": "00-1-2-01", "X-Region": "eu"})),
            None
        );
        assert_eq!(
            fault_of(json!({"X-A": "1", "x-a": "2"})),
            Some("/headers/x-a".into())
        );
        assert_eq!(
            fault_of(json!({"X-A": "a\r\nHost: b"})),
            Some("/headers/X-A".into())
        );
        assert_eq!(
            fault_of(json!({"X-A": "x".repeat(2_100)})),
            Some("/headers".into())
        );
        let many: Map<_, _> = (0..17).map(|n| (format!("X-{n}"), "1".into())).collect();
        assert_eq!(fault_of(many.into()), Some("/headers".into()));
    }

    #[test]
    fn nothing_given_is_nothing_kept() {
        let given = Given {
            channels: Some(Vec::new()),
            metadata: Some(Map::from_iter([("a".to_owned(), Value::Null)])),
            ..Given::default()
        };
        let dialect = nuncio_dialect::builtin_named("standard").unwrap();
        assert!(given.check(dialect).unwrap().is_none());
    }
}
