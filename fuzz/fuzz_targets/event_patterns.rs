//! Event patterns and events: whatever they hold, a pattern compiles or is refused with a place in it, an event matches or
//! a part that doesn't is named, and what isn't JSON has no fields.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio_pattern::{Part, Pattern};
use serde_json::Value;

fuzz_target!(|input: (&str, &str)| {
    let (pattern, data) = input;
    let Ok(Value::Object(given)) = serde_json::from_str(pattern) else {
        return;
    };
    let compiled = match Pattern::compile(&given) {
        Ok(compiled) => compiled,
        Err(error) => {
            let whole = Value::Object(given);
            assert!(whole.pointer(&error.pointer).is_some(), "{error:?}");
            return;
        }
    };
    let _ = compiled.matches_text(data);
    let members = [("type", Part::Text("a.b")), ("data", Part::Json(data))];
    let matches = compiled.matches(&members);
    assert_eq!(matches, compiled.mismatch(&members).is_none());
});
