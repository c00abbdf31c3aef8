//! The drivers of `vendors/svix/`: how each is started.

use std::path::{Path, PathBuf};

use tokio::process::Command;

/// A library and the program that uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driver {
    /// The first major version for Node.
    Node1,
    /// The second one.
    Node2,
    Python,
    Go,
    Java,
    Rust,
}

impl Driver {
    pub(crate) const ALL: [Self; 6] = [
        Self::Node1,
        Self::Node2,
        Self::Python,
        Self::Go,
        Self::Java,
        Self::Rust,
    ];

    /// Where the library comes from, as people know it.
    pub(crate) fn registry(self) -> &'static str {
        match self {
            Self::Node1 | Self::Node2 => "npm",
            Self::Python => "PyPI",
            Self::Go => "Go",
            Self::Java => "Maven",
            Self::Rust => "crates.io",
        }
    }

    pub(crate) fn command(self) -> Command {
        match self {
            Self::Node1 => node("svix"),
            Self::Node2 => node("svix-2"),
            Self::Python => {
                let mut command = Command::new(installed("venv/vendors/bin/python"));
                command.arg("-B").arg(folder("python").join("driver.py"));
                command
            }
            Self::Go => Command::new(installed("vendors/svix/go/driver")),
            Self::Java => {
                let mut command = Command::new("java");
                let classes = installed("vendors/svix/java/classes");
                let jars = installed("vendors/java/lib");
                let path = format!("{}:{}/*", classes.display(), jars.display());
                command.args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", &path]);
                command.arg("Driver");
                command
            }
            Self::Rust => Command::new(installed("vendors/svix/rust/debug/svix-driver")),
        }
    }
}

fn node(library: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(folder("node").join("driver.mjs")).arg(library);
    command
}

/// A folder of `vendors/svix/`.
pub(crate) fn folder(name: &str) -> PathBuf {
    root().join("vendors/svix").join(name)
}

/// The workspace.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace")
}

/// What `cargo xtask setup` and `cargo xtask vendors svix` made.
fn installed(path: &str) -> PathBuf {
    root().join("target/xtask").join(path)
}
