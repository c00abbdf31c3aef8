//! The vendors' own libraries, unmodified, as receivers: each accepts what a running server sends under the dialect of
//! its vendor, refuses what was altered, and what it signs by itself is accepted by Nuncio's receivers.
//!
//! The receivers are in `vendors/`; `cargo xtask setup` installs them. `cargo xtask vendors` prints what was tested.

#[path = "../support/mod.rs"]
mod support;

mod acceptance;
mod contract;
mod ecosystem;
mod handshakes;
mod pair;
mod run;
mod samples;
mod signing;
mod tampering;
mod versions;
