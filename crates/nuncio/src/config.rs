//! Settings of the server: defaults, then `nuncio.toml`, then `NUNCIO_*` variables, then flags.

use std::path::{Path, PathBuf};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use ipnet::IpNet;
use nuncio_store::StoreUrl;
use nuncio_tools::output::Usage;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    addresses::Addresses,
    commands::values,
    listen::Listen,
    svix::{SvixConfig, SvixVariables},
    tls::TlsFiles,
    variables::{VARIABLES, Variables},
};

/// Flags of `nuncio serve`; each is also a key of `nuncio.toml` (with `_` for `-`) and, in capitals after
/// `NUNCIO_`, an environment variable.
#[derive(Debug, Default, clap::Args, Serialize)]
pub(crate) struct ServeArgs {
    /// Settings file [default: `nuncio.toml` in the current folder, if it exists].
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// Address of the API and the dashboard [default: 127.0.0.1:8484]. `:8484` means all addresses, port 0 a free port,
    /// `unix:/path` a socket in the file system, `systemd` the sockets of a .socket unit. May be repeated.
    #[arg(long, value_name = "HOST:PORT", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    listen: Vec<Listen>,
    /// TLS at the addresses of the API: the PEM file of the certificate and those that issued it. Read again when it
    /// changes, and on SIGHUP.
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_cert: Option<PathBuf>,
    /// The PEM file of the certificate's private key.
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_key: Option<PathBuf>,
    /// Separate address for `/metrics`, `/healthz` and `/readyz`, without TLS. `/metrics` is then only available there.
    #[arg(long, value_name = "HOST:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics_listen: Option<Listen>,
    /// Data folder: database and key files [default: ./nuncio-data].
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// Where events are kept [default: in the data folder]: `sqlite:DIR`, or `postgres://USER@HOST/DATABASE`. Other users
    /// of the machine can see flags: if the URL has a password, use `nuncio.toml` or the variable.
    #[arg(long, value_name = "STORE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<String>,
    /// URL of the PostgreSQL database itself, if the one of the store is a pooler's (in transaction mode).
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    database_direct: Option<String>,
    /// URL at which customers and browsers reach this server.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// Allow plain `http` endpoints in every dialect.
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_http: bool,
    /// Allow endpoints on loopback and private networks.
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_private_networks: bool,
    /// Allow endpoints in this otherwise forbidden address range, on any port. May be repeated.
    #[arg(long, value_name = "CIDR", value_parser = values::range)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_cidr: Vec<IpNet>,
    /// Trust the certificates in this PEM file for deliveries, in addition to the default ones. May be repeated.
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    egress_ca: Vec<PathBuf>,
    /// Trust proxies in this address range to report the client's address. May be repeated.
    #[arg(long, value_name = "CIDR", value_parser = values::range)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trusted_proxies: Vec<IpNet>,
    /// Maximum client connections [default: 8192, or what the limit of open files allows].
    #[arg(long, value_name = "N", value_parser = values::count)]
    #[serde(skip_serializing_if = "Option::is_none")]
    connections_max: Option<usize>,
    /// Maximum connections from one address [default: 2048]. Trusted proxies have no limit.
    #[arg(long, value_name = "N", value_parser = values::count)]
    #[serde(skip_serializing_if = "Option::is_none")]
    connections_per_address_max: Option<usize>,
    /// Turn on the Svix-compatible API at `/api/v1`, and read the `SVIX_*` variables of a Svix server.
    #[arg(long)]
    #[serde(skip)]
    svix: bool,
    /// Log format.
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
}

impl ServeArgs {
    /// Those with that settings file and the variables of a Svix server.
    pub(crate) fn with_svix(config: Option<PathBuf>) -> Self {
        Self {
            config,
            svix: true,
            ..Self::default()
        }
    }

    /// The variables of a Svix server that set nothing here, if they are read.
    pub(crate) fn unused_variables(&self) -> Vec<String> {
        match self.svix {
            true => SvixVariables::of_process().unused(),
            false => Vec::new(),
        }
    }

    fn file(&self) -> &Path {
        self.config.as_deref().unwrap_or(Path::new("nuncio.toml"))
    }

    /// The settings file, if it holds a key and others than its owner may read it.
    pub(crate) fn exposed_file(&self) -> Option<&Path> {
        use std::os::unix::fs::PermissionsExt;
        let file = self.file();
        let mode = std::fs::metadata(file).ok()?.permissions().mode();
        let settings = Figment::from(Toml::file_exact(file));
        let holds_key = KEYS.iter().any(|name| settings.find_value(name).is_ok());
        let holds_password = URLS.iter().any(|name| {
            let url = settings.find_value(name).ok();
            url.as_ref()
                .and_then(|url| url.as_str())
                .is_some_and(has_password)
        });
        (mode & 0o077 != 0 && (holds_key || holds_password)).then_some(file)
    }

    /// Whether a flag holds a password, which the list of processes shows.
    pub(crate) fn shows_password(&self) -> bool {
        let urls = [&self.store, &self.database_direct];
        urls.into_iter().flatten().any(|url| has_password(url))
    }
}

/// Log format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// Human-readable text.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// The settings, complete.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) listen: Vec<Listen>,
    pub(crate) tls_cert: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
    pub(crate) metrics_listen: Option<Listen>,
    pub(crate) metrics_key: Option<String>,
    pub(crate) connections_max: Option<usize>,
    pub(crate) connections_per_address_max: usize,
    pub(crate) data: PathBuf,
    pub(crate) store: Option<String>,
    pub(crate) database_direct: Option<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) allow_http: bool,
    pub(crate) allow_private_networks: bool,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) allow_cidr: Vec<IpNet>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) egress_ca: Vec<PathBuf>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) log_format: LogFormat,
    pub(crate) admin_key: Option<String>,
    pub(crate) master_key: Option<String>,
    pub(crate) master_key_file: Option<PathBuf>,
    pub(crate) master_key_command: Option<String>,
    pub(crate) outbox_database: Option<String>,
    pub(crate) outbox_key: Option<String>,
    pub(crate) svix: Option<SvixConfig>,
}

/// Settings that nobody else should know.
const KEYS: &[&str] = &[
    "admin_key",
    "master_key",
    "metrics_key",
    "outbox_database",
    "outbox_key",
    "svix.jwt_secret",
];
/// Settings that may hold a password.
const URLS: &[&str] = &["store", "database_direct"];
/// The data folder unless the operator says otherwise.
const DATA_DEFAULT: &str = "nuncio-data";
/// Connections from one address: more than a publisher's pool has; a proxy that needs more is named as trusted.
const CONNECTIONS_PER_ADDRESS_MAX: usize = 2_048;

fn defaults() -> Figment {
    Figment::from(Serialized::defaults(serde_json::json!({
        "listen": "127.0.0.1:8484",
        "data": DATA_DEFAULT,
        "connections_per_address_max": CONNECTIONS_PER_ADDRESS_MAX,
        "allow_http": false,
        "allow_private_networks": false,
        "allow_cidr": [],
        "egress_ca": [],
        "trusted_proxies": [],
        "log_format": "text",
    })))
}

impl Config {
    /// Reads the settings from everywhere.
    pub(crate) fn read(args: &ServeArgs) -> anyhow::Result<Self> {
        let config: Self = from_file(args, defaults())?
            .merge(Variables::of(&Env::prefixed("NUNCIO_").only(VARIABLES)))
            .merge(Serialized::defaults(args))
            .extract()
            .map_err(|error| Usage(format!("settings: {error}")))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        if self.admin_key.as_ref().is_some_and(|key| key.len() < 32) {
            return Err(Usage(
                "admin_key (NUNCIO_ADMIN_KEY) is too short: use at least 32 characters".to_owned(),
            )
            .into());
        }
        if let Some(conflict) = self.conflict() {
            return Err(Usage(format!("conflicting settings: {conflict}")).into());
        }
        self.public_url.as_deref().map_or(Ok(()), check_public_url)
    }

    /// Two settings of which one would do nothing, or not what it says.
    fn conflict(&self) -> Option<String> {
        if let Ok(StoreUrl::Sqlite(dir)) = self.store_url()
            && self.store.is_some()
            && self.data != Path::new(DATA_DEFAULT)
            && self.data != dir
        {
            return Some(format!(
                "`store` puts the data in {} and `data` in {}: set only one of them",
                dir.display(),
                self.data.display()
            ));
        }
        if let Some(conflict) = self.conflict_of_addresses() {
            return Some(conflict);
        }
        let (all, address) = (self.connections_max, self.connections_per_address_max);
        if all == Some(0) || address == 0 {
            return Some("no connections would be accepted: use 1 or more".to_owned());
        }
        if all.is_some_and(|all| all < address) && address != CONNECTIONS_PER_ADDRESS_MAX {
            return Some(format!(
                "`connections_per_address_max` {address} is more than `connections_max` {}",
                all.unwrap_or_default()
            ));
        }
        let master_keys = [
            self.master_key.is_some(),
            self.master_key_file.is_some(),
            self.master_key_command.is_some(),
        ];
        if master_keys.iter().filter(|is_set| **is_set).count() > 1 {
            return Some(
                "set only one of `master_key`, `master_key_file` and `master_key_command`"
                    .to_owned(),
            );
        }
        if self.metrics_key.as_ref().is_some_and(|key| key.len() < 16) {
            return Some("`metrics_key` is too short: use at least 16 characters".to_owned());
        }
        if self.outbox_database.is_some() != self.outbox_key.is_some() {
            return Some(
                "`outbox_database` and `outbox_key` belong together: the key of the project that the outbox's events \
                 are published in, with scope `publish`"
                    .to_owned(),
            );
        }
        if self.metrics_key.is_some() && self.metrics_key == self.admin_key {
            return Some(
                "`metrics_key` is the admin key, which monitoring should not have: use another key"
                    .to_owned(),
            );
        }
        None
    }

    fn conflict_of_addresses(&self) -> Option<String> {
        if self.listen.is_empty() {
            return Some(
                "`listen` names no address: remove it, or write 127.0.0.1:8484".to_owned(),
            );
        }
        if let Some(metrics) = &self.metrics_listen {
            if self.listen.contains(metrics) {
                return Some(format!(
                    "`metrics_listen` is the same as `listen`, {metrics}: remove it, or use another port"
                ));
            }
            if *metrics == Listen::Systemd {
                return Some(
                    "`metrics_listen` can't be systemd: write an address or unix:/path".to_owned(),
                );
            }
        }
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return Some(
                "`tls_cert` and `tls_key` belong together: the PEM files of a certificate and its private key"
                    .to_owned(),
            );
        }
        let is_plain = self
            .public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("http://"));
        (self.tls_cert.is_some() && is_plain).then(|| {
            "`public_url` begins with http:// although `tls_cert` is set: write https://".to_owned()
        })
    }

    /// Where the server is asked.
    pub(crate) fn addresses(&self) -> Addresses {
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        Addresses {
            api: self.listen.clone(),
            metrics: self.metrics_listen.clone(),
            tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
            asks_itself: self.outbox_database.is_some(),
        }
    }

    /// Where events are kept.
    pub(crate) fn store_url(&self) -> anyhow::Result<StoreUrl> {
        store_url(
            self.store.as_deref(),
            self.database_direct.as_deref(),
            &self.data,
        )
    }
}

/// The settings with those of the file laid over them, and with the variables of a Svix server where they are read.
fn from_file(args: &ServeArgs, mut settings: Figment) -> anyhow::Result<Figment> {
    let file = args.file();
    if file.is_file() {
        settings = settings.merge(Toml::file_exact(file));
    } else if args.config.is_some() {
        return Err(Usage(format!("--config {}: no such file", file.display())).into());
    }
    Ok(match args.svix {
        true => settings.merge(SvixVariables::of_process()),
        false => settings,
    })
}

/// The table `[svix]` alone: for commands that only need its keys.
pub(crate) fn svix(args: &ServeArgs) -> anyhow::Result<SvixConfig> {
    let settings = from_file(args, Figment::new())?;
    let found = settings.extract_inner("svix");
    found.map_err(|error| Usage(format!("settings: {error}")).into())
}

/// Browsers compare the origin, so it has to be one; what follows it is where a proxy shows the API.
fn check_public_url(text: &str) -> anyhow::Result<()> {
    let url = url::Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && text.is_ascii()
    });
    match url {
        Some(_) => Ok(()),
        None => Err(Usage(format!(
            "public_url `{text}` is not a valid address: write it like https://hooks.example.com"
        ))
        .into()),
    }
}

/// The store that settings name; that in the data folder if there is none.
pub(crate) fn store_url(
    store: Option<&str>,
    direct: Option<&str>,
    data: &Path,
) -> anyhow::Result<StoreUrl> {
    let in_folder = || Ok(StoreUrl::Sqlite(data.to_owned()));
    let url = store.map_or_else(in_folder, str::parse::<StoreUrl>);
    let url = url.and_then(|url| match direct {
        Some(direct) => url.by_pooler(direct),
        None => Ok(url),
    });
    url.map_err(|unknown| Usage(unknown.to_string()).into())
}

fn has_password(url: &str) -> bool {
    url.parse::<StoreUrl>().is_ok_and(|url| url.has_password())
}

fn one_or_many<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    let texts = match OneOrMany::deserialize(from)? {
        OneOrMany::One(text) => text.split(',').map(|part| part.trim().to_owned()).collect(),
        OneOrMany::Many(texts) => texts,
    };
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| {
            text.parse()
                .map_err(|error| serde::de::Error::custom(format!("`{text}`: {error}")))
        })
        .collect()
}

#[cfg(test)]
mod tests;
