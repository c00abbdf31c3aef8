//! A connection to PostgreSQL, used from one thread at a time, as SQLite's are.

use std::{cell::RefCell, collections::HashMap, fmt, future::Future};

use bytes::BytesMut;
use tokio::runtime::Runtime;
use tokio_postgres::{
    Client,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};

use super::{Error, Result, Value, dialect::for_postgres};
use crate::fail::Fail;

/// Why PostgreSQL did not do what it was asked.
#[derive(Debug)]
pub(crate) struct SessionError(tokio_postgres::Error);

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_db_error() {
            Some(error) => write!(
                f,
                "PostgreSQL: {} ({})",
                error.message(),
                error.code().code()
            ),
            None => {
                write!(f, "PostgreSQL: {}", self.0)?;
                let mut source = std::error::Error::source(&self.0);
                while let Some(error) = source {
                    write!(f, ": {error}")?;
                    source = error.source();
                }
                Ok(())
            }
        }
    }
}

impl From<tokio_postgres::Error> for SessionError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(error)
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(SessionError(error))
    }
}

impl From<tokio_postgres::Error> for Fail {
    fn from(error: tokio_postgres::Error) -> Self {
        SessionError(error).into()
    }
}

impl SessionError {
    /// What PostgreSQL calls it; `None` when it did not answer.
    pub(crate) fn code(&self) -> Option<&SqlState> {
        self.0.code()
    }
}

impl From<SessionError> for Fail {
    fn from(error: SessionError) -> Self {
        let class = error.code().map(|code| &code.code()[..2]);
        match class {
            // Statements that were prepared in another session: the connection is at fault, not what was to be stored.
            _ if is_of_another_session(&error) => Self::Outage(format!(
                "{error}: is a pooler in transaction mode in between? Then name the database itself in database_direct"
            )),
            // Data, constraints, syntax: the same would fail for ever.
            Some("22" | "23" | "42") => Self::Broken(error.to_string()),
            _ => Self::Outage(error.to_string()),
        }
    }
}

/// As the settings of a session (`postgres/connect.rs`): commits are never cut short, and a server that hangs holds up
/// nobody for longer than a minute. What is not prepared is planned for the tables as they are.
const FOR_A_TRANSACTION: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
    SET LOCAL idle_in_transaction_session_timeout = '60s'; ";

/// Whether a prepared statement is missing, or there already, as happens behind a pooler.
fn is_of_another_session(error: &SessionError) -> bool {
    let code = error.code();
    code == Some(&SqlState::INVALID_SQL_STATEMENT_NAME)
        || code == Some(&SqlState::DUPLICATE_PSTATEMENT)
}

/// A connection. It works while a call of it lasts, on the thread of the call.
pub(crate) struct Session {
    runtime: Option<Runtime>,
    client: Client,
    /// Whose rollups are its own.
    writer: i64,
    /// Whether nothing of it outlives a transaction.
    stateless: bool,
    prepared: RefCell<HashMap<Box<str>, tokio_postgres::Statement>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Waits for nothing, so that a connection may be dropped anywhere.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Session {
    /// Connects. `connect` makes the client and what drives its connection.
    pub(crate) fn open<D, E>(
        connect: impl Future<Output = std::result::Result<(Client, D), E>>,
    ) -> std::result::Result<Self, E>
    where
        D: Future + Send + 'static,
        D::Output: Send,
        E: From<std::io::Error>,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let client = runtime.block_on(async {
            let (client, driver) = connect.await?;
            drop(tokio::spawn(driver));
            Ok::<_, E>(client)
        })?;
        Ok(Self {
            runtime: Some(runtime),
            client,
            writer: 0,
            stateless: false,
            prepared: RefCell::default(),
        })
    }

    /// The same by way of a pooler that gives each transaction whatever session of the server's is free: no statement is
    /// prepared ahead, and settings hold for a transaction.
    pub(crate) fn without_state(mut self) -> Self {
        self.stateless = true;
        self
    }

    /// Begins a transaction, with what has to be said before anything in it.
    pub(crate) fn begin(&self, first: &str) -> Result<()> {
        let settings = if self.stateless {
            FOR_A_TRANSACTION
        } else {
            ""
        };
        self.execute_batch(&format!("BEGIN; {settings}{first}"))
    }

    /// The same, counting into rollups of its own.
    pub(crate) fn with_writer(mut self, writer: i64) -> Self {
        self.writer = writer;
        self
    }

    /// Whose rollups are its own.
    pub(crate) const fn writer(&self) -> i64 {
        self.writer
    }

    /// Waits for something that the connection does.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        let runtime = self
            .runtime
            .as_ref()
            .expect("it is there until it is dropped");
        runtime.block_on(work)
    }

    /// Whether the connection is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<Prepared<'_>> {
        Ok(Prepared {
            session: self,
            sql: for_postgres(sql),
        })
    }

    /// A statement for values like these, prepared once.
    pub(crate) fn statement(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<tokio_postgres::Statement> {
        if let Some(statement) = self.prepared.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let types: Vec<Type> = values.iter().map(|value| type_of(*value)).collect();
        let statement = self.wait(self.client.prepare_typed(sql, &types))?;
        self.prepared
            .borrow_mut()
            .insert(sql.into(), statement.clone());
        Ok(statement)
    }

    pub(super) fn execute_batch(&self, sql: &str) -> Result<()> {
        Ok(self.wait(self.client.batch_execute(sql))?)
    }

    /// The connection itself, for what is sent without waiting.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// A statement for values of these types, prepared once; `None` where nothing outlives a transaction.
    pub(crate) fn with_types(
        &self,
        sql: &str,
        types: &[Type],
    ) -> Result<Option<tokio_postgres::Statement>> {
        if self.stateless {
            return Ok(None);
        }
        if let Some(statement) = self.prepared.borrow().get(sql) {
            return Ok(Some(statement.clone()));
        }
        let statement = self.wait(self.client.prepare_typed(sql, types))?;
        let mut prepared = self.prepared.borrow_mut();
        prepared.insert(sql.into(), statement.clone());
        Ok(Some(statement))
    }
}

/// A statement on its way to PostgreSQL.
pub(crate) struct Prepared<'c> {
    session: &'c Session,
    sql: String,
}

impl Prepared<'_> {
    pub(super) fn execute(&self, values: &[Value<'_>]) -> Result<usize> {
        let client = &self.session.client;
        if self.session.stateless {
            let values = typed(values);
            let done = client.execute_typed(&self.sql, &values);
            return Ok(self.session.wait(done)? as usize);
        }
        let statement = self.session.statement(&self.sql, values)?;
        let done = client.execute_raw(&statement, values.iter().copied());
        Ok(self.session.wait(done)? as usize)
    }

    pub(super) fn query(&self, values: &[Value<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        if self.session.stateless {
            let values = typed(values);
            let done = self.session.client.query_typed(&self.sql, &values);
            return Ok(self.session.wait(done)?);
        }
        let statement = self.session.statement(&self.sql, values)?;
        let values: Vec<&(dyn ToSql + Sync)> = values
            .iter()
            .map(|value| value as &(dyn ToSql + Sync))
            .collect();
        Ok(self
            .session
            .wait(self.session.client.query(&statement, &values))?)
    }

    /// Runs a statement that puts one row in, and gives the row's `seq`.
    pub(super) fn insert(&self, values: &[Value<'_>]) -> Result<i64> {
        let with_number = Prepared {
            session: self.session,
            sql: format!("{} RETURNING seq", self.sql),
        };
        let rows = with_number.query(values)?;
        let row = rows.first().ok_or(Error::NoRow)?;
        Ok(row.try_get(0)?)
    }
}

/// The values with their types, for a statement that is not prepared ahead.
fn typed<'a>(values: &'a [Value<'a>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    let typed = |value: &'a Value<'a>| (value as &(dyn ToSql + Sync), type_of(*value));
    values.iter().map(typed).collect()
}

fn type_of(value: Value<'_>) -> Type {
    match value {
        // Found out from where it stands.
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match *self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => match *ty {
                Type::INT2 => i16::try_from(number)?.to_sql(ty, out),
                Type::INT4 => i32::try_from(number)?.to_sql(ty, out),
                _ => number.to_sql(ty, out),
            },
            Value::Text(text) => text.to_sql(ty, out),
            Value::Blob(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *ty {
            Type::INT2 => Self::Integer(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Self::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Self::Integer(i64::from_sql(ty, raw)?),
            Type::BOOL => Self::Integer(bool::from_sql(ty, raw)?.into()),
            Type::BYTEA => Self::Blob(raw),
            _ => Self::Text(<&str>::from_sql(ty, raw)?),
        })
    }

    fn from_sql_null(
        _: &Type,
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT2
                | Type::INT4
                | Type::INT8
                | Type::BOOL
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
        )
    }
}

/// A column as it is.
pub(super) fn column(row: &tokio_postgres::Row, index: usize) -> Result<Value<'_>> {
    Ok(row.try_get(index)?)
}
