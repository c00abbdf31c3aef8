//! What does the server's answer say of each event?

use serde_json::Value;

/// What becomes of one event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The server has it, from now or from before.
    Accepted,
    /// The server doesn't want it and would not want it later either.
    Refused {
        /// The status that it would have had on its own.
        status: i32,
        /// In words.
        reason: String,
    },
    /// The server had no time for a check that shares a budget with the rest of the batch: alone it may pass.
    TryAlone,
    /// Not at the moment, for this reason.
    NotNow(String),
}

/// What becomes of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BatchAnswer {
    /// A verdict for each event, in order.
    Judged(Vec<Verdict>),
    /// It can't be read as a whole: some event is to blame, which is found by sending fewer.
    Unreadable {
        /// The status.
        status: i32,
        /// In words.
        reason: String,
    },
    /// The server can't or won't take anything at the moment.
    NotNow(String),
}

/// Reads the answer to a batch of so many events.
pub(crate) fn read(status: u16, body: &Value, count: usize) -> BatchAnswer {
    match status {
        202 => match body["results"].as_array() {
            Some(results) if results.len() == count => {
                BatchAnswer::Judged(results.iter().map(verdict).collect())
            }
            _ => BatchAnswer::NotNow(format!("the server's answer has not {count} results")),
        },
        400 | 413 | 422 => BatchAnswer::Unreadable {
            status: status.into(),
            reason: reason(body),
        },
        _ => BatchAnswer::NotNow(format!("{status} {}", reason(body))),
    }
}

fn verdict(result: &Value) -> Verdict {
    let problem = &result["problem"];
    match result["status"].as_i64() {
        Some(202) => Verdict::Accepted,
        Some(status @ (408 | 429 | 500..)) => {
            Verdict::NotNow(format!("{status} {}", reason(problem)))
        }
        _ if problem["type"] == "urn:nuncio:problem:schema-budget" => Verdict::TryAlone,
        status => Verdict::Refused {
            status: status
                .and_then(|status| i32::try_from(status).ok())
                .unwrap_or(0),
            reason: reason(problem),
        },
    }
}

/// A problem document (RFC 9457) in words.
fn reason(problem: &Value) -> String {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let (title, detail) = (text(problem, "title"), text(problem, "detail"));
    let several = problem["errors"]
        .as_array()
        .filter(|errors| errors.len() > 1);
    let mut words = if detail.is_empty() { title } else { detail };
    for error in several.into_iter().flatten() {
        words.push_str(&format!(
            "; {} {}",
            text(error, "pointer"),
            text(error, "detail")
        ));
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_event_has_a_verdict_of_its_own() {
        let body = json!({"results": [
            {"status": 202, "id": "evt_1"},
            {"status": 422, "problem": {"title": "Invalid value", "detail": "`x` is archived"}},
            {"status": 422, "problem": {"type": "urn:nuncio:problem:schema-budget", "detail": "too costly"}},
            {"status": 503, "problem": {"title": "Unavailable", "detail": "busy"}},
        ]});
        let refused = Verdict::Refused {
            status: 422,
            reason: "`x` is archived".to_owned(),
        };
        let later = Verdict::NotNow("503 busy".to_owned());
        let expected = vec![Verdict::Accepted, refused, Verdict::TryAlone, later];
        assert_eq!(read(202, &body, 4), BatchAnswer::Judged(expected));
    }

    #[test]
    fn an_answer_that_judges_nobody_is_no_verdict() {
        let is_not_now = |status: u16, body: Value| {
            let answer = read(status, &body, 1);
            assert!(matches!(answer, BatchAnswer::NotNow(_)), "{answer:?}");
        };
        is_not_now(202, json!({"results": []}));
        is_not_now(202, Value::Null);
        for status in [401, 403, 404, 408, 409, 429, 500, 502, 503, 504] {
            is_not_now(status, json!({"title": "no"}));
        }
        for status in [400, 413, 422] {
            let answer = read(status, &json!({"title": "no"}), 1);
            assert!(
                matches!(answer, BatchAnswer::Unreadable { .. }),
                "{answer:?}"
            );
        }
    }
}
