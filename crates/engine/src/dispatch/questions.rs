//! How others look at lanes, which one task alone owns: by asking it.

use std::sync::Arc;

use nuncio_domain::{DeliveryId, EndpointId, Lane, LaneTotals, LaneView, ProjectId, Seen};
use nuncio_store::{EndpointKey, Work};
use tokio::sync::{Mutex, mpsc, oneshot};

/// Questions that may wait at the same time. Past it the answer is that nobody knows: what is looked at must not
/// get in the way of what is done.
const QUESTIONS_MAX: usize = 64;

/// A question to the owner of all lanes.
#[derive(Debug)]
pub(crate) enum Question {
    /// What of this endpoint, and where is this delivery of it?
    Lane {
        endpoint: EndpointKey,
        delivery: Option<DeliveryId>,
        answer: oneshot::Sender<Lane>,
    },
    /// What of all together?
    Totals { answer: oneshot::Sender<LaneTotals> },
}

/// Where the owner hears questions. Shared, since it is begun anew after a panic.
#[derive(Clone, Debug)]
pub(crate) struct Questions(Arc<Mutex<mpsc::Receiver<Question>>>);

impl Questions {
    /// Both ends.
    pub(crate) fn channel(store: Arc<dyn Work>) -> (LaneWindow, Self) {
        let (ask, heard) = mpsc::channel(QUESTIONS_MAX);
        let questions = Self(Arc::new(Mutex::new(heard)));
        (LaneWindow { store, ask }, questions)
    }

    /// The next question; waits for ever when there can be no more. Loses none when it is dropped.
    pub(crate) async fn next(&self) -> Question {
        match self.0.lock().await.recv().await {
            Some(question) => question,
            None => std::future::pending().await,
        }
    }
}

/// The engine's lanes, to be looked at from outside. Once the engine has stopped there is nothing to see.
#[derive(Clone)]
pub struct LaneWindow {
    store: Arc<dyn Work>,
    ask: mpsc::Sender<Question>,
}

impl std::fmt::Debug for LaneWindow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LaneWindow").finish_non_exhaustive()
    }
}

impl LaneWindow {
    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Question) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.ask.try_send(question(answer)).ok()?;
        answered.await.ok()
    }
}

impl LaneView for LaneWindow {
    fn lane(
        &self,
        project: ProjectId,
        endpoint: EndpointId,
        delivery: Option<DeliveryId>,
    ) -> Seen<'_, Option<Lane>> {
        Box::pin(async move {
            let endpoint = self.store.endpoint_key(project, endpoint).await?;
            self.ask(|answer| Question::Lane {
                endpoint,
                delivery,
                answer,
            })
            .await
        })
    }

    fn totals(&self) -> Seen<'_, Option<LaneTotals>> {
        Box::pin(self.ask(|answer| Question::Totals { answer }))
    }
}
