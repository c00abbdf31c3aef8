//! A world for the engine: a store in memory, receivers played by the test, a clock that stands still.
//!
//! Everything runs on one thread, so "nothing happens any more" is a fact, not a guess: [`World::settle`].

mod clock;
mod commits;
mod endpoint;
mod planted;
mod receivers;
mod store;
mod work;

use std::{sync::Arc, time::Duration};

use nuncio_domain::{Clock, Entropy, SeededEntropy, State, Timestamp};
use nuncio_engine::{Drained, Engine, EngineOptions, LaneWindow, Limits};
use nuncio_store::{EndpointKey, Work};

pub(crate) use clock::WorldClock;
pub(crate) use commits::Uncommitted;
pub(crate) use endpoint::EndpointSpec;
pub(crate) use planted::{Bug, Ports};
pub(crate) use receivers::{Call, Receivers};
pub(crate) use store::MemoryStore;

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_ms(1_777_206_896_000);

/// A stand-in for chance: jitter is what the test says, ids count up.
pub(crate) struct FixedJitter {
    fraction: f64,
    ids: SeededEntropy,
}

impl FixedJitter {
    pub(crate) fn new(fraction: f64) -> Self {
        Self::seeded(fraction, 1)
    }

    /// The same with other ids.
    pub(crate) fn seeded(fraction: f64, seed: u64) -> Self {
        Self {
            fraction,
            ids: SeededEntropy::new(seed),
        }
    }
}

impl Entropy for FixedJitter {
    fn fill(&self, out: &mut [u8]) {
        self.ids.fill(out);
    }
    fn fraction(&self) -> f64 {
        self.fraction
    }
}

pub(crate) struct World {
    pub(crate) clock: Arc<WorldClock>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) receivers: Receivers,
    pub(crate) limits: Limits,
    pub(crate) jitter: f64,
    /// What is wrong with what the engine works with, and how often that shows.
    pub(crate) bug: Option<(Bug, Arc<SeededEntropy>)>,
    engine: Option<Engine>,
}

/// Runs transformations. Their deadline is on the wall clock, whatever clock a test has.
#[allow(
    clippy::disallowed_methods,
    reason = "a deadline on the wall clock needs the wall clock"
)]
pub(crate) fn transformer() -> nuncio_transform::Transformer {
    let began = std::time::Instant::now();
    nuncio_transform::Transformer::new(Default::default(), move || began.elapsed())
}

impl World {
    /// A world with its engine running.
    pub(crate) fn new() -> Self {
        let mut world = Self::asleep(Limits::default());
        world.start();
        world
    }

    /// A world whose engine is not running yet.
    pub(crate) fn asleep(limits: Limits) -> Self {
        Self {
            clock: Arc::new(WorldClock::new(START)),
            store: Arc::new(MemoryStore::default()),
            receivers: Receivers::default(),
            limits,
            jitter: 0.0,
            bug: None,
            engine: None,
        }
    }

    pub(crate) fn start(&mut self) {
        let options = EngineOptions {
            limits: self.limits,
            user_agent: "Nuncio/test".to_owned(),
            origin: "sender.example".to_owned(),
            transformer: transformer(),
        };
        let mut ports = Ports {
            store: Arc::clone(&self.store) as Arc<dyn Work>,
            transport: Arc::new(self.receivers.transport(Arc::clone(&self.clock))),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
        };
        if let Some((bug, entropy)) = &self.bug {
            ports = ports.with(*bug, entropy);
        }
        self.engine = Some(Engine::start(
            options,
            ports.store,
            ports.transport,
            ports.clock,
            Arc::new(FixedJitter::new(self.jitter)),
        ));
    }

    /// The engine is gone from one moment to the next, as by a kill.
    pub(crate) async fn crash(&mut self) {
        self.engine = None;
        self.settle().await;
        // What the store had to say is gone too. There must be something to take, or taking it waits.
        self.store.feed().job();
        self.forget_notices().await;
    }

    /// Everything that was noticed so far is forgotten, as by a restart: it is in the store alone.
    pub(crate) async fn forget_notices(&mut self) {
        self.store.feed().next(usize::MAX).await;
    }

    pub(crate) async fn shutdown(&mut self, limit: Duration) -> Drained {
        let engine = self.engine.take().expect("the engine is running");
        engine.shutdown(limit).await.expect("the store is there")
    }

    pub(crate) fn take_engine(&mut self) -> Engine {
        self.engine.take().expect("the engine is running")
    }

    /// The lanes of the engine that is running.
    pub(crate) fn lanes(&self) -> LaneWindow {
        self.engine.as_ref().expect("the engine is running").lanes()
    }

    /// Makes an endpoint.
    pub(crate) fn endpoint(&self, spec: EndpointSpec) -> EndpointKey {
        self.store.put_endpoint(spec)
    }

    /// Publishes an event to an endpoint now.
    pub(crate) fn publish(&self, endpoint: EndpointKey) -> nuncio_domain::DeliveryId {
        self.store.publish(endpoint, self.clock.steady())
    }

    /// Lets every task run until none can go on without news or time.
    pub(crate) async fn settle(&self) {
        // Far more turns than the longest chain of tasks that wake one another.
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }

    /// The next request, with the clock going on to whatever the engine waits for, but not past `until`.
    pub(crate) async fn call_until(&mut self, until: Timestamp) -> Option<Call> {
        loop {
            self.settle().await;
            if let Some(call) = self.receivers.try_next() {
                return Some(call);
            }
            let next = self.clock.next_wake().filter(|next| *next <= until)?;
            self.clock.advance(next.since(self.clock.steady()));
        }
    }

    /// The next request, at whatever time it comes.
    pub(crate) async fn call(&mut self) -> Call {
        let far = START + Duration::from_secs(365 * 24 * 60 * 60);
        self.call_until(far).await.expect("a request comes")
    }

    /// The next request without any time going by.
    pub(crate) async fn call_now(&mut self) -> Option<Call> {
        self.settle().await;
        self.receivers.try_next()
    }

    /// Lets time go by, as far as the engine is concerned in one jump.
    pub(crate) async fn advance(&self, length: Duration) {
        self.settle().await;
        self.clock.advance(length);
        self.settle().await;
    }

    pub(crate) fn state(&self, delivery: nuncio_domain::DeliveryId) -> State {
        self.store.progress(delivery).state
    }
}
