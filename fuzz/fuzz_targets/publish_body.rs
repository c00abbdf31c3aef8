//! Bodies of `POST /v1/events` and its batch: what is accepted renders, in every dialect that says so, to a body that is
//! the same each time.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| nuncio_api::fuzzing::publish(body));
