//! The receivers of `vendors/`: how each is started, told what to expect, and listened to.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::{Value, json};
use tokio::process::{Child, ChildStdin, Command};

use crate::support::{output::Lines, receiver::Judged};

/// A language with a registry of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ecosystem {
    Node,
    Python,
    Go,
    Java,
}

impl Ecosystem {
    pub(crate) const ALL: [Self; 4] = [Self::Node, Self::Python, Self::Go, Self::Java];

    /// The registry's name, as people know it.
    pub(crate) fn registry(self) -> &'static str {
        match self {
            Self::Node => "npm",
            Self::Python => "PyPI",
            Self::Go => "Go",
            Self::Java => "Maven",
        }
    }

    fn command(self) -> Command {
        match self {
            Self::Node => {
                let mut command = Command::new("node");
                command.arg(folder("node").join("receiver.mjs"));
                command
            }
            Self::Python => {
                let mut command = Command::new(installed("venv/vendors/bin/python"));
                command.env("PYTHONPATH", sdk("python/webhooks/src"));
                command.arg(folder("python").join("receiver.py"));
                command
            }
            Self::Go => Command::new(installed("vendors/go/receiver")),
            Self::Java => {
                let mut command = Command::new("java");
                let ours = sdk("java/build/classes");
                let (classes, jars) = (
                    installed("vendors/java/classes"),
                    installed("vendors/java/lib"),
                );
                command
                    .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"])
                    .arg(format!(
                        "{}:{}/*:{}",
                        classes.display(),
                        jars.display(),
                        ours.display()
                    ))
                    .arg("Receiver");
                command
            }
        }
    }

    /// Why it can't be tested on this machine, in words of the setup; `None` where it can.
    pub(crate) fn missing(self) -> Option<String> {
        let file = match self {
            Self::Go => installed("vendors/go/missing.txt"),
            Self::Node | Self::Python | Self::Java => return None,
        };
        let why = std::fs::read_to_string(file).ok()?;
        Some(why.trim().to_owned())
    }
}

/// A folder of `vendors/`.
pub(crate) fn folder(name: &str) -> PathBuf {
    let vendors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors");
    vendors
        .canonicalize()
        .expect("it is in the project")
        .join(name)
}

/// A folder of Nuncio's own libraries.
fn sdk(path: &str) -> PathBuf {
    folder("../sdks").join(path)
}

/// What `cargo xtask setup` made.
fn installed(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize()
        .expect("the workspace")
        .join("target/xtask")
        .join(path)
}

/// A receiver that runs; ends when dropped.
pub(crate) struct Receiver {
    /// Such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
    ecosystem: Ecosystem,
    log: Lines,
    control: PathBuf,
    entries: BTreeMap<String, Value>,
    _child: Child,
    /// It ends when this closes.
    _stdin: ChildStdin,
}

impl Receiver {
    /// Starts the receiver of an ecosystem and waits until it is ready.
    ///
    /// # Panics
    /// When it is not installed.
    pub(crate) async fn start(ecosystem: Ecosystem, dir: &Path) -> Self {
        let control = dir.join("control.json");
        std::fs::write(&control, "{}").expect("the test's folder is writable");
        let mut child = ecosystem
            .command()
            .arg(&control)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{ecosystem:?}: {error}: `cargo xtask setup` installs the receivers")
            });
        let log = Lines::new();
        log.follow(child.stdout.take().expect("piped"));
        let port = log
            .wait(&format!("the {ecosystem:?} receiver is ready"), |lines| {
                Some(lines.first()?.strip_prefix("ready ")?.to_owned())
            })
            .await;
        Self {
            url: format!("http://127.0.0.1:{port}"),
            ecosystem,
            log,
            control,
            entries: BTreeMap::new(),
            _stdin: child.stdin.take().expect("piped"),
            _child: child,
        }
    }

    /// Tells it what to expect at a path, and with which URL its sender was configured.
    pub(crate) fn expect(&mut self, path: &str, library: &str, dialect: &str, at: (&str, &str)) {
        let (secret, url) = at;
        let entry = json!({ "library": library, "dialect": dialect, "secret": secret, "url": url });
        self.entries.insert(path.to_owned(), entry);
        let new = self.control.with_extension("new");
        let text = serde_json::to_string(&self.entries).expect("JSON");
        std::fs::write(&new, text).expect("the test's folder is writable");
        // At once, since it is read at any time.
        std::fs::rename(&new, &self.control).expect("the test's folder is writable");
    }

    /// How many deliveries to a path have been judged so far.
    pub(crate) fn count(&self, path: &str) -> usize {
        let lines = self.log.all();
        let judged = lines.iter().filter_map(|line| parse(line));
        judged.filter(|judged| judged.path == path).count()
    }

    /// Waits until so many deliveries have been judged at a path; gives all of them.
    pub(crate) async fn judged(&self, path: &str, count: usize) -> Vec<Judged> {
        let what = format!("{count} deliveries at {path} of {:?}", self.ecosystem);
        let mut seen: Vec<Judged> = Vec::new();
        let mut lines_seen = 0;
        self.log
            .wait(&what, move |lines| {
                for line in &lines[lines_seen..] {
                    seen.extend(parse(line).into_iter().filter(|judged| judged.path == path));
                }
                lines_seen = lines.len();
                (seen.len() >= count).then(|| std::mem::take(&mut seen))
            })
            .await
    }
}

/// A delivery that was judged; handshakes are no deliveries.
fn parse(line: &str) -> Option<Judged> {
    if !line.starts_with('{') {
        return None;
    }
    let judged: Judged = serde_json::from_str(line).expect("receivers log JSON");
    let line: Value = serde_json::from_str(line).expect("as above");
    let text = String::from_utf8_lossy(&judged.body);
    let is_handshake = line["method"] != "POST"
        || text.contains("\"url_verification\"")
        || text.contains("\"endpoint.url_validation\"");
    (!is_handshake).then_some(judged)
}
