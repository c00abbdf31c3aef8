//! Files that nobody but their owner may read, whatever the umask is.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Owner alone: read and write.
const MODE: u32 = 0o600;
/// What others may do.
const OTHERS: u32 = 0o077;

/// Opens a file for writing, makes it if it is not there, and takes it away from everybody else.
pub(crate) fn open(file: &Path) -> io::Result<File> {
    let opened = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(MODE)
        .open(file)?;
    if opened.metadata()?.mode() & 0o777 != MODE {
        opened.set_permissions(Permissions::from_mode(MODE))?;
    }
    Ok(opened)
}

/// Takes a file away from everybody else, if it is there.
pub(crate) fn close_to_others(file: &Path) -> io::Result<()> {
    match open_to_others(file) {
        Some(mode) => {
            tracing::warn!(file = %file.display(), mode = format!("{mode:o}"), "others could read this file: it is private now");
            fs::set_permissions(file, Permissions::from_mode(MODE))
        }
        None => Ok(()),
    }
}

/// The mode of a file or folder that others may get into; `None` if they may not, or if it is not there.
pub(crate) fn open_to_others(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.mode() & 0o777;
    (mode & OTHERS != 0).then_some(mode)
}
