//! Statements that are sent one after the other without waiting for the answers in between.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use tokio_postgres::Error;

use crate::{
    fail::Fail,
    sql::{ArrayRows, Session},
};

/// What is sent with others.
type Step<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + 'a>>;

/// Waits for all; each sends what it has to when it is first asked, in this order. The first error counts: those behind
/// it have failed because of it.
async fn together<T>(mut steps: Vec<Step<'_, T>>) -> Result<Vec<T>, Error> {
    let mut done: Vec<Option<Result<T, Error>>> = steps.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut all = Poll::Ready(());
        for (step, done) in steps.iter_mut().zip(&mut done) {
            if done.is_some() {
                continue;
            }
            match step.as_mut().poll(context) {
                Poll::Ready(result) => *done = Some(result),
                Poll::Pending => all = Poll::Pending,
            }
        }
        all
    })
    .await;
    done.into_iter().flatten().collect()
}

/// Rows that are written with the commit, or before the first that may depend on them.
pub(in crate::postgres) struct Deferred<'s> {
    session: &'s Session,
    rows: Vec<ArrayRows>,
}

impl<'s> Deferred<'s> {
    /// None yet.
    pub(in crate::postgres) const fn new(session: &'s Session) -> Self {
        Self {
            session,
            rows: Vec::new(),
        }
    }

    /// The connection that they go over.
    pub(super) const fn session(&self) -> &'s Session {
        self.session
    }

    /// Takes rows over; they are written in this order.
    pub(super) fn add(&mut self, rows: ArrayRows) {
        if !rows.is_empty() {
            self.rows.push(rows);
        }
    }

    /// Writes them now.
    pub(super) fn send(&mut self) -> Result<(), Fail> {
        let rows = std::mem::take(&mut self.rows);
        find_all(self.session, &rows)?;
        Ok(())
    }

    /// Writes them and commits.
    pub(in crate::postgres) fn commit(self) -> Result<(), Fail> {
        let mut steps = steps(self.session, &self.rows);
        // After an error it does nothing, and says so only by its name: the error is another step's.
        steps.push(Box::pin(async {
            let commit = self.session.client().batch_execute("COMMIT");
            commit.await.map(|()| Vec::new())
        }));
        self.session.wait(together(steps))?;
        Ok(())
    }
}

/// Runs statements in one go; gives what each of them finds.
pub(super) fn find_all(
    session: &Session,
    rows: &[ArrayRows],
) -> Result<Vec<Vec<tokio_postgres::Row>>, Fail> {
    Ok(session.wait(together(steps(session, rows)))?)
}

fn steps<'a>(
    session: &'a Session,
    rows: &'a [ArrayRows],
) -> Vec<Step<'a, Vec<tokio_postgres::Row>>> {
    let rows = rows.iter();
    rows.map(|rows| -> Step<'a, _> { Box::pin(rows.query(session)) })
        .collect()
}
