//! Rendering, signing and verifying as payloads grow: `cargo bench -p nuncio-dialect`.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that can not go on has failed"
)]

use divan::{Bencher, counter::BytesCount};
use nuncio_dialect::{Dialect, Received, SigningKey, WireAttempt, WireEvent, builtin_named};

/// Payloads of 1, 10 and 100 KB.
const SIZES: &[usize] = &[1_000, 10_000, 100_000];
const NOW_MS: i64 = 1_800_000_000_000;
const ENTROPY: [u8; 64] = [7; 64];
const URL: &str = "https://example.com/hook";

fn main() {
    divan::main();
}

fn dialect() -> &'static Dialect {
    builtin_named("standard").unwrap()
}

fn key() -> SigningKey {
    let secret = dialect().generate_secret(&ENTROPY);
    dialect().parse_secret(&secret).unwrap()
}

fn data(bytes: usize) -> String {
    format!("{{\"text\":\"{}\"}}", "x".repeat(bytes))
}

const fn event(data: &str) -> WireEvent<'_> {
    WireEvent {
        id: "evt_01JB0000000000000000000000",
        kind: "order.paid",
        tenant: "acme",
        time_ms: NOW_MS,
        data,
        ..WireEvent::EMPTY
    }
}

const fn attempt<'a>(event: &'a WireEvent<'a>, body: &'a [u8]) -> WireAttempt<'a> {
    WireAttempt {
        event,
        delivery_id: "del_01JB0000000000000000000000",
        delivery_uuid: "0192d8a0-0000-8000-8000-000000000000",
        endpoint_id: "ep_01JB0000000000000000000000",
        url: URL,
        method: "POST",
        timestamp_ms: NOW_MS,
        body,
        ..WireAttempt::EMPTY
    }
}

#[divan::bench(args = SIZES)]
fn render(bencher: Bencher<'_, '_>, bytes: usize) {
    let data = data(bytes);
    let event = event(&data);
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| dialect().body(divan::black_box(&event)));
}

#[divan::bench(args = SIZES)]
fn sign(bencher: Bencher<'_, '_>, bytes: usize) {
    let data = data(bytes);
    let event = event(&data);
    let body = dialect().body(&event).unwrap();
    let (attempt, keys) = (attempt(&event, &body), [key()]);
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| dialect().headers(divan::black_box(&attempt), &keys));
}

#[divan::bench(args = SIZES)]
fn verify(bencher: Bencher<'_, '_>, bytes: usize) {
    let data = data(bytes);
    let event = event(&data);
    let body = dialect().body(&event).unwrap();
    let secret = dialect().generate_secret(&ENTROPY);
    let headers = dialect().headers(&attempt(&event, &body), &[key()]);
    let headers: Vec<_> = headers
        .iter()
        .map(|header| (header.name.as_str(), header.value.as_str()))
        .collect();
    let received = Received {
        method: "POST",
        url: URL,
        headers: &headers,
        body: &body,
    };
    let keys = [dialect().parse_verifying_key(&secret).unwrap()];
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        dialect()
            .verify(divan::black_box(&received), &keys, NOW_MS)
            .unwrap()
    });
}
