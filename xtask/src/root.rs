//! Where is the workspace?

use std::path::{Path, PathBuf};

/// The workspace's folder: the parent of this crate's. Cargo rebuilds the crate when it moves.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace's folder")
}

/// The folder for what xtask installs or remembers; never tracked.
pub(crate) fn scratch() -> PathBuf {
    root().join("target").join("xtask")
}
