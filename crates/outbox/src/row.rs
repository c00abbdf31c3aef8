//! A row of the outbox, and the requests that rows become.

use serde::Serialize;

/// A committed event.
#[derive(Debug)]
pub(crate) struct OutboxRow {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) tenant: String,
    pub(crate) event_type: String,
    /// JSON, as it was written.
    pub(crate) data: String,
    pub(crate) ordering_key: Option<String>,
    /// RFC 3339.
    pub(crate) deliver_at: Option<String>,
    pub(crate) created_at: String,
}

/// What the API is told of an event besides its data. Whenever the same row is sent it is the same text, or the server would take it for
/// another event with the same id.
#[derive(Serialize)]
struct Publication<'a> {
    id: &'a str,
    tenant: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    occurred_at: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ordering_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deliver_at: Option<&'a str>,
}

/// The body of a batch with these events, in their order. Data goes in as the database has it: what is not JSON to the
/// server is the server's to refuse.
pub(crate) fn batch(rows: &[OutboxRow]) -> serde_json::Result<String> {
    let mut body = String::from("{\"events\":[");
    for (index, row) in rows.iter().enumerate() {
        let publication = serde_json::to_string(&Publication {
            id: &row.id,
            tenant: &row.tenant,
            event_type: &row.event_type,
            occurred_at: &row.created_at,
            ordering_key: row.ordering_key.as_deref(),
            deliver_at: row.deliver_at.as_deref(),
        })?;
        let separator = if index == 0 { "" } else { "," };
        let open = publication.trim_end_matches('}');
        for part in [separator, open, ",\"data\":", &row.data, "}"] {
            body.push_str(part);
        }
    }
    body.push_str("]}");
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_as_it_was_written() {
        let data = r#"{ "b":1.50, "a" : 1e3,"a":2 }"#;
        let row = OutboxRow {
            seq: 1,
            id: "i".to_owned(),
            tenant: "t".to_owned(),
            event_type: "a.b".to_owned(),
            data: data.to_owned(),
            ordering_key: None,
            deliver_at: None,
            created_at: "2026-01-02T03:04:05.678Z".to_owned(),
        };
        let expected = format!(
            r#"{{"events":[{{"id":"i","tenant":"t","type":"a.b","occurred_at":"2026-01-02T03:04:05.678Z","data":{data}}}]}}"#
        );
        assert_eq!(batch(&[row]).expect("it serializes"), expected);
    }
}
