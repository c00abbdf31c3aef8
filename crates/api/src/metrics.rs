//! Counters of the API, in Prometheus' text format.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// What is counted, since the program began.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Answers by the first digit of their status code: 2xx at index 0.
    answers: [AtomicU64; 4],
    pub(crate) events_accepted: AtomicU64,
    pub(crate) events_repeated: AtomicU64,
    pub(crate) events_refused: AtomicU64,
    pub(crate) events_unmatched: AtomicU64,
    pub(crate) deliveries_created: AtomicU64,
}

impl Counters {
    /// Counts an answer.
    pub(crate) fn answered(&self, status: u16) {
        let class = usize::from(status / 100).clamp(2, 5) - 2;
        self.answers[class].fetch_add(1, Relaxed);
    }

    /// The counters as text (Prometheus exposition format 0.0.4).
    pub(crate) fn text(&self, version: &str) -> String {
        let mut text = String::new();
        counter(
            &mut text,
            "nuncio_http_responses_total",
            "Answers of the API by class of status code.",
            ["2xx", "3xx", "4xx", "5xx"]
                .iter()
                .zip(&self.answers)
                .map(|(class, count)| (format!("{{class=\"{class}\"}}"), count.load(Relaxed))),
        );
        let events = [
            ("accepted", &self.events_accepted),
            ("repeated", &self.events_repeated),
            ("refused", &self.events_refused),
        ];
        counter(
            &mut text,
            "nuncio_events_total",
            "Events that were published, by what came of it.",
            events
                .iter()
                .map(|(result, count)| (format!("{{result=\"{result}\"}}"), count.load(Relaxed))),
        );
        let single = |count: &AtomicU64| [(String::new(), count.load(Relaxed))].into_iter();
        counter(
            &mut text,
            "nuncio_events_unmatched_total",
            "Accepted events that matched no endpoint.",
            single(&self.events_unmatched),
        );
        counter(
            &mut text,
            "nuncio_deliveries_created_total",
            "Deliveries that accepted events became.",
            single(&self.deliveries_created),
        );
        let _ = writeln!(
            text,
            "# HELP nuncio_build_info The program's version.\n# TYPE nuncio_build_info gauge\nnuncio_build_info{{version=\"{version}\"}} 1"
        );
        text
    }
}

fn counter(text: &mut String, name: &str, help: &str, values: impl Iterator<Item = (String, u64)>) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
    for (labels, value) in values {
        let _ = writeln!(text, "{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_has_help_type_and_value() {
        let counters = Counters::default();
        counters.answered(202);
        counters.answered(503);
        let text = counters.text("1.2.3");
        assert!(text.contains("nuncio_http_responses_total{class=\"2xx\"} 1\n"));
        assert!(text.contains("nuncio_http_responses_total{class=\"5xx\"} 1\n"));
        assert!(text.contains("nuncio_build_info{version=\"1.2.3\"} 1\n"));
        assert!(text.ends_with('\n'));
    }
}
