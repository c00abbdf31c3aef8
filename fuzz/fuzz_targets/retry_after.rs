//! `Retry-After` as receivers send it: whatever it is, the wait is within bounds, and digits alone mean seconds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio_dialect::Gone;
use nuncio_domain::{Answer, Timestamp, Verdict, classify};

fuzz_target!(|input: (bool, &str, i64)| {
    let (busy, value, now_ms) = input;
    // Years 1970 to 9999.
    let now = Timestamp::from_ms(now_ms.rem_euclid(253_402_300_799_000));
    let answer = Answer::Status {
        code: if busy { 503 } else { 429 },
        retry_after: Some(value.to_owned()),
    };
    let verdict = classify(&answer, &[(200, 299)], Gone::Disable, now);
    assert_ne!(verdict, Verdict::Success);
    assert_ne!(verdict, Verdict::Gone);
});
