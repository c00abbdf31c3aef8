//! What does a server need to know before it starts? Settings as `serve` and the demo give them, read and checked.

use std::path::PathBuf;

use ipnet::IpNet;
use nuncio_store::StoreUrl;
use nuncio_svix::SvixSettings;

use crate::addresses::Addresses;

/// What a server needs to know; the rest has defaults.
#[derive(Clone, Debug)]
pub(crate) struct ServeOptions {
    /// Folder of the key files, and of a database of SQLite; made if something has to be written.
    pub(crate) data_dir: PathBuf,
    /// Where events are kept; `None` is in the data folder.
    pub(crate) store: Option<StoreUrl>,
    /// Where to listen.
    pub(crate) addresses: Addresses,
    /// The key that `/metrics` asks for.
    pub(crate) metrics_key: Option<String>,
    /// Most connections of clients; `None` is as many as fit, within reason.
    pub(crate) connections_max: Option<usize>,
    /// Most connections from one address.
    pub(crate) connections_per_address_max: usize,
    /// The admin key; `None` makes one at first start.
    pub(crate) admin_key: Option<String>,
    /// The master key as 64 hex digits; `None` uses the key file, made at first start.
    pub(crate) master_key: Option<String>,
    /// Accept plain `http` endpoints.
    pub(crate) allow_http: bool,
    /// Let endpoints be on loopback and private networks.
    pub(crate) allow_private_networks: bool,
    /// Address ranges opened for endpoints.
    pub(crate) allow_cidrs: Vec<IpNet>,
    /// PEM files of additional roots for deliveries.
    pub(crate) egress_ca: Vec<PathBuf>,
    /// Address at which customers and browsers reach the server.
    pub(crate) public_url: Option<String>,
    /// Proxies that are believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The Svix-compatible API, if it is on.
    pub(crate) svix: Option<SvixSettings>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("nuncio-data"),
            store: None,
            addresses: Addresses::default(),
            metrics_key: None,
            connections_max: None,
            connections_per_address_max: usize::MAX,
            admin_key: None,
            master_key: None,
            allow_http: false,
            allow_private_networks: false,
            allow_cidrs: Vec::new(),
            egress_ca: Vec::new(),
            public_url: None,
            trusted_proxies: Vec::new(),
            svix: None,
        }
    }
}
