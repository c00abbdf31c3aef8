//! Starting and stopping.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{Clock, Entropy};
use nuncio_store::{StoreError, Work};
use nuncio_transform::Transformer;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use crate::{
    delivery::{
        certificates::CertificateWatch, courier::Courier, record::Recorder, send::Transport,
        tokens::Tokens,
    },
    dispatch::{
        Dispatcher, Tell,
        questions::{LaneWindow, Questions},
    },
    jobs,
    limits::Limits,
    supervise::supervise,
    verify::{ToVerify, Verifier},
};

/// How the engine works.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Its bounds.
    pub limits: Limits,
    /// The `User-Agent` of its requests, such as `Nuncio/0.1.0`.
    pub user_agent: String,
    /// What it is called to receivers that allow senders by name: a host's name.
    pub origin: String,
    /// What runs endpoints' transformations.
    pub transformer: Transformer,
}

/// How a stop went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every attempt in flight has ended and is recorded.
    Whole,
    /// Some were cut off when the time was up: they are attempted again after the next start.
    CutOff,
}

/// The engine at work. Dropped without [`shutdown`](Self::shutdown) it stops starting attempts, and waits for
/// nothing.
pub struct Engine {
    store: Arc<dyn Work>,
    clock: Arc<dyn Clock>,
    stop: watch::Sender<bool>,
    lanes: LaneWindow,
    dispatcher: JoinHandle<()>,
    background: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// Starts working on what the store has, on the current tokio runtime. There may be one engine a store: the
    /// feed has one consumer, and nothing is claimed. Asks the store for [`sending`](Work::sending) at every
    /// attempt, and expects it to answer from memory.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(
        options: EngineOptions,
        store: Arc<dyn Work>,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let (stop, stopping) = watch::channel(false);
        let recorder = Recorder::new(Arc::clone(&store), Arc::clone(&clock), stopping.clone());
        let courier = Arc::new(Courier {
            owned: store.owned(),
            store: Arc::clone(&store),
            transport,
            clock: Arc::clone(&clock),
            entropy,
            recorder,
            user_agent: options.user_agent,
            tokens: Tokens::default(),
            certificates: CertificateWatch::default(),
            transformer: options.transformer,
        });
        let job_started = Arc::new(Notify::new());
        let (lanes, questions) = Questions::channel(Arc::clone(&store));
        let to_verify: Arc<ToVerify> = Arc::default();
        Self {
            dispatcher: tokio::spawn(dispatching(
                options.limits,
                Arc::clone(&courier),
                (Arc::clone(&job_started), Arc::clone(&to_verify)),
                questions,
                stopping,
            )),
            background: vec![
                tokio::spawn(verifying(courier, to_verify, options.origin.into())),
                tokio::spawn(job_keeping(
                    Arc::clone(&store),
                    Arc::clone(&clock),
                    job_started,
                )),
                tokio::spawn(pruning(Arc::clone(&store), Arc::clone(&clock))),
                tokio::spawn(certificate_watch(Arc::clone(&store), Arc::clone(&clock))),
            ],
            store,
            clock,
            stop,
            lanes,
        }
    }

    /// Its lanes, to be looked at.
    pub fn lanes(&self) -> LaneWindow {
        self.lanes.clone()
    }

    /// Stops: starts no more attempts, waits for those in flight, `limit` at most, and has everything that was
    /// recorded committed.
    ///
    /// # Errors
    /// Those of [`flush`](nuncio_store::Work::flush): the last attempts may be repeated after the next start.
    pub async fn shutdown(mut self, limit: Duration) -> Result<Drained, StoreError> {
        self.stop.send_replace(true);
        self.background.iter().for_each(JoinHandle::abort);
        let clock = Arc::clone(&self.clock);
        let deadline = clock.sleep_until(clock.steady() + limit);
        let drained = tokio::select! {
            _ = &mut self.dispatcher => Drained::Whole,
            () = deadline => Drained::CutOff,
        };
        // Its attempts end with it, so that none is recorded behind the last commit.
        self.dispatcher.abort();
        if drained == Drained::CutOff {
            let _ = (&mut self.dispatcher).await;
        }
        self.store.flush().await?;
        Ok(drained)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.dispatcher.abort();
        self.background.iter().for_each(JoinHandle::abort);
    }
}

async fn dispatching(
    limits: Limits,
    courier: Arc<Courier>,
    (job_started, to_verify): (Arc<Notify>, Arc<ToVerify>),
    questions: Questions,
    stopping: watch::Receiver<bool>,
) {
    let clock = Arc::clone(&courier.clock);
    supervise("dispatch", clock, || {
        let tell = Tell {
            jobs: Arc::clone(&job_started),
            to_verify: Arc::clone(&to_verify),
        };
        let (courier, questions) = (Arc::clone(&courier), questions.clone());
        Dispatcher::new(limits, courier, tell, questions, stopping.clone()).run()
    })
    .await;
}

async fn verifying(courier: Arc<Courier>, to_verify: Arc<ToVerify>, origin: Arc<str>) {
    supervise("verify", Arc::clone(&courier.clock), || {
        let (courier, wanted) = (Arc::clone(&courier), Arc::clone(&to_verify));
        Verifier::new(courier, wanted, Arc::clone(&origin)).run()
    })
    .await;
}

async fn job_keeping(store: Arc<dyn Work>, clock: Arc<dyn Clock>, started: Arc<Notify>) {
    supervise("jobs", Arc::clone(&clock), || {
        jobs::carry_on(Arc::clone(&store), Arc::clone(&clock), Arc::clone(&started))
    })
    .await;
}

async fn certificate_watch(store: Arc<dyn Work>, clock: Arc<dyn Clock>) {
    supervise("certificates", Arc::clone(&clock), || {
        jobs::watch_certificates(Arc::clone(&store), Arc::clone(&clock))
    })
    .await;
}

async fn pruning(store: Arc<dyn Work>, clock: Arc<dyn Clock>) {
    supervise("prune", Arc::clone(&clock), || {
        jobs::prune(Arc::clone(&store), Arc::clone(&clock))
    })
    .await;
}
