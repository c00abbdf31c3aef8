//! Settings of the Svix-compatible API: the table `[svix]` of `nuncio.toml`, and with `--svix` the variables that a Svix
//! server reads.

use figment::{
    Error, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};
use nuncio_svix::{DefaultSignature, SvixKeys, SvixSettings};
use nuncio_tools::output::Usage;
use serde::Deserialize;

/// What their names begin with.
const PREFIX: &str = "SVIX_";

/// The table `[svix]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SvixConfig {
    jwt_secret: Option<String>,
    jwt_algorithm: Option<String>,
    create_projects: Option<bool>,
    default_signature_type: Option<String>,
    endpoint_https_only: Option<bool>,
    whitelabel_headers: Option<bool>,
    retry_schedule: Option<Vec<u32>>,
    worker_request_timeout: Option<u32>,
    endpoint_failure_disable_after: Option<u32>,
}

impl SvixConfig {
    /// The settings, checked.
    pub(crate) fn settings(&self) -> anyhow::Result<SvixSettings> {
        let mut settings = SvixSettings::new(self.keys()?);
        settings.create_projects = self.create_projects.unwrap_or(true);
        settings.https_only = self.endpoint_https_only.unwrap_or(false);
        settings.whitelabel_headers = self.whitelabel_headers.unwrap_or(false);
        settings.default_signature = match self.default_signature_type.as_deref() {
            None | Some("hmac256") => DefaultSignature::Hmac256,
            Some("ed25519") => DefaultSignature::Ed25519,
            Some(other) => {
                return Err(fault(&format!(
                    "default_signature_type `{other}`: use hmac256 or ed25519"
                )));
            }
        };
        if let Some(schedule) = &self.retry_schedule {
            let delays_s = schedule.clone();
            nuncio_domain::check_retry(&nuncio_domain::Retry::Delays { delays_s })
                .map_err(|error| fault(&format!("retry_schedule: {error}")))?;
        }
        settings.retry_schedule.clone_from(&self.retry_schedule);
        settings.timeout_ms = self.worker_request_timeout.map(|s| s.saturating_mul(1_000));
        if let Some(timeout_ms) = settings.timeout_ms {
            nuncio_domain::check_timeout_ms(timeout_ms)
                .map_err(|error| fault(&format!("worker_request_timeout: {error}")))?;
        }
        settings.disable_after_h = self.endpoint_failure_disable_after;
        Ok(settings)
    }

    /// What tokens are signed with.
    pub(crate) fn keys(&self) -> anyhow::Result<SvixKeys> {
        let secret = self.jwt_secret.as_deref().ok_or_else(|| {
            fault("jwt_secret is missing: set it in nuncio.toml, or SVIX_JWT_SECRET with --svix")
        })?;
        let algorithm = self.jwt_algorithm.as_deref().unwrap_or("HS256");
        SvixKeys::new(algorithm, secret).map_err(|error| fault(&error.to_string()))
    }
}

fn fault(detail: &str) -> anyhow::Error {
    Usage(format!("settings: svix: {detail}")).into()
}

/// The variables of a Svix server. Those that set nothing here are named in the log.
pub(crate) struct SvixVariables(Vec<(String, String)>);

impl SvixVariables {
    /// Those of this process.
    pub(crate) fn of_process() -> Self {
        let named = std::env::vars();
        Self(
            named
                .filter_map(|(name, text)| Some((name.strip_prefix(PREFIX)?.to_owned(), text)))
                .collect(),
        )
    }

    /// The names of those that set nothing.
    pub(crate) fn unused(&self) -> Vec<String> {
        let names = self
            .0
            .iter()
            .filter(|(name, text)| setting(name, text).is_none());
        names.map(|(name, _)| format!("{PREFIX}{name}")).collect()
    }
}

/// Where a variable's value belongs among the settings, and what it is.
fn setting(name: &str, text: &str) -> Option<(Option<&'static str>, Value)> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let word = |text: &str| Value::from(text);
    let number = |text: &str| {
        text.parse::<u64>()
            .map_or_else(|_| Value::from(text), Value::from)
    };
    let flag = |text: &str| {
        text.parse::<bool>()
            .map_or_else(|_| Value::from(text), Value::from)
    };
    let list = |each: &dyn Fn(&str) -> Value| {
        let parts = bare.split(',').map(|part| part.trim().trim_matches('"'));
        Value::from(
            parts
                .filter(|part| !part.is_empty())
                .map(each)
                .collect::<Vec<_>>(),
        )
    };
    Some(match name {
        "JWT_SECRET" => (Some("jwt_secret"), word(text)),
        "JWT_ALGORITHM" => (Some("jwt_algorithm"), word(text)),
        "DEFAULT_SIGNATURE_TYPE" => (Some("default_signature_type"), word(text)),
        "ENDPOINT_HTTPS_ONLY" => (Some("endpoint_https_only"), flag(text)),
        "WHITELABEL_HEADERS" => (Some("whitelabel_headers"), flag(text)),
        "RETRY_SCHEDULE" => (Some("retry_schedule"), list(&number)),
        "WORKER_REQUEST_TIMEOUT" => (Some("worker_request_timeout"), number(text)),
        "ENDPOINT_FAILURE_DISABLE_AFTER" => (Some("endpoint_failure_disable_after"), number(text)),
        "LISTEN_ADDRESS" => (None, word(text)),
        "WHITELIST_SUBNETS" => (None, list(&word)),
        _ => return None,
    })
}

impl Provider for SvixVariables {
    fn metadata(&self) -> Metadata {
        Metadata::named("SVIX_ environment variable(s)")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let mut own = Dict::new();
        let mut all = Dict::new();
        for (name, text) in &self.0 {
            match (setting(name, text), name.as_str()) {
                (Some((Some(at), value)), _) => drop(own.insert(at.to_owned(), value)),
                (Some((None, value)), "LISTEN_ADDRESS") => {
                    drop(all.insert("listen".to_owned(), value))
                }
                (Some((None, value)), _) => drop(all.insert("allow_cidr".to_owned(), value)),
                (None, _) => {}
            }
        }
        all.insert("svix".to_owned(), Value::from(own));
        Ok(Map::from([(Profile::Default, all)]))
    }
}

#[cfg(test)]
mod tests {
    use figment::Figment;

    use super::*;

    fn config(pairs: &[(&str, &str)]) -> SvixConfig {
        let pairs = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let settings = Figment::from(SvixVariables(pairs.collect()));
        settings.extract_inner("svix").unwrap()
    }

    #[test]
    fn variables_of_a_svix_server_are_settings() {
        let settings = config(&[
            ("JWT_SECRET", "123456"),
            ("RETRY_SCHEDULE", "[1, 2,3]"),
            ("WHITELABEL_HEADERS", "true"),
            ("ENDPOINT_HTTPS_ONLY", "true"),
            ("DEFAULT_SIGNATURE_TYPE", "ed25519"),
            ("WORKER_REQUEST_TIMEOUT", "20"),
            ("ENDPOINT_FAILURE_DISABLE_AFTER", "7"),
        ])
        .settings()
        .unwrap();
        assert_eq!(settings.retry_schedule, Some(vec![1, 2, 3]));
        assert!(settings.whitelabel_headers && settings.https_only && settings.create_projects);
        assert_eq!(settings.default_signature, DefaultSignature::Ed25519);
        assert_eq!(
            (settings.timeout_ms, settings.disable_after_h),
            (Some(20_000), Some(7))
        );
    }

    #[test]
    fn listening_and_subnets_are_the_servers_own() {
        let pairs = [
            ("LISTEN_ADDRESS", "0.0.0.0:8071"),
            ("WHITELIST_SUBNETS", "[\"10.0.0.0/8\"]"),
            ("DB_DSN", "x"),
        ];
        let pairs = pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let variables = SvixVariables(pairs.to_vec());
        assert_eq!(variables.unused(), ["SVIX_DB_DSN"]);
        let settings = Figment::from(variables);
        assert_eq!(
            settings.extract_inner::<String>("listen").unwrap(),
            "0.0.0.0:8071"
        );
        let subnets: Vec<String> = settings.extract_inner("allow_cidr").unwrap();
        assert_eq!(subnets, ["10.0.0.0/8"]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let check = |pairs: &[(&str, &str)], words: &str| {
            let error = config(pairs).settings().unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        let secret = ("JWT_SECRET", "a");
        check(&[], "jwt_secret");
        check(
            &[secret, ("DEFAULT_SIGNATURE_TYPE", "x")],
            "default_signature_type",
        );
        check(
            &[secret, ("WORKER_REQUEST_TIMEOUT", "0")],
            "worker_request_timeout",
        );
        check(&[secret, ("JWT_ALGORITHM", "none")], "none");
    }
}
