//! Parameters of a URL that tokio-postgres doesn't know, or reads otherwise than libpq, which people's URLs are written
//! for.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};

use crate::url::{self, BadUrl};

/// How long a host may take to answer: a host that is switched off must not hold up the next one for minutes.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long what was sent may stay unacknowledged: without it a connection to a host that is cut off hangs for a
/// quarter of an hour.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(10);
/// When an idle connection is probed, and how often until it's given up: connections that wait for notifications send
/// nothing by themselves, and firewalls forget them.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
const KEEPALIVE_RETRIES: u32 = 3;

/// libpq's `sslmode`, but for `allow`, which protects nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TlsMode {
    /// No TLS.
    Disable,
    /// TLS if the server has it, with any certificate.
    Prefer,
    /// TLS, with any certificate; with one that is verified if `sslrootcert` is given.
    Require,
    /// TLS, with a certificate of a known authority, whatever host it is for.
    VerifyCa,
    /// TLS, with a certificate of a known authority for this host.
    VerifyFull,
}

/// Where the certificates of authorities come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RootCert {
    /// What the machine trusts.
    System,
    /// A file, PEM.
    File(PathBuf),
}

/// What the URL says about TLS and timeouts.
#[derive(Clone, Debug)]
pub(crate) struct Params {
    pub(crate) tls: TlsMode,
    pub(crate) root_cert: Option<RootCert>,
    pub(crate) client_cert: Option<(PathBuf, PathBuf)>,
    session_attrs: Option<TargetSessionAttrs>,
    tcp_user_timeout: Option<Duration>,
}

/// What tokio-postgres understands as libpq does.
const HANDED_ON: &[&str] = &[
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "sslnegotiation",
    "host",
    "port",
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "channel_binding",
];

impl Params {
    /// Takes what is ours from a query, and leaves the pairs that tokio-postgres understands.
    pub(crate) fn take(query: &str) -> Result<(Self, Vec<String>), BadUrl> {
        let (mut tls, mut root_cert, mut cert, mut key) = (TlsMode::Prefer, None, None, None);
        let (mut session_attrs, mut tcp_user_timeout) = (None, None);
        let mut others = Vec::new();
        for (name, value, pair) in url::pairs(query)? {
            match name.as_str() {
                "sslmode" => tls = mode(&value)?,
                "sslrootcert" if value == "system" => root_cert = Some(RootCert::System),
                "sslrootcert" => root_cert = Some(RootCert::File(value.into())),
                "sslcert" => cert = Some(PathBuf::from(value)),
                "sslkey" => key = Some(PathBuf::from(value)),
                "target_session_attrs" => session_attrs = Some(attrs(&value)?),
                "tcp_user_timeout" => tcp_user_timeout = Some(milliseconds(&value)?),
                // libpq's name of it.
                "keepalives_count" => others.push(pair.replacen("_count", "_retries", 1)),
                // Never used here, so either answer is right.
                "gssencmode" if value != "require" => {}
                known if HANDED_ON.contains(&known) => others.push(pair.to_owned()),
                _ => return Err(BadUrl::UnknownParameter(name)),
            }
        }
        let client_cert = match (cert, key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => return Err(wrong("sslkey", "give it together with sslcert")),
            (None, Some(_)) => return Err(wrong("sslcert", "give it together with sslkey")),
        };
        // As in libpq: what everybody can get a certificate of must at least be compared with the host's name.
        if root_cert == Some(RootCert::System) && tls != TlsMode::VerifyFull {
            return Err(wrong("sslrootcert", "system needs sslmode=verify-full"));
        }
        let params = Self {
            tls,
            root_cert,
            client_cert,
            session_attrs,
            tcp_user_timeout,
        };
        Ok((params, others))
    }

    /// Sets what the rest of the URL leaves open.
    pub(crate) fn apply(&self, config: &mut Config) {
        config.ssl_mode(match self.tls {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        });
        // After a failover the former primary may be there again, as a standby.
        config.target_session_attrs(self.session_attrs.unwrap_or(TargetSessionAttrs::ReadWrite));
        config.tcp_user_timeout(self.tcp_user_timeout.unwrap_or(TCP_USER_TIMEOUT));
        if config.get_application_name().is_none() {
            config.application_name("nuncio");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_keepalives_interval().is_none() && config.get_keepalives_retries().is_none() {
            config.keepalives_interval(KEEPALIVE_INTERVAL);
            config.keepalives_retries(KEEPALIVE_RETRIES);
        }
        // Two hours, tokio-postgres's own default, is longer than any firewall remembers.
        if config.get_keepalives_idle() == Duration::from_secs(2 * 60 * 60) {
            config.keepalives_idle(KEEPALIVE_IDLE);
        }
    }
}

fn mode(value: &str) -> Result<TlsMode, BadUrl> {
    Ok(match value {
        "disable" => TlsMode::Disable,
        "prefer" => TlsMode::Prefer,
        "require" => TlsMode::Require,
        "verify-ca" => TlsMode::VerifyCa,
        "verify-full" => TlsMode::VerifyFull,
        _ => {
            let known = "must be disable, prefer, require, verify-ca or verify-full";
            return Err(wrong("sslmode", known));
        }
    })
}

fn attrs(value: &str) -> Result<TargetSessionAttrs, BadUrl> {
    Ok(match value {
        "any" => TargetSessionAttrs::Any,
        "read-write" => TargetSessionAttrs::ReadWrite,
        "read-only" => TargetSessionAttrs::ReadOnly,
        _ => {
            let known = "must be read-write, read-only or any";
            return Err(wrong("target_session_attrs", known));
        }
    })
}

/// tokio-postgres would take the number for seconds.
fn milliseconds(value: &str) -> Result<Duration, BadUrl> {
    let number = value.parse().ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| wrong("tcp_user_timeout", "must be milliseconds, 1 or more"));
    number.map(Duration::from_millis)
}

pub(crate) fn wrong(name: &'static str, reason: &str) -> BadUrl {
    let reason = reason.to_owned();
    BadUrl::Parameter { name, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(query: &str) -> Config {
        let url = format!("postgres://db/app?{query}");
        url::parse(&url).expect("a sound URL").0
    }

    #[test]
    fn what_the_url_leaves_open_is_set() {
        let config = config("");
        assert_eq!(config.get_application_name(), Some("nuncio"));
        assert_eq!(
            config.get_target_session_attrs(),
            TargetSessionAttrs::ReadWrite
        );
        assert_eq!(config.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        assert_eq!(config.get_tcp_user_timeout(), Some(&TCP_USER_TIMEOUT));
        assert_eq!(config.get_keepalives_idle(), KEEPALIVE_IDLE);
        assert_eq!(config.get_ssl_mode(), SslMode::Prefer);
    }

    #[test]
    fn what_the_url_says_stays() {
        let config = config(
            "application_name=mine&target_session_attrs=any&connect_timeout=2&tcp_user_timeout=1500\
             &keepalives_idle=7&keepalives_count=9&sslmode=verify-full",
        );
        assert_eq!(config.get_application_name(), Some("mine"));
        assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::Any);
        assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(2)));
        assert_eq!(
            config.get_tcp_user_timeout(),
            Some(&Duration::from_millis(1500))
        );
        assert_eq!(config.get_keepalives_idle(), Duration::from_secs(7));
        assert_eq!(config.get_keepalives_retries(), Some(9));
        assert_eq!(config.get_ssl_mode(), SslMode::Require);
    }

    #[test]
    fn half_a_client_certificate_is_refused() {
        let refusal = |query: &str| {
            Params::take(query)
                .map(drop)
                .expect_err("refused")
                .to_string()
        };
        assert!(refusal("sslcert=a.pem").contains("together with sslcert"));
        assert!(refusal("sslkey=a.pem").contains("together with sslkey"));
        assert!(refusal("sslrootcert=system").contains("verify-full"));
    }
}
