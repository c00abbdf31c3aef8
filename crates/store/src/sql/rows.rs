//! What a query gives.

use super::{FromValue, Result, Value, postgres::column, value::read};

/// A row of either engine.
#[derive(Clone, Copy)]
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// A column, the first is 0.
    pub(crate) fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        read(self.get_ref(index)?, index)
    }

    /// A column as it is.
    pub(crate) fn get_ref(&self, index: usize) -> Result<Value<'_>> {
        use rusqlite::types::ValueRef;
        Ok(match self {
            Self::Sqlite(row) => match row.get_ref(index)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Text(text) => {
                    let text = std::str::from_utf8(text);
                    Value::Text(text.map_err(|_| super::Error::Column(index))?)
                }
                ValueRef::Blob(bytes) => Value::Blob(bytes),
                ValueRef::Real(_) => return Err(super::Error::Column(index)),
            },
            Self::Postgres(row) => column(row, index)?,
        })
    }
}

/// The rows of a query, one after the other.
pub(crate) enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    Postgres {
        rows: Vec<tokio_postgres::Row>,
        next: usize,
    },
}

impl Rows<'_> {
    /// The next one; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        Ok(match self {
            Self::Sqlite(rows) => rows.next()?.map(Row::Sqlite),
            Self::Postgres { rows, next } => {
                let row = rows.get(*next);
                *next += 1;
                row.map(Row::Postgres)
            }
        })
    }
}
