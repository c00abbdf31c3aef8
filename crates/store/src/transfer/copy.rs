//! Copying a table, in pieces that are each committed with the position that they end at.

use std::pin::pin;

use rusqlite::{Connection, Rows};
use tokio_postgres::{binary_copy::BinaryCopyInWriter, types::Type};

use super::{
    TransferProgress, TransferStep,
    tables::{self, Table, TableColumn},
};
use crate::{
    fail::Fail,
    sql::{OptionalExtension, Row, Session, Sql, Value, params},
};

/// Rows of a piece: a second of work at most is done again after it broke off.
const ROWS_MAX: usize = 20_000;
/// Bytes of a piece.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// Behind every number.
const THE_END: i64 = i64::MAX;

/// Where a move stands, in a table of the target's.
pub(super) struct Positions<'t> {
    target: Sql<'t>,
}

impl<'t> Positions<'t> {
    /// The mark of the source whose move has begun there; `None` if none has.
    pub(super) fn source(target: &Session) -> Result<Option<String>, Fail> {
        const TABLE: &str = "SELECT to_regclass('store_transfer') IS NOT NULL";
        let sql = Sql::from(target);
        if !sql.query_row(TABLE, [], |row| row.get::<bool>(0))? {
            return Ok(None);
        }
        let find = "SELECT source FROM store_transfer WHERE source IS NOT NULL";
        Ok(Some(sql.query_row(find, [], |row| row.get(0))?))
    }

    /// Those of a move that begins.
    pub(super) fn begin(target: &'t Session, mark: &str) -> Result<Self, Fail> {
        let sql = Sql::from(target);
        sql.begin("")?;
        sql.execute_batch(
            "CREATE TABLE store_transfer (name TEXT PRIMARY KEY, after BIGINT NOT NULL, source TEXT)",
        )?;
        let insert = "INSERT INTO store_transfer (name, after, source) VALUES ('', 0, ?1)";
        sql.execute(insert, [mark])?;
        sql.execute_batch("COMMIT")?;
        Ok(Self::go_on(target))
    }

    /// Those of a move that goes on.
    pub(super) fn go_on(target: &'t Session) -> Self {
        Self {
            target: Sql::from(target),
        }
    }

    /// The number up to which a table's rows are there.
    fn of(&self, table: &Table) -> Result<i64, Fail> {
        const FIND: &str = "SELECT after FROM store_transfer WHERE name = ?1";
        let found = self.target.query_row(FIND, [table.name], |row| row.get(0));
        Ok(found.optional()?.unwrap_or(i64::MIN))
    }

    /// Notes it, in the running transaction.
    fn put(&self, table: &Table, after: i64) -> Result<(), Fail> {
        const PUT: &str = "INSERT INTO store_transfer (name, after) VALUES (?1, ?2) \
            ON CONFLICT (name) DO UPDATE SET after = excluded.after";
        self.target.execute(PUT, params![table.name, after])?;
        Ok(())
    }

    /// The move is over. Now a server may start.
    pub(super) fn end(self) -> Result<(), Fail> {
        self.target.execute_batch("ANALYZE")?;
        self.target.execute_batch("DROP TABLE store_transfer")?;
        Ok(())
    }
}

/// Copies what is not there of a table.
pub(super) fn copy(
    source: &Connection,
    target: &Session,
    table: &Table,
    positions: &Positions<'_>,
    told: &mut dyn FnMut(TransferProgress),
) -> Result<(), Fail> {
    let begun = positions.of(table)?;
    if begun == THE_END {
        return Ok(());
    }
    let columns = tables::columns(target, table)?;
    let rest = rows_behind(table);
    let count = |rest: &str, after: i64| {
        let count = format!("SELECT count(*) FROM {} {rest}", table.name);
        source.query_row(&count, [after], |row| row.get::<_, i64>(0))
    };
    let total = count(&rest, i64::MIN)? as u64;
    let mut done = total - count(&rest, begun)? as u64;
    let key = table.key.unwrap_or("0");
    let read = tables::list(&columns, |column| &column.from);
    let order = table
        .key
        .map_or(String::new(), |key| format!("ORDER BY {key}"));
    let find = format!("SELECT {key}, {read} FROM {} {rest} {order}", table.name);
    let mut find = source.prepare(&find)?;
    let mut rows = find.query([begun])?;
    let sql = Sql::from(target);
    let sink = CopySink::new(target, table, &columns);
    sql.begin("")?;
    loop {
        let piece = sink.piece(&mut rows)?;
        done += piece.rows;
        told(TransferProgress {
            table: table.name,
            step: TransferStep::Copy,
            done,
            total,
        });
        if piece.is_last {
            positions.put(table, THE_END)?;
            sql.execute_batch("COMMIT")?;
            return Ok(());
        }
        if table.key.is_some() {
            positions.put(table, piece.last)?;
            sql.execute_batch("COMMIT")?;
            sql.begin("")?;
        }
    }
}

/// The rows behind a number, `?1`.
fn rows_behind(table: &Table) -> String {
    match table.key {
        Some(key) => format!("WHERE {key} > ?1"),
        None => "WHERE ?1 IS NOT NULL".to_owned(),
    }
}

/// What was copied in one go.
struct Piece {
    rows: u64,
    /// The number of the last row.
    last: i64,
    /// Whether there are no more.
    is_last: bool,
}

/// Where rows go.
struct CopySink<'t> {
    target: &'t Session,
    sql: String,
    types: Vec<Type>,
}

impl<'t> CopySink<'t> {
    fn new(target: &'t Session, table: &Table, columns: &[TableColumn]) -> Self {
        let names = tables::list(columns, |column| &column.name);
        Self {
            target,
            sql: format!("COPY {} ({names}) FROM STDIN BINARY", table.name),
            types: columns.iter().map(|column| column.ty.clone()).collect(),
        }
    }

    fn piece(&self, rows: &mut Rows<'_>) -> Result<Piece, Fail> {
        self.target.wait(async {
            let sink = self.target.client().copy_in(self.sql.as_str()).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, &self.types));
            let mut piece = Piece {
                rows: 0,
                last: i64::MIN,
                is_last: false,
            };
            let mut bytes = 0;
            while (piece.rows as usize) < ROWS_MAX && bytes < BYTES_MAX {
                let Some(row) = rows.next()? else {
                    piece.is_last = true;
                    break;
                };
                let row = Row::Sqlite(row);
                piece.last = row.get(0)?;
                let values = (1..=self.types.len()).map(|column| row.get_ref(column));
                let values: Vec<Value<'_>> = values.collect::<Result<_, _>>()?;
                bytes += values.iter().map(|value| size(*value)).sum::<usize>();
                writer.as_mut().write_raw(values.iter().copied()).await?;
                piece.rows += 1;
            }
            writer.as_mut().finish().await?;
            Ok(piece)
        })
    }
}

const fn size(value: Value<'_>) -> usize {
    match value {
        Value::Null => 0,
        Value::Integer(_) => 8,
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
    }
}
