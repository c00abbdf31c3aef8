//! Five vendors at once on one server, each verified by the receivers that the vendor publishes: in Node, Python
//! and PHP, over real HTTPS, coded by hand without any of Nuncio's own code.

#[path = "../support/mod.rs"]
mod support;

mod acceptance;
mod fair;
mod retries;
mod samples;
mod tampering;
mod vendor;
