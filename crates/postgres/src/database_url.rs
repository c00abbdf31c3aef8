//! A database, and how to connect to it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::lookup_host;
use tokio::time::timeout;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode};
use tokio_postgres::{Client, Config};

use crate::connect_error::{ConnectError, HostFailure, VERSION_MIN};
use crate::driver::Driver;
use crate::params::Params;
use crate::tls::Tls;
use crate::url::{self, BadUrl, Place};

/// A PostgreSQL database, by its URL.
#[derive(Clone)]
pub struct DatabaseUrl {
    config: Config,
    places: Vec<Place>,
    params: Params,
    /// The same database without the pooler that this one goes through.
    direct: Option<Box<Self>>,
}

impl DatabaseUrl {
    /// Reads a URL such as `postgres://user:password@host:5432/database?sslmode=verify-full`, and once the files that it
    /// names, so that what is wrong with them is said at once.
    ///
    /// # Errors
    /// The URL or one of its files can't be used. The error never holds the password.
    pub fn parse(url: &str) -> Result<Self, BadUrl> {
        let (config, places, params) = url::parse(url)?;
        let target = Self {
            config,
            places,
            params,
            direct: None,
        };
        target.tls()?;
        Ok(target)
    }

    /// The same with another name for PostgreSQL's lists of connections, unless the URL has one.
    #[must_use]
    pub fn named(mut self, application_name: &str) -> Self {
        if self.config.get_application_name() == Some("nuncio") {
            self.config.application_name(application_name);
        }
        self
    }

    /// The same with another limit for how long what was sent may stay unacknowledged: then the connection breaks.
    #[must_use]
    pub fn with_tcp_user_timeout(mut self, limit: Duration) -> Self {
        self.config.tcp_user_timeout(limit);
        self
    }

    /// The same, by way of a pooler in transaction mode: each transaction may be on another of the server's sessions, so
    /// nothing may outlive one. What needs a session of its own goes to `direct`.
    #[must_use]
    pub fn by_pooler(mut self, direct: Self) -> Self {
        self.direct = Some(Box::new(direct));
        self
    }

    /// Whether a pooler stands in between.
    #[must_use]
    pub const fn has_pooler(&self) -> bool {
        self.direct.is_some()
    }

    /// The same database with nothing in between.
    #[must_use]
    pub fn direct(&self) -> &Self {
        self.direct.as_deref().unwrap_or(self)
    }

    /// The URL without password and parameters, for commands that people run.
    #[must_use]
    pub fn without_password(&self) -> String {
        let shown = self.to_string();
        match (self.config.get_user(), shown.split_once("://")) {
            (Some(user), Some((scheme, rest))) => {
                let user = utf8_percent_encode(user, NON_ALPHANUMERIC);
                format!("{scheme}://{user}@{rest}")
            }
            _ => shown,
        }
    }

    /// Whether the URL holds a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// TLS as the URL asks for, to cancel a query with.
    ///
    /// # Errors
    /// A file that the URL names can't be used.
    pub fn tls(&self) -> Result<Tls, BadUrl> {
        Tls::read(&self.params)
    }

    /// The database's name.
    #[must_use]
    pub fn database(&self) -> &str {
        let user = || self.config.get_user();
        self.config.get_dbname().or_else(user).unwrap_or("")
    }

    /// Connects to the first of the URL's hosts that can be used, each of its addresses within the URL's
    /// `connect_timeout`, 5 s if it has none. The driver does the connection's I/O: the caller has to poll it.
    ///
    /// # Errors
    /// No host can be used; the error says of each why.
    pub async fn connect(&self) -> Result<(Client, Driver), ConnectError> {
        let mut failures = Vec::new();
        for place in &self.places {
            match self.connect_to(place).await {
                Ok(connected) => return Ok(connected),
                Err(failure) => failures.push((place.to_string(), failure)),
            }
        }
        let database = self.database().to_owned();
        Err(ConnectError { database, failures })
    }

    async fn connect_to(&self, place: &Place) -> Result<(Client, Driver), HostFailure> {
        let mut last = HostFailure::Name("no address".to_owned());
        for address in addresses(place, self.patience()).await? {
            match self.connect_once(place, address).await {
                Ok(connected) => return Ok(connected),
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }

    async fn connect_once(
        &self,
        place: &Place,
        address: Option<IpAddr>,
    ) -> Result<(Client, Driver), HostFailure> {
        let tls = self.tls();
        let tls = tls.map_err(|error| HostFailure::Settings(error.to_string()))?;
        let config = self.config_for(place, address);
        let patience = self.patience();
        // tokio-postgres's own limit ends when the socket is connected; a server that then says nothing needs one too.
        let connected = timeout(patience, config.connect(tls)).await;
        let (client, connection) = connected
            .map_err(|_| HostFailure::TimedOut(patience))?
            .map_err(|error| HostFailure::of(&error, patience))?;
        let driver = Driver::new(connection);
        match driver.parameter("server_version") {
            Some(version) if is_too_old(version) => Err(HostFailure::TooOld(version.to_owned())),
            _ => Ok((client, driver)),
        }
    }

    fn patience(&self) -> Duration {
        let limit = self.config.get_connect_timeout();
        limit.copied().unwrap_or(Duration::MAX)
    }

    /// The settings for one address of one host: tokio-postgres tries several by itself, but then tells of the last only.
    fn config_for(&self, place: &Place, address: Option<IpAddr>) -> Config {
        let all = &self.config;
        let mut one = Config::new();
        match &place.host {
            Host::Tcp(name) => one.host(name).ssl_mode(all.get_ssl_mode()),
            // As in libpq: nobody listens in between on a unix socket, and PostgreSQL has no TLS there.
            Host::Unix(folder) => one.host_path(folder).ssl_mode(SslMode::Disable),
        };
        if let Some(address) = address {
            one.hostaddr(address);
        }
        if let Some(user) = all.get_user() {
            one.user(user);
        }
        if let Some(password) = all.get_password() {
            one.password(password);
        }
        if let Some(database) = all.get_dbname() {
            one.dbname(database);
        }
        if let Some(options) = all.get_options() {
            one.options(options);
        }
        if let Some(name) = all.get_application_name() {
            one.application_name(name);
        }
        if let Some(limit) = all.get_connect_timeout() {
            one.connect_timeout(*limit);
        }
        if let Some(limit) = all.get_tcp_user_timeout() {
            one.tcp_user_timeout(*limit);
        }
        if let Some(interval) = all.get_keepalives_interval() {
            one.keepalives_interval(interval);
        }
        if let Some(retries) = all.get_keepalives_retries() {
            one.keepalives_retries(retries);
        }
        one.port(place.port)
            .keepalives(all.get_keepalives())
            .keepalives_idle(all.get_keepalives_idle())
            .ssl_negotiation(all.get_ssl_negotiation())
            .target_session_attrs(all.get_target_session_attrs())
            .channel_binding(all.get_channel_binding())
            .load_balance_hosts(LoadBalanceHosts::Disable);
        one
    }
}

/// Without user or password: for logs and errors.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places: Vec<String> = self.places.iter().map(ToString::to_string).collect();
        write!(f, "postgres://{}/{}", places.join(","), self.database())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// A host's addresses; one that is none for a unix socket.
async fn addresses(place: &Place, patience: Duration) -> Result<Vec<Option<IpAddr>>, HostFailure> {
    let Host::Tcp(name) = &place.host else {
        return Ok(vec![None]);
    };
    let found = timeout(patience, lookup_host((name.as_str(), place.port))).await;
    let found = found.map_err(|_| HostFailure::Name(format!("no answer within {patience:?}")))?;
    let found = found.map_err(|error| HostFailure::Name(error.to_string()))?;
    Ok(found.map(|address| Some(address.ip())).collect())
}

/// By the first number of, say, `15.18 (Debian 15.18-0+deb12u1)`; what isn't a version is left alone: poolers say
/// what they like.
fn is_too_old(version: &str) -> bool {
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().is_ok_and(|major: u32| major < VERSION_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_is_never_shown() {
        let url = "postgres://u:hunter2@a,b:7/app?password=hunter2";
        let target = DatabaseUrl::parse(url).expect("sound");
        assert_eq!(target.to_string(), "postgres://a:5432,b:7/app");
        assert_eq!(
            format!("{target:?}"),
            "DatabaseUrl(postgres://a:5432,b:7/app)"
        );
        let shown = target.without_password();
        assert_eq!(shown, "postgres://u@a:5432,b:7/app");
    }

    #[test]
    fn versions_are_told_apart_by_their_first_number() {
        assert!(is_too_old("13.14"));
        assert!(is_too_old("9.6.24"));
        assert!(!is_too_old("14beta1"));
        assert!(!is_too_old("15.18 (Debian 15.18-0+deb12u1)"));
        assert!(!is_too_old("pooler"));
    }
}
