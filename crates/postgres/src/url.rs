//! What does a database's URL say? The text is taken apart here only as far as tokio-postgres would misread it: TLS
//! modes that it doesn't know, units that differ from libpq's, and passwords with characters that should be encoded.

use percent_encoding::percent_decode_str;
use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::params::Params;

/// Why a URL can't be used. None of these holds a part of the URL in which a password could stand.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BadUrl {
    /// It isn't of PostgreSQL.
    #[error("a database's URL begins with postgres:// or postgresql://")]
    Scheme,
    /// It can't be told where the password ends.
    #[error(
        "the URL of the database can't be read: write @ / ? # and % in a user name or password as %40 %2F %3F %23 and %25"
    )]
    Unencoded,
    /// There is nothing to connect to.
    #[error(
        "the URL of the database names no host: write postgres://user:password@host:5432/database"
    )]
    NoHost,
    /// A parameter, by name, that is not known here.
    #[error(
        "the URL of the database has the parameter {0:?}, which is not supported; remove it, or set it for the role with ALTER ROLE … SET"
    )]
    UnknownParameter(String),
    /// A parameter, by name, whose value is not one that it can have.
    #[error("parameter {name} of the database's URL: {reason}")]
    Parameter {
        /// As in the URL.
        name: &'static str,
        /// What it should be.
        reason: String,
    },
    /// tokio-postgres refuses it.
    #[error("the URL of the database can't be used: {0}")]
    Other(String),
}

/// A host of a URL with its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) host: Host,
    pub(crate) port: u16,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.host {
            Host::Tcp(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Host::Tcp(host) => write!(f, "{host}:{}", self.port),
            Host::Unix(folder) => write!(f, "{}/.s.PGSQL.{}", folder.display(), self.port),
        }
    }
}

/// A URL, taken apart: what tokio-postgres makes of it, the hosts in the order to try, and what only we understand.
pub(crate) fn parse(url: &str) -> Result<(Config, Vec<Place>, Params), BadUrl> {
    let rest = ["postgres://", "postgresql://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
        .ok_or(BadUrl::Scheme)?;
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = before_query.split('/').next().unwrap_or_default();
    refuse_unencoded(rest, authority)?;
    let (params, others) = Params::take(query)?;
    let known = format!("postgres://{before_query}?{}", others.join("&"));
    let mut config: Config = known.parse().map_err(refused)?;
    params.apply(&mut config);
    let places = places(&config)?;
    Ok((config, places, params))
}

/// With one of these left as it is, the parts would be cut in the wrong place and half a password taken for a host.
fn refuse_unencoded(rest: &str, authority: &str) -> Result<(), BadUrl> {
    let ats = authority.matches('@').count();
    let is_cut_short = ats == 0 && rest.contains('@');
    let has_fragment = rest.contains('#');
    let is_encoded = authority
        .split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|b| b.is_ascii_hexdigit()));
    match ats > 1 || is_cut_short || has_fragment || !is_encoded {
        true => Err(BadUrl::Unencoded),
        false => Ok(()),
    }
}

fn refused(error: tokio_postgres::Error) -> BadUrl {
    use std::error::Error;
    // Its text names options and never their values.
    let cause = error.source().map(ToString::to_string);
    BadUrl::Other(cause.unwrap_or_else(|| error.to_string()))
}

fn places(config: &Config) -> Result<Vec<Place>, BadUrl> {
    let hosts = config.get_hosts();
    if hosts.is_empty() {
        return Err(BadUrl::NoHost);
    }
    let ports = config.get_ports();
    if ports.len() > 1 && ports.len() != hosts.len() {
        let (name, reason) = (
            "port",
            "give one port, or one for each of the hosts".to_owned(),
        );
        return Err(BadUrl::Parameter { name, reason });
    }
    let place = |(index, host): (usize, &Host)| {
        if let Host::Tcp(name) = host
            && !is_host_name(name)
        {
            return Err(BadUrl::Unencoded);
        }
        let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
        let host = host.clone();
        Ok(Place { host, port })
    };
    hosts.iter().enumerate().map(place).collect()
}

fn is_host_name(name: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    !name.is_empty() && name.chars().all(may_stand)
}

/// A query's pairs, decoded.
pub(crate) fn pairs(query: &str) -> Result<Vec<(String, String, &str)>, BadUrl> {
    let decode = |text: &str| {
        let text = percent_decode_str(text).decode_utf8();
        text.map(|text| text.into_owned())
            .map_err(|_| BadUrl::Unencoded)
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or(BadUrl::Unencoded)?;
            Ok((decode(name)?, decode(value)?, pair))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places_of(url: &str) -> Vec<String> {
        let (_, places, _) = parse(url).expect("a sound URL");
        places.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn hosts_and_ports_are_read_in_their_order() {
        fn check(url: &str, expected: &[&str]) {
            assert_eq!(places_of(url), expected, "{url}");
        }
        check("postgres://db/app", &["db:5432"]);
        check("postgresql://u:p@db:6432/app", &["db:6432"]);
        check(
            "postgres://u@a:1,b,[::1]:3/app",
            &["a:1", "b:5432", "[::1]:3"],
        );
        check("postgres://db", &["db:5432"]);
        check(
            "postgres:///app?host=/var/run/postgresql",
            &["/var/run/postgresql/.s.PGSQL.5432"],
        );
        check("postgres:///app?host=db&port=7", &["db:7"]);
    }

    #[test]
    fn passwords_are_decoded() {
        let (config, _, _) = parse("postgres://u%40x:p%40%2F%3F%23%25@db/app").expect("sound");
        assert_eq!(config.get_user(), Some("u@x"));
        assert_eq!(config.get_password(), Some(b"p@/?#%".as_slice()));
        assert_eq!(config.get_dbname(), Some("app"));
    }

    #[test]
    fn what_can_not_be_used_says_why() {
        fn check(url: &str, expected: &str) {
            let error = parse(url).map(drop).expect_err("no sound URL").to_string();
            assert!(error.contains(expected), "{url}: {error}");
        }
        check("mysql://db/app", "begins with postgres://");
        check("postgres:///app", "names no host");
        check("postgres://db:x/app", "port");
        check("postgres://db/app?sslmode=verify", "verify-full");
        check("postgres://db/app?sslcrl=x", "\"sslcrl\"");
        check("postgres://db/app?port=1,2", "one for each of the hosts");
        check(
            "postgres://db/app?target_session_attrs=primary",
            "target_session_attrs",
        );
    }

    /// Whatever is wrong with a URL, what is told about it holds nothing of a password.
    #[test]
    fn unencoded_passwords_are_refused_and_not_shown() {
        for password in [
            "hunter@22",
            "hunter/22",
            "hunter?22",
            "hunter#22",
            "hunter%22%",
            "hun:ter@22",
            "h/un@ter22",
            "hunter?a=22",
        ] {
            let url = format!("postgres://u:{password}@db/app");
            match parse(&url) {
                Err(error) => {
                    let said = format!("{error} {error:?}");
                    assert_eq!(error, BadUrl::Unencoded, "{url}");
                    assert!(!said.contains("hunter") && !said.contains("22@"), "{said}");
                }
                Ok(_) => panic!("{url} is taken"),
            }
        }
    }
}
