//! Waiting with a bound: for a signal where there is one, by asking again where only the HTTP API can tell.

use std::time::Duration;

/// How long anything may take that takes milliseconds on an idle machine. Generous, since it is only ever used up
/// by a failure.
pub(crate) const LIMIT: Duration = Duration::from_secs(300);

/// How long to leave the server alone between two questions.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks until the answer is `Some`. The only place where these tests let time pass: what is waited for is known
/// to the server alone, which has no way to call back.
///
/// # Panics
/// Names `what` when it has not come about within [`LIMIT`].
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            pause().await;
        }
    };
    within(what, asking).await
}

/// Lets the server alone for a moment, before it is asked again.
pub(crate) async fn pause() {
    tokio::time::sleep(PAUSE).await;
}

/// Awaits something that is bound to happen.
///
/// # Panics
/// Names `what` when it has not happened within [`LIMIT`].
pub(crate) async fn within<T>(what: &str, happens: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LIMIT, happens).await {
        Ok(result) => result,
        Err(_) => panic!("not within {LIMIT:?}: {what}"),
    }
}
