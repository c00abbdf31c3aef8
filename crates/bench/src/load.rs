//! The load: publishers with one connection and one request at a time each, who never wait (closed loop) or who
//! keep to a schedule (open loop).
//!
//! In an open loop an event's time counts from when it should have been sent: a server that stalls makes all later
//! ones late, and hiding that ("coordinated omission") would flatter it.

use std::{
    net::SocketAddr,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};

use super::{http::Connection, ledger::Ledger};

/// How long a publisher waits after "too busy": shorter than the server asks for, since the bench is there to
/// find the limit.
const BUSY_PAUSE: Duration = Duration::from_millis(100);

/// How often the schedule of an open loop lets go what is due: what it adds to a latency is half of it.
const TICK: Duration = Duration::from_micros(250);

/// What is sent: one request after the other, in wire form.
pub(super) trait Requests: Send + 'static {
    /// The request that carries the event of that number, and those after it.
    fn request(&mut self, number: u64) -> &[u8];

    /// How many events a request carries.
    fn events(&self) -> u64 {
        1
    }
}

/// When requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// As soon as a publisher has the answer to its last one.
    Closed,
    /// So many a second, whatever the answers do.
    Open(u32),
}

/// What the publishers of one phase saw.
#[derive(Default)]
pub(super) struct Sent {
    /// From sending a request, or from when it should have been sent, to its 2xx; microseconds, unordered.
    pub(super) latencies_us: Vec<u64>,
    /// Answers of 429 and 503: the request was sent again after a pause.
    pub(super) busy: u64,
    /// When the last 2xx came, in microseconds after the ledger was opened.
    pub(super) last_us: u64,
    /// The events that were sent: from the range's start to below this.
    pub(super) end: u64,
}

/// Sends the events of a range to `addr` with one publisher for each of `requests`, until all are sent or `time` is
/// over.
///
/// # Errors
/// The connection fails, or an answer is neither 2xx nor "too busy"; the message quotes it.
pub(super) async fn drive<R: Requests>(
    addr: SocketAddr,
    requests: Vec<R>,
    numbers: Range<u64>,
    time: Option<Duration>,
    pace: Pace,
    ledger: &Arc<Ledger>,
) -> anyhow::Result<Sent> {
    let mut connections = Vec::new();
    for _ in &requests {
        connections.push(Connection::open(addr).await?);
    }
    let turns = Arc::new(Turns::new(numbers, time, pace, ledger));
    let _schedule = Schedule::start(&turns, ledger);
    let mut publishers = JoinSet::new();
    for (connection, requests) in connections.into_iter().zip(requests) {
        let publisher = Publisher {
            connection,
            requests,
            ledger: Arc::clone(ledger),
            sent: Sent::default(),
        };
        publishers.spawn(publisher.work(Arc::clone(&turns)));
    }
    let mut all = Sent::default();
    while let Some(sent) = publishers.join_next().await {
        all.add(sent??);
    }
    all.end = turns.next.load(Relaxed).min(turns.numbers.end);
    Ok(all)
}

/// Who sends what, and when.
struct Turns {
    numbers: Range<u64>,
    next: AtomicU64,
    began_us: u64,
    end_us: u64,
    pace: Pace,
    /// In an open loop: events that are due.
    due: Semaphore,
}

/// Events that a publisher sends next.
struct Turn {
    number: u64,
    /// When they should be sent; `None` is "now".
    at_us: Option<u64>,
}

impl Turns {
    fn new(numbers: Range<u64>, time: Option<Duration>, pace: Pace, ledger: &Ledger) -> Self {
        let began_us = ledger.now_us();
        let end_us = time.map_or(u64::MAX, |time| began_us + time.as_micros() as u64);
        Self {
            next: AtomicU64::new(numbers.start),
            numbers,
            began_us,
            end_us,
            pace,
            due: Semaphore::new(0),
        }
    }

    /// The next one; `None` when all are sent or the time is over.
    async fn take(&self, events: u64, now_us: impl Fn() -> u64) -> Option<Turn> {
        if let Pace::Open(_) = self.pace {
            // It is closed once the last one was let go and taken.
            self.due.acquire().await.ok()?.forget();
        } else if now_us() >= self.end_us {
            return None;
        }
        let number = self.next.fetch_add(events, Relaxed);
        let at_us = match self.pace {
            Pace::Closed => None,
            Pace::Open(rate) => Some(self.scheduled_us(number, rate)),
        };
        (number < self.numbers.end).then_some(Turn { number, at_us })
    }

    fn scheduled_us(&self, number: u64, rate: u32) -> u64 {
        self.began_us + (number - self.numbers.start) * 1_000_000 / u64::from(rate.max(1))
    }
}

/// Lets go what is due, from a thread of its own: timers of the runtime are as coarse as a millisecond.
struct Schedule(Arc<Turns>);

impl Schedule {
    fn start(turns: &Arc<Turns>, ledger: &Arc<Ledger>) -> Self {
        if let Pace::Open(rate) = turns.pace {
            let (turns, ledger) = (Arc::clone(turns), Arc::clone(ledger));
            std::thread::spawn(move || turns.let_go(rate, &ledger));
        }
        Self(Arc::clone(turns))
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.0.due.close();
    }
}

impl Turns {
    fn let_go(&self, rate: u32, ledger: &Ledger) {
        let mut gone = self.numbers.start;
        while gone < self.numbers.end && !self.due.is_closed() {
            let now = ledger.now_us();
            let until = now.min(self.end_us);
            let first = gone;
            while gone < self.numbers.end && self.scheduled_us(gone, rate) < until {
                gone += 1;
            }
            self.due.add_permits((gone - first) as usize);
            if now >= self.end_us {
                break;
            }
            std::thread::park_timeout(TICK);
        }
        // A closed semaphore gives nothing more, not even what is left in it: that is taken first.
        while self.next.load(Relaxed) < gone && !self.due.is_closed() {
            std::thread::park_timeout(TICK);
        }
        self.due.close();
    }
}

struct Publisher<R> {
    connection: Connection,
    requests: R,
    ledger: Arc<Ledger>,
    sent: Sent,
}

impl<R: Requests> Publisher<R> {
    async fn work(mut self, turns: Arc<Turns>) -> anyhow::Result<Sent> {
        let events = self.requests.events();
        while let Some(turn) = turns.take(events, || self.ledger.now_us()).await {
            self.publish(&turn).await?;
        }
        Ok(self.sent)
    }

    /// Sends a request, again and again while the server is too busy for it.
    async fn publish(&mut self, turn: &Turn) -> anyhow::Result<()> {
        loop {
            let began = turn.at_us.unwrap_or_else(|| self.ledger.now_us());
            for number in turn.number..turn.number + self.requests.events() {
                self.ledger.publish(number, began);
            }
            let request = self.requests.request(turn.number);
            self.connection.send(request).await?;
            let answer = self.connection.next().await?;
            let answer = answer.context("the server closed a connection instead of answering")?;
            match answer.status() {
                200..=299 => {
                    self.sent.last_us = self.ledger.now_us();
                    let latency = self.sent.last_us.saturating_sub(began);
                    self.sent.latencies_us.push(latency);
                    return Ok(());
                }
                429 | 503 => self.sent.busy += 1,
                status => bail!("{status} {}", String::from_utf8_lossy(answer.body)),
            }
            sleep(BUSY_PAUSE).await;
        }
    }
}

impl Sent {
    fn add(&mut self, other: Self) {
        self.latencies_us.extend(other.latencies_us);
        self.busy += other.busy;
        self.last_us = self.last_us.max(other.last_us);
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    struct Hello;

    impl Requests for Hello {
        fn request(&mut self, _: u64) -> &[u8] {
            b"GET / HTTP/1.1\r\n\r\n"
        }
    }

    /// Answers everything on every connection.
    async fn server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut connection = Connection::over(stream);
                    while let Ok(Some(_)) = connection.next().await {
                        let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
                        connection.send(answer).await.unwrap();
                    }
                });
            }
        });
        addr
    }

    #[tokio::test]
    async fn either_loop_sends_each_event_once() {
        for pace in [Pace::Closed, Pace::Open(20_000)] {
            let ledger = Arc::new(Ledger::open(1_000, 1));
            let requests = (0..4).map(|_| Hello).collect();
            let sent = drive(server().await, requests, 10..500, None, pace, &ledger);
            let sent = sent.await.unwrap();
            assert_eq!((sent.latencies_us.len(), sent.end), (490, 500), "{pace:?}");
        }
    }

    #[tokio::test]
    async fn time_ends_a_loop_before_its_events_do() {
        for pace in [Pace::Closed, Pace::Open(1_000)] {
            let ledger = Arc::new(Ledger::open(1, 1));
            let time = Some(Duration::from_millis(20));
            let requests = vec![Hello];
            let sent = drive(
                server().await,
                requests,
                0..100_000_000,
                time,
                pace,
                &ledger,
            );
            let sent = sent.await.unwrap();
            assert_eq!(sent.latencies_us.len() as u64, sent.end, "{pace:?}");
            assert!(sent.end < 100_000_000, "{pace:?}");
        }
    }

    #[tokio::test]
    async fn an_open_loop_counts_from_the_schedule() {
        let ledger = Arc::new(Ledger::open(100, 1));
        let sent = drive(
            server().await,
            vec![Hello],
            0..100,
            None,
            Pace::Open(1_000_000),
            &ledger,
        );
        let latencies = sent.await.unwrap().latencies_us;
        // One publisher for a hundred events that are due at once: the last ones have waited for the others.
        assert!(latencies.last() > latencies.first(), "{latencies:?}");
    }
}
