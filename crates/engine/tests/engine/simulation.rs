//! Random work, faults and changes from one seed; the promises hold for every seed.
//!
//! The faults: receivers that go down, throttle and come back; answers that fail or break off; a store that is full,
//! slow to answer, whose commits fail, or reach the disk though nobody is told so; crashes; clocks that jump. A seed that
//! breaks a promise is printed: `cargo xtask sim --seed SEED` shows what it does, step by step.

mod checks;
mod faults;
mod planted;
mod promises;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use nuncio_domain::{Clock, Entropy, SeededEntropy, Throttled};
use nuncio_engine::Limits;
use nuncio_store::{EndpointKey, OrderingHash};

use self::promises::Broken;
use crate::support::{Bug, Call, EndpointSpec, START, World};

const ENDPOINTS: i64 = 6;
/// The endpoint whose receiver is down at first and most of the time: it is given up, and tried again.
const DOWN: i64 = 2;
/// The endpoint whose receiver asks for less most of the time, in words of all kinds.
const THROTTLES: i64 = 3;
/// The same under a dialect for which such an answer uses an attempt up.
const THROTTLES_COUNTED: i64 = 4;
/// What they say. The last date is a minute after the start.
const RETRY_AFTER: [&str; 7] = [
    "0",
    "1",
    "3",
    "90",
    "Sun Nov  6 08:49:37 1994",
    "soon",
    "Sun, 26 Apr 2026 12:36:00 GMT",
];
/// As many as the store lets through when it is not slow.
const LOOKS: usize = 1_000;
const STEPS: usize = 300;
/// A few hundred, which take some ten seconds in a debug build. More of them: `cargo xtask sim --seeds 20000`.
const SEEDS: u64 = 300;
/// How far somebody sets the wall clock, ms: as far as a wrong time zone does.
const SET_MS_MAX: i64 = 3 * 60 * 60 * 1_000;
/// How long the machine sleeps at most.
const SLEPT_MS_MAX: usize = 3 * 60 * 60 * 1_000;
/// By then everything has ended that can: after the longest pause, and clocks that were set back by hours.
const END: Duration = Duration::from_secs(24 * 60 * 60);

#[test]
fn every_seed_keeps_the_promises() {
    let from = wanted("NUNCIO_SIMULATION_FROM").unwrap_or_default();
    let seeds = wanted("NUNCIO_SIMULATION_SEEDS").unwrap_or(SEEDS);
    for seed in from..from + seeds {
        if let Err(broken) = Case::of(seed).run() {
            panic!("seed {seed}: {broken}\nsee it with: cargo xtask sim --seed {seed}");
        }
    }
}

/// `cargo xtask sim --seed SEED`.
#[test]
#[ignore = "shows what one seed does"]
fn one_seed_is_shown() {
    let seed = wanted("NUNCIO_SIMULATION_SEED").expect("the seed is named");
    let mut case = Case::of(seed);
    case.trace = Some(Vec::new());
    let ended = case.run();
    for line in case.trace.unwrap_or_default() {
        println!("{line}");
    }
    if let Err(broken) = ended {
        panic!("seed {seed}: {broken}");
    }
}

/// Only where the runtime's own chance can be given a seed too.
#[cfg(tokio_unstable)]
#[test]
fn a_seed_does_the_same_each_time() {
    for seed in 0..20 {
        let [first, second] = [(); 2].map(|()| {
            let mut case = Case::of(seed);
            case.trace = Some(Vec::new());
            let _ = case.run();
            case.trace
        });
        assert!(first == second, "seed {seed}");
    }
}

/// What the command says.
#[allow(
    clippy::disallowed_methods,
    reason = "the command has no other way to tell a test something"
)]
fn wanted(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().expect("the command has checked it"))
}

/// One run of the simulation.
struct Case {
    seed: u64,
    bug: Option<Bug>,
    /// What happens, if somebody wants to know.
    trace: Option<Vec<String>>,
}

impl Case {
    fn of(seed: u64) -> Self {
        Self {
            seed,
            bug: None,
            trace: None,
        }
    }

    fn planted(seed: u64, bug: Bug) -> Self {
        Self {
            bug: Some(bug),
            ..Self::of(seed)
        }
    }

    fn run(&mut self) -> Result<(), Broken> {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        #[cfg(tokio_unstable)]
        builder.rng_seed(tokio::runtime::RngSeed::from_bytes(
            &self.seed.to_le_bytes(),
        ));
        let runtime = builder.build().expect("a runtime");
        runtime.block_on(async {
            let mut simulation = Simulation::new(self);
            let ended = simulation.run().await;
            self.trace = simulation.trace;
            ended
        })
    }
}

/// How a receiver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    /// Fails now and then, like all.
    Well,
    /// Takes everything.
    Best,
    Down,
    Throttling,
}

struct Simulation {
    entropy: SeededEntropy,
    world: World,
    endpoints: Vec<EndpointKey>,
    /// Endpoints that may get something now, by URL.
    enabled: HashMap<String, bool>,
    /// How their receivers are, by URL.
    health: HashMap<String, Health>,
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
    /// How many records there were whenever the clock started anew.
    starts: Vec<usize>,
    trace: Option<Vec<String>>,
}

impl Simulation {
    fn new(case: &mut Case) -> Self {
        let entropy = SeededEntropy::new(case.seed);
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
        world.bug = case
            .bug
            .map(|bug| (bug, Arc::new(SeededEntropy::new(case.seed ^ 1))));
        world.store.hold_records();
        world.start();
        let (mut enabled, mut health) = (HashMap::new(), HashMap::new());
        let endpoints = (1..=ENDPOINTS)
            .map(|number| {
                let mut spec = EndpointSpec::new(number, "standard").retry(&[0, 1, 5, 60]);
                spec.rate_limit = (number == 1).then_some(3);
                spec.throttled = (number == THROTTLES_COUNTED).then_some(Throttled::Attempt);
                spec.tenant = format!("tenant-{}", number % 3);
                enabled.insert(spec.url(), true);
                health.insert(
                    spec.url(),
                    match number {
                        DOWN => Health::Down,
                        THROTTLES | THROTTLES_COUNTED => Health::Throttling,
                        _ => Health::Well,
                    },
                );
                world.endpoint(spec)
            })
            .collect();
        Self {
            entropy,
            world,
            endpoints,
            enabled,
            health,
            open: Vec::new(),
            limits,
            notices: VecDeque::new(),
            looks_are_slow: false,
            calls: 0,
            starved: 0,
            cut_off_max: 0,
            starts: Vec::new(),
            trace: case.trace.take(),
        }
    }

    async fn run(&mut self) -> Result<(), Broken> {
        for _ in 0..STEPS {
            self.step().await?;
            self.take_calls()?;
        }
        self.finish().await
    }

    /// Notes what happens.
    fn note(&mut self, what: impl FnOnce() -> String) {
        let ms = self.world.clock.steady().ms() - START.ms();
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{ms:>9} ms  {}", what()));
        }
    }

    async fn step(&mut self) -> Result<(), Broken> {
        if below(&self.entropy, 3) == 0 {
            self.world.store.set_unavailable(false);
        }
        if below(&self.entropy, 6) == 0 {
            self.world.store.set_commits_fail(false);
        }
        let endpoint = self.endpoints[below(&self.entropy, self.endpoints.len())];
        match below(&self.entropy, 20) {
            0..=2 => self.publish(endpoint),
            3..=8 => self.answer(),
            9 | 10 => self.some_time(),
            11 => self.enable(endpoint, below(&self.entropy, 4) > 0)?,
            12 => self.retry_something()?,
            13 if below(&self.entropy, 6) == 0 => self.crash(endpoint).await?,
            13 => self.store_is_full(),
            14 => self.slow_looks(true),
            15 => self.slow_looks(false),
            16 if below(&self.entropy, 4) == 0 => self.commits_fail(),
            16 | 17 => self.commit(),
            18 => self.flip_health(endpoint),
            _ => self.jump(),
        }
        for _ in 0..below(&self.entropy, 80) {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    fn publish(&mut self, endpoint: EndpointKey) {
        if !self.world.store.can_commit() {
            return;
        }
        let now = self.world.clock.steady();
        let delayed = below(&self.entropy, 3) == 0;
        let count = below(&self.entropy, 8);
        self.note(|| format!("{count} events for {endpoint:?}, notices delayed: {delayed}"));
        for _ in 0..count {
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

    fn answer(&mut self) {
        for _ in 0..below(&self.entropy, self.open.len() + 1) {
            let call = self.open.swap_remove(below(&self.entropy, self.open.len()));
            let health = self.health[&call.url];
            let choice = below(&self.entropy, 8);
            self.note(|| format!("{health:?} receiver, answer {choice}: {}", name(&call)));
            match (health, choice) {
                (Health::Best, _) => call.answer(200),
                (Health::Down, 0..=6) => call.fail("connect"),
                (Health::Throttling, 0..=5) => {
                    let status = if choice.is_multiple_of(2) { 429 } else { 503 };
                    let retry_after = RETRY_AFTER[below(&self.entropy, RETRY_AFTER.len())];
                    call.answer_retry_after(status, retry_after);
                }
                (_, 6) => {
                    self.starved += 1;
                    call.fail("local_resources");
                }
                (_, 0..=3) => call.answer(200),
                (_, 4) => call.answer(500),
                (_, 5) => call.fail("timeout"),
                (_, _) => call.panic(),
            }
        }
    }
}

/// A call as a trace shows it.
fn name(call: &Call) -> String {
    let at = call.at.ms() - START.ms();
    format!("{} at {at} ms to {}", call.header("webhook-id"), call.url)
}

fn below(entropy: &SeededEntropy, bound: usize) -> usize {
    (entropy.fraction() * bound as f64) as usize
}
