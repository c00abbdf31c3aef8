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

/// The file of a built-in dialect under another name and without its handshake: endpoints of a project that begins
/// with it are not asked for one.
pub(crate) fn without_handshake(dialect: &nuncio_dialect::Dialect, name: &str) -> String {
    let source = dialect.source();
    let (before, rest) = source.split_once("[handshake]").expect("it has one");
    let (_, after) = rest.split_once("[screen]").expect("it has a screen");
    let asks = before
        .lines()
        .find(|line| line.starts_with("handshake = "))
        .expect("its policy asks");
    let named = format!("name = \"{}\"", dialect.name());
    format!("{before}[screen]{after}")
        .replace(asks, "handshake = \"none\"")
        .replacen(&named, &format!("name = \"{name}\""), 1)
}
