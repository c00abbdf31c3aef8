//! A receiver on the loopback, and how a case is run, named and counted.

use std::{
    fmt::Display,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Generous: only a failure uses it up.
const LIMIT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(30);

/// What went wrong in a case.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Fails a case with the line it stands on.
#[macro_export]
macro_rules! expect {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            return Err(format!("{}:{} {}", file!(), line!(), format!($($what)+)));
        }
    };
}

/// Fails a case unless both are the same.
#[macro_export]
macro_rules! equal {
    ($found:expr, $expected:expr) => {
        // What the expressions hold only in passing lives as long as the comparison.
        match (&$found, &$expected) {
            (found, expected) => $crate::expect!(found == expected, "{found:?}, and not {expected:?}"),
        }
    };
}

/// A value of the library from JSON: its types read what they write.
pub(crate) fn from<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("it fits the type")
}

pub(crate) trait Orderly<T> {
    fn ok_here(self, what: &str) -> Outcome<T>;
}

impl<T, E: Display> Orderly<T> for Result<T, E> {
    fn ok_here(self, what: &str) -> Outcome<T> {
        self.map_err(|error| format!("{what}: {error}"))
    }
}

/// Fails unless the library gives its own error with this status and, where one is named, this code.
pub(crate) fn refused<T>(answer: svix::Result<T>, status: u16, code: &str) -> Outcome {
    match answer {
        Ok(_) => Err(format!("accepted, and not answered {status}")),
        Err(svix::Error::Http(error)) => {
            equal!(error.status.as_u16(), status);
            let found = error.payload.ok_or("an error without a readable body")?.code;
            expect!(code.is_empty() || found == code, "{found}, and not {code}");
            Ok(())
        }
        Err(svix::Error::Validation(error)) => {
            equal!(422, status);
            let list = error.payload.ok_or("a 422 without a readable list")?.detail;
            expect!(!list.is_empty(), "a 422 lists what is wrong");
            Ok(())
        }
        Err(error) => Err(format!("not the library's error for a status: {error}")),
    }
}

/// Asks until the answer is something: what is waited for is known to the server alone.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Outcome<Option<T>>) -> Outcome<T> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        expect!(Instant::now() < end, "not within {LIMIT:?}: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Runs the cases and prints a line for each.
#[derive(Default)]
pub(crate) struct Cases {
    pub(crate) failures: u32,
}

impl Cases {
    pub(crate) async fn run(&mut self, operation: &str, check: impl Future<Output = Outcome>) {
        let line = match check.await {
            Ok(()) => json!({ "operation": operation, "ok": true }),
            Err(error) => {
                self.failures += 1;
                json!({ "operation": operation, "ok": false, "error": error })
            }
        };
        println!("{line}");
    }
}

/// A page of a list, whatever it holds.
pub(crate) struct Page {
    pub(crate) keys: Vec<String>,
    pub(crate) done: bool,
    pub(crate) iterator: Option<String>,
    pub(crate) back: Option<String>,
}

/// The page of a list that the library gives, by a field of its items.
#[macro_export]
macro_rules! page {
    ($list:expr, $key:ident) => {{
        let list = $list;
        $crate::support::Page {
            keys: list.data.into_iter().map(|item| item.$key).collect(),
            done: list.done,
            iterator: list.iterator,
            back: list.prev_iterator,
        }
    }};
}

/// Walks a list to its end and back by the cursors that its pages give; gives the keys in order.
pub(crate) async fn walk(
    size: usize,
    mut list: impl AsyncFnMut(Option<String>) -> Outcome<Page>,
) -> Outcome<Vec<String>> {
    let mut pages = vec![list(None).await?];
    while let Some(last) = pages.last().filter(|page| !page.done) {
        equal!(last.keys.len(), size);
        let next = last.iterator.clone();
        pages.push(list(next).await?);
    }
    let there: Vec<String> = pages.iter().flat_map(|page| page.keys.clone()).collect();
    let mut back: Vec<String> = Vec::new();
    let mut cursor = pages.last().and_then(|page| page.back.clone());
    for _ in 1..pages.len() {
        let page = list(cursor).await?;
        cursor = page.back;
        back.splice(0..0, page.keys);
    }
    equal!(back, there[..back.len()]);
    let mut once = there.clone();
    once.sort();
    once.dedup();
    equal!(once.len(), there.len());
    Ok(there)
}

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// Keeps every request; answers 500 below /fail, else 200.
pub(crate) struct Receiver {
    pub(crate) url: String,
    requests: Mutex<Vec<Request>>,
    news: Condvar,
}

impl Receiver {
    pub(crate) fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let receiver = Arc::new(Self { url, requests: Mutex::default(), news: Condvar::new() });
        let of_the_thread = Arc::clone(&receiver);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let receiver = Arc::clone(&of_the_thread);
                thread::spawn(move || receiver.serve(stream));
            }
        });
        receiver
    }

    /// One request a connection.
    fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let path = line.split(' ').nth(1)?.to_owned();
        let mut headers = HeaderMap::new();
        loop {
            line.clear();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
        }
        let length = headers.get("content-length")?.to_str().ok()?.parse().ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let status = if path.starts_with("/fail") { "500 Internal Server Error" } else { "200 OK" };
        self.requests.lock().ok()?.push(Request { path, headers, body });
        self.news.notify_all();
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 4\r\nconnection: close\r\n\r\nseen");
        reader.get_mut().write_all(answer.as_bytes()).ok()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        let requests = self.requests.lock().expect("no thread panics");
        requests.iter().filter(|one| one.path == path).count()
    }

    /// The nth request for a message at a path, once it has come.
    pub(crate) fn request(&self, path: &str, message: &str, n: usize) -> Outcome<Request> {
        tokio::task::block_in_place(|| {
            let end = Instant::now() + LIMIT;
            let mut requests = self.requests.lock().expect("no thread panics");
            loop {
                let mut of = requests.iter().filter(|one| one.path == path && one.header("svix-id") == message);
                if let Some(found) = of.nth(n - 1) {
                    return Ok(found.clone());
                }
                expect!(Instant::now() < end, "request {n} for {message} has not come to {path}");
                requests = self.news.wait_timeout(requests, PAUSE * 10).expect("no thread panics").0;
            }
        })
    }
}
