//! A program of the page as a process.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU16, Ordering},
};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use crate::support::{output::Lines, wait::eventually};

/// A language of the page: its heading, its file, and how the page says that it is run.
pub(crate) struct Language {
    pub(crate) heading: &'static str,
    file: &'static str,
    prepare: fn(&Path) -> Option<Command>,
    run: fn(u16) -> Command,
}

/// The languages of the page.
pub(crate) const LANGUAGES: [Language; 6] = [
    Language {
        heading: "JavaScript (Node)",
        file: "node.mjs",
        prepare: |folder| {
            let modules = folder.join("node_modules/@nuncio");
            std::fs::create_dir_all(&modules).expect("writable");
            link(&sdk("node/webhooks"), &modules.join("webhooks"));
            link(
                &sdk("node/webhooks/node_modules/express"),
                &folder.join("node_modules/express"),
            );
            None
        },
        run: |_| with_arguments("node", &["node.mjs"]),
    },
    Language {
        heading: "Python",
        file: "main.py",
        prepare: |_| None,
        run: |_| {
            let mut command = with_arguments("python3", &["-u", "main.py"]);
            command.env("PYTHONPATH", sdk("python/webhooks/src"));
            command
        },
    },
    Language {
        heading: "Go",
        file: "main.go",
        prepare: |folder| {
            let module = format!(
                "module receiver\n\ngo 1.19\n\nrequire {GO_MODULE} v0.0.0\n\nreplace {GO_MODULE} => {}\n",
                sdk("go").display()
            );
            std::fs::write(folder.join("go.mod"), module).expect("writable");
            Some(with_arguments(
                "go",
                &["build", "-mod=mod", "-o", "receiver", "main.go"],
            ))
        },
        run: |_| with_arguments("./receiver", &[]),
    },
    Language {
        heading: "PHP",
        file: "index.php",
        prepare: |folder| {
            let vendor = folder.join("vendor");
            std::fs::create_dir_all(&vendor).expect("writable");
            let text = format!("<?php require '{}';", sdk("php/autoload.php").display());
            std::fs::write(vendor.join("autoload.php"), text).expect("writable");
            None
        },
        run: |port| with_arguments("php", &["-S", &format!("127.0.0.1:{port}"), "index.php"]),
    },
    Language {
        heading: "Ruby (Rack)",
        file: "config.ru",
        prepare: |_| None,
        run: |port| {
            let mut command = with_arguments("rackup", &["--quiet", "--host", "127.0.0.1"]);
            command
                .args(["--port", &port.to_string(), "--include"])
                .arg(sdk("ruby/lib"));
            command
        },
    },
    Language {
        heading: "Java",
        file: "Receiver.java",
        prepare: |folder| {
            let mut command = with_arguments("javac", &["-d", "classes", "-cp"]);
            command.arg(java_classes(folder)).arg("Receiver.java");
            Some(command)
        },
        run: |_| {
            let mut command = with_arguments(
                "java",
                &["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"],
            );
            command.arg(format!("classes:{}", sdk("java/build/classes").display()));
            command.arg("Receiver");
            command
        },
    },
];

const GO_MODULE: &str = "github.com/nuncio-webhooks/nuncio/sdks/go";

fn with_arguments(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn sdk(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdks");
    root.canonicalize()
        .expect("the libraries are there")
        .join(path)
}

fn java_classes(_: &Path) -> PathBuf {
    sdk("java/build/classes")
}

fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).expect("writable");
}

/// A program that runs; ends when dropped.
pub(crate) struct Program {
    /// Its language and the way it verifies, for people.
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) log: Lines,
    _child: Child,
}

/// What a program is told by its environment.
pub(crate) struct Told<'a> {
    pub(crate) port: u16,
    pub(crate) secret: &'a str,
}

impl Language {
    /// Writes the program to a folder of its own and compiles it where the language is compiled.
    pub(crate) async fn prepare(&self, code: &str, folder: &Path) {
        std::fs::create_dir_all(folder).expect("writable");
        std::fs::write(folder.join(self.file), code).expect("writable");
        let Some(mut compiler) = (self.prepare)(folder) else {
            return;
        };
        let done = compiler.current_dir(folder).output().await;
        let done = done.unwrap_or_else(|error| {
            panic!("{}: {error}: `cargo xtask setup` installs it", self.heading)
        });
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{}: {said}", self.heading);
    }

    /// Runs a prepared program and waits until it listens.
    pub(crate) async fn run(&self, name: String, folder: &Path, told: Told<'_>) -> Program {
        let url = url(told.port);
        let mut command = (self.run)(told.port);
        command
            .current_dir(folder)
            .env("PORT", told.port.to_string())
            .env("WEBHOOK_SECRET", told.secret)
            .env("WEBHOOK_URL", &url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{name} can't be started ({error}): `cargo xtask setup` installs it")
        });
        let log = Lines::new();
        log.follow(child.stdout.take().expect("piped"));
        log.follow(child.stderr.take().expect("piped"));
        let mut program = Program {
            name,
            url,
            secret: told.secret.to_owned(),
            log,
            _child: child,
        };
        program.listens(told.port).await;
        program
    }
}

impl Program {
    async fn listens(&mut self, port: u16) {
        let what = format!("{} listens", self.name);
        eventually(&what, async || {
            if let Ok(Some(status)) = self._child.try_wait() {
                panic!("{} ended ({status}): {:#?}", self.name, self.log.all());
            }
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()
        })
        .await;
    }
}

/// The endpoint's URL of a program.
pub(crate) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}/hooks?from=nuncio")
}

/// A port that nothing listens on, below those that the system hands out to connections.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 20_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = std::process::id() as u16;
    loop {
        let place = NEXT
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_add(offset.wrapping_mul(211));
        let port = FIRST + place % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
