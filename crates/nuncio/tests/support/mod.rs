//! What the tests of the real binary share: servers, receivers, certificates, and waiting.
//!
//! Every test starts what it needs on free ports of 127.0.0.1 and in a folder of its own; whatever it starts dies
//! with it.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

pub(crate) mod api;
pub(crate) mod output;
pub(crate) mod receiver;
pub(crate) mod server;
pub(crate) mod sink;
pub(crate) mod tls;
pub(crate) mod wait;
