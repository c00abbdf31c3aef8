//! The crate from outside: rules by tables, everything else over real sockets
//! on loopback.

// A failed set-up is a failed test.
#![allow(clippy::unwrap_used)]

mod addresses;
mod bounds;
mod descriptors;
mod keep_alive;
mod names;
mod own_tls;
mod receivers;
mod support;
mod tls;
mod url_rules;
