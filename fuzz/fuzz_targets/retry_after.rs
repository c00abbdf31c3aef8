//! `Retry-After` as receivers send it: whatever it is, the wait is within bounds, and digits alone mean seconds.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use nuncio_dialect::Gone;
use nuncio_domain::{AttemptResult, Timestamp, Verdict, classify};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fuzz_target!(|input: (bool, &str, i64)| {
    let (busy, value, now_ms) = input;
    // Years 1970 to 9999.
    let now = Timestamp::from_ms(now_ms.rem_euclid(253_402_300_799_000));
    let answer = AttemptResult::Status {
        code: if busy { 503 } else { 429 },
        retry_after: Some(value.to_owned()),
    };
    let verdict = classify(&answer, &[(200, 299)], Gone::Disable, now);
    match verdict {
        Verdict::Throttled { wait } => assert!((SECOND..=DAY).contains(&wait), "{wait:?}"),
        Verdict::Failure => {}
        Verdict::Success | Verdict::Gone => panic!("{verdict:?}"),
    }
    let digits = !value.is_empty() && value.len() < 10 && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        let wait = Duration::from_secs(value.parse().expect("it is a number")).clamp(SECOND, DAY);
        assert_eq!(verdict, Verdict::Throttled { wait }, "{value}");
    }
});
