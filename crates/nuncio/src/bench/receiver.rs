//! The receiver: answers 200 to everything at once, and notes in the ledger what arrived.

use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use super::{
    http::{Connection, Message},
    ledger::Ledger,
    payload,
    signature::Key,
};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// One signature in so many is checked: enough to notice a server that signs wrongly, too few to slow down
/// what is measured on the same cores.
const CHECK_EVERY: u64 = 64;

/// A receiver on a free loopback port; gone when dropped.
pub(super) struct Receiver {
    /// Where it listens.
    pub(super) addr: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    ledger: Arc<Ledger>,
    key: OnceLock<Key>,
    checked: AtomicU64,
    refused: AtomicU64,
}

impl Receiver {
    /// Listens, and writes into `ledger`.
    ///
    /// # Errors
    /// As the system says.
    pub(super) async fn start(ledger: Arc<Ledger>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let shared = Arc::new(Shared {
            ledger,
            key: OnceLock::new(),
            checked: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        Ok(Self {
            addr: listener.local_addr()?,
            shared: Arc::clone(&shared),
            accepting: tokio::spawn(accept(listener, shared)),
        })
    }

    /// Tells the key that signatures are checked with; a second one is not heard.
    pub(super) fn learn(&self, key: Key) {
        let _ = self.shared.key.set(key);
    }

    /// How many signatures were checked, and how many of them were wrong.
    pub(super) fn signatures(&self) -> (u64, u64) {
        let Shared {
            checked, refused, ..
        } = &*self.shared;
        (checked.load(Relaxed), refused.load(Relaxed))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Ends with this task, and all connections with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(stream, Arc::clone(&shared)));
    }
}

async fn answer(stream: TcpStream, shared: Arc<Shared>) -> std::io::Result<()> {
    let mut connection = Connection::over(stream)?;
    while let Some(request) = connection.next().await? {
        shared.note(&request);
        connection.send(ANSWER).await?;
    }
    Ok(())
}

impl Shared {
    fn note(&self, request: &Message<'_>) {
        let Some(number) = payload::number(request.body) else {
            return;
        };
        self.ledger.arrive(number);
        if number % CHECK_EVERY == 0
            && let Some(key) = self.key.get()
        {
            self.checked.fetch_add(1, Relaxed);
            if !key.verifies(request) {
                self.refused.fetch_add(1, Relaxed);
            }
        }
    }
}
