//! Dialect files of strangers: one that is accepted renders its own test data without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio_dialect::{Dialect, WireEvent};

fuzz_target!(|source: &str| {
    let Ok(dialect) = Dialect::parse(source, "fuzz") else {
        return;
    };
    let data = dialect.test_data();
    let event = WireEvent {
        id: "evt_1",
        kind: "webhook.test",
        tenant: "acme",
        time_ms: 1_777_206_896_123,
        data,
        ..WireEvent::EMPTY
    };
    // What does not fit its body is an error, not a panic.
    let _ = dialect.body(&event);
    let again = Dialect::parse(dialect.source(), "fuzz").expect("its source is still a dialect");
    assert_eq!(again.name(), dialect.name());
});
