//! The reader of HTTP/1.1 responses against hyper's: the same bytes, in pieces and at once. What they may differ in is
//! listed in `crates/egress/src/differential.rs`.

#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;
use nuncio_egress::compare_with_hyper;
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    let Some((piece, response)) = data.split_first() else {
        return;
    };
    RUNTIME.with(|runtime| {
        let build = || Builder::new_current_thread().build().expect("a runtime");
        compare_with_hyper(runtime.get_or_init(build), response, usize::from(*piece));
    });
});
