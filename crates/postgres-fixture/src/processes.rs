//! Ending processes, and knowing when they have ended.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::task::spawn_blocking;

/// A process that can't be mistaken for a later one with the same number.
pub(crate) struct Process {
    handle: OwnedFd,
}

impl Process {
    /// None if it's gone, also if nobody has asked yet how it ended: some containers have no init that would.
    pub(crate) fn open(id: u32) -> Option<Self> {
        let id = Pid::from_raw(i32::try_from(id).ok()?)?;
        let handle = pidfd_open(id, PidfdFlags::empty()).ok()?;
        let now = Timespec::default();
        let ended = poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&now));
        (ended == Ok(0)).then_some(Self { handle })
    }

    /// Sends a signal; nothing happens if the process is gone.
    pub(crate) fn signal(&self, signal: Signal) {
        let _ = pidfd_send_signal(&self.handle, signal);
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(self) {
        let wait = move || {
            let mut fds = [PollFd::new(&self.handle, PollFlags::IN)];
            while poll(&mut fds, None) == Err(rustix::io::Errno::INTR) {}
        };
        spawn_blocking(wait).await.expect("waiting doesn't panic");
    }
}

/// The number on the first line of a file; none if there is no such file.
pub(crate) fn id_in(file: &Path) -> Option<u32> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().next()?.trim().parse().ok()
}

/// A process's children.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let Ok(all) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let child = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.ok()?;
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // The program's name, in brackets, may hold anything; after it come the state and the parent.
        let (_, after_name) = stat.rsplit_once(')')?;
        let its_parent: u32 = after_name.split_whitespace().nth(1)?.parse().ok()?;
        (its_parent == parent).then_some(id)
    };
    all.filter_map(child).collect()
}
