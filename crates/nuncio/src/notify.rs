//! Telling systemd how far the server is: `Type=notify`, sd_notify(3).

use std::{os::unix::net::UnixDatagram, path::Path};

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// It answers.
    Ready,
    /// It is about to end.
    Stopping,
}

/// Tells whoever started this process, if they asked for it. Nobody needs to know for the server to work.
pub(crate) fn tell(notice: Notice) {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    if let Err(error) = send(Path::new(&socket), notice) {
        tracing::debug!(%error, "can't tell systemd");
    }
}

fn send(socket: &Path, notice: Notice) -> std::io::Result<()> {
    let words: &[u8] = match notice {
        Notice::Ready => b"READY=1",
        Notice::Stopping => b"STOPPING=1",
    };
    UnixDatagram::unbound()?.send_to(words, socket)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_arrives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let systemd = UnixDatagram::bind(&path).unwrap();
        for (notice, words) in [(Notice::Ready, "READY=1"), (Notice::Stopping, "STOPPING=1")] {
            send(&path, notice).unwrap();
            let mut bytes = [0; 64];
            let length = systemd.recv(&mut bytes).unwrap();
            assert_eq!(&bytes[..length], words.as_bytes());
        }
        assert!(send(&folder.path().join("none"), Notice::Ready).is_err());
    }
}
