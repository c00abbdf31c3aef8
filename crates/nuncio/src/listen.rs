//! Where to listen, as people write it: `127.0.0.1:8484`, `localhost:8484`, `:8484`, `[::1]:8484`.

use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// A host and a port. A name is looked up when it is listened on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Listen {
    host: String,
    port: u16,
}

impl Listen {
    /// Opens the address; for a name, the first of its addresses that can be opened.
    ///
    /// # Errors
    /// None of them can, or the name has none.
    pub(crate) async fn bind(&self) -> io::Result<TcpListener> {
        TcpListener::bind((self.host.as_str(), self.port)).await
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = |why: &str| {
            format!(
                "`{text}` {why}: use a form such as 127.0.0.1:8484, localhost:8484, :8484 or [::1]:8484"
            )
        };
        let (host, port) = text.rsplit_once(':').ok_or_else(|| fault("has no port"))?;
        let port = port
            .parse()
            .map_err(|_| fault("has no port from 0 to 65535"))?;
        let host = match host {
            // As everywhere else: on all addresses.
            "" | "*" => Ipv4Addr::UNSPECIFIED.to_string(),
            _ => match host
                .strip_prefix('[')
                .and_then(|host| host.strip_suffix(']'))
            {
                Some(inner) => inner
                    .parse::<Ipv6Addr>()
                    .map_err(|_| fault("has no IPv6 address between its brackets"))?
                    .to_string(),
                None if host.contains(':') => {
                    return Err(fault("has an IPv6 address without brackets"));
                }
                None if host.contains(['/', '@', ' ']) => {
                    return Err(fault("is not a host and a port"));
                }
                None => host.to_owned(),
            },
        };
        Ok(Self { host, port })
    }
}

impl From<SocketAddr> for Listen {
    fn from(addr: SocketAddr) -> Self {
        Self {
            host: addr.ip().to_string(),
            port: addr.port(),
        }
    }
}

impl TryFrom<String> for Listen {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> Self {
        listen.to_string()
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_are_taken_as_people_write_them() {
        for (text, written) in [
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("localhost:0", "localhost:0"),
            (":0", "0.0.0.0:0"),
            ("*:0", "0.0.0.0:0"),
        ] {
            let listen: Listen = text.parse().unwrap();
            assert_eq!(listen.to_string(), written);
            let bound = listen.bind().await.unwrap().local_addr().unwrap();
            assert_eq!(
                bound.ip().is_unspecified(),
                written.starts_with("0.0"),
                "{text}"
            );
        }
        // Not every machine has IPv6.
        let listen: Listen = "[::1]:8484".parse().unwrap();
        assert_eq!(listen.to_string(), "[::1]:8484");
    }

    #[test]
    fn what_is_no_address_says_how_to_write_one() {
        for text in [
            "8484",
            "::1:8484",
            "localhost",
            "http://localhost:8484",
            "a:b",
            "a:99999",
            "[::1",
            "[x]:1",
            "",
        ] {
            let error = text.parse::<Listen>().unwrap_err();
            assert!(error.contains("localhost:8484"), "{error}");
        }
    }
}
