//! Folders and files that only their owner may see.

use std::path::Path;

use anyhow::Context;

/// Makes a folder that only its owner may enter, if it is not there.
///
/// # Errors
/// As the system says, with the folder's name.
pub fn make_folder(dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let is_new = !dir.exists();
    let done = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .and_then(|()| {
            if is_new {
                // The umask may have taken rights from the owner.
                std::fs::set_permissions(dir, folder_permissions())?;
            }
            Ok(())
        });
    done.with_context(|| format!("can't create the data folder {}", dir.display()))
}

/// The permissions of a folder that only its owner may enter.
pub fn folder_permissions() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(0o700)
}

/// Writes a new file that only its owner may read, and sees to it that it is on disk.
///
/// # Errors
/// It is there already, or as the system says; with the file's name.
pub fn write_file(file: &Path, text: &str) -> anyhow::Result<()> {
    use std::{
        io::Write,
        os::unix::fs::{OpenOptionsExt, PermissionsExt},
    };
    let mut options = std::fs::OpenOptions::new();
    let mut open = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("can't create {}", file.display()))?;
    open.set_permissions(std::fs::Permissions::from_mode(0o600))
        .and_then(|()| open.write_all(text.as_bytes()))
        .and_then(|()| open.sync_all())
        .with_context(|| format!("can't write {}", file.display()))
}
