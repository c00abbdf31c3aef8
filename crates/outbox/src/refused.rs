//! Events that the server refused: seen, tried again, dropped.

use nuncio_postgres::tokio_postgres::Row;
use nuncio_postgres::tokio_postgres::types::Type;
use serde::Serialize;

use crate::install::{Outbox, OutboxError};

/// An event that the server refused.
#[derive(Debug, Serialize)]
pub struct RefusedEvent {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub tenant: String,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// If it has one.
    pub ordering_key: Option<String>,
    /// When it was published, RFC 3339.
    pub created_at: String,
    /// When it was refused, RFC 3339.
    pub refused_at: String,
    /// The status that the server gave it.
    pub status: i32,
    /// The reason that the server gave.
    pub reason: String,
}

/// WhichRefused of the refused events.
#[derive(Clone, Debug)]
pub enum WhichRefused {
    /// Those with these ids.
    Ids(Vec<String>),
    /// All of them.
    All,
}

impl WhichRefused {
    /// `None` for the database is no condition.
    fn ids(&self) -> Option<&[String]> {
        match self {
            Self::Ids(ids) => Some(ids),
            Self::All => None,
        }
    }
}

/// Events moved at a time: a transaction that stays small.
const AT_ONCE: i64 = 1_000;

impl Outbox {
    /// The first so many refused events, the oldest first.
    ///
    /// # Errors
    /// There is no outbox, or the database fails.
    pub async fn refused(&self, limit: i64) -> Result<Vec<RefusedEvent>, OutboxError> {
        self.must_be_installed().await?;
        let sql = r#"SELECT id, tenant, type, ordering_key,
                         to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                         to_char(refused_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                         status, reason
                     FROM nuncio.outbox_refused ORDER BY seq LIMIT $1"#;
        let rows = self
            .client
            .query_typed(sql, &[(&limit, Type::INT8)])
            .await?;
        let event = |row: &Row| RefusedEvent {
            id: row.get(0),
            tenant: row.get(1),
            event_type: row.get(2),
            ordering_key: row.get(3),
            created_at: row.get(4),
            refused_at: row.get(5),
            status: row.get(6),
            reason: row.get(7),
        };
        Ok(rows.iter().map(event).collect())
    }

    /// Puts refused events back into the outbox, after those that wait there, and says how many.
    ///
    /// # Errors
    /// There is no outbox, or the database fails.
    pub async fn retry(&self, which: &WhichRefused) -> Result<usize, OutboxError> {
        // With the lock of `nuncio.publish`, held until the commit: numbers of a key follow the order of commits.
        let sql = "WITH picked AS MATERIALIZED ( \
                       SELECT seq FROM nuncio.outbox_refused WHERE $1::text[] IS NULL OR id = ANY($1) \
                       ORDER BY seq LIMIT $2 FOR UPDATE \
                   ), gone AS ( \
                       DELETE FROM nuncio.outbox_refused USING picked \
                       WHERE outbox_refused.seq = picked.seq RETURNING outbox_refused.* \
                   ), locked AS MATERIALIZED ( \
                       SELECT gone.*, CASE WHEN ordering_key IS NOT NULL THEN pg_advisory_xact_lock( \
                           hashtextextended('nuncio publish ' || tenant || ' ' || ordering_key, 0)) END \
                       FROM (SELECT * FROM gone ORDER BY tenant, ordering_key, seq) AS gone \
                   ) INSERT INTO nuncio.outbox (id, tenant, type, data, data_bytes, ordering_key, deliver_at, created_at) \
                   SELECT id, tenant, type, data, data_bytes, ordering_key, deliver_at, created_at \
                   FROM locked ORDER BY seq RETURNING id";
        self.in_pieces(sql, which).await
    }

    /// Deletes refused events, and says how many.
    ///
    /// # Errors
    /// There is no outbox, or the database fails.
    pub async fn drop_refused(&self, which: &WhichRefused) -> Result<usize, OutboxError> {
        let sql = "DELETE FROM nuncio.outbox_refused WHERE seq IN ( \
                       SELECT seq FROM nuncio.outbox_refused WHERE $1::text[] IS NULL OR id = ANY($1) \
                       ORDER BY seq LIMIT $2 FOR UPDATE) RETURNING id";
        self.in_pieces(sql, which).await
    }

    async fn in_pieces(&self, sql: &str, which: &WhichRefused) -> Result<usize, OutboxError> {
        self.must_be_installed().await?;
        let before: i64 = self.count_refused().await?;
        let mut done = 0;
        loop {
            let ids = which.ids();
            let moved = self
                .client
                .query_typed(sql, &[(&ids, Type::TEXT_ARRAY), (&AT_ONCE, Type::INT8)])
                .await?;
            let rows = moved.len();
            done += rows;
            // What a relay refuses anew meanwhile must not be taken up in a circle.
            if rows == 0 || i64::try_from(done).unwrap_or(i64::MAX) >= before {
                return Ok(done);
            }
        }
    }

    async fn count_refused(&self) -> Result<i64, OutboxError> {
        let sql = "SELECT count(*) FROM nuncio.outbox_refused";
        Ok(self.client.query_typed(sql, &[]).await?[0].get(0))
    }
}
