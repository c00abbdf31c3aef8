//! The threads that run code: started when they are first needed, bounded in number, given up where they are stuck.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{
    TransformClocks, TransformError, TransformErrorKind,
    limits::TransformLimits,
    queue::{CodeOwner, Queue},
    sandbox::{Sandbox, Task},
    webhook::{Transformed, Webhook},
};

/// QuickJS counts its stack by itself; this is room for that and for the frames around it.
const THREAD_STACK_BYTES: usize = 2 * 1024 * 1024;
/// How far beyond its deadline a call may be before its thread is given up: the interpreter looks at the deadline often, save
/// in a few functions of its own, which end by themselves.
const GRACE: Duration = Duration::from_secs(2);
/// How often it is looked whether a call is beyond that.
const WATCH_EVERY: Duration = Duration::from_millis(200);
/// Threads that may be given up and replaced at a time: each takes a processor until it ends.
const STUCK_MAX: usize = 4;

type Reply = oneshot::Sender<Result<Transformed, TransformError>>;

/// A call that waits.
struct Call {
    code: Arc<str>,
    task: Task,
    reply: Reply,
}

/// A call that runs.
struct Running {
    owner: CodeOwner,
    since: Duration,
    /// Taken when its thread is given up.
    reply: Option<Reply>,
}

/// A thread: what it runs, if it runs something.
#[derive(Default)]
struct Worker {
    id: u64,
    running: Option<Running>,
    given_up: bool,
}

#[derive(Default)]
struct State {
    queue: Queue<Call>,
    workers: Vec<Worker>,
    next_id: u64,
    watched: bool,
    stopping: bool,
}

struct Shared {
    limits: TransformLimits,
    clocks: TransformClocks,
    state: Mutex<State>,
    /// Something is to be done.
    work: Condvar,
    /// Something runs.
    started: Condvar,
}

/// Runs code on threads of its own. Cloned, it is the same one; dropped, its threads end.
#[derive(Clone)]
pub struct Transformer(Arc<Handle>);

struct Handle(Arc<Shared>);

impl fmt::Debug for Transformer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transformer")
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.state().stopping = true;
        self.0.work.notify_all();
        self.0.started.notify_all();
    }
}

impl Transformer {
    /// One that goes by those clocks. It starts no thread until it is needed.
    pub fn new(limits: TransformLimits, clocks: TransformClocks) -> Self {
        Self(Arc::new(Handle(Arc::new(Shared {
            limits,
            clocks,
            state: Mutex::default(),
            work: Condvar::new(),
            started: Condvar::new(),
        }))))
    }

    /// Calls the code's handler with a webhook.
    ///
    /// # Errors
    /// What the code did wrong; [`Busy`](TransformErrorKind::Busy) if it was not run.
    pub async fn run(
        &self,
        owner: CodeOwner,
        code: Arc<str>,
        webhook: Webhook,
    ) -> Result<Transformed, TransformError> {
        self.call(owner, code, Task::Run(webhook)).await
    }

    /// Checks that a code is JavaScript with a handler in it.
    ///
    /// # Errors
    /// What is wrong with it, and where; [`Busy`](TransformErrorKind::Busy) if it was not tried.
    pub async fn check(&self, owner: CodeOwner, code: Arc<str>) -> Result<(), TransformError> {
        self.call(owner, code, Task::Check).await.map(drop)
    }

    async fn call(
        &self,
        owner: CodeOwner,
        code: Arc<str>,
        task: Task,
    ) -> Result<Transformed, TransformError> {
        let (reply, answer) = oneshot::channel();
        Shared::take_in(&self.0.0, owner, Call { code, task, reply })?;
        answer
            .await
            .unwrap_or_else(|_| Err(busy("the server is stopping")))
    }
}

fn busy(message: &str) -> TransformError {
    TransformError::new(TransformErrorKind::Busy, message)
}

impl Call {
    /// What it holds while it waits.
    fn bytes(&self) -> usize {
        match &self.task {
            Task::Run(webhook) => webhook.payload.len(),
            Task::Check => self.code.len(),
        }
    }
}

impl State {
    fn is_stuck(&self, owner: CodeOwner) -> bool {
        let mut stuck = self.workers.iter().filter(|worker| worker.given_up);
        stuck.any(|worker| {
            worker
                .running
                .as_ref()
                .is_some_and(|running| running.owner == owner)
        })
    }

    /// Takes a call for a thread, whose owner has not all others running already.
    fn next(&mut self, id: u64, workers: usize, now: Duration) -> Option<(Arc<str>, Task)> {
        let running: Vec<_> = self
            .workers
            .iter()
            .filter_map(|worker| worker.running.as_ref())
            .collect();
        let running: Vec<_> = running.into_iter().map(|running| running.owner).collect();
        let most = workers.saturating_sub(1).max(1);
        let may = |owner| running.iter().filter(|other| **other == owner).count() < most;
        let (owner, call) = self.queue.pop(may)?;
        let worker = self.workers.iter_mut().find(|worker| worker.id == id)?;
        worker.running = Some(Running {
            owner,
            since: now,
            reply: Some(call.reply),
        });
        Some((call.code, call.task))
    }

    /// Takes the threads that are stuck out of service, and returns who is to be told: whoever waits for them, and whoever
    /// waits behind them, since no code of their owners runs until they end.
    fn give_up(&mut self, before: Duration) -> Vec<(Reply, TransformError)> {
        let mut told = Vec::new();
        for worker in self.workers.iter_mut().filter(|worker| !worker.given_up) {
            let Some(running) = worker
                .running
                .as_mut()
                .filter(|running| running.since < before)
            else {
                continue;
            };
            worker.given_up = true;
            let own = TransformError::new(
                TransformErrorKind::Timeout,
                "the code could not be interrupted at its deadline",
            );
            told.extend(running.reply.take().map(|reply| (reply, own)));
            let behind = self.queue.take_of(running.owner).into_iter();
            told.extend(behind.map(|call| (call.reply, still_runs())));
        }
        told
    }
}

fn still_runs() -> TransformError {
    TransformError::new(
        TransformErrorKind::Timeout,
        "a transformation of the same tenant could not be interrupted and still runs",
    )
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_in(shared: &Arc<Self>, owner: CodeOwner, call: Call) -> Result<(), TransformError> {
        let mut state = shared.state();
        if state.is_stuck(owner) {
            return Err(still_runs());
        }
        let bytes = call.bytes();
        if state.queue.push(owner, bytes, call).is_err() {
            return Err(busy("too many transformations are waiting"));
        }
        Self::start_threads(shared, &mut state);
        drop(state);
        shared.work.notify_one();
        Ok(())
    }

    /// Starts a thread if more calls wait than threads do, and there may be more.
    fn start_threads(shared: &Arc<Self>, state: &mut State) {
        let given_up = state
            .workers
            .iter()
            .filter(|worker| worker.given_up)
            .count();
        let in_service = state.workers.len() - given_up;
        let busy = state
            .workers
            .iter()
            .filter(|worker| worker.running.is_some())
            .count();
        let idle = state.workers.len() - busy;
        let may = in_service < shared.limits.workers && given_up <= STUCK_MAX;
        if idle < state.queue.len() && may {
            let id = state.next_id;
            let of_thread = Arc::clone(shared);
            if spawn("transform", move || of_thread.work(id)) {
                state.next_id += 1;
                state.workers.push(Worker {
                    id,
                    ..Worker::default()
                });
            }
        }
        if !state.watched {
            let of_thread = Arc::clone(shared);
            state.watched = spawn("transform-watch", move || of_thread.watch());
        }
    }

    /// What a thread does until there is nothing more, or it was given up.
    fn work(&self, id: u64) {
        let mut sandbox = Sandbox::new(self.limits, self.clocks.clone());
        sandbox.prepare();
        while let Some((code, task)) = self.next(id) {
            let ran = catch_unwind(AssertUnwindSafe(|| sandbox.run(&code, task)));
            let result = ran.unwrap_or_else(|_| {
                sandbox = Sandbox::new(self.limits, self.clocks.clone());
                Err(TransformError::result("running the code broke off"))
            });
            if !self.finish(id, result) {
                return;
            }
            sandbox.prepare();
        }
        self.state().workers.retain(|worker| worker.id != id);
    }

    /// Waits for something to do; `None` when the pool ends.
    fn next(&self, id: u64) -> Option<(Arc<str>, Task)> {
        let mut state = self.state();
        loop {
            if state.stopping {
                return None;
            }
            if let Some(next) = state.next(id, self.limits.workers, self.clocks.steady()) {
                self.started.notify_one();
                return Some(next);
            }
            state = self
                .work
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Answers a call; false if its thread was given up by now.
    fn finish(&self, id: u64, result: Result<Transformed, TransformError>) -> bool {
        let mut state = self.state();
        let Some(place) = state.workers.iter().position(|worker| worker.id == id) else {
            return false;
        };
        let worker = &mut state.workers[place];
        let reply = worker.running.take().and_then(|running| running.reply);
        let given_up = worker.given_up;
        if given_up {
            state.workers.remove(place);
        }
        drop(state);
        // Somebody may wait whose owner had enough running.
        self.work.notify_one();
        if let Some(reply) = reply {
            drop(reply.send(result));
        }
        !given_up
    }

    /// Gives up threads that don't come back, and starts others in their place.
    fn watch(self: Arc<Self>) {
        let mut state = self.state();
        while !state.stopping {
            let runs = state
                .workers
                .iter()
                .any(|worker| worker.running.is_some() && !worker.given_up);
            if !runs {
                state = self
                    .started
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let waited = self.started.wait_timeout(state, WATCH_EVERY);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            let allowed = self.limits.deadline + GRACE;
            let Some(before) = self.clocks.steady().checked_sub(allowed) else {
                continue;
            };
            let told = state.give_up(before);
            if !told.is_empty() {
                tracing::error!("a transformation can't be interrupted: its thread is given up");
                Self::start_threads(&self, &mut state);
            }
            for (reply, error) in told {
                drop(reply.send(Err(error)));
            }
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> bool {
    let named = thread::Builder::new()
        .name(name.to_owned())
        .stack_size(THREAD_STACK_BYTES);
    match named.spawn(work) {
        Ok(_) => true,
        Err(error) => {
            tracing::error!(%error, "a thread for transformations could not be started");
            false
        }
    }
}
