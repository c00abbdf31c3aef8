//! What the demo asks of the program that it is part of: a server in the same process.

use std::{net::SocketAddr, path::PathBuf, pin::Pin};

use ipnet::IpNet;

/// How the demo's server differs from one with default settings. It listens on a free loopback port.
#[derive(Clone, Debug)]
pub struct DemoServerOptions {
    /// Folder of its database and keys; made if it is not there.
    pub data_dir: PathBuf,
    /// The only private addresses that endpoints may be on.
    pub allow_cidrs: Vec<IpNet>,
    /// PEM files of the roots that it trusts besides the usual ones.
    pub egress_ca: Vec<PathBuf>,
}

/// A server that is ready. Dropping it ends it at once.
pub struct DemoServer {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Its admin key, made at its start.
    pub admin_key: String,
    /// Why this build has no dashboard, if it has none.
    pub dashboard_left_out: Option<&'static str>,
    /// Stops it cleanly.
    pub shutdown: Pin<Box<dyn Future<Output = anyhow::Result<()>>>>,
}
