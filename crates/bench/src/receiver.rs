//! The receivers: they note in the ledger what arrives and answer 200, or never answer at all.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    task::{JoinHandle, JoinSet},
    time::{interval, sleep},
};
use tokio_rustls::TlsAcceptor;

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

/// Connections that may wait to be accepted: a burst must not be refused.
const BACKLOG: u32 = 4_096;

/// How often the requests at work are looked at, and how many times: ten seconds show how their number grows.
const SAMPLE: Duration = Duration::from_millis(20);
const SAMPLES_MAX: usize = 500;

/// How a receiver treats what it gets.
#[derive(Clone)]
pub(super) enum Temper {
    /// Answers at once.
    Quick,
    /// Takes its time.
    Slow(Duration),
    /// Answers at once, and notes nothing.
    Forgets,
    /// Reads, and never answers.
    Hangs,
}

/// An address whose connections are refused until [`open`](Reserved::open): the port is nobody else's meanwhile.
pub(super) struct Reserved {
    socket: TcpSocket,
    /// Where it will listen.
    pub(super) addr: SocketAddr,
}

impl Reserved {
    /// A free port of a loopback address.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn at(ip: Ipv4Addr) -> std::io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((IpAddr::from(ip), 0).into())?;
        Ok(Self {
            addr: socket.local_addr()?,
            socket,
        })
    }

    /// Listens from now on.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn open(self, temper: Temper, desk: &Arc<Desk>) -> std::io::Result<Receiver> {
        self.open_with(temper, None, desk)
    }

    /// Listens from now on, with TLS.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn open_tls(self, tls: &TlsAcceptor, desk: &Arc<Desk>) -> std::io::Result<Receiver> {
        self.open_with(Temper::Quick, Some(tls.clone()), desk)
    }

    fn open_with(
        self,
        temper: Temper,
        tls: Option<TlsAcceptor>,
        desk: &Arc<Desk>,
    ) -> std::io::Result<Receiver> {
        let listener = self.socket.listen(BACKLOG)?;
        let accepting = accept(listener, temper, tls, Arc::clone(desk));
        Ok(Receiver {
            addr: self.addr,
            accepting: tokio::spawn(accepting),
        })
    }
}

/// A receiver at work; gone, with its connections, when dropped.
pub(super) struct Receiver {
    /// Where it listens.
    pub(super) addr: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Receiver {
    /// One that answers at once, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn start(desk: &Arc<Desk>) -> std::io::Result<Self> {
        Reserved::at(Ipv4Addr::LOCALHOST)?.open(Temper::Quick, desk)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What the receivers of a bench have in common: the ledger, the key, and counts of their own.
pub(super) struct Desk {
    ledger: Arc<Ledger>,
    key: Key,
    checked: AtomicU64,
    refused: AtomicU64,
    /// Connections accepted so far.
    connections: AtomicU64,
    /// Connections that are open, and the most at a time.
    open: AtomicU64,
    open_peak: AtomicU64,
    /// Requests of slow receivers that are not answered yet, and the most at a time since it was last asked.
    at_work: Mutex<(u64, u64)>,
}

impl Desk {
    /// Writes into `ledger` and checks signatures with `key`.
    pub(super) fn new(ledger: Arc<Ledger>, key: Key) -> Arc<Self> {
        Arc::new(Self {
            ledger,
            key,
            checked: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            open: AtomicU64::new(0),
            open_peak: AtomicU64::new(0),
            at_work: Mutex::default(),
        })
    }

    /// How many signatures were checked.
    ///
    /// # Errors
    /// Some were wrong.
    pub(super) fn signatures(&self) -> anyhow::Result<u64> {
        let (checked, refused) = (self.checked.load(Relaxed), self.refused.load(Relaxed));
        anyhow::ensure!(
            refused == 0,
            "{refused} of {checked} signatures that were checked are wrong"
        );
        Ok(checked)
    }

    /// How many connections were accepted so far.
    pub(super) fn connections(&self) -> u64 {
        self.connections.load(Relaxed)
    }

    /// The most connections that were open at a time.
    pub(super) fn connections_peak(&self) -> u64 {
        self.open_peak.load(Relaxed)
    }

    /// The most requests that slow receivers had at a time in each 20 ms, until `done` ends or for the first ten
    /// seconds.
    pub(super) async fn watch<T>(&self, done: impl Future<Output = T>) -> (T, Vec<u64>) {
        let mut done = std::pin::pin!(done);
        let mut ticks = interval(SAMPLE);
        let mut peaks = Vec::new();
        ticks.tick().await;
        self.peak();
        loop {
            tokio::select! {
                result = &mut done => {
                    peaks.push(self.peak());
                    return (result, peaks);
                }
                _ = ticks.tick(), if peaks.len() < SAMPLES_MAX => peaks.push(self.peak()),
            }
        }
    }

    fn peak(&self) -> u64 {
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, peak) = *at_work;
        at_work.1 = now;
        peak
    }

    async fn take_time(&self, time: Duration) {
        let change = |by: i64| {
            let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
            at_work.0 = at_work.0.saturating_add_signed(by);
            at_work.1 = at_work.1.max(at_work.0);
        };
        change(1);
        sleep(time).await;
        change(-1);
    }

    fn note(&self, request: &Message<'_>) {
        let Some(number) = payload::number(request.body) else {
            return;
        };
        self.ledger.arrive(number, request.path_number());
        if number % CHECK_EVERY == 0 {
            self.checked.fetch_add(1, Relaxed);
            if !self.key.verifies(request) {
                self.refused.fetch_add(1, Relaxed);
            }
        }
    }
}

async fn accept(listener: TcpListener, temper: Temper, tls: Option<TlsAcceptor>, desk: Arc<Desk>) {
    // Ends with this task, and all connections with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(welcome(
            stream,
            temper.clone(),
            tls.clone(),
            Arc::clone(&desk),
        ));
        // What has ended is forgotten.
        while connections.try_join_next().is_some() {}
    }
}

async fn welcome(
    stream: TcpStream,
    temper: Temper,
    tls: Option<TlsAcceptor>,
    desk: Arc<Desk>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    desk.connections.fetch_add(1, Relaxed);
    let open = desk.open.fetch_add(1, Relaxed) + 1;
    desk.open_peak.fetch_max(open, Relaxed);
    let ended = match tls {
        None => answer(stream, temper, &desk).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => answer(stream, temper, &desk).await,
            Err(error) => Err(error),
        },
    };
    desk.open.fetch_sub(1, Relaxed);
    ended
}

async fn answer<S>(stream: S, temper: Temper, desk: &Desk) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut connection = Connection::over(stream);
    while let Some(request) = connection.next().await? {
        match temper {
            Temper::Hangs => continue,
            Temper::Forgets => {}
            Temper::Quick => desk.note(&request),
            Temper::Slow(time) => {
                desk.note(&request);
                desk.take_time(time).await;
            }
        }
        connection.send(ANSWER).await?;
    }
    Ok(())
}
