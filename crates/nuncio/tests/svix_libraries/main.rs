//! Svix's own client libraries, unmodified, against a running server: every operation by name, its errors as the
//! library's own exceptions, and what arrives verified by the library.
//!
//! The drivers are in `vendors/svix/`. `cargo xtask vendors svix` builds those that need a compiler, runs all of them
//! and prints a table of libraries, versions and operations; the tests that are not ignored need the setup only.

#[path = "../support/mod.rs"]
mod support;

mod address;
mod driver;
mod operations;
mod run;
mod switch_over;
mod versions;
