//! Work that computes for long, apart from the threads that answer requests.
//!
//! A few at a time, a project at most one of them: whoever asks for much of it waits in a line of their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use nuncio_domain::ProjectId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::http::problem::{Kind, Problem};

/// How many compute at a time: the rest of the machine is for those who don't.
const AT_A_TIME: usize = 2;
/// Requests of one project that may wait: more are told to come back.
const WAITING_MAX: usize = 64;
/// How long a request waits for its turn: clients give up at about that time.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// The stack of a thread that computes. Only what is used takes memory; depth is bounded elsewhere.
const STACK_BYTES: usize = 64 * 1024 * 1024;
/// A tenth of the share of an ordinary thread, where they compete: neither in the way nor forgotten.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// The lines of those who wait.
pub(crate) struct Apart {
    turns: Arc<Semaphore>,
    lines: Arc<Mutex<HashMap<ProjectId, Line>>>,
}

/// Those of one project.
struct Line {
    turn: Arc<Semaphore>,
    waiting: usize,
}

impl Default for Apart {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_A_TIME)),
            lines: Arc::default(),
        }
    }
}

/// A turn: while it lasts, one of the few may compute.
pub(crate) struct Permit {
    _of_all: OwnedSemaphorePermit,
    _of_project: OwnedSemaphorePermit,
    _place: InLine,
}

/// A place in a project's line, given back when it is dropped.
struct InLine {
    project: ProjectId,
    lines: Arc<Mutex<HashMap<ProjectId, Line>>>,
}

impl Apart {
    /// Waits for a turn.
    ///
    /// # Errors
    /// Too many of the project wait already, or the turn does not come in time.
    pub(crate) async fn turn(&self, project: ProjectId) -> Result<Permit, Problem> {
        let (place, turn) = self.line_up(project).ok_or_else(busy)?;
        let both = async {
            // The project's own first: it never stands twice in the line of all.
            let of_project = turn.acquire_owned().await.ok()?;
            let of_all = Arc::clone(&self.turns).acquire_owned().await.ok()?;
            Some((of_project, of_all))
        };
        let both = tokio::time::timeout(WAIT_MAX, both).await;
        let (of_project, of_all) = both.ok().flatten().ok_or_else(busy)?;
        Ok(Permit {
            _of_all: of_all,
            _of_project: of_project,
            _place: place,
        })
    }

    fn line_up(&self, project: ProjectId) -> Option<(InLine, Arc<Semaphore>)> {
        let mut lines = lock(&self.lines);
        let line = lines.entry(project).or_insert_with(|| Line {
            turn: Arc::new(Semaphore::new(1)),
            waiting: 0,
        });
        if line.waiting >= WAITING_MAX {
            return None;
        }
        line.waiting += 1;
        let place = InLine {
            project,
            lines: Arc::clone(&self.lines),
        };
        Some((place, Arc::clone(&line.turn)))
    }
}

impl Permit {
    /// Carries the work out on a thread of its own. The turn lasts until the work has ended, whoever still waits for it.
    ///
    /// # Errors
    /// The work panicked, or the system gives no thread.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (tell, told) = oneshot::channel();
        let spawned = std::thread::Builder::new()
            .name("nuncio-apart".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                give_way();
                let result = work();
                drop(self);
                let _ = tell.send(result);
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "the system gives no thread");
            return Err(busy());
        }
        told.await.map_err(|_| {
            Problem::new(
                Kind::Internal,
                "internal error: the server's log has the details",
            )
        })
    }
}

/// Lets threads that answer and deliver run before this one, where both want the same core.
#[cfg(target_os = "linux")]
fn give_way() {
    // Of the calling thread alone: on Linux, priorities belong to threads.
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "a thread that computes keeps its priority");
    }
}

/// Elsewhere priorities belong to processes.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

impl Drop for InLine {
    fn drop(&mut self) {
        let mut lines = lock(&self.lines);
        if let Some(line) = lines.get_mut(&self.project) {
            line.waiting -= 1;
            if line.waiting == 0 {
                lines.remove(&self.project);
            }
        }
    }
}

fn lock(lines: &Mutex<HashMap<ProjectId, Line>>) -> MutexGuard<'_, HashMap<ProjectId, Line>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

fn busy() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "too many events are waiting for schema validation: try again",
    )
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn project(n: u8) -> ProjectId {
        ProjectId::new(1, [n; 10])
    }

    #[tokio::test]
    async fn a_project_takes_one_turn_at_a_time_and_leaves_the_others_theirs() {
        let apart = Apart::default();
        let first = apart.turn(project(1)).await.unwrap();
        let second = apart.turn(project(1));
        tokio::pin!(second);
        assert!(second.as_mut().now_or_never().is_none());
        let other = apart.turn(project(2)).await.unwrap();
        assert_eq!(other.run(|| 7).await.unwrap(), 7);
        assert_eq!(first.run(|| 8).await.unwrap(), 8);
        assert_eq!(second.await.unwrap().run(|| 9).await.unwrap(), 9);
        assert!(lock(&apart.lines).is_empty());
    }

    #[tokio::test]
    async fn a_line_has_an_end() {
        let apart = Apart::default();
        let first = apart.turn(project(1)).await.unwrap();
        let mut waiting: Vec<_> = (1..WAITING_MAX)
            .map(|_| Box::pin(apart.turn(project(1))))
            .collect();
        for one in &mut waiting {
            assert!(one.as_mut().now_or_never().is_none());
        }
        let refused = apart.turn(project(1)).await.err().unwrap();
        assert_eq!(refused.status(), 503);
        assert!(apart.turn(project(2)).await.is_ok());
        drop((waiting, first));
        assert!(lock(&apart.lines).is_empty());
        assert!(apart.turn(project(1)).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let apart = Apart::default();
        let broken = apart.turn(project(1)).await.unwrap();
        let problem = broken
            .run(|| assert!(std::hint::black_box(false), "on purpose"))
            .await
            .unwrap_err();
        assert_eq!(problem.status(), 500);
        assert!(apart.turn(project(1)).await.is_ok());
    }
}
