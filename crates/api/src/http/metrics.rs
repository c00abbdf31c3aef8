//! Counters of the API, in Prometheus' text format.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use nuncio_domain::{LaneTotals, LengthBuckets};

use crate::http::{body_budget::Bodies, listener::ListenerCounters};

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
    pub(crate) schema_budgets_exhausted: AtomicU64,
    pub(crate) schema_checks_refused: AtomicU64,
    pub(crate) schema_checks_left_out: AtomicU64,
}

impl Counters {
    /// Counts an answer.
    pub(crate) fn answered(&self, status: u16) {
        let class = usize::from(status / 100).clamp(2, 5) - 2;
        self.answers[class].fetch_add(1, Relaxed);
    }

    /// The counters as text (Prometheus exposition format 0.0.4).
    /// `limits` is what [`limit_text`] says; `lanes` is what is known of the work on endpoints, as long as somebody works.
    pub(crate) fn text(&self, version: &str, limits: &str, lanes: Option<&LaneTotals>) -> String {
        let mut text = String::new();
        counter(
            &mut text,
            "nuncio_http_responses_total",
            "API responses by status class.",
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
            "Published events, by result.",
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
        let checks = [
            ("exhausted", &self.schema_budgets_exhausted),
            ("busy", &self.schema_checks_refused),
            ("left_out", &self.schema_checks_left_out),
        ];
        counter(
            &mut text,
            "nuncio_schema_checks_unfinished_total",
            "Events whose data was not fully checked: over budget (422), no free worker in time (503), or a stored schema that is no longer valid (202).",
            checks
                .iter()
                .map(|(why, count)| (format!("{{why=\"{why}\"}}"), count.load(Relaxed))),
        );
        text.push_str(limits);
        if let Some(lanes) = lanes {
            lane_text(&mut text, lanes);
        }
        let _ = writeln!(
            text,
            "# HELP nuncio_build_info The program's version.\n# TYPE nuncio_build_info gauge\nnuncio_build_info{{version=\"{version}\"}} 1"
        );
        text
    }
}

/// Where limits bite: connections, bodies, rates of tenants.
pub(crate) fn limit_text(
    listener: &ListenerCounters,
    bodies: &Bodies,
    refused: impl Iterator<Item = (&'static str, u64)>,
) -> String {
    let mut text = String::new();
    let gauges = [
        (
            "nuncio_http_connections",
            "Open connections.",
            listener.open.load(Relaxed),
        ),
        (
            "nuncio_http_body_bytes",
            "Memory used by request bodies, in bytes.",
            bodies.bytes() as u64,
        ),
    ];
    for (name, help, value) in gauges {
        let _ = writeln!(
            text,
            "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
        );
    }
    let connections = [
        ("busy", &listener.refused),
        ("address", &listener.refused_by_address),
        ("shed", &listener.shed),
        ("slow_head", &listener.slow_heads),
    ];
    counter(
        &mut text,
        "nuncio_http_connections_ended_total",
        "Connections refused or closed because of a limit: all busy, the address's share, idle when others came, a slow head.",
        connections
            .iter()
            .map(|(why, count)| (format!("{{why=\"{why}\"}}"), count.load(Relaxed))),
    );
    counter(
        &mut text,
        "nuncio_http_bodies_refused_total",
        "Requests answered 503 because bodies used all the memory allowed for them.",
        [(String::new(), bodies.refused.load(Relaxed))].into_iter(),
    );
    counter(
        &mut text,
        "nuncio_tenant_requests_refused_total",
        "Requests with tenant keys and portal tokens answered 429, by the rate limit they exceeded.",
        refused.map(|(what, count)| (format!("{{rate=\"{what}\"}}"), count)),
    );
    text
}

/// The work on endpoints. Nothing is told by endpoint: there may be a hundred thousand.
fn lane_text(text: &mut String, lanes: &LaneTotals) {
    let gauges = [
        (
            "nuncio_attempts_in_flight",
            "Attempts in progress.",
            lanes.in_flight,
        ),
        (
            "nuncio_attempts_in_flight_max",
            "Maximum attempts in progress.",
            lanes.in_flight_max,
        ),
        (
            "nuncio_deliveries_queued",
            "Deliveries queued in memory.",
            lanes.queued,
        ),
        (
            "nuncio_deliveries_queued_max",
            "Maximum deliveries queued in memory.",
            lanes.queued_max,
        ),
        (
            "nuncio_lanes",
            "Endpoints with work in memory.",
            lanes.lanes,
        ),
        (
            "nuncio_lane_tenants",
            "Tenants whose endpoints have work in memory.",
            lanes.tenants,
        ),
        (
            "nuncio_breakers_open",
            "Endpoints paused after repeated failures (circuit breaker open).",
            lanes.breakers_open,
        ),
        (
            "nuncio_lanes_throttled",
            "Endpoints paused because their receivers asked for it.",
            lanes.throttled,
        ),
    ];
    for (name, help, value) in gauges {
        let _ = writeln!(
            text,
            "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"
        );
    }
    let attempts = [
        ("succeeded", lanes.attempts_succeeded),
        ("retried", lanes.attempts_retried),
        ("dead", lanes.attempts_dead),
    ];
    counter(
        text,
        "nuncio_attempts_total",
        "Attempts that ended, by outcome: succeeded, retried, or dead (the last attempt failed).",
        attempts
            .into_iter()
            .map(|(outcome, count)| (format!("{{outcome=\"{outcome}\"}}"), count)),
    );
    counter(
        text,
        "nuncio_attempts_put_off_total",
        "Attempts postponed because the server had no file descriptor, port or memory left.",
        [(String::new(), lanes.attempts_starved)].into_iter(),
    );
    counter(
        text,
        "nuncio_attempts_resent_total",
        "Attempts whose request was sent once more at once, on a new connection: the one in use before had ended without an answer. Each counts as one attempt.",
        [(String::new(), lanes.attempts_resent)].into_iter(),
    );
    histogram(
        text,
        "nuncio_attempt_duration_seconds",
        "How long attempts took.",
        &lanes.attempt_duration,
    );
    histogram(
        text,
        "nuncio_delivery_latency_seconds",
        "From the acceptance of an event to its delivery, without replays and tests.",
        &lanes.delivery_latency,
    );
}

fn histogram(text: &mut String, name: &str, help: &str, lengths: &LengthBuckets) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} histogram");
    let mut count = 0;
    let bounds = LengthBuckets::BOUNDS_MS.iter().map(Some).chain([None]);
    for (bound_ms, up_to) in bounds.zip(lengths.cumulative()) {
        count = up_to;
        let bound = bound_ms.map_or_else(
            || "+Inf".to_owned(),
            |ms| Duration::from_millis(*ms).as_secs_f64().to_string(),
        );
        let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {count}");
    }
    let sum = lengths.sum().as_secs_f64();
    let _ = writeln!(text, "{name}_sum {sum}\n{name}_count {count}");
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
        let text = counters.text("1.2.3", "", None);
        assert!(text.contains("nuncio_http_responses_total{class=\"2xx\"} 1\n"));
        assert!(text.contains("nuncio_http_responses_total{class=\"5xx\"} 1\n"));
        assert!(text.contains("nuncio_build_info{version=\"1.2.3\"} 1\n"));
        assert!(text.ends_with('\n'));
    }

    #[test]
    fn lanes_are_told_of_while_there_are_any() {
        let mut lanes = LaneTotals {
            in_flight: 3,
            attempts_dead: 2,
            attempts_starved: 5,
            attempts_resent: 7,
            throttled: 1,
            ..LaneTotals::default()
        };
        for ms in [4, 700, 400_000] {
            lanes.attempt_duration.note(Duration::from_millis(ms));
        }
        let text = Counters::default().text("1.2.3", "", Some(&lanes));
        for line in [
            "nuncio_attempts_in_flight 3",
            "nuncio_attempts_total{outcome=\"dead\"} 2",
            "nuncio_attempts_put_off_total 5",
            "nuncio_attempts_resent_total 7",
            "nuncio_lanes_throttled 1",
            "nuncio_attempt_duration_seconds_bucket{le=\"0.005\"} 1",
            "nuncio_attempt_duration_seconds_bucket{le=\"1\"} 2",
            "nuncio_attempt_duration_seconds_bucket{le=\"+Inf\"} 3",
            "nuncio_attempt_duration_seconds_sum 400.704",
            "nuncio_attempt_duration_seconds_count 3",
            "nuncio_delivery_latency_seconds_count 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
