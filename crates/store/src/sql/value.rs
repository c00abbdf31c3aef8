//! Values: from Rust into columns, and back.

use super::{Error, Result};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// A value of another type than the one that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mismatch;

impl<'a> Value<'a> {
    /// The text.
    pub(crate) fn as_str(self) -> std::result::Result<&'a str, Mismatch> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Null | Self::Integer(_) | Self::Blob(_) => Err(Mismatch),
        }
    }

    /// The text, if there is any.
    pub(crate) fn as_str_or_null(self) -> std::result::Result<Option<&'a str>, Mismatch> {
        match self {
            Self::Null => Ok(None),
            other => other.as_str().map(Some),
        }
    }

    /// The bytes.
    pub(crate) fn as_blob(self) -> std::result::Result<&'a [u8], Mismatch> {
        match self {
            Self::Blob(bytes) => Ok(bytes),
            Self::Null | Self::Integer(_) | Self::Text(_) => Err(Mismatch),
        }
    }
}

/// What can be put into a column.
pub(crate) trait ToValue {
    fn value(&self) -> Value<'_>;
}

impl ToValue for Value<'_> {
    fn value(&self) -> Value<'_> {
        *self
    }
}

macro_rules! integers {
    ($($number:ty),*) => {$(
        impl ToValue for $number {
            fn value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }
        impl FromValue for $number {
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Integer(number) => number.try_into().ok(),
                    Value::Null | Value::Text(_) | Value::Blob(_) => None,
                }
            }
        }
    )*};
}
integers!(i64, i32, u32, u16, u8);

impl ToValue for bool {
    fn value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl ToValue for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToValue for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl<T: ToValue + ?Sized> ToValue for Box<T> {
    fn value(&self) -> Value<'_> {
        T::value(self)
    }
}

impl ToValue for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl ToValue for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn value(&self) -> Value<'_> {
        T::value(self)
    }
}

impl<T: ToValue + ?Sized> ToValue for std::borrow::Cow<'_, T>
where
    T: ToOwned,
{
    fn value(&self) -> Value<'_> {
        T::value(self)
    }
}

/// What can be read from a column.
pub(crate) trait FromValue: Sized {
    /// `None` if that is not what it holds.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        value.as_str().ok().map(str::to_owned)
    }
}

impl FromValue for Box<str> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        value.as_str().ok().map(Into::into)
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        value.as_blob().ok().map(<[u8]>::to_vec)
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value<'_>) -> Option<Self> {
        value.as_blob().ok()?.try_into().ok()
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// Reads a column as what it should hold.
pub(super) fn read<T: FromValue>(value: Value<'_>, column: usize) -> Result<T> {
    T::from_value(value).ok_or(Error::Column(column))
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
