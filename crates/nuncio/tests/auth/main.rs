//! Endpoint authentication, end to end: the real binary, a real authorization server, receivers that demand what a
//! customer's gateway does.

mod authorization_server;
mod behind_nginx;
mod demanding;
mod fixed;
mod mutual_tls;
mod nginx;
mod oauth;
#[path = "../support/mod.rs"]
mod support;
mod transformed;
