//! Scenario `throughput`: small events to one endpoint that answers at once, published in a closed loop.
//!
//! Warm-up first (connections, caches, adaptive concurrency), then the measured window: from its first request
//! until its last event has arrived. What the warm-up left is delivered before the window begins.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use tokio::time::sleep;

use super::{
    BenchArgs,
    figures::{Figures, Percentiles},
    ledger::Ledger,
    limit,
    load::{Sent, drive},
    process::{CpuTime, cores, rss_peak_kib},
    progress::Progress,
    receiver::Receiver,
    server::Server,
    target::Target,
};

/// Outcomes may be written a moment after the answer that they record: that work is part of the price.
const OUTCOMES_SETTLE: Duration = Duration::from_millis(300);

/// Runs it once, on a fresh server.
///
/// # Errors
/// The server fails, stops delivering, or signs wrongly; the end of its log is in the message.
pub(super) async fn measure(
    args: &BenchArgs,
    folder: &Path,
    progress: &Progress,
) -> anyhow::Result<Figures> {
    let payload_bytes = args.payload_bytes as usize;
    let warm_up = args.events / 10;
    progress.say("finding this machine's limit without a server");
    let limit_per_s = limit::measure(args.events, args.publishers, payload_bytes).await?;

    progress.say("starting the server");
    let server = Server::start(folder).await?;
    let ledger = Arc::new(Ledger::open(warm_up + args.events));
    let receiver = Receiver::start(Arc::clone(&ledger)).await?;
    let target = Target::make(server.addr, receiver.addr).await;
    let target = target.with_context(|| server.log_tail())?;
    receiver.learn(target.key.clone());
    let phase = async |numbers: std::ops::Range<u64>| {
        let requests = (0..args.publishers)
            .map(|_| target.requests(payload_bytes))
            .collect();
        let watched = progress.watch(&ledger, numbers.end);
        let sent: Sent = drive(server.addr, requests, numbers.clone(), &ledger).await?;
        ledger.wait(numbers.end).await?;
        drop(watched);
        anyhow::Ok(sent)
    };

    progress.say("warming up");
    phase(0..warm_up).await.with_context(|| server.log_tail())?;
    sleep(OUTCOMES_SETTLE).await;

    progress.say("measuring");
    let window = warm_up..warm_up + args.events;
    let cpu_before = CpuTime::of(server.pid);
    let began_us = ledger.now_us();
    let mut sent = phase(window.clone())
        .await
        .with_context(|| server.log_tail())?;
    sleep(OUTCOMES_SETTLE).await;
    let cpu = CpuTime::of(server.pid).zip(cpu_before);
    let cpu = cpu.map(|(after, before)| after.since(before));
    let capacity_us = (ledger.now_us() - began_us) as f64 * cores() as f64;

    let (checked, refused) = receiver.signatures();
    ensure!(
        refused == 0,
        "{refused} of {checked} signatures that were checked are wrong"
    );
    let events = args.events as f64;
    let per_s = |until_us: u64| events * 1e6 / (until_us - began_us) as f64;
    let delivered_per_s = per_s(ledger.last_arrival_us(window.clone()));
    Ok(Figures {
        accepted_per_s: per_s(sent.last_us),
        delivered_per_s,
        publish_ms: Percentiles::of_us(&mut sent.latencies_us),
        end_to_end_ms: Percentiles::of_us(&mut ledger.latencies_us(window)),
        server_cpu_us_per_delivery: cpu.map(|cpu| cpu.process_us as f64 / events),
        server_rss_peak_mib: rss_peak_kib(server.pid).map(|kib| kib as f64 / 1_024.0),
        others_share_of_cpu: cpu.map(|cpu| cpu.others_us as f64 / capacity_us),
        limit_per_s,
        share_of_limit: delivered_per_s / limit_per_s,
        signatures_checked: checked,
        duplicates: ledger.duplicates(),
        busy_answers: sent.busy,
    })
}
