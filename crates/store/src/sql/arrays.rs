//! Many rows as the values of one statement of PostgreSQL's: each column is an array.

use bytes::{BufMut, BytesMut};
use tokio_postgres::{
    Statement,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

use super::{Session, Value};
use crate::fail::Fail;

/// The rows of a statement whose values are arrays of one length.
pub(crate) struct ArrayRows {
    sql: &'static str,
    /// `None` where nothing is prepared ahead.
    statement: Option<Statement>,
    columns: Vec<Column>,
    count: usize,
}

impl ArrayRows {
    /// None yet, for a statement that says of each value which array it is: `$1::bigint[]` for the first. It is prepared
    /// here, so that running it later sends all that it has to at once.
    ///
    /// # Errors
    /// It names a type that is not known here, or can't be prepared.
    pub(crate) fn new(session: &Session, sql: &'static str) -> Result<Self, Fail> {
        let columns = columns(sql)?;
        let types: Vec<Type> = columns.iter().map(|column| column.array.clone()).collect();
        Ok(Self {
            sql,
            statement: session.with_types(sql, &types)?,
            columns,
            count: 0,
        })
    }

    /// One more, with a value for each column.
    ///
    /// # Errors
    /// There are more or fewer values than columns, or one is too long.
    pub(crate) fn push(&mut self, values: &[Value<'_>]) -> Result<(), Fail> {
        if values.len() != self.columns.len() {
            let (given, wanted) = (values.len(), self.columns.len());
            return Err(Fail::Broken(format!("{given} values for {wanted} columns")));
        }
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(*value)?;
        }
        self.count += 1;
        Ok(())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Runs the statement; gives what it finds. Without rows PostgreSQL isn't asked.
    ///
    /// # Errors
    /// The statement fails, or the connection does.
    pub(crate) async fn query(
        &self,
        session: &Session,
    ) -> Result<Vec<tokio_postgres::Row>, tokio_postgres::Error> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let values = self.columns.iter();
        let Some(statement) = &self.statement else {
            let typed = values.map(|column| (column as &(dyn ToSql + Sync), column.array.clone()));
            let typed: Vec<_> = typed.collect();
            return session.client().query_typed(self.sql, &typed).await;
        };
        let values: Vec<_> = values.map(|column| column as &(dyn ToSql + Sync)).collect();
        session.client().query(statement, &values).await
    }
}

/// The columns that a statement names.
fn columns(sql: &str) -> Result<Vec<Column>, Fail> {
    sql.split('$').skip(1).map(Column::named).collect()
}

/// The values of a column, as PostgreSQL reads the elements of an array.
#[derive(Debug)]
struct Column {
    array: Type,
    element: Type,
    count: i32,
    has_null: bool,
    elements: BytesMut,
}

impl Column {
    /// The column of a value, by what a statement says behind the value's `$`.
    fn named(text: &str) -> Result<Self, Fail> {
        let cast = text
            .split_once("::")
            .and_then(|(_, cast)| cast.split_once("[]"));
        let name = cast.map_or("", |(name, _)| name);
        let (array, element) = match name {
            "smallint" => (Type::INT2_ARRAY, Type::INT2),
            "integer" => (Type::INT4_ARRAY, Type::INT4),
            "bigint" => (Type::INT8_ARRAY, Type::INT8),
            "text" => (Type::TEXT_ARRAY, Type::TEXT),
            "bytea" => (Type::BYTEA_ARRAY, Type::BYTEA),
            _ => return Err(Fail::Broken(format!("no array of a known type: ${text}"))),
        };
        Ok(Self {
            array,
            element,
            count: 0,
            has_null: false,
            elements: BytesMut::new(),
        })
    }

    fn push(&mut self, value: Value<'_>) -> Result<(), Fail> {
        let start = self.elements.len();
        self.elements.put_i32(-1);
        let is_null = value
            .to_sql(&self.element, &mut self.elements)
            .map_err(|error| Fail::Broken(error.to_string()))?;
        match is_null {
            IsNull::Yes => self.has_null = true,
            IsNull::No => {
                let length = i32::try_from(self.elements.len() - start - 4);
                let length = length.map_err(|_| Fail::Broken("a value is too long".to_owned()))?;
                self.elements[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        self.count += 1;
        Ok(())
    }
}

impl ToSql for Column {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        // Dimensions, whether any is null, the type; of the one dimension its length and where it begins.
        out.put_i32(i32::from(self.count > 0));
        out.put_i32(i32::from(self.has_null));
        out.put_u32(self.element.oid());
        if self.count > 0 {
            out.put_i32(self.count);
            out.put_i32(1);
        }
        out.put_slice(&self.elements);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use tokio_postgres::types::Type;

    use super::columns;

    #[test]
    fn a_statement_says_which_arrays_it_takes() {
        let found = columns("SELECT 1 FROM UNNEST($1::bigint[], $2::text[]) AS w (a, b)").unwrap();
        let types: Vec<_> = found.into_iter().map(|column| column.array).collect();
        assert_eq!(types, [Type::INT8_ARRAY, Type::TEXT_ARRAY]);
        assert!(columns("SELECT $1").is_err());
        assert!(columns("SELECT 1 FROM UNNEST($1::point[])").is_err());
    }
}
