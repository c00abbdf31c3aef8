//! Which time counts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use nuncio_transform::{
    CodeOwner, TransformClocks, TransformErrorKind, TransformLimits, Transformer,
};

use crate::webhook;

/// A clock that goes on by so much whenever it is looked at.
fn stepping(step: Duration) -> impl Fn() -> Duration + Send + Sync + 'static {
    let looks = AtomicU32::new(0);
    move || step.saturating_mul(looks.fetch_add(1, Ordering::Relaxed))
}

/// Long enough to be looked at some hundred times.
const LONG: &str = "function handler(w) { for (let i = 0; i < 3e6; i++) ; return w }";

async fn run(steady: Duration, thread: Duration) -> Result<(), (TransformErrorKind, String)> {
    let limits = TransformLimits {
        processor_time: Duration::from_secs(1),
        deadline: Duration::from_secs(36_000),
        ..TransformLimits::default()
    };
    let clocks = TransformClocks::new(stepping(steady), stepping(thread));
    let code: Arc<str> = LONG.into();
    let done = Transformer::new(limits, clocks)
        .run(CodeOwner::of(1), code, webhook("{}"))
        .await;
    done.map(drop).map_err(|error| (error.kind, error.message))
}

#[tokio::test]
async fn time_without_a_processor_does_not_count() {
    assert_eq!(run(Duration::from_secs(5), Duration::ZERO).await, Ok(()));
}

#[tokio::test]
async fn time_with_a_processor_does() {
    let (kind, message) = run(Duration::ZERO, Duration::from_millis(50))
        .await
        .unwrap_err();
    assert_eq!(kind, TransformErrorKind::Timeout);
    assert_eq!(message, "the code took more than 1000 ms of processor time");
}

#[tokio::test]
async fn a_call_ends_however_little_of_a_processor_it_gets() {
    let (kind, message) = run(Duration::from_secs(600), Duration::ZERO)
        .await
        .unwrap_err();
    assert_eq!(kind, TransformErrorKind::Timeout);
    assert_eq!(message, "the code did not end within 36000 s");
}
