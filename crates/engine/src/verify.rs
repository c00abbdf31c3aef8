//! Has an endpoint shown that it wants deliveries? Makes the handshakes that are asked for, in the way of each endpoint's
//! dialect.
//!
//! What is to be made stands in the store, with the time; this only carries it out, and writes down what came of it. A
//! crash repeats a handshake, never loses one.

use std::{
    collections::HashSet,
    convert::Infallible,
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::Method;
use nuncio_dialect::{HandshakeRequest, SigningKey};
use nuncio_domain::{
    DeliveryId, ErrorClass, EventContent, EventId, EventTypeName, HandshakeResult, Headers, Mask,
    Timestamp,
};
use nuncio_egress::Owner;
use nuncio_store::{EndpointKey, Sending};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
};

use crate::{
    agenda::Agenda,
    catch::catch,
    delivery::{
        deliver::Courier,
        keys::KeyCache,
        render::{AuthHeader, ToRender, render_with},
        send::{Outgoing, ReceiverResponse, SendResult},
    },
};

/// Handshakes that are under way at the same time: they are rare, and must not get in the way of deliveries.
const AT_A_TIME: usize = 16;
/// How long after the store, or our own lack of resources, prevented one it is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// How soon it is looked again whether an endpoint of another node's has become ours: that node may be gone.
const ELSEWHERE: Duration = Duration::from_secs(5);
/// What a handshake is called where a dialect names the type of an event in a header.
const EVENT_TYPE: &str = "endpoint.verification";
/// Characters of a challenge: 120 random bits in text that any program can handle.
const CHALLENGE_CHARS: usize = 24;

/// Which endpoints have a handshake to be made, and when. Told by the dispatcher, who hears of every change.
#[derive(Debug, Default)]
pub(crate) struct ToVerify {
    agenda: Mutex<Agenda>,
    news: Notify,
}

impl ToVerify {
    /// Notes that an endpoint's handshake is to be made at `at`, on the steady clock.
    pub(crate) fn note(&self, endpoint: EndpointKey, at: Timestamp) {
        let mut agenda = self.agenda.lock().unwrap_or_else(PoisonError::into_inner);
        agenda.note(endpoint, at);
        drop(agenda);
        self.news.notify_one();
    }

    fn pop(&self, now: Timestamp) -> Option<EndpointKey> {
        let mut agenda = self.agenda.lock().unwrap_or_else(PoisonError::into_inner);
        agenda.pop(now)
    }

    fn next(&self) -> Option<Timestamp> {
        let agenda = self.agenda.lock().unwrap_or_else(PoisonError::into_inner);
        agenda.next()
    }
}

/// Makes handshakes.
pub(crate) struct Verifier {
    courier: Arc<Courier>,
    wanted: Arc<ToVerify>,
    /// What the sender is called to receivers that allow senders by name.
    origin: Arc<str>,
    under_way: HashSet<EndpointKey>,
    tasks: JoinSet<(EndpointKey, Option<Timestamp>)>,
}

impl Verifier {
    pub(crate) fn new(courier: Arc<Courier>, wanted: Arc<ToVerify>, origin: Arc<str>) -> Self {
        Self {
            courier,
            wanted,
            origin,
            under_way: HashSet::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Works for ever.
    pub(crate) async fn run(mut self) {
        self.recover().await;
        loop {
            self.start();
            let clock = Arc::clone(&self.courier.clock);
            let next = self.wanted.next().filter(|_| self.has_room());
            let sleep = async {
                match next {
                    Some(at) => clock.sleep_until(at).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                Some(ended) = self.tasks.join_next() => self.end(ended),
                () = self.wanted.news.notified() => {}
                () = sleep => {}
            }
        }
    }

    /// Finds what was to be made before the program began.
    async fn recover(&self) {
        for endpoint in self.courier.store.unverified_endpoints().await {
            self.wanted.note(endpoint, self.courier.clock.steady());
        }
    }

    fn has_room(&self) -> bool {
        self.under_way.len() < AT_A_TIME
    }

    fn start(&mut self) {
        let now = self.courier.clock.steady();
        while self.has_room()
            && let Some(endpoint) = self.wanted.pop(now)
        {
            // Whoever is under way looks again at its end.
            if !self.under_way.insert(endpoint) {
                continue;
            }
            let (courier, origin) = (Arc::clone(&self.courier), Arc::clone(&self.origin));
            self.tasks.spawn(async move {
                let verified = catch(Box::pin(verify(&courier, endpoint, &origin))).await;
                let next = verified.unwrap_or_else(|message| {
                    tracing::error!(
                        endpoint = endpoint.0,
                        message,
                        "a handshake panicked: it is made again"
                    );
                    Some(courier.clock.steady() + AGAIN)
                });
                (endpoint, next)
            });
        }
    }

    fn end(&mut self, ended: Result<(EndpointKey, Option<Timestamp>), JoinError>) {
        match ended {
            Ok((endpoint, next)) => {
                self.under_way.remove(&endpoint);
                if let Some(at) = next {
                    self.wanted.note(endpoint, at);
                }
            }
            Err(error) => tracing::error!(%error, "a task of the engine broke off"),
        }
    }
}

/// Makes the handshake of an endpoint if it is to be made now. Returns when to look again, on the steady clock.
async fn verify(courier: &Courier, endpoint: EndpointKey, origin: &str) -> Option<Timestamp> {
    let sending = courier.store.sending(endpoint).await?;
    let wanted = sending.endpoint.verification.next_at?;
    // A change of the endpoint is told, and leads here again.
    if sending.waiting.is_some_and(|waiting| waiting.lets_tests()) {
        return None;
    }
    let (wall, steady) = (courier.clock.now(), courier.clock.steady());
    if courier.epoch(&sending).is_none() {
        return Some(steady + ELSEWHERE);
    }
    if wanted > wall {
        return Some(steady + wanted.since(wall));
    }
    let Some(verified) = make(courier, endpoint, &sending, origin, wall).await else {
        return Some(courier.clock.steady() + AGAIN);
    };
    if let Err(detail) = &verified.outcome {
        let id = sending.endpoint.id;
        tracing::info!(endpoint = %id, detail, "an endpoint could not be verified");
    }
    let asked_at = sending.endpoint.verification.asked_at;
    match courier.store.verified(endpoint, asked_at, verified).await {
        // It may have failed and be made again later, or have been asked for again meanwhile.
        Ok(()) => Some(courier.clock.steady()),
        Err(error) => {
            tracing::warn!(%error, "what a handshake came to could not be written down: it is made again");
            Some(courier.clock.steady() + AGAIN)
        }
    }
}

/// Asks the receiver and judges its answer. `None` if the server lacked what that takes.
async fn make(
    courier: &Courier,
    endpoint: EndpointKey,
    sending: &Arc<Sending>,
    origin: &str,
    at: Timestamp,
) -> Option<HandshakeResult> {
    let failed = |detail: String| {
        Some(HandshakeResult {
            at,
            status_code: None,
            outcome: Err(detail),
        })
    };
    let dialect = &sending.dialect.dialect;
    let challenge = challenge(courier, origin, dialect.asks_for_an_origin());
    let Some(request) = dialect.handshake_request(&challenge) else {
        return Some(HandshakeResult {
            at,
            status_code: None,
            outcome: Ok(None),
        });
    };
    let keys = match KeyCache::default().in_force(sending, at) {
        Ok(keys) => keys,
        Err(error) => return failed(format!("the endpoint's secret can't sign: {error}")),
    };
    let authorization = match courier.authorize(endpoint, sending).await {
        Ok(authorization) => authorization,
        Err(failure) if failure.class == ErrorClass::LOCAL_RESOURCES => return None,
        Err(failure) => {
            let mask = Mask::new(&sending.endpoint, dialect);
            return failed(mask.answer_text(&failure.detail).into_owned());
        }
    };
    let auth = authorization.header();
    let (method, headers, body) = write(courier, sending, (request, auth), &keys, at);
    let owner = Owner {
        project: sending.project,
        tenant: sending.endpoint.tenant.clone(),
    };
    let outgoing = Outgoing {
        url: &sending.endpoint.url,
        owner: &owner,
        tls: sending.endpoint.tls.as_ref(),
        method,
        headers: &headers,
        body,
        timeout: Duration::from_millis(u64::from(sending.policy.timeout_ms)),
    };
    let SendResult { outcome, .. } = courier.transport.send(outgoing).await;
    match outcome {
        Ok(response) => Some(HandshakeResult {
            at,
            status_code: Some(response.status),
            outcome: judge(sending, &challenge, &response, keys.first()),
        }),
        Err(failure) if failure.class == ErrorClass::LOCAL_RESOURCES => None,
        Err(failure) => failed(format!("there was no answer: {}", failure.detail)),
    }
}

/// What the endpoint has to send back; where it has to name who may send, that is the sender's own name.
fn challenge(courier: &Courier, origin: &str, by_origin: bool) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    if by_origin {
        return origin.to_owned();
    }
    let mut bytes = [0; CHALLENGE_CHARS];
    courier.entropy.fill(&mut bytes);
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    bytes.into_iter().map(letter).collect()
}

/// The request: signed as an event's would be where it has a body.
fn write(
    courier: &Courier,
    sending: &Sending,
    (request, authorization): (HandshakeRequest, Option<AuthHeader<'_>>),
    keys: &[SigningKey],
    at: Timestamp,
) -> (Method, Headers, Bytes) {
    let endpoint = &sending.endpoint;
    match request {
        HandshakeRequest::Post { body } => {
            let id = EventId::new(at.ms(), courier.entropy.ten());
            let event = EventContent {
                id,
                source_id: None,
                tenant: endpoint.tenant.clone(),
                event_type: EventTypeName::parse(EVENT_TYPE)
                    .expect("the name follows the rule for names"),
                time: at,
                data: "{}".into(),
                extras: None,
            };
            let rendered = render_with(
                &ToRender {
                    event: &event,
                    delivery: DeliveryId::derive(id, endpoint.id, 0),
                    endpoint,
                    dialect: &sending.dialect.dialect,
                    keys,
                    at,
                    metadata: &sending.metadata,
                    number: 1,
                    last_failure: None,
                    user_agent: &courier.user_agent,
                    change: None,
                    authorization,
                },
                |_| Ok::<_, Infallible>(body),
            );
            let rendered = match rendered {
                Ok(rendered) => rendered,
                Err(never) => match never {},
            };
            (Method::POST, rendered.headers, rendered.body)
        }
        HandshakeRequest::Options { header } => {
            let mut headers = Headers::default();
            headers.push(&header.name, &header.value);
            // A rate is asked for only where there is one.
            if let (Some(name), Some(rate)) = (
                sending.dialect.dialect.handshake_rate_request(),
                endpoint.rate_limit,
            ) {
                headers.push(name, &rate.saturating_mul(60).to_string());
            }
            for (name, value) in sending.dialect.dialect.sender_lines(&courier.user_agent) {
                headers.push(name, value);
            }
            if let Some(auth) = authorization {
                headers.push(auth.name, auth.value);
            }
            for (name, value) in &endpoint.headers {
                headers.push(name, value);
            }
            (Method::OPTIONS, headers, Bytes::new())
        }
    }
}

fn judge(
    sending: &Sending,
    challenge: &str,
    response: &ReceiverResponse,
    key: Option<&SigningKey>,
) -> Result<Option<u32>, String> {
    if !(200..=299).contains(&response.status) {
        return Err(format!("the receiver answered {}", response.status));
    }
    let dialect = &sending.dialect.dialect;
    let key = key.ok_or("the endpoint has no secret to check the answer with")?;
    let headers: Vec<_> = response.headers.iter().collect();
    dialect
        .check_handshake(challenge, &headers, &response.body, key)
        .map_err(|error| match dialect.asks_for_an_origin() {
            true => format!("the receiver did not allow `{challenge}` to send to it: {error}"),
            false => format!("the answer did not hold the challenge: {error}"),
        })?;
    Ok(dialect.handshake_rate_answer(&headers))
}
