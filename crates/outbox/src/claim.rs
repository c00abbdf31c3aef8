//! Taking rows so that no other relay takes them too.
//!
//! Rows without an ordering key are locked one by one, and those that another relay has locked are skipped. With ordering
//! keys that would send a later one before an earlier one: there, a relay takes the whole key.

use nuncio_postgres::tokio_postgres::types::Type;
use nuncio_postgres::tokio_postgres::{Error, Row, Transaction};

use crate::row::OutboxRow;

/// Rows of one request: half of what the API takes, and a few milliseconds of the server's writer.
pub(crate) const ROWS_MAX: usize = 500;
/// Their data together: a quarter of what the API takes, and what a relay holds in memory.
const BYTES_MAX: i64 = 4 * 1024 * 1024;
/// How often to go on to further keys when other relays have those that were found.
const PAGES_MAX: usize = 20;

/// A row without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claimed {
    seq: i64,
    bytes: i64,
}

impl Claimed {
    fn of(row: &Row) -> Self {
        Self {
            seq: row.get(0),
            bytes: row.get(1),
        }
    }
}

/// Locks what is next after the number `after`, and reads it, in the order of numbers. Rows of one ordering key are its
/// first ones. Whether there is more, is the second part.
pub(crate) async fn claim(
    transaction: &Transaction<'_>,
    after: i64,
) -> Result<(Vec<OutboxRow>, bool), Error> {
    let mut claimed = unordered(transaction, after).await?;
    claimed.extend(ordered(transaction, after).await?);
    claimed.sort_unstable();
    let found = claimed.len();
    cut(&mut claimed);
    let is_full = claimed.len() < found || found >= ROWS_MAX;
    let seqs: Vec<i64> = claimed.iter().map(|row| row.seq).collect();
    Ok((read(transaction, &seqs).await?, is_full))
}

/// Keeps the first ones that fit one request, at least one. What is left out is of later numbers, so the order of keys
/// holds.
fn cut(claimed: &mut Vec<Claimed>) {
    let mut bytes = 0;
    let mut count = 0;
    let fits = |row: &&Claimed| {
        bytes += row.bytes;
        count += 1;
        count == 1 || (bytes <= BYTES_MAX && count <= ROWS_MAX)
    };
    let keep = claimed.iter().take_while(fits).count();
    claimed.truncate(keep);
}

fn limit() -> i64 {
    i64::try_from(ROWS_MAX).unwrap_or(i64::MAX)
}

/// The next rows without a key that nobody has locked.
const UNORDERED: &str = "SELECT seq, data_bytes::bigint FROM nuncio.outbox \
     WHERE ordering_key IS NULL AND seq > $1 ORDER BY seq LIMIT $2 FOR UPDATE SKIP LOCKED";
/// The keys of the next rows that have one, the longest waiting first, each with the last of these rows.
const KEYS: &str = "SELECT tenant, ordering_key, max(seq) FROM ( \
         SELECT tenant, ordering_key, seq FROM nuncio.outbox \
         WHERE ordering_key IS NOT NULL AND seq > $1 ORDER BY seq LIMIT $2 \
     ) AS next GROUP BY tenant, ordering_key ORDER BY min(seq)";
/// Those of the keys that no other relay has: until the transaction ends, they are ours.
const LOCK: &str = "SELECT tenant, ordering_key FROM unnest($1, $2) AS keys (tenant, ordering_key) \
     WHERE pg_try_advisory_xact_lock(hashtextextended('nuncio relay ' || tenant || ' ' || ordering_key, 0))";
/// The first rows of keys that are ours. Only this statement sees what another relay has left of them; and it looks from
/// each key's beginning, wherever the look for keys began.
const FIRST: &str = "SELECT first.seq, first.data_bytes::bigint \
     FROM unnest($1, $2) AS keys (tenant, ordering_key), LATERAL ( \
         SELECT seq, data_bytes FROM nuncio.outbox \
         WHERE tenant = keys.tenant AND ordering_key = keys.ordering_key \
         ORDER BY seq LIMIT $3 \
     ) AS first ORDER BY first.seq LIMIT $3";
const READ: &str = r#"SELECT seq, id, tenant, type, data::text, ordering_key,
         to_char(deliver_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     FROM nuncio.outbox WHERE seq = ANY($1) ORDER BY seq"#;

/// For a table that was empty when it was last looked at, PostgreSQL would rather sort a whole backlog than walk an index.
pub(crate) const PLANS: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; \
     SET LOCAL enable_sort = off";

async fn unordered(transaction: &Transaction<'_>, after: i64) -> Result<Vec<Claimed>, Error> {
    let rows = transaction
        .query_typed(UNORDERED, &[(&after, Type::INT8), (&limit(), Type::INT8)])
        .await?;
    Ok(rows.iter().map(Claimed::of).collect())
}

async fn ordered(transaction: &Transaction<'_>, after: i64) -> Result<Vec<Claimed>, Error> {
    let mut after = after;
    for _ in 0..PAGES_MAX {
        let (keys, last) = keys(transaction, after).await?;
        let Some(last) = last else {
            break;
        };
        let keys = lock(transaction, keys).await?;
        if !keys.0.is_empty() {
            return first_of(transaction, &keys).await;
        }
        // All of these are another relay's.
        after = last;
    }
    Ok(Vec::new())
}

/// Tenants and ordering keys, side by side.
type Keys = (Vec<String>, Vec<String>);

/// The next keys, and the last of their rows that were looked at.
async fn keys(transaction: &Transaction<'_>, after: i64) -> Result<(Keys, Option<i64>), Error> {
    let rows = transaction
        .query_typed(KEYS, &[(&after, Type::INT8), (&limit(), Type::INT8)])
        .await?;
    let last = rows.iter().map(|row| row.get(2)).max();
    let keys = rows.iter().map(|row| (row.get(0), row.get(1))).unzip();
    Ok((keys, last))
}

async fn lock(transaction: &Transaction<'_>, keys: Keys) -> Result<Keys, Error> {
    let (tenants, names) = &keys;
    let rows = transaction
        .query_typed(
            LOCK,
            &[(tenants, Type::TEXT_ARRAY), (names, Type::TEXT_ARRAY)],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).unzip())
}

async fn first_of(transaction: &Transaction<'_>, keys: &Keys) -> Result<Vec<Claimed>, Error> {
    let (tenants, names) = keys;
    let rows = transaction
        .query_typed(
            FIRST,
            &[
                (tenants, Type::TEXT_ARRAY),
                (names, Type::TEXT_ARRAY),
                (&limit(), Type::INT8),
            ],
        )
        .await?;
    Ok(rows.iter().map(Claimed::of).collect())
}

async fn read(transaction: &Transaction<'_>, seqs: &[i64]) -> Result<Vec<OutboxRow>, Error> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = transaction
        .query_typed(READ, &[(&seqs, Type::INT8_ARRAY)])
        .await?;
    let row = |row: &Row| OutboxRow {
        seq: row.get(0),
        id: row.get(1),
        tenant: row.get(2),
        event_type: row.get(3),
        data: row.get(4),
        ordering_key: row.get(5),
        deliver_at: row.get(6),
        created_at: row.get(7),
    };
    Ok(rows.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use nuncio_postgres_fixture::Postgres;

    use super::*;
    use crate::install_sql;

    #[test]
    fn a_request_is_cut_to_what_the_server_takes() {
        fn check(bytes: &[i64], expected: usize) {
            let rows = bytes.iter().zip(1..);
            let mut claimed: Vec<Claimed> =
                rows.map(|(&bytes, seq)| Claimed { seq, bytes }).collect();
            cut(&mut claimed);
            assert_eq!(claimed.len(), expected, "{bytes:?}");
        }
        check(&[], 0);
        check(&[1, 2, 3], 3);
        check(&[BYTES_MAX + 1, 1], 1);
        check(&[BYTES_MAX - 1, 1, 1], 2);
        check(&vec![1; ROWS_MAX + 1], ROWS_MAX);
    }

    /// Also before PostgreSQL has seen how many rows there are, and for a backlog of many.
    #[tokio::test]
    async fn every_look_walks_an_index() {
        let postgres = Postgres::shared().await;
        postgres.database("plans").await;
        postgres.query("plans", &install_sql(&[], &[])).await;
        let backlog = "SELECT count(nuncio.publish('t', 'a.b', '{}', ordering_key => CASE WHEN n % 2 = 0 THEN 'k' || n END)) \
                       FROM generate_series(1, 20000) AS n";
        postgres.query("plans", backlog).await;
        let keys = "array['t', 't'], array['k2', 'k4']";
        let looks = [
            UNORDERED.replace("$1", "0").replace("$2", "500"),
            KEYS.replace("$1", "0").replace("$2", "500"),
            FIRST.replace("$1, $2", keys).replace("$3", "500"),
            READ.replace("$1", "array[1, 2, 3]::bigint[]"),
            "DELETE FROM nuncio.outbox WHERE seq = ANY(array[1, 2, 3]::bigint[])".to_owned(),
        ];
        for look in looks {
            let explained = format!("BEGIN; {PLANS}; EXPLAIN {look}; ROLLBACK");
            let plan = postgres.query("plans", &explained).await.join("\n");
            let walks = plan.contains("Index Scan") || plan.contains("Index Only Scan");
            assert!(walks && !plan.contains("Seq Scan"), "{look}\n{plan}");
            assert!(!plan.contains("Bitmap"), "{look}\n{plan}");
        }
    }
}
