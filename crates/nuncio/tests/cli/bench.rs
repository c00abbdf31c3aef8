//! Each scenario of `nuncio bench`, with tiny numbers: that it still runs, loses nothing, and tells its figures.

use serde_json::Value;

use crate::run::{DONE, USAGE, offline};

async fn check(args: &[&str], figures: &[&str]) {
    let all = [&["bench"], args, &["--quick", "--json"]].concat();
    let report = offline(&all, "").await.json(DONE);
    let name = args.first().filter(|name| !name.starts_with("--"));
    assert_eq!(report["scenario"], *name.unwrap_or(&"throughput"));
    assert_eq!(report["runs"].as_array().map(Vec::len), Some(1));
    for figure in figures {
        let value = report["median"][figure].as_f64();
        assert!(value > Some(0.0), "{figure} of {args:?}: {report}");
    }
    assert_eq!(report["median"]["busy_answers"], 0.0, "{report}");
    assert_ne!(report["median"]["signatures_checked"], Value::Null);
}

#[tokio::test]
async fn throughput_is_told_beside_the_limit() {
    let figures = ["delivered_per_s", "limit_per_s", "publish_p999_ms"];
    check(&["throughput"], &figures).await;
}

#[tokio::test]
async fn throughput_is_the_scenario_without_a_name() {
    check(&["--publishers", "8"], &["delivered_per_s"]).await;
}

#[tokio::test]
async fn fan_out_counts_deliveries() {
    check(&["fan-out"], &["deliveries_per_s"]).await;
}

#[tokio::test]
async fn an_open_loop_has_latencies() {
    check(&["open-loop"], &["end_to_end_p50_ms", "publish_p99_ms"]).await;
}

#[tokio::test]
async fn hanging_endpoints_leave_the_others_alone() {
    let figures = ["p99_ratio", "healthy_delivered_per_s"];
    check(&["hang"], &figures).await;
    check(&["hang", "--one-tenant"], &figures).await;
    check(&["hang", "--closed"], &figures).await;
}

#[tokio::test]
async fn a_storm_has_others_beside_it() {
    check(&["storm"], &["p99_ratio", "others_p50_ms"]).await;
}

#[tokio::test]
async fn a_backlog_goes_out_after_a_restart() {
    let figures = ["start_s", "drained_per_s", "in_flight_peak", "p99_ratio"];
    check(&["backlog"], &figures).await;
}

#[tokio::test]
async fn batches_count_events() {
    check(&["batch"], &["batch_delivered_per_s"]).await;
}

#[tokio::test]
async fn publishing_for_a_time_ends() {
    check(&["publish"], &["publish_max_ms"]).await;
}

#[tokio::test]
async fn many_endpoints_survive_a_restart() {
    check(&["many"], &["start_s", "publish_p50_ratio"]).await;
}

#[tokio::test]
async fn hosts_with_tls_keep_their_connections() {
    let figures = ["connections_opened", "share_of_plain"];
    check(&["hosts"], &figures).await;
}

#[tokio::test]
async fn old_history_is_readable_by_the_server() {
    check(&["retention"], &["p99_ratio"]).await;
}

#[tokio::test]
async fn a_replay_runs_beside_live_events() {
    let figures = ["replayed_per_s", "p99_ratio", "delivered_twice"];
    check(&["replay"], &figures).await;
}

#[tokio::test]
async fn several_runs_are_told_with_their_median() {
    let args = ["bench", "batch", "--quick", "--runs", "2"];
    let table = offline(&args, "").await.expect(DONE);
    for word in ["run 1", "run 2", "median", "target", "≥ 35,000/s"] {
        assert!(table.contains(word), "{word}: {table}");
    }
}

#[tokio::test]
async fn an_unknown_scenario_is_wrong_usage() {
    offline(&["bench", "luck"], "").await.expect(USAGE);
}

#[tokio::test]
async fn attacks_leave_memory_bounded_and_the_others_alone() {
    let all = ["bench", "attack", "--quick", "--json"];
    let report = offline(&all, "").await.json(DONE);
    let median = &report["median"];
    for kind in [
        "idle_connections",
        "heads",
        "sign_ins",
        "wrong_keys",
        "batches",
        "schemas",
        "tests",
    ] {
        // Where the system tells it.
        let memory = median[format!("{kind}_memory_peak_mib")].as_f64();
        assert!(memory.unwrap_or(1.0) < 300.0, "{kind}: {report}");
        // That there is one says that all of the others' events arrived.
        let p99 = median[format!("{kind}_p99_ms")].as_f64();
        assert!(p99 > Some(0.0), "{kind}: {report}");
        let health = median[format!("{kind}_healthz_p99_ms")].as_f64();
        assert!(health < Some(5_000.0), "{kind} {health:?}: {report}");
    }
    assert_eq!(median["busy_answers"], 0.0, "{report}");
}
