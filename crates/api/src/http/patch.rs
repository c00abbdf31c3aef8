//! Fields of a change: kept, cleared or set.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A field of a PATCH or PUT that keeps what it does not name. Needs `#[serde(default)]` on the field.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Patch<T> {
    /// The field was not named.
    #[default]
    Keep,
    /// It was null.
    Clear,
    /// It had a value.
    Set(T),
}

impl<T> Patch<T> {
    /// Changes a field that may be empty.
    pub(crate) fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// Changes a field whose empty value is its default.
    pub(crate) fn apply_or_default(self, field: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Keep => {}
            Self::Clear => *field = T::default(),
            Self::Set(value) => *field = value,
        }
    }

    /// The new value, if there is one.
    pub(crate) fn as_set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}

impl Patch<Map<String, Value>> {
    /// Changes an object member by member: what is not named stays, null removes.
    pub(crate) fn merge(self, object: &mut Map<String, Value>) {
        let members = match self {
            Self::Keep => return,
            Self::Clear => return object.clear(),
            Self::Set(members) => members,
        };
        for (name, value) in members {
            match value {
                Value::Null => drop(object.shift_remove(&name)),
                value => drop(object.insert(name, value)),
            }
        }
    }
}

/// An object as a merge would make it of nothing: a null member is no member.
pub(crate) fn without_nulls(mut object: Map<String, Value>) -> Map<String, Value> {
    object.retain(|_, value| !value.is_null());
    object
}

/// Reads a field that may be left out but not be null: for what always has a value.
pub(crate) fn given<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Option::<T>::deserialize(from)? {
            None => Self::Clear,
            Some(value) => Self::Set(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_merged_member_by_member() {
        let check = |change: Value, expected: Value| {
            let patch: Patch<Map<String, Value>> = serde_json::from_value(change).unwrap();
            let mut object = json!({"a": 1, "b": {"c": 2}}).as_object().unwrap().clone();
            patch.merge(&mut object);
            assert_eq!(Value::Object(object), expected);
        };
        check(
            json!({"a": 9, "d": 4}),
            json!({"a": 9, "b": {"c": 2}, "d": 4}),
        );
        check(json!({"a": null, "x": null}), json!({"b": {"c": 2}}));
        check(json!({"b": {"e": 3}}), json!({"a": 1, "b": {"e": 3}}));
        check(json!({}), json!({"a": 1, "b": {"c": 2}}));
        check(json!(null), json!({}));
    }
}
