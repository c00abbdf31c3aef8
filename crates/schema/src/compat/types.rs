//! Which types, and which values, are allowed at a place.

use std::fmt;

use serde_json::Value;

use super::{BreakSide, Comparison, branches, node::Node};
use crate::{Exhausted, equal::equal, number::is_integer};

/// Characters of a value that a sentence repeats.
const SHOWN_CHARS_MAX: usize = 60;

/// A set of types, in which a number is an integer or a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TypeSet(u8);

impl TypeSet {
    const NULL: u8 = 1;
    const BOOLEAN: u8 = 1 << 1;
    const INTEGER: u8 = 1 << 2;
    const FRACTION: u8 = 1 << 3;
    const STRING: u8 = 1 << 4;
    const ARRAY: u8 = 1 << 5;
    const OBJECT: u8 = 1 << 6;
    const ALL: Self = Self(0x7f);

    const NAMES: [(&'static str, u8); 7] = [
        ("null", Self::NULL),
        ("boolean", Self::BOOLEAN),
        ("number", Self::INTEGER | Self::FRACTION),
        ("integer", Self::INTEGER),
        ("string", Self::STRING),
        ("array", Self::ARRAY),
        ("object", Self::OBJECT),
    ];

    fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let bits = |name: &str| {
            let mut names = Self::NAMES.iter();
            names
                .find(|(known, _)| *known == name)
                .map_or(0, |(_, bits)| *bits)
        };
        Self(names.into_iter().fold(0, |all, name| all | bits(name)))
    }

    fn of(value: &Value) -> Self {
        Self(match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if is_integer(number) => Self::INTEGER,
            Value::Number(_) => Self::FRACTION,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        })
    }

    /// The types one by one, each with its name; an integer is a number too.
    pub(super) fn each() -> impl Iterator<Item = (&'static str, Self)> {
        Self::NAMES
            .into_iter()
            .map(|(name, bits)| (name, Self(bits)))
    }

    pub(super) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
    pub(super) const fn has_numbers(self) -> bool {
        self.0 & (Self::INTEGER | Self::FRACTION) != 0
    }
    pub(super) const fn has_fractions(self) -> bool {
        self.0 & Self::FRACTION != 0
    }
    pub(super) const fn has_strings(self) -> bool {
        self.0 & Self::STRING != 0
    }
    pub(super) const fn has_arrays(self) -> bool {
        self.0 & Self::ARRAY != 0
    }
    pub(super) const fn has_objects(self) -> bool {
        self.0 & Self::OBJECT != 0
    }
}

impl fmt::Display for TypeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.write_str("any type");
        }
        let mut left = self.0;
        let mut names = Vec::new();
        for (name, bits) in Self::NAMES {
            if left & bits == bits {
                names.push(name);
                left &= !bits;
            }
        }
        if left != 0 {
            names.push("fraction");
        }
        f.write_str(&names.join(" or "))
    }
}

impl<'a> Comparison<'a, '_, '_> {
    /// Compares types and lists of values; returns the types that both schemas allow.
    pub(super) fn values(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<TypeSet, Exhausted> {
        let (mut old_types, mut new_types) = (types(old), types(new));
        if !(old_types.has_fractions() && new_types.has_fractions()) {
            (old_types, new_types) = (whole(old_types, old), whole(new_types, new));
        }
        let mut old_values = self.listed(old, old_types)?;
        let mut new_values = self.listed(new, new_types)?;
        // Of some types there are so few values that they can be listed as well.
        if old_values.is_some() != new_values.is_some() {
            old_values = old_values.or_else(|| all_values(old_types));
            new_values = new_values.or_else(|| all_values(new_types));
        }
        let before = of_listed(old_types, &old_values);
        let after = of_listed(new_types, &new_values);
        let common = before.both(after);
        // Of two lists, the values tell more than their types.
        let side = match (
            old_values.is_some() && new_values.is_some(),
            before.without(after).is_empty(),
            after.without(before).is_empty(),
        ) {
            (true, _, _) | (_, true, true) => None,
            (_, true, false) => Some(BreakSide::Receivers),
            (_, false, true) => Some(BreakSide::Publishers),
            (_, false, false) => Some(BreakSide::Both),
        };
        if let Some(side) = side {
            let detail = format!("the type was {before} and is {after}");
            self.found(new.pointer("type"), path, side, detail);
        }
        self.lists(old_values, new_values, new, path, common)?;
        Ok(common)
    }

    /// The types that are allowed at a place, by its list of values if it has one.
    pub(super) fn types_of(&mut self, node: &Node<'a>) -> Result<TypeSet, Exhausted> {
        let types = types(node);
        Ok(of_listed(types, &self.listed(node, types)?))
    }

    fn lists(
        &mut self,
        old: Option<Vec<&'a Value>>,
        new: Option<Vec<&'a Value>>,
        node: &Node<'a>,
        path: &str,
        common: TypeSet,
    ) -> Result<(), Exhausted> {
        let mut keywords = ["const", "enum", "anyOf", "oneOf"].into_iter();
        let keyword = keywords
            .find(|keyword| node.keyword(keyword).next().is_some())
            .unwrap_or("enum");
        let pointer = node.pointer(keyword);
        match (old, new) {
            (Some(old), Some(new)) => {
                for value in &old {
                    if !self.is_in(value, &new)? {
                        let detail = format!("{} is not allowed any more", shown(value));
                        self.found(pointer.clone(), path, BreakSide::Publishers, detail);
                    }
                }
                for value in &new {
                    if !self.is_in(value, &old)? {
                        let detail = format!("{} was not among the values before", shown(value));
                        self.found(pointer.clone(), path, BreakSide::Receivers, detail);
                    }
                }
            }
            // Of types that have nothing in common, no more needs to be said.
            (Some(_), None) if !common.is_empty() => {
                let detail = "the list of values is gone: others can come".to_owned();
                self.found(pointer, path, BreakSide::Receivers, detail);
            }
            (None, Some(_)) if !common.is_empty() => {
                let detail = "only some values are allowed now".to_owned();
                self.found(pointer, path, BreakSide::Publishers, detail);
            }
            (Some(_) | None, None) | (None, Some(_)) => {}
        }
        Ok(())
    }

    /// The values that `enum` and `const` leave, if there is one of them.
    fn listed(
        &mut self,
        node: &Node<'a>,
        types: TypeSet,
    ) -> Result<Option<Vec<&'a Value>>, Exhausted> {
        let lists = node.keyword("enum").filter_map(|value| {
            let items: Vec<&Value> = value.as_array()?.iter().collect();
            Some(items)
        });
        let variants = ["anyOf", "oneOf"].into_iter().flat_map(|keyword| {
            let lists = branches::lists(node, keyword).into_iter();
            lists.filter_map(move |list| branches::values_of(&list, keyword))
        });
        let mut lists = lists
            .chain(node.keyword("const").map(|value| vec![value]))
            .chain(variants);
        let Some(mut left) = lists.next() else {
            return Ok(None);
        };
        left.retain(|value| !TypeSet::of(value).both(types).is_empty());
        for list in lists {
            let mut both = Vec::with_capacity(left.len());
            for value in left {
                if self.is_in(value, &list)? {
                    both.push(value);
                }
            }
            left = both;
        }
        Ok(Some(left))
    }

    fn is_in(&mut self, value: &Value, list: &[&Value]) -> Result<bool, Exhausted> {
        for other in list {
            if equal(value, other, self.budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn of_listed(types: TypeSet, values: &Option<Vec<&Value>>) -> TypeSet {
    match values {
        None => types,
        Some(values) => {
            let bits = values.iter().map(|value| TypeSet::of(value).0);
            TypeSet(bits.fold(0, |all, bits| all | bits))
        }
    }
}

fn types(node: &Node<'_>) -> TypeSet {
    let given = node.keyword("type").map(|value| match value {
        Value::String(name) => TypeSet::named([name.as_str()]),
        other => {
            let names = other.as_array().into_iter().flatten();
            TypeSet::named(names.filter_map(Value::as_str))
        }
    });
    given.fold(TypeSet::ALL, TypeSet::both)
}

/// The types without fractions if a keyword refuses those: a multiple of an integer is one.
fn whole(types: TypeSet, node: &Node<'_>) -> TypeSet {
    let mut divisors = node.keyword("multipleOf").filter_map(Value::as_number);
    match divisors.any(is_integer) {
        true => types.without(TypeSet(TypeSet::FRACTION)),
        false => types,
    }
}

/// Every value of these types, if they have few.
fn all_values<'a>(types: TypeSet) -> Option<Vec<&'a Value>> {
    const VALUES: [(u8, &[Value]); 2] = [
        (TypeSet::NULL, &[Value::Null]),
        (TypeSet::BOOLEAN, &[Value::Bool(true), Value::Bool(false)]),
    ];
    let few = TypeSet(TypeSet::NULL | TypeSet::BOOLEAN);
    types.without(few).is_empty().then(|| {
        let of_types = VALUES.iter().filter(|(bit, _)| types.0 & bit != 0);
        of_types.flat_map(|(_, values)| *values).collect()
    })
}

/// A value as a sentence repeats it.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.chars().count() > SHOWN_CHARS_MAX {
        true => text.chars().take(SHOWN_CHARS_MAX).chain(['…']).collect(),
        false => text,
    }
}
