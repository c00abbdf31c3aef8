//! Receivers whose every answer is given by the test.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use nuncio_domain::{Clock, ErrorClass, Headers, Timestamp, Timings};
use nuncio_engine::{Failure, Outgoing, ReceiverResponse, SendResult, Transport};
use tokio::sync::{mpsc, oneshot};

/// A request that has arrived and waits for its answer. Dropping it leaves the sender waiting for ever.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) url: String,
    pub(crate) method: http::Method,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) timeout: Duration,
    pub(crate) at: Timestamp,
    answer: oneshot::Sender<Answer>,
}

#[derive(Debug)]
enum Answer {
    Exchange(SendResult),
    Panic,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        let header = self.headers.iter().find(|(header, _)| header == name);
        header.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub(crate) fn answer(self, status: u16) {
        self.respond(ReceiverResponse {
            status,
            ..ReceiverResponse::default()
        });
    }

    pub(crate) fn answer_retry_after(self, status: u16, retry_after: &str) {
        self.respond(ReceiverResponse {
            status,
            retry_after: Some(retry_after.to_owned()),
            ..ReceiverResponse::default()
        });
    }

    pub(crate) fn respond(self, response: ReceiverResponse) {
        self.respond_resent(response, false);
    }

    /// Answers; `resent` is whether the transport had to write the request twice.
    pub(crate) fn respond_resent(self, response: ReceiverResponse, resent: bool) {
        self.end(Answer::Exchange(SendResult {
            outcome: Ok(response),
            resent,
            timings: Timings::default(),
            added_headers: Headers::from_iter([("Host", "receiver.example")]),
        }));
    }

    pub(crate) fn fail(self, class: &'static str) {
        self.end(Answer::Exchange(SendResult::failed(
            ErrorClass::of(class),
            "the test said so",
        )));
    }

    /// The answer breaks off behind what has come of it.
    pub(crate) fn break_off(self, class: &'static str, partial: ReceiverResponse) {
        let mut exchange = SendResult::failed(ErrorClass::of(class), "the test said so");
        exchange.outcome = exchange.outcome.map_err(|failure| Failure {
            partial: Some(Box::new(partial)),
            ..failure
        });
        self.end(Answer::Exchange(exchange));
    }

    /// The transport panics.
    pub(crate) fn panic(self) {
        self.end(Answer::Panic);
    }

    fn end(self, answer: Answer) {
        // The sender may be gone by now: after a crash.
        let _ = self.answer.send(answer);
    }
}

/// All receivers of the world.
#[derive(Debug)]
pub(crate) struct Receivers {
    calls: mpsc::UnboundedReceiver<Call>,
    to_test: mpsc::UnboundedSender<Call>,
    hung: Arc<Mutex<Vec<oneshot::Sender<Answer>>>>,
}

impl Default for Receivers {
    fn default() -> Self {
        let (to_test, calls) = mpsc::unbounded_channel();
        Self {
            calls,
            to_test,
            hung: Arc::default(),
        }
    }
}

impl Receivers {
    pub(crate) fn try_next(&mut self) -> Option<Call> {
        self.calls.try_recv().ok()
    }

    /// The next request, whenever it comes.
    pub(crate) async fn next(&mut self) -> Call {
        self.calls.recv().await.expect("this end keeps it open")
    }

    /// Keeps a request waiting for ever.
    pub(crate) fn hang(&self, call: Call) {
        self.hung
            .lock()
            .expect("nobody panics with it")
            .push(call.answer);
    }

    pub(crate) fn transport(&self, clock: Arc<impl Clock>) -> TestTransport {
        TestTransport {
            to_test: self.to_test.clone(),
            clock,
        }
    }
}

pub(crate) struct TestTransport {
    to_test: mpsc::UnboundedSender<Call>,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Transport for TestTransport {
    async fn send(&self, outgoing: Outgoing<'_>) -> SendResult {
        let (answer, answered) = oneshot::channel();
        let call = Call {
            url: outgoing.url.to_owned(),
            method: outgoing.method,
            headers: outgoing
                .headers
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: outgoing.body,
            timeout: outgoing.timeout,
            at: self.clock.steady(),
            answer,
        };
        self.to_test.send(call).expect("the test is there");
        match answered.await {
            Ok(Answer::Exchange(exchange)) => exchange,
            // A panic of which nothing is printed: the simulation has thousands.
            Ok(Answer::Panic) => std::panic::resume_unwind(Box::new("the transport broke off")),
            Err(_) => std::future::pending().await,
        }
    }
}
