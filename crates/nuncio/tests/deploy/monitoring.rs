//! Alerts and dashboard ask for metrics that a server has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    sample,
    support::{
        server::{Installation, nuncio},
        sink::Sink,
        wait::{eventually, within},
    },
};

/// What a server says: metric names with the suffixes of their kinds, and each sample without its value.
struct Metrics {
    names: BTreeSet<String>,
    samples: Vec<String>,
}

impl Metrics {
    fn of(text: &str) -> Self {
        let mut names = BTreeSet::new();
        for line in text.lines() {
            if let Some((name, kind)) = line
                .strip_prefix("# TYPE ")
                .and_then(|rest| rest.split_once(' '))
            {
                let suffixes: &[&str] = match kind {
                    "histogram" => &["_bucket", "_sum", "_count"],
                    _ => &[""],
                };
                names.extend(suffixes.iter().map(|suffix| format!("{name}{suffix}")));
            }
        }
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        Self {
            names,
            samples: samples.map(str::to_owned).collect(),
        }
    }

    /// What an expression asks for that is not there: names, and values of labels.
    fn lacks(&self, expression: &str) -> Vec<String> {
        let mut lacking = Vec::new();
        for (name, labels) in uses(expression) {
            if !self.names.contains(name) {
                lacking.push(name.to_owned());
                continue;
            }
            for label in labels.split(',').map(str::trim) {
                // Who scrapes adds the instance; a pattern may fit nothing yet.
                let exact = label.contains('=') && !label.contains("=~") && !label.contains('$');
                let is_there = |sample: &String| sample.starts_with(name) && sample.contains(label);
                if exact && !self.samples.iter().any(is_there) {
                    lacking.push(format!("{name}{{{label}}}"));
                }
            }
        }
        lacking
    }
}

/// Each of our metrics in an expression, with what stands in the braces behind it.
fn uses(expression: &str) -> Vec<(&str, &str)> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(begin) = rest.find("nuncio_") {
        rest = &rest[begin..];
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let labels = after
            .strip_prefix('{')
            .and_then(|after| after.split_once('}'))
            .map_or("", |(labels, _)| labels);
        found.push((name, labels));
        rest = after;
    }
    found
}

#[test]
fn what_an_expression_asks_for_is_found() {
    let metrics =
        Metrics::of("# TYPE nuncio_a counter\nnuncio_a{x=\"1\"} 5\n# TYPE nuncio_h histogram\n");
    let check = |expression: &str, lacking: &[&str]| {
        assert_eq!(metrics.lacks(expression), lacking, "{expression}");
    };
    check(
        "rate(nuncio_a{x=\"1\",instance=~\"$instance\"}[5m]) > 1",
        &[],
    );
    check(
        "nuncio_a{x=\"2\"} + nuncio_b",
        &["nuncio_a{x=\"2\"}", "nuncio_b"],
    );
    check("nuncio_h_bucket / nuncio_h", &["nuncio_h"]);
}

#[tokio::test]
async fn alerts_and_dashboard_ask_for_what_a_server_tells() {
    let installation = Installation::new();
    let server = installation.start().await;
    let metrics = server.admin().get("/metrics").await.text;
    let metrics = Metrics::of(&metrics);
    let alerts = sample("alerts.yml");
    let expressions = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("expr: "));
    let expressions: Vec<&str> = expressions.collect();
    assert!(expressions.len() >= 10, "{expressions:?}");
    for expression in expressions {
        assert_eq!(metrics.lacks(expression), [""; 0], "{expression}");
    }
    let dashboard: Value = serde_json::from_str(&sample("grafana/nuncio.json")).expect("JSON");
    let mut asked = 0;
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().expect("an expression");
            assert!(!uses(expression).is_empty(), "{expression}");
            assert_eq!(metrics.lacks(expression), [""; 0], "{expression}");
            asked += 1;
        }
    }
    assert!(asked > 20, "{asked}");
    let variable = dashboard["templating"]["list"][1]["query"]["query"].as_str();
    assert_eq!(metrics.lacks(variable.expect("a query")), [""; 0]);
}

#[tokio::test]
async fn metrics_tell_what_is_stored_and_waits() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(500));
    let project = server.admin().new_project("standard", json!({})).await;
    let hook = json!({"tenant": "acme", "url": receiver.url, "events": ["*"]});
    project.new_endpoint(hook).await;
    project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    // The outcome is stored a moment later; any list waits for it.
    let metrics = eventually("a delivery waits for its next attempt", async || {
        let pending = "/v1/deliveries?status=pending";
        project.get(pending).await.expect(200);
        let metrics = server.admin().get("/metrics").await.text;
        let waits = "nuncio_deliveries_pending{endpoint=\"active\"} 1\n";
        metrics.contains(waits).then_some(metrics)
    })
    .await;
    let bytes = metrics
        .lines()
        .find_map(|line| line.strip_prefix("nuncio_database_bytes "));
    assert!(bytes.expect("a size").parse::<u64>().expect("a number") > 10_000);
}

#[tokio::test]
async fn a_health_check_exits_with_what_it_found() {
    let installation = Installation::new();
    let server = installation.start().await;
    let ask = async |url: &str| {
        let mut command = nuncio();
        command.args(["health", "--server", url]);
        let output = within("it ends", command.output()).await.expect("it ran");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    assert_eq!(ask(&server.url).await, (Some(0), "ready\n".to_owned()));
    let url = server.url.clone();
    assert!(server.stop().await.success());
    assert_eq!(ask(&url).await, (Some(1), String::new()));
}
