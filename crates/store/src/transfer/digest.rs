//! What a table holds in one number, the same in both stores: the sum of a hash of each row, in whatever order they come.

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use super::{
    TransferProgress, TransferStep,
    tables::{self, Table, TableColumn},
};
use crate::{
    fail::Fail,
    sql::{Row, Session, Sql, Value},
};

/// Rows that are fetched at once.
const FETCHED: usize = 2_000;

/// Of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) rows: u64,
    pub(super) sum: u128,
}

impl Digest {
    /// Of the table where it comes from.
    pub(super) fn of_source(
        source: &Connection,
        table: &Table,
        columns: &[TableColumn],
        told: &mut dyn FnMut(TransferProgress),
    ) -> Result<Self, Fail> {
        let count = format!("SELECT count(*) FROM {}", table.name);
        let total: i64 = source.query_row(&count, [], |row| row.get(0))?;
        let read = tables::list(columns, |column| &column.from);
        let mut find = source.prepare(&format!("SELECT {read} FROM {}", table.name))?;
        let mut rows = find.query([])?;
        let mut digest = Self::default();
        while let Some(row) = rows.next()? {
            digest.add(&Row::Sqlite(row), columns.len())?;
            if digest.rows.is_multiple_of(FETCHED as u64) || digest.rows == total as u64 {
                told(TransferProgress {
                    table: table.name,
                    step: TransferStep::Check,
                    done: digest.rows,
                    total: total as u64,
                });
            }
        }
        Ok(digest)
    }

    /// Of the table where it has gone to.
    pub(super) fn of_target(
        target: &Session,
        table: &Table,
        columns: &[TableColumn],
    ) -> Result<Self, Fail> {
        let sql = Sql::from(target);
        let names = tables::list(columns, |column| &column.name);
        let cursor = format!(
            "DECLARE rows NO SCROLL CURSOR FOR SELECT {names} FROM {}",
            table.name
        );
        sql.begin(&cursor)?;
        let fetch = format!("FETCH {FETCHED} FROM rows");
        let mut digest = Self::default();
        loop {
            let before = digest.rows;
            let fetched = target.wait(target.client().query_typed(&fetch, &[]))?;
            for row in &fetched {
                digest.add(&Row::Postgres(row), columns.len())?;
            }
            if digest.rows == before {
                sql.execute_batch("COMMIT")?;
                return Ok(digest);
            }
        }
    }

    fn add(&mut self, row: &Row<'_>, columns: usize) -> Result<(), Fail> {
        let mut hash = Sha256::new();
        for column in 0..columns {
            add_value(&mut hash, row.get_ref(column)?);
        }
        let hash: [u8; 32] = hash.finalize().into();
        let (first, _) = hash.split_at(16);
        let first: [u8; 16] = first.try_into().unwrap_or_default();
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(first));
        self.rows += 1;
        Ok(())
    }
}

/// With its type and length, so that no two rows look alike.
fn add_value(hash: &mut Sha256, value: Value<'_>) {
    let (kind, bytes): (u8, &[u8]) = match value {
        Value::Null => (0, &[]),
        Value::Integer(number) => {
            hash.update([1]);
            hash.update(number.to_be_bytes());
            return;
        }
        Value::Text(text) => (2, text.as_bytes()),
        Value::Blob(bytes) => (3, bytes),
    };
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}
