//! Moves events from an outbox to the server, until it is told to stop.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use nuncio_postgres::DatabaseUrl;
use nuncio_postgres::tokio_postgres::types::Type;
use nuncio_postgres::tokio_postgres::{self, Transaction};
use nuncio_tools::client::ApiClient;
use tokio::time::{Instant, sleep, timeout};

use crate::claim::{PLANS, ROWS_MAX, claim};
use crate::horizon::Horizon;
use crate::install::{Outbox, OutboxError};
use crate::pace::Pace;
use crate::row::{OutboxRow, batch};
use crate::verdict::{BatchAnswer, Verdict, read};

/// What the server may take for one request; rows are locked meanwhile.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// PostgreSQL ends the transaction of a relay that is frozen, so that others get its rows: longer than any answer takes.
const BEGIN: &str = "SET LOCAL idle_in_transaction_session_timeout = '60s'; \
                     SET LOCAL synchronous_commit = off";
/// How long a batch that has begun may go on after the relay was told to stop.
const STOP_MAX: Duration = Duration::from_secs(10);
/// How often it is said how much was published.
const REPORT_EVERY: Duration = Duration::from_secs(60);

/// What a relay has done.
#[derive(Debug, Default)]
pub struct RelayCounters {
    /// Events that the server took.
    pub published: AtomicU64,
    /// Events that the server refused.
    pub refused: AtomicU64,
    /// Looks that failed: database or server could not be reached.
    pub failed: AtomicU64,
}

/// Moves events from a database's outbox to a server.
pub struct Relay {
    target: DatabaseUrl,
    server: ApiClient,
    counters: Arc<RelayCounters>,
}

/// Why a look ended early.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("the server does not take events: {0}")]
    Server(String),
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Outbox(error.into())
    }
}

impl Relay {
    /// A relay from this database to this server, whose key may publish.
    #[must_use]
    pub fn new(target: DatabaseUrl, server: ApiClient) -> Self {
        Self {
            target: target.named("nuncio relay"),
            server,
            counters: Arc::default(),
        }
    }

    /// What it has done so far.
    #[must_use]
    pub fn counters(&self) -> Arc<RelayCounters> {
        Arc::clone(&self.counters)
    }

    /// Fails if it could never work as things are: no outbox, a wrong password.
    ///
    /// # Errors
    /// What somebody has to change.
    pub async fn check(&self) -> Result<(), OutboxError> {
        match Outbox::connect(&self.target).await {
            Ok(outbox) => outbox.must_be_installed().await,
            Err(OutboxError::Connect(error)) if error.is_transient() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Relays until `stop` ends. Whatever fails meanwhile is tried again.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        tracing::info!(database = %self.target, "relaying events");
        let stop = pin!(stop);
        let mut stop: Stop<'_> = stop;
        let mut pace = Pace::new();
        let mut said = String::new();
        let mut report = Report::new(&self.counters);
        while let Err(trouble) = self
            .session(&mut stop, &mut pace, &mut said, &mut report)
            .await
        {
            self.counters.failed.fetch_add(1, Relaxed);
            let text = trouble.to_string();
            if text != said {
                tracing::warn!(database = %self.target, error = text, "can't relay events; trying again");
                said = text;
            }
            if wait(pace.after_trouble(), &mut stop).await.is_break() {
                break;
            }
        }
        report.say();
        tracing::info!(database = %self.target, "the relay has stopped");
    }

    /// Looks, publishes and waits by turns, with one connection, until something fails or the relay is told to stop.
    async fn session(
        &self,
        stop: &mut Stop<'_>,
        pace: &mut Pace,
        said: &mut String,
        report: &mut Report<'_>,
    ) -> Result<(), Trouble> {
        let connected = async {
            let outbox = Outbox::connect(&self.target).await?;
            outbox.must_be_installed().await?;
            Ok::<_, OutboxError>(outbox)
        };
        let mut outbox = tokio::select! {
            connected = connected => connected?,
            () = &mut *stop => return Ok(()),
        };
        let mut horizon = Horizon::new(Instant::now());
        loop {
            let mut look = pin!(self.look(&mut outbox, &mut horizon));
            let (found, is_full) = tokio::select! {
                looked = &mut look => looked?,
                () = &mut *stop => {
                    // A batch that has begun is finished; if that takes too long, its rows go back.
                    let _ = timeout(STOP_MAX, look).await;
                    return Ok(());
                }
            };
            if !said.is_empty() {
                said.clear();
                tracing::info!(database = %self.target, "relaying events again");
            }
            report.say_now_and_then();
            if wait(pace.after_look(found, is_full), stop).await.is_break() {
                return Ok(());
            }
        }
    }

    /// One look: claims rows, publishes them, takes them away. Says how many there were and whether there are more.
    async fn look(
        &self,
        outbox: &mut Outbox,
        horizon: &mut Horizon,
    ) -> Result<(usize, bool), Trouble> {
        let began = Instant::now();
        let after = horizon.after(began);
        let transaction = outbox.client.transaction().await?;
        transaction
            .batch_execute(&format!("{BEGIN}; {PLANS}"))
            .await?;
        let (rows, is_full) = claim(&transaction, after).await?;
        horizon.looked(after, began, Instant::now(), rows.last().map(|row| row.seq));
        if rows.is_empty() {
            transaction.rollback().await?;
            return Ok((0, false));
        }
        let verdicts = self.publish(&rows).await?;
        take_away(&transaction, &rows, &verdicts).await?;
        // Not waited for by the database's disk: what comes back after a crash is published with the same id.
        transaction.commit().await?;
        self.count(&rows, &verdicts);
        let not_now = verdicts.into_iter().find_map(|verdict| match verdict {
            Verdict::NotNow(why) => Some(why),
            Verdict::Accepted | Verdict::Refused { .. } | Verdict::TryAlone => None,
        });
        match not_now {
            // Those rows are there still.
            Some(why) => Err(Trouble::Server(why)),
            None => Ok((rows.len(), is_full)),
        }
    }

    /// Publishes rows in their order. If the server can't read the request, half as many are sent, down to the one that is
    /// to blame.
    async fn publish(&self, rows: &[OutboxRow]) -> Result<Vec<Verdict>, Trouble> {
        let mut verdicts = Vec::with_capacity(rows.len());
        let mut rest = rows;
        let mut count = rest.len().min(ROWS_MAX);
        while !rest.is_empty() {
            count = count.clamp(1, rest.len());
            let (now, later) = rest.split_at(count);
            match self.send(now).await? {
                BatchAnswer::Judged(judged) => {
                    for (row, verdict) in now.iter().zip(judged) {
                        verdicts.push(match verdict {
                            Verdict::TryAlone => self.publish_alone(row).await?,
                            verdict => verdict,
                        });
                    }
                    rest = later;
                    count = later.len();
                }
                BatchAnswer::Unreadable { status, reason } if now.len() == 1 => {
                    verdicts.push(Verdict::Refused { status, reason });
                    rest = later;
                    count = later.len();
                }
                BatchAnswer::Unreadable { .. } => count = now.len() / 2,
                BatchAnswer::NotNow(why) => return Err(Trouble::Server(why)),
            }
        }
        Ok(verdicts)
    }

    async fn publish_alone(&self, row: &OutboxRow) -> Result<Verdict, Trouble> {
        match self.send(std::slice::from_ref(row)).await? {
            BatchAnswer::Judged(mut judged) => Ok(match judged.pop() {
                Some(Verdict::TryAlone) | None => Verdict::Refused {
                    status: 422,
                    reason: "its data takes too long to validate against the schema of its type"
                        .to_owned(),
                },
                Some(verdict) => verdict,
            }),
            BatchAnswer::Unreadable { status, reason } => Ok(Verdict::Refused { status, reason }),
            BatchAnswer::NotNow(why) => Err(Trouble::Server(why)),
        }
    }

    async fn send(&self, rows: &[OutboxRow]) -> Result<BatchAnswer, Trouble> {
        let body = batch(rows).map_err(|error| Trouble::Server(error.to_string()))?;
        let asked = self.server.exchange("/v1/events/batch", body);
        let answered = timeout(ANSWER_MAX, asked).await;
        let answered =
            answered.map_err(|_| Trouble::Server(format!("no answer within {ANSWER_MAX:?}")))?;
        let (status, body) = answered.map_err(|error| Trouble::Server(format!("{error:#}")))?;
        Ok(read(status, &body, rows.len()))
    }

    fn count(&self, rows: &[OutboxRow], verdicts: &[Verdict]) {
        for (row, verdict) in rows.iter().zip(verdicts) {
            match verdict {
                Verdict::Accepted => self.counters.published.fetch_add(1, Relaxed),
                Verdict::TryAlone | Verdict::NotNow(_) => 0,
                Verdict::Refused { status, reason } => {
                    let (id, tenant) = (&row.id, &row.tenant);
                    tracing::warn!(
                        id,
                        tenant,
                        status,
                        reason,
                        "the server refused an event of the outbox"
                    );
                    self.counters.refused.fetch_add(1, Relaxed)
                }
            };
        }
    }
}

/// What ends when the relay is to stop.
type Stop<'a> = Pin<&'a mut (dyn Future<Output = ()> + Send)>;

/// Waits, unless the relay is to stop.
async fn wait(time: Duration, stop: &mut Stop<'_>) -> ControlFlow<()> {
    tokio::select! {
        () = sleep(time) => ControlFlow::Continue(()),
        () = &mut *stop => ControlFlow::Break(()),
    }
}

/// Deletes what the server has, and keeps what it refused with the reason.
async fn take_away(
    transaction: &Transaction<'_>,
    rows: &[OutboxRow],
    verdicts: &[Verdict],
) -> Result<(), tokio_postgres::Error> {
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    let (mut statuses, mut reasons) = (Vec::new(), Vec::new());
    for (row, verdict) in rows.iter().zip(verdicts) {
        match verdict {
            Verdict::Accepted => accepted.push(row.seq),
            Verdict::TryAlone | Verdict::NotNow(_) => {}
            Verdict::Refused { status, reason } => {
                refused.push(row.seq);
                statuses.push(*status);
                reasons.push(reason.as_str());
            }
        }
    }
    if !accepted.is_empty() {
        let sql = "DELETE FROM nuncio.outbox WHERE seq = ANY($1)";
        transaction
            .query_typed(sql, &[(&accepted, Type::INT8_ARRAY)])
            .await?;
    }
    if !refused.is_empty() {
        let sql = "WITH gone AS (DELETE FROM nuncio.outbox WHERE seq = ANY($1) RETURNING *) \
                   INSERT INTO nuncio.outbox_refused \
                   SELECT gone.*, clock_timestamp(), why.status, why.reason \
                   FROM gone JOIN unnest($1, $2, $3) AS why (seq, status, reason) ON why.seq = gone.seq";
        transaction
            .query_typed(
                sql,
                &[
                    (&refused, Type::INT8_ARRAY),
                    (&statuses, Type::INT4_ARRAY),
                    (&reasons, Type::TEXT_ARRAY),
                ],
            )
            .await?;
    }
    Ok(())
}

/// Says from time to time what was done since.
struct Report<'a> {
    counters: &'a RelayCounters,
    said: (u64, u64),
    next: Instant,
}

impl<'a> Report<'a> {
    fn new(counters: &'a RelayCounters) -> Self {
        Self {
            counters,
            said: (0, 0),
            next: Instant::now() + REPORT_EVERY,
        }
    }

    fn say_now_and_then(&mut self) {
        if Instant::now() >= self.next {
            self.say();
        }
    }

    fn say(&mut self) {
        self.next = Instant::now() + REPORT_EVERY;
        let (published, refused) = (
            self.counters.published.load(Relaxed),
            self.counters.refused.load(Relaxed),
        );
        if (published, refused) != self.said {
            let (published_before, refused_before) = self.said;
            tracing::info!(
                published = published - published_before,
                refused = refused - refused_before,
                "events relayed"
            );
            self.said = (published, refused);
        }
    }
}
