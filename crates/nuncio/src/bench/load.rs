//! The load: publishers in a closed loop, each with one connection and one request at a time.

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
use tokio::{task::JoinSet, time::sleep};

use super::{http::Connection, ledger::Ledger};

/// How long a publisher waits after "too busy": shorter than the server asks for, since the bench is there to
/// find the limit.
const BUSY_PAUSE: Duration = Duration::from_millis(100);

/// What is sent: one request after the other, in wire form.
pub(super) trait Requests: Send + 'static {
    /// The request that carries the event of that number.
    fn request(&mut self, number: u64) -> &[u8];
}

/// What the publishers of one phase saw.
#[derive(Default)]
pub(super) struct Sent {
    /// From sending a request to its 2xx, microseconds, unordered.
    pub(super) latencies_us: Vec<u64>,
    /// Answers of 429 and 503: the request was sent again after a pause.
    pub(super) busy: u64,
    /// When the last 2xx came, in microseconds after the ledger was opened.
    pub(super) last_us: u64,
}

/// Sends the events of a range to `addr`, as fast as one publisher for each of `requests` can.
///
/// # Errors
/// The connection fails, or an answer is neither 2xx nor "too busy"; the message quotes it.
pub(super) async fn drive<R: Requests>(
    addr: SocketAddr,
    requests: Vec<R>,
    numbers: Range<u64>,
    ledger: &Arc<Ledger>,
) -> anyhow::Result<Sent> {
    let next = Arc::new(AtomicU64::new(numbers.start));
    let mut publishers = JoinSet::new();
    for requests in requests {
        let (next, ledger) = (Arc::clone(&next), Arc::clone(ledger));
        publishers.spawn(async move {
            let mut publisher = Publisher {
                connection: Connection::open(addr).await?,
                requests,
                ledger,
                sent: Sent::default(),
            };
            loop {
                let number = next.fetch_add(1, Relaxed);
                if number >= numbers.end {
                    return anyhow::Ok(publisher.sent);
                }
                publisher.publish(number).await?;
            }
        });
    }
    let mut all = Sent::default();
    while let Some(sent) = publishers.join_next().await {
        all.add(sent??);
    }
    Ok(all)
}

struct Publisher<R> {
    connection: Connection,
    requests: R,
    ledger: Arc<Ledger>,
    sent: Sent,
}

impl<R: Requests> Publisher<R> {
    /// Sends one event, again and again while the server is too busy for it.
    async fn publish(&mut self, number: u64) -> anyhow::Result<()> {
        loop {
            self.ledger.publish(number);
            let began = self.ledger.now_us();
            self.connection.send(self.requests.request(number)).await?;
            let answer = self.connection.next().await?;
            let answer = answer.context("the server closed a connection instead of answering")?;
            match answer.status() {
                200..=299 => {
                    self.sent.last_us = self.ledger.now_us();
                    self.sent.latencies_us.push(self.sent.last_us - began);
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
