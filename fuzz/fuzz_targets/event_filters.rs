//! Event types and the filters on them: a type passes its own filter and `*`, and a filter is read back as it is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio_domain::{EventFilter, EventTypeName};

fuzz_target!(|input: (&str, &str)| {
    let (name, filter) = input;
    let name = EventTypeName::parse(name);
    if let Ok(filter) = EventFilter::parse(filter) {
        assert_eq!(EventFilter::parse(filter.as_str()).as_ref(), Ok(&filter));
        if let Ok(name) = &name {
            let _ = filter.matches(name);
        }
    }
    let Ok(name) = name else { return };
    let any = EventFilter::parse("*").expect("a filter");
    assert!(any.matches(&name));
    if let Ok(exact) = EventFilter::parse(name.as_str()) {
        assert!(exact.matches(&name));
    }
});
