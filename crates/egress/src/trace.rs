//! How far did a request get, and how long did each phase take?

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::body::BodyReader;
use crate::head::Head;
use crate::response::Response;
use crate::send_error::{Phase, SendError};

/// How long the phases of one request took, in microseconds. A phase that did
/// not happen or did not end is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PhaseTimings {
    /// Resolving the name.
    pub dns_us: Option<u32>,
    /// Connecting by TCP, over all addresses that were tried.
    pub connect_us: Option<u32>,
    /// The TLS handshake.
    pub tls_us: Option<u32>,
    /// From the start of the request to the end of the response headers.
    pub first_byte_us: Option<u32>,
    /// From the start of the request to its end, whatever it was.
    pub total_us: u32,
    /// An idle connection was used, so there was nothing to connect.
    pub reused: bool,
}

/// The running record of one request.
pub(crate) struct Trace {
    started: Instant,
    phase_started: Instant,
    phase: Phase,
    pub(crate) timings: PhaseTimings,
    pub(crate) peer: Option<SocketAddr>,
    /// The status of the answer, once its line has come.
    pub(crate) status: Option<u16>,
    /// The answer, as far as it has come, once its head has.
    pub(crate) reading: Option<(Head, BodyReader)>,
    /// The request was sent again after a reused connection had ended without an answer.
    pub(crate) resent: bool,
}

impl Trace {
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self {
            started: now,
            phase_started: now,
            phase: Phase::Dns,
            timings: PhaseTimings::default(),
            peer: None,
            status: None,
            reading: None,
            resent: false,
        }
    }

    /// A request begins to be written to a connection: nothing of an answer is known yet.
    pub(crate) fn begin_exchange(&mut self) {
        self.status = None;
        self.reading = None;
        self.enter(Phase::Headers);
    }

    /// For how long the current phase has lasted.
    pub(crate) fn in_phase(&self) -> Duration {
        self.phase_started.elapsed()
    }

    /// What came of an answer that broke off.
    pub(crate) fn partial(&mut self) -> Option<Response> {
        match self.reading.take() {
            Some((head, body)) => Some(Response::new(head, body)),
            None => self.status.map(Response::of_status),
        }
    }

    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.phase_started = Instant::now();
    }

    /// Records the end of the current phase.
    pub(crate) fn leave(&mut self) {
        let took = Some(micros(self.phase_started.elapsed()));
        match self.phase {
            Phase::Dns => self.timings.dns_us = took,
            Phase::Connect => self.timings.connect_us = took,
            Phase::Tls => self.timings.tls_us = took,
            Phase::Headers => self.timings.first_byte_us = Some(micros(self.started.elapsed())),
            Phase::Body => {}
        }
    }

    /// The error of a request whose deadline struck now.
    pub(crate) fn timed_out(&self, deadline: Duration) -> SendError {
        match self.phase {
            Phase::Connect => SendError::ConnectTimeout,
            phase @ (Phase::Dns | Phase::Tls | Phase::Headers | Phase::Body) => {
                SendError::Timeout { phase, deadline }
            }
        }
    }

    pub(crate) fn finish(&mut self) {
        self.timings.total_us = micros(self.started.elapsed());
    }
}

fn micros(duration: Duration) -> u32 {
    // Saturates after 71 minutes; deadlines are seconds.
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}
