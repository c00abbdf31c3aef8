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
            Self::Rust => "Cargo",
        }
    }

    /// What runs programs of the language that are not compiled.
    ///
    /// # Panics
    /// For one that is.
    pub(crate) fn interpreter(self) -> Command {
        match self {
            Self::Node1 | Self::Node2 => Command::new("node"),
            Self::Python => {
                let mut command = Command::new(installed("venv/vendors/bin/python"));
                command.arg("-B");
                command
            }
            Self::Go | Self::Java | Self::Rust => panic!("{self:?} is compiled"),
        }
    }

    pub(crate) fn command(self) -> Command {
        match self {
            Self::Node1 => self.script("node/driver.mjs", "svix"),
            Self::Node2 => self.script("node/driver.mjs", "svix-2"),
            Self::Python => self.script("python/driver.py", ""),
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

    fn script(self, path: &str, library: &str) -> Command {
        let mut command = self.interpreter();
        command.arg(folder(path)).arg(library);
        command
    }
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
