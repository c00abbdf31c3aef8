//! A task of the engine that panics is begun anew: nothing of its state is only in memory.

use std::{future::Future, sync::Arc, time::Duration};

use nuncio_domain::Clock;

use crate::catch::catch;

/// How long after a panic the task is begun anew: a panic that comes at once again must not fill the log.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs what `begin` makes to its end, as often as panics ask for it.
pub(crate) async fn supervise<F: Future<Output = ()>>(
    task: &'static str,
    clock: Arc<dyn Clock>,
    begin: impl Fn() -> F,
) {
    while let Err(message) = catch(begin()).await {
        tracing::error!(
            task,
            message,
            "a task of the engine panicked: it begins anew"
        );
        clock.sleep_until(clock.steady() + PAUSE).await;
    }
}
