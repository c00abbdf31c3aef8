//! Vendors' receivers as processes of their own, in the languages that the vendors document.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use tokio::process::{Child, ChildStdin, Command};

use super::{output::Lines, tls::Certificates};

/// A receiver that runs; ends when dropped.
pub(crate) struct Receiver {
    /// The language's name.
    pub(crate) language: &'static str,
    /// Such as `https://127.0.0.1:40123`.
    pub(crate) url: String,
    log: Lines,
    control: PathBuf,
    secrets: BTreeMap<String, String>,
    _child: Child,
    /// It ends when this closes.
    _stdin: ChildStdin,
}

/// A request as a receiver saw and judged it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Judged {
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) message: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(deserialize_with = "base64")]
    pub(crate) body: Vec<u8>,
}

fn base64<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    STANDARD.decode(text).map_err(serde::de::Error::custom)
}

impl Judged {
    pub(crate) fn accepted(&self) -> bool {
        self.status == 200
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no header {name} in {:?}", self.headers))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("bodies are UTF-8")
    }
}

/// A file beside the tests.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/receivers")
        .join(name)
}

impl Receiver {
    /// Starts the receiver of a language and waits until it is ready.
    ///
    /// # Panics
    /// When the language is not installed; says which package has it.
    pub(crate) async fn start(
        language: &'static str,
        file: &str,
        certificates: &Certificates,
        folder: &Path,
    ) -> Self {
        let control = folder.join(format!("{language}.control.json"));
        write_control(&control, &BTreeMap::new(), None);
        let mut child = Command::new(language)
            .arg(script(file))
            .args([&certificates.certificate, &certificates.key, &control])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{language} can't be started ({error}): `cargo xtask setup` installs it")
            });
        let log = Lines::new();
        log.follow(child.stdout.take().expect("piped"));
        let port = log
            .wait(&format!("the {language} receiver is ready"), |lines| {
                Some(lines.first()?.strip_prefix("ready ")?.to_owned())
            })
            .await;
        Self {
            language,
            url: format!("https://127.0.0.1:{port}"),
            log,
            control,
            secrets: BTreeMap::new(),
            _stdin: child.stdin.take().expect("piped"),
            _child: child,
        }
    }

    /// Tells it the secret of the endpoint at a path; it serves the path from then on.
    pub(crate) fn learn(&mut self, path: &str, secret: &str) {
        self.secrets.insert(path.to_owned(), secret.to_owned());
        self.believe(None);
    }

    /// Tells it what time it is, Unix milliseconds; `None` is the truth.
    pub(crate) fn believe(&self, now_ms: Option<i64>) {
        write_control(&self.control, &self.secrets, now_ms);
    }

    /// Every request so far.
    pub(crate) fn judged(&self) -> Vec<Judged> {
        parse(&self.log.all())
    }

    /// Waits until it has accepted this many requests at a path; gives all that it saw there until then.
    pub(crate) async fn accepted(&self, path: &str, count: usize) -> Vec<Judged> {
        let what = format!("{} accepts {count} deliveries at {path}", self.language);
        // Lines are parsed once each, however often one is waiting.
        let mut seen = Vec::new();
        let mut lines_seen = 0;
        self.log
            .wait(&what, move |lines| {
                let news = parse(&lines[lines_seen..]);
                seen.extend(news.into_iter().filter(|judged| judged.path == path));
                lines_seen = lines.len();
                let accepted = seen.iter().filter(|judged| judged.accepted()).count();
                (accepted >= count).then(|| std::mem::take(&mut seen))
            })
            .await
    }
}

fn parse(lines: &[String]) -> Vec<Judged> {
    lines
        .iter()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).expect("receivers log JSON"))
        .collect()
}

/// Replaces the file at once: receivers read it at any time.
fn write_control(file: &Path, secrets: &BTreeMap<String, String>, now_ms: Option<i64>) {
    let control = serde_json::json!({ "secrets": secrets, "now_ms": now_ms });
    let new = file.with_extension("new");
    std::fs::write(&new, control.to_string()).expect("the test's folder is writable");
    std::fs::rename(&new, file).expect("the test's folder is writable");
}
