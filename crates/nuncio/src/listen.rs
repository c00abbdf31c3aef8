//! Where to listen, as people write it: `127.0.0.1:8484`, `localhost:8484`, `:8484`, `[::1]:8484`, `unix:/run/nuncio.sock`,
//! `systemd`.

use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

const UNIX: &str = "unix:";
const SYSTEMD: &str = "systemd";
/// Owner and group: a proxy on the machine is put into the group.
const SOCKET_MODE: u32 = 0o660;

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum Listen {
    /// A host and a port. A name is looked up when it is listened on.
    Tcp { host: String, port: u16 },
    /// A socket in the file system.
    Unix(PathBuf),
    /// The sockets that systemd listens on for us.
    Systemd,
}

/// A socket that listens.
#[derive(Debug)]
pub(crate) enum Bound {
    Tcp(TcpListener),
    Unix {
        listener: UnixListener,
        /// Removed with it.
        _file: SocketFile,
    },
}

/// A connection, from wherever it came.
#[derive(Debug)]
pub(crate) enum Accepted {
    Tcp(TcpStream, SocketAddr),
    Unix(UnixStream),
}

/// A socket's file, which is removed with it; that of systemd's sockets is not ours.
#[derive(Debug)]
pub(crate) struct SocketFile(Option<PathBuf>);

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Bound {
    /// Where it is, if that is an address.
    pub(crate) fn addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix { .. } => None,
        }
    }

    /// Where it is, as it is shown; `scheme` is that of addresses.
    pub(crate) fn url(&self, scheme: &str) -> String {
        match self {
            Self::Tcp(_) => self
                .addr()
                .map_or_else(String::new, |addr| format!("{scheme}://{addr}")),
            Self::Unix { listener, .. } => {
                let addr = listener.local_addr().ok();
                let path = addr.as_ref().and_then(|addr| addr.as_pathname());
                format!("{UNIX}{}", path.unwrap_or(Path::new("")).display())
            }
        }
    }

    /// The next connection.
    ///
    /// # Errors
    /// As the system says.
    pub(crate) async fn accept(&self) -> io::Result<Accepted> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok(Accepted::Tcp(stream, peer))
            }
            Self::Unix { listener, .. } => Ok(Accepted::Unix(listener.accept().await?.0)),
        }
    }
}

impl Listen {
    /// Opens the address; for a name, the first of its addresses that can be opened. Only systemd may have several.
    ///
    /// # Errors
    /// None of them can, the name has none, somebody listens there, or systemd gives no sockets.
    pub(crate) async fn bind(&self) -> io::Result<Vec<Bound>> {
        match self {
            Self::Tcp { .. } => Ok(vec![Bound::Tcp(self.bind_tcp().await?)]),
            Self::Unix(path) => Ok(vec![bind_unix(path).await?]),
            Self::Systemd => from_systemd(),
        }
    }

    /// The same where only a host and a port will do.
    ///
    /// # Errors
    /// It is something else, or as [`bind`](Self::bind).
    pub(crate) async fn bind_tcp(&self) -> io::Result<TcpListener> {
        match self {
            Self::Tcp { host, port } => TcpListener::bind((host.as_str(), *port)).await,
            Self::Unix(_) | Self::Systemd => Err(io::Error::other(
                "use an address with a port here, such as 127.0.0.1:9000",
            )),
        }
    }
}

async fn bind_unix(path: &Path) -> io::Result<Bound> {
    let is_socket = |path: &Path| {
        std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket())
    };
    // A server that was killed leaves its file; nothing else is removed.
    if is_socket(path) {
        match UnixStream::connect(path).await {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                std::fs::remove_file(path)?;
            }
            Ok(_) | Err(_) => return Err(io::ErrorKind::AddrInUse.into()),
        }
    }
    let listener = UnixListener::bind(path)?;
    let file = SocketFile(Some(path.to_owned()));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok(Bound::Unix {
        listener,
        _file: file,
    })
}

fn from_systemd() -> io::Result<Vec<Bound>> {
    let mut passed = listenfd::ListenFd::from_env();
    let mut bound = Vec::new();
    for n in 0..passed.len() {
        if let Ok(Some(listener)) = passed.take_tcp_listener(n) {
            listener.set_nonblocking(true)?;
            bound.push(Bound::Tcp(TcpListener::from_std(listener)?));
        } else if let Some(listener) = passed.take_unix_listener(n)? {
            listener.set_nonblocking(true)?;
            let listener = UnixListener::from_std(listener)?;
            bound.push(Bound::Unix {
                listener,
                _file: SocketFile(None),
            });
        }
    }
    match bound.is_empty() {
        true => Err(io::Error::other(
            "systemd passed no sockets: start the server by a .socket unit",
        )),
        false => Ok(bound),
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == SYSTEMD {
            return Ok(Self::Systemd);
        }
        if let Some(path) = text.strip_prefix(UNIX) {
            let path = Path::new(path);
            return match path.is_absolute() {
                true => Ok(Self::Unix(path.to_owned())),
                false => Err(format!(
                    "`{text}` is not a socket: write its whole path, such as unix:/run/nuncio/nuncio.sock"
                )),
            };
        }
        let fault = |why: &str| {
            format!(
                "`{text}` {why}: use a form such as 127.0.0.1:8484, localhost:8484, :8484, [::1]:8484, unix:/path or systemd"
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
        Ok(Self::Tcp { host, port })
    }
}

impl From<SocketAddr> for Listen {
    fn from(addr: SocketAddr) -> Self {
        Self::Tcp {
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
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
            Self::Systemd => f.write_str(SYSTEMD),
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
            let bound = listen.bind().await.unwrap()[0].addr().unwrap();
            assert_eq!(
                bound.ip().is_unspecified(),
                written.starts_with("0.0"),
                "{text}"
            );
        }
        // Not every machine has IPv6.
        for text in ["[::1]:8484", "unix:/run/nuncio.sock", "systemd"] {
            let listen: Listen = text.parse().unwrap();
            assert_eq!(listen.to_string(), text);
        }
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
        for text in ["unix:", "unix:nuncio.sock"] {
            let error = text.parse::<Listen>().unwrap_err();
            assert!(error.contains("unix:/run"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_sockets_file_is_its_owners_and_outlives_no_server() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nuncio.sock");
        let listen = Listen::Unix(path.clone());
        let bound = listen.bind().await.unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, SOCKET_MODE);
        // Somebody listens.
        let error = listen.bind().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        drop(bound);
        assert!(!path.exists());
        // Somebody was killed.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        assert!(listen.bind().await.is_ok());
        // What is no socket stays.
        std::fs::write(&path, "a file").unwrap();
        assert!(listen.bind().await.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a file");
    }
}
