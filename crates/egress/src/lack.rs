//! Did something fail because this machine ran out of it? Then it says nothing about the receiver.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, UdpSocket};

/// What this machine had none left of, if that is why something failed.
///
/// A firewall's refusal, a missing route or a missing address family is none of these: it would be the same an hour
/// later.
pub(crate) fn of(error: &io::Error) -> Option<&'static str> {
    match (error.kind(), error.raw_os_error()) {
        (_, Some(libc::EMFILE | libc::ENFILE)) => Some("file descriptors"),
        (_, Some(libc::ENOBUFS)) => Some("buffers"),
        (ErrorKind::OutOfMemory, _) | (_, Some(libc::ENOMEM)) => Some("memory"),
        // Every local port is in use towards this address; connect(2) answers EAGAIN for the same.
        (ErrorKind::AddrNotAvailable | ErrorKind::AddrInUse, _) | (_, Some(libc::EAGAIN)) => {
            Some("ports")
        }
        _ => None,
    }
}

/// The same where a library hides why it failed: the kernel is asked for a socket.
pub(crate) fn of_sockets() -> Option<&'static str> {
    let probe = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
    probe.err().and_then(|error| of(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_of_our_own_is_told_from_the_networks_refusals() {
        fn check(code: i32, expected: Option<&'static str>) {
            assert_eq!(of(&io::Error::from_raw_os_error(code)), expected, "{code}");
        }
        check(libc::EMFILE, Some("file descriptors"));
        check(libc::ENFILE, Some("file descriptors"));
        check(libc::ENOBUFS, Some("buffers"));
        check(libc::ENOMEM, Some("memory"));
        check(libc::EADDRNOTAVAIL, Some("ports"));
        check(libc::EADDRINUSE, Some("ports"));
        check(libc::EAGAIN, Some("ports"));
        for other in [
            libc::ECONNREFUSED,
            libc::ECONNRESET,
            libc::ENETUNREACH,
            libc::EHOSTUNREACH,
            libc::ETIMEDOUT,
            libc::EACCES,
            libc::EPERM,
            libc::EAFNOSUPPORT,
            libc::EPIPE,
        ] {
            check(other, None);
        }
    }
}
