//! What every handler works with.

mod apart;
mod failures;
mod own_address;
pub(crate) mod rates;
pub(crate) mod schemas;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use ipnet::IpNet;
use nuncio_domain::{AuditId, Clock, Entropy, EventId, LaneTotals, LaneView, Timestamp};
use nuncio_egress::Guard;
use nuncio_store::Store;
use nuncio_transform::Transformer;
use utoipa::openapi::OpenApi as Document;

use crate::{
    http::{
        body_budget::Bodies,
        body_turns::BodyTurns,
        listener::ListenerCounters,
        metrics::{Counters, limit_text},
        query::Parameterised,
        request_id::RequestIds,
    },
    state::{failures::Failures, own_address::OwnAddress, rates::Rates, schemas::Schemas},
};

/// What the API is made of: everything that it asks of the world.
#[derive(Clone)]
pub struct ApiState {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Which URLs endpoints may have.
    pub guard: Arc<Guard>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for ids, keys and secrets.
    pub entropy: Arc<dyn Entropy>,
    /// The work on endpoints, to be looked at; [`NoLanes`](nuncio_domain::NoLanes) where nobody works.
    pub lanes: Arc<dyn LaneView>,
    /// What runs endpoints' transformations.
    pub transformer: Transformer,
    /// What the operator has set.
    pub settings: ApiSettings,
}

/// What the operator has set.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// SHA-256 of the admin key's text.
    pub admin_key_sha256: [u8; 32],
    /// The program's version, as `/metrics` and `/healthz` tell it.
    pub version: &'static str,
    /// SHA-256 of the key that `/metrics` asks for, if it asks for one. The admin's opens it too.
    pub metrics_key_sha256: Option<[u8; 32]>,
    /// What the listener counts.
    pub listener: Arc<ListenerCounters>,
    /// The server's public URL, if the operator has set it.
    pub public_url: Option<String>,
    /// The addresses that the server listens on, if there are any.
    pub listen: Vec<SocketAddr>,
    /// Whether it speaks TLS at these.
    pub tls: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// [`ApiState`] with what the API itself keeps between requests.
pub(crate) struct Server {
    pub(crate) state: ApiState,
    pub(crate) schemas: Schemas,
    pub(crate) counters: Counters,
    pub(crate) request_ids: RequestIds,
    pub(crate) own: OwnAddress,
    pub(crate) failures: Failures,
    pub(crate) rates: Rates,
    pub(crate) bodies: Arc<Bodies>,
    pub(crate) body_turns: BodyTurns,
    last_event: Mutex<EventId>,
    last_audit: Mutex<AuditId>,
    pub(crate) parameterised: Parameterised,
    /// Makes the document that describes the routes.
    pub(crate) document: fn() -> Document,
}

/// The state of the router.
pub(crate) type Shared = Arc<Server>;

impl Server {
    pub(crate) fn new(
        state: ApiState,
        parameterised: Parameterised,
        document: fn() -> Document,
    ) -> Shared {
        let mut process = [0; 8];
        state.entropy.fill(&mut process);
        let settings = &state.settings;
        let own = OwnAddress::new(
            settings.public_url.as_deref(),
            settings.listen.clone(),
            settings.tls,
        );
        Arc::new(Self {
            own,
            failures: Failures::default(),
            rates: Rates::default(),
            bodies: Arc::default(),
            body_turns: BodyTurns::default(),
            request_ids: RequestIds::new(process),
            last_event: Mutex::new(EventId::from_bits(0)),
            last_audit: Mutex::new(AuditId::from_bits(0)),
            state,
            parameterised,
            document,
            schemas: Schemas::default(),
            counters: Counters::default(),
        })
    }

    /// The text of `/metrics`.
    pub(crate) fn metrics(&self, lanes: Option<&LaneTotals>) -> String {
        let settings = &self.state.settings;
        let limits = limit_text(&settings.listener, &self.bodies, self.rates.refused());
        self.counters.text(settings.version, &limits, lanes)
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.state.store
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// The steady clock, which schedules go by.
    pub(crate) fn steady_now(&self) -> Timestamp {
        self.state.clock.steady()
    }

    /// When the steady clock will show a wall time; `now` is what the wall clock shows. What is past is due at once.
    pub(crate) fn steady(&self, at: Timestamp, now: Timestamp) -> Timestamp {
        let steady = self.steady_now();
        if at <= now {
            return steady;
        }
        Timestamp::from_ms(at.ms().saturating_add(skew_ms(steady, now)))
    }

    /// An id for an event accepted at `now`, greater than every one before it: events of one millisecond are listed
    /// in the order in which they came (RFC 9562, 6.2).
    pub(crate) fn event_id(&self, now: Timestamp) -> EventId {
        let fresh = EventId::new(now.ms(), self.random());
        let mut last = self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *last = fresh.after(*last);
        *last
    }

    /// The same for an entry of the audit log, and for those that the same request may leave behind it.
    pub(crate) fn audit_id(&self, now: Timestamp) -> AuditId {
        let fresh = AuditId::new(now.ms(), self.random());
        let mut last = self
            .last_audit
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let id = fresh.after(*last);
        *last = AuditId::from_bits(id.bits().saturating_add(ENTRIES_OF_A_REQUEST_MAX));
        id
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.state.entropy.fill(&mut bytes);
        bytes
    }
}

/// A batch of a thousand events may be for as many tenants that were not there.
const ENTRIES_OF_A_REQUEST_MAX: u128 = 1_024;

/// How far the steady clock is ahead of the wall clock, in whole seconds of milliseconds. They are read one after
/// the other and cut to milliseconds each: a schedule that said "12:00:00" must not say "11:59:59.999" for that.
fn skew_ms(steady: Timestamp, wall: Timestamp) -> i64 {
    const SECOND_MS: i64 = 1_000;
    let skew_ms = steady.ms().saturating_sub(wall.ms());
    skew_ms.saturating_add(SECOND_MS / 2).div_euclid(SECOND_MS) * SECOND_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_were_read_a_moment_apart_agree() {
        let check = |steady_ms: i64, wall_ms: i64, expected: i64| {
            let steady = Timestamp::from_ms(steady_ms);
            let skew = skew_ms(steady, Timestamp::from_ms(wall_ms));
            assert_eq!(skew, expected, "{steady_ms} and {wall_ms}");
        };
        check(1_000_000, 1_000_000, 0);
        check(1_000_001, 1_000_000, 0);
        check(999_999, 1_000_000, 0);
        check(1_000_400, 1_000_000, 0);
        check(4_600_003, 1_000_000, 3_600_000);
        check(1_000_000, 87_399_998, -86_400_000);
    }
}
