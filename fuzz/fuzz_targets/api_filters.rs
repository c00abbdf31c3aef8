//! Query strings and filters of lists and bulk jobs: whatever they hold, reading them ends in a value or in a problem
//! that names the parameter.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| nuncio_api::fuzzing::filters(text));
