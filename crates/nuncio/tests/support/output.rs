//! The lines that a child process prints, kept and announced.

use std::sync::Arc;

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    sync::watch,
};

use super::wait::within;

/// Lines of one or several streams, in the order of their arrival. Cheap to clone; all clones see the same.
#[derive(Clone)]
pub(crate) struct Lines(Arc<watch::Sender<Vec<String>>>);

impl Lines {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }

    /// Adds what a stream says, until it ends.
    pub(crate) fn follow(&self, stream: impl AsyncRead + Unpin + Send + 'static) {
        let to = self.clone();
        tokio::spawn(async move {
            let mut lines = BufReader::new(stream).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                to.0.send_modify(|all| all.push(line));
            }
        });
    }

    /// Everything so far.
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.borrow().clone()
    }

    /// Waits until the lines, those to come included, give an answer.
    pub(crate) async fn wait<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&[String]) -> Option<T>,
    ) -> T {
        let mut news = self.0.subscribe();
        let mut found = None;
        within(
            what,
            news.wait_for(|lines| {
                found = look(lines);
                found.is_some()
            }),
        )
        .await
        .expect("the sender lives in self");
        found.expect("waited for it")
    }
}
