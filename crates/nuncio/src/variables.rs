//! What do environment variables set? Those with `NUNCIO_` before a setting's name; text stays text.

use figment::{
    Metadata, Profile, Provider,
    providers::Env,
    value::{Dict, Map, Value},
};

/// Variables that set something; others with the prefix get a warning, since Kubernetes makes such names.
pub(crate) const VARIABLES: &[&str] = &[
    "listen",
    "tls_cert",
    "tls_key",
    "metrics_listen",
    "metrics_key",
    "connections_max",
    "connections_per_address_max",
    "data",
    "store",
    "database_direct",
    "public_url",
    "allow_http",
    "allow_private_networks",
    "allow_cidr",
    "egress_ca",
    "trusted_proxies",
    "log_format",
    "admin_key",
    "master_key",
    "master_key_file",
    "master_key_command",
    "outbox_database",
    "outbox_key",
];

/// Settings that are numbers or truth values; a variable of any other is text, whatever it looks like.
pub(crate) const NOT_TEXT: &[&str] = &[
    "connections_max",
    "connections_per_address_max",
    "allow_http",
    "allow_private_networks",
];
/// Settings of which there may be several.
const LISTS: &[&str] = &["listen", "allow_cidr", "egress_ca", "trusted_proxies"];

/// Variables of the commands that talk to a server, and of the log.
const OTHER_VARIABLES: &[&str] = &["server", "key", "profile", "project", "database", "log"];

/// The variables that set something. Text stays text, where figment's own reader takes a key of digits for a number.
pub(crate) struct Variables(pub(crate) Vec<(String, String)>);

impl Variables {
    pub(crate) fn of(env: &Env) -> Self {
        let entries = env.iter();
        Self(
            entries
                .map(|(name, text)| (name.as_str().to_owned(), text))
                .collect(),
        )
    }
}

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Env::prefixed("NUNCIO_").metadata()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let entries = self.0.iter();
        let dict = entries.map(|(name, text)| (name.clone(), variable(name, text)));
        Ok(Map::from([(Profile::Default, dict.collect())]))
    }
}

/// What a variable says. Blanks around it and the quotation marks of `.env` files are no part of it.
fn variable(name: &str, text: &str) -> Value {
    let as_text = || Value::from(text.trim());
    let value: Value = match text.parse() {
        Ok(value) => value,
        Err(never) => match never {},
    };
    match value {
        Value::String(..) => value,
        Value::Array(..) if LISTS.contains(&name) => value,
        _ if NOT_TEXT.contains(&name) => value,
        _ => as_text(),
    }
}

/// Names of `NUNCIO_*` variables that set nothing.
pub(crate) fn unknown_variables() -> Vec<String> {
    std::env::vars()
        .filter_map(|(name, _)| {
            let rest = name.strip_prefix("NUNCIO_")?.to_lowercase();
            let known = VARIABLES.contains(&&*rest) || OTHER_VARIABLES.contains(&&*rest);
            (!known).then_some(name)
        })
        .collect()
}
