//! Requests as receivers get them: whatever stands in their headers, verifying ends in an answer, and nothing that was
//! not signed is accepted.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio_dialect::{Received, builtin};

/// A key of strangers, whose signatures a fuzzer does not find.
const ENTROPY: [u8; 64] = [7; 64];

fuzz_target!(|input: (u8, Vec<(u8, String)>, Vec<u8>)| {
    let (which, values, body) = input;
    let dialects = builtin();
    let dialect = &dialects[usize::from(which) % dialects.len()];
    let secret = dialect.generate_secret(&ENTROPY);
    let Ok(key) = dialect.parse_verifying_key(&secret) else {
        return;
    };
    let names: Vec<&str> = dialect.reserved_headers().collect();
    let headers: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (names[usize::from(*name) % names.len()], value.as_str()))
        .collect();
    let received = Received {
        method: "POST",
        url: "https://receiver.example/hook",
        headers: &headers,
        body: &body,
    };
    let verified = dialect.verify(&received, std::slice::from_ref(&key), 1_777_206_896_000);
    // Where the secret itself is the proof, a fuzzer might find it; where there is none, there is nothing to find.
    assert!(verified.is_err() || values.iter().any(|(_, value)| value.contains(&secret)));
});
