//! Connecting to real servers.

mod connecting;
mod failing;
mod failover;
mod tls;
