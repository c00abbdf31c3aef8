//! Random work, faults and changes from one seed; the promises hold for every seed.
//!
//! A seed that fails is printed: make it a test of its own with [`simulate`].

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use nuncio_domain::{Clock, EventId, SeededEntropy, State, Throttled, Timestamp};
use nuncio_engine::Limits;
use nuncio_store::{EndpointKey, OrderingHash};

use crate::support::{Call, EndpointSpec, World};

const ENDPOINTS: i64 = 6;
/// The endpoint whose receiver is down all the time: it is given up, and tried again.
const DOWN: i64 = 2;
/// The endpoint whose receiver asks for less most of the time, in words of all kinds.
const THROTTLES: i64 = 3;
/// The same under a dialect for which such an answer uses an attempt up.
const THROTTLES_COUNTED: i64 = 4;
/// What they say.
const RETRY_AFTER: [&str; 6] = ["0", "1", "3", "90", "Sun Nov  6 08:49:37 1994", "soon"];
/// As many as the store lets through when it is not slow.
const LOOKS: usize = 1_000;
const STEPS: usize = 300;
/// A few hundred, which take some ten seconds in a debug build.
const SEEDS: u64 = 300;
/// More of them: `cargo xtask sim --seeds 20000`.
const SEEDS_WANTED: Option<&str> = option_env!("NUNCIO_SIMULATION_SEEDS");

#[tokio::test]
async fn every_seed_keeps_the_promises() {
    let wanted = SEEDS_WANTED.map(|seeds| seeds.parse().expect("it is a number"));
    for seed in 0..wanted.unwrap_or(SEEDS) {
        simulate(seed).await;
    }
}

struct Simulation {
    seed: u64,
    entropy: SeededEntropy,
    world: World,
    endpoints: Vec<EndpointKey>,
    /// Endpoints that may get something now, by URL.
    enabled: HashMap<String, bool>,
    open: Vec<Call>,
    limits: Limits,
    /// Notices of fresh events that have not come through yet, in their order.
    notices: VecDeque<Box<dyn FnOnce()>>,
    looks_are_slow: bool,
    calls: usize,
    /// Calls that were answered as if the server had lacked what it takes: they have no record.
    starved: usize,
    /// How many calls crashes may have left without a record.
    cut_off_max: usize,
}

async fn simulate(seed: u64) {
    let mut simulation = Simulation::new(seed);
    for _ in 0..STEPS {
        simulation.step().await;
        simulation.take_calls();
    }
    simulation.finish().await;
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let entropy = SeededEntropy::new(seed);
        let limits = Limits {
            in_flight_max: 2 + below(&entropy, 12),
            lane_in_flight_max: 1 + below(&entropy, 6),
            lane_queue_max: 1 + below(&entropy, 8),
            lane_burst_max: 1 + below(&entropy, 16),
            queued_max: 2 + below(&entropy, 20),
            looks_max: 1 + below(&entropy, 3),
            ..Limits::default()
        };
        let mut world = World::asleep(limits);
        world.start();
        let mut enabled = HashMap::new();
        let endpoints = (1..=ENDPOINTS)
            .map(|number| {
                let mut spec = EndpointSpec::new(number, "standard").retry(&[0, 1, 5, 60]);
                spec.rate_limit = (number == 1).then_some(3);
                spec.throttled = (number == THROTTLES_COUNTED).then_some(Throttled::Attempt);
                spec.tenant = format!("tenant-{}", number % 3);
                enabled.insert(spec.url(), true);
                world.endpoint(spec)
            })
            .collect();
        Self {
            seed,
            entropy,
            world,
            endpoints,
            enabled,
            open: Vec::new(),
            limits,
            notices: VecDeque::new(),
            looks_are_slow: false,
            calls: 0,
            starved: 0,
            cut_off_max: 0,
        }
    }

    async fn step(&mut self) {
        if below(&self.entropy, 3) == 0 {
            self.world.store.set_unavailable(false);
        }
        let endpoint = self.endpoints[below(&self.entropy, self.endpoints.len())];
        match below(&self.entropy, 16) {
            0..=2 => self.publish(endpoint),
            3..=8 => self.answer(),
            9 | 10 => self.some_time().await,
            11 => self.enable(endpoint, below(&self.entropy, 4) > 0),
            12 => self.retry_something(),
            13 if below(&self.entropy, 6) == 0 => self.crash().await,
            13 => self.world.store.set_unavailable(true),
            14 => self.slow_looks(true),
            _ => self.slow_looks(false),
        }
        for _ in 0..below(&self.entropy, 80) {
            tokio::task::yield_now().await;
        }
    }

    fn publish(&mut self, endpoint: EndpointKey) {
        let now = self.world.clock.steady();
        let delayed = below(&self.entropy, 3) == 0;
        for _ in 0..below(&self.entropy, 8) {
            let store = &self.world.store;
            // A third has one of two ordering keys.
            let notice: Box<dyn FnOnce()> = match below(&self.entropy, 6) {
                key @ (0 | 1) => {
                    let queue = OrderingHash(key as i64);
                    Box::new(store.publish_ordered_unnoticed(endpoint, now, queue).1)
                }
                _ => Box::new(store.publish_unnoticed(endpoint, now).1),
            };
            self.notices.push_back(notice);
        }
        if !delayed {
            self.notices.drain(..).for_each(|notice| notice());
        }
    }

    /// Lets looks read, but keeps their answers.
    fn slow_looks(&mut self, slow: bool) {
        if slow && !self.looks_are_slow {
            self.world.store.looks.forget_permits(LOOKS);
        } else if !slow && self.looks_are_slow {
            self.world.store.looks.add_permits(LOOKS);
        }
        self.looks_are_slow = slow;
    }

    fn answer(&mut self) {
        for _ in 0..below(&self.entropy, self.open.len() + 1) {
            let call = self.open.swap_remove(below(&self.entropy, self.open.len()));
            let down = call.url == url(EndpointKey(DOWN));
            let throttles = [THROTTLES, THROTTLES_COUNTED]
                .iter()
                .any(|number| call.url == url(EndpointKey(*number)));
            match below(&self.entropy, 8) {
                0..=6 if down => call.fail("connect"),
                choice @ 0..=5 if throttles => {
                    let status = if choice % 2 == 0 { 429 } else { 503 };
                    let retry_after = RETRY_AFTER[below(&self.entropy, RETRY_AFTER.len())];
                    call.answer_retry_after(status, retry_after);
                }
                6 => {
                    self.starved += 1;
                    call.fail("local_resources");
                }
                0..=3 => call.answer(200),
                4 => call.answer(500),
                5 => call.fail("timeout"),
                _ => call.panic(),
            }
        }
    }

    async fn some_time(&mut self) {
        let ms = 1 + below(&self.entropy, 4_000);
        self.world.clock.advance(Duration::from_millis(ms as u64));
    }

    fn enable(&mut self, endpoint: EndpointKey, enable: bool) {
        // Whatever the transport has got already was started before the change.
        self.take_calls();
        self.enabled.insert(url(endpoint), enable);
        if enable {
            self.world.store.enable(endpoint);
        } else {
            self.world.store.disable(endpoint);
        }
    }

    fn retry_something(&mut self) {
        let deliveries = self.world.store.deliveries();
        if !deliveries.is_empty() {
            let delivery = deliveries[below(&self.entropy, deliveries.len())];
            let now = self.world.clock.steady();
            self.world.store.retry(delivery, now);
        }
    }

    async fn crash(&mut self) {
        self.world.crash().await;
        self.take_calls();
        self.open.clear();
        self.notices.clear();
        self.slow_looks(false);
        self.cut_off_max += self.limits.in_flight_max;
        self.world.start();
    }

    /// Takes the requests that have arrived, and checks that they were allowed.
    fn take_calls(&mut self) {
        while let Some(call) = self.world.receivers.try_next() {
            assert!(
                self.enabled[&call.url],
                "seed {}: an attempt started while its endpoint was disabled",
                self.seed
            );
            self.check_order(&call);
            self.calls += 1;
            self.open.push(call);
        }
        let mut by_url: HashMap<&str, usize> = HashMap::new();
        for call in &self.open {
            *by_url.entry(&call.url).or_default() += 1;
        }
        let most = by_url.values().max().copied().unwrap_or_default();
        let (seed, limits) = (self.seed, self.limits);
        assert!(most <= limits.lane_in_flight_max, "seed {seed}: lane cap");
        assert!(
            self.open.len() <= limits.in_flight_max,
            "seed {seed}: cap of all"
        );
    }

    /// Everything is well again: each delivery must come to its end.
    async fn finish(&mut self) {
        self.world.store.set_unavailable(false);
        self.slow_looks(false);
        self.notices.drain(..).for_each(|notice| notice());
        for endpoint in self.endpoints.clone() {
            // No change to those that go on anyway: it would make up for a look that was missed.
            if !self.enabled[&url(endpoint)] {
                self.enable(endpoint, true);
            }
        }
        let until = self.world.clock.steady() + Duration::from_secs(60 * 60);
        loop {
            self.take_calls();
            for call in self.open.drain(..) {
                call.answer(200);
            }
            let Some(call) = self.world.call_until(until).await else {
                break;
            };
            self.check_order(&call);
            self.calls += 1;
            self.open.push(call);
        }
        self.check_all_final();
        self.check_repeats();
        self.check_attempts();
    }

    /// Nobody with the same ordering key has to come first.
    fn check_order(&self, call: &Call) {
        let event: EventId = call.header("webhook-id").parse().expect("it is an id");
        assert!(
            !self.world.store.is_blocked(event),
            "seed {}: {event} was attempted before its turn",
            self.seed
        );
    }

    fn check_all_final(&self) {
        for progress in self.world.store.all_progress() {
            assert!(
                !matches!(progress.state, State::Pending { .. }),
                "seed {}: {progress:?} is left",
                self.seed
            );
        }
    }

    /// Nothing was sent again after its success, and nothing without a record, but for what crashes cut off.
    fn check_repeats(&self) {
        let repeats = self.world.store.repeats();
        assert_eq!(repeats, 0, "seed {}: attempts after success", self.seed);
        let records = self.world.store.records().len();
        let recorded = self.calls - self.starved;
        assert!(
            (records..=records + self.cut_off_max).contains(&recorded),
            "seed {}: {} calls, {records} records",
            self.seed,
            recorded
        );
    }

    /// The attempts of a delivery did not overlap.
    fn check_attempts(&self) {
        let mut last: HashMap<_, Timestamp> = HashMap::new();
        for record in self.world.store.records() {
            let ended = last.insert(record.delivery, record.ended);
            assert!(
                ended.is_none_or(|ended| record.done.began >= ended),
                "seed {}: two attempts of {} at once",
                self.seed,
                record.delivery
            );
        }
    }
}

fn url(endpoint: EndpointKey) -> String {
    EndpointSpec::new(endpoint.0, "standard").url()
}

fn below(entropy: &SeededEntropy, bound: usize) -> usize {
    use nuncio_domain::Entropy;
    (entropy.fraction() * bound as f64) as usize
}
