//! What a transformation costs a delivery: `cargo bench -p nuncio-transform`.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement that can not go on has failed, and asks the time itself"
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use divan::Bencher;
use nuncio_transform::{CodeOwner, TransformClocks, TransformLimits, Transformer, Webhook};
use rustix::time::{ClockId, clock_gettime};

/// Adds a header and a member.
const SMALL: &str = "function handler(webhook) {
  webhook.payload.data.seen = true;
  webhook.headers['X-Source'] = 'billing';
  return webhook;
}";

fn main() {
    divan::main();
}

/// The system's clocks.
fn clocks() -> TransformClocks {
    let began = Instant::now();
    TransformClocks::new(
        move || began.elapsed(),
        || {
            let time = clock_gettime(ClockId::ThreadCPUTime);
            Duration::try_from(time).unwrap()
        },
    )
}

/// Patient, so that it can be watched by tools that slow it down.
fn transformer() -> Transformer {
    let limits = TransformLimits {
        processor_time: Duration::from_secs(10),
        deadline: Duration::from_secs(60),
        ..TransformLimits::default()
    };
    Transformer::new(limits, clocks())
}

fn webhook(bytes: usize) -> Webhook {
    Webhook {
        method: "POST",
        url: "https://example.com/hook".to_owned(),
        payload: format!(
            "{{\"type\":\"order.paid\",\"data\":{{\"amount\":1250,\"text\":\"{}\"}}}}",
            "x".repeat(bytes)
        ),
        event_type: "order.paid".to_owned(),
        channels: Vec::new(),
    }
}

/// From handing it over to having the answer, on an otherwise idle server; payloads of 1, 10 and 100 KB. The fresh context is
/// made between calls, as it is between deliveries.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 300, sample_size = 1)]
fn small(bencher: Bencher<'_, '_>, bytes: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let transformer = transformer();
    let code: Arc<str> = SMALL.into();
    bencher
        .with_inputs(|| {
            std::thread::sleep(std::time::Duration::from_millis(1));
            webhook(bytes)
        })
        .bench_local_values(|webhook| {
            let run = transformer.run(CodeOwner::of(1), Arc::clone(&code), webhook);
            runtime.block_on(run).unwrap()
        });
}

/// One after the other as fast as they go: what a thread does in a second is one over this.
#[divan::bench(sample_count = 100, sample_size = 20)]
fn back_to_back(bencher: Bencher<'_, '_>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let transformer = transformer();
    let code: Arc<str> = SMALL.into();
    bencher
        .with_inputs(|| webhook(1_000))
        .bench_local_values(|webhook| {
            let run = transformer.run(CodeOwner::of(1), Arc::clone(&code), webhook);
            runtime.block_on(run).unwrap()
        });
}
