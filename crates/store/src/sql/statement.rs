//! A prepared statement of either engine.

use super::{Error, Params, Result, Row, Rows, postgres::Prepared};

/// A prepared statement.
pub(crate) enum Statement<'c> {
    Sqlite(rusqlite::CachedStatement<'c>),
    Postgres(Prepared<'c>),
}

impl Statement<'_> {
    /// Runs it and says how many rows it has changed.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize> {
        params.with(|values| match self {
            Self::Sqlite(statement) => Ok(statement.execute(rusqlite::params_from_iter(values))?),
            Self::Postgres(statement) => Ok(statement.execute(values)?),
        })
    }

    /// Runs it, which puts one row in, and gives the row's `seq`.
    pub(crate) fn insert(&mut self, params: impl Params) -> Result<i64> {
        params.with(|values| match self {
            Self::Sqlite(statement) => Ok(statement.insert(rusqlite::params_from_iter(values))?),
            Self::Postgres(statement) => statement.insert(values),
        })
    }

    /// Its rows.
    pub(crate) fn query(&mut self, params: impl Params) -> Result<Rows<'_>> {
        params.with(|values| match self {
            Self::Sqlite(statement) => {
                let rows = statement.query(rusqlite::params_from_iter(values))?;
                Ok(Rows::Sqlite(rows))
            }
            Self::Postgres(statement) => Ok(Rows::Postgres {
                rows: statement.query(values)?,
                next: 0,
            }),
        })
    }

    /// Its first row.
    pub(crate) fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut rows = self.query(params)?;
        let row = rows.next()?.ok_or(Error::NoRow)?;
        read(&row)
    }

    /// Its rows, each as it is read.
    pub(crate) fn query_map<T>(
        &mut self,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<std::vec::IntoIter<Result<T>>> {
        let mut rows = self.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(&row));
        }
        Ok(all.into_iter())
    }
}
