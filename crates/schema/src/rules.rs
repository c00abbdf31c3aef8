//! A compiled schema: its subschemas in one list, which refer to one another by their places in it.

use std::collections::{HashMap, HashSet};

use serde_json::{Number, Value};

use crate::{format::Format, pattern::Pattern};

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    /// The first one is the whole.
    pub(crate) nodes: Vec<Node>,
    /// About how many bytes of memory it takes.
    pub(crate) weight: usize,
}

impl Schema {
    /// About how many bytes of memory it takes, for whoever keeps several.
    pub fn weight(&self) -> usize {
        self.weight
    }
}

/// The place of a subschema in the list.
pub(crate) type SchemaPlace = usize;

/// A subschema.
#[derive(Debug)]
pub(crate) enum Node {
    /// `true`.
    Anything,
    /// `false`.
    Nothing,
    /// Keywords.
    Rules(Box<Rules>),
}

/// The keywords of a subschema. What is empty or `None` wasn't given.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// Whether several ways lead here, so that it pays to remember what was found out.
    pub(crate) is_shared: bool,
    pub(crate) types: Option<Types>,
    pub(crate) one_of_values: Vec<Values>,
    pub(crate) multiple_of: Option<Number>,
    pub(crate) minimum: Option<Number>,
    pub(crate) exclusive_minimum: Option<Number>,
    pub(crate) maximum: Option<Number>,
    pub(crate) exclusive_maximum: Option<Number>,
    pub(crate) length: Count,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) format: Option<Format>,
    pub(crate) items_count: Count,
    pub(crate) unique: bool,
    pub(crate) prefix: Vec<SchemaPlace>,
    pub(crate) items: Option<SchemaPlace>,
    pub(crate) contains: Option<(SchemaPlace, Count)>,
    pub(crate) members_count: Count,
    pub(crate) required: Vec<String>,
    pub(crate) dependent_required: Vec<(String, Vec<String>)>,
    pub(crate) properties: HashMap<String, SchemaPlace>,
    pub(crate) patterns: Vec<(Pattern, SchemaPlace)>,
    pub(crate) additional: Option<SchemaPlace>,
    pub(crate) names: Option<SchemaPlace>,
    pub(crate) in_place: Vec<InPlace>,
    pub(crate) unevaluated_items: Option<SchemaPlace>,
    pub(crate) unevaluated_properties: Option<SchemaPlace>,
}

/// A keyword that applies subschemas to the same value.
#[derive(Debug)]
pub(crate) enum InPlace {
    All(Vec<SchemaPlace>),
    Any(Vec<SchemaPlace>),
    One(Vec<SchemaPlace>),
    Not(SchemaPlace),
    If {
        condition: SchemaPlace,
        then: Option<SchemaPlace>,
        otherwise: Option<SchemaPlace>,
    },
    Ref(SchemaPlace),
    /// Where the value has a member of that name.
    Dependent(String, SchemaPlace),
}

impl InPlace {
    pub(crate) fn targets(&self) -> Vec<SchemaPlace> {
        match self {
            Self::All(places) | Self::Any(places) | Self::One(places) => places.clone(),
            Self::Not(place) | Self::Ref(place) | Self::Dependent(_, place) => vec![*place],
            Self::If {
                condition,
                then,
                otherwise,
            } => [Some(*condition), *then, *otherwise]
                .into_iter()
                .flatten()
                .collect(),
        }
    }
}

/// The values of `enum` or `const`.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub(crate) texts: HashSet<String>,
    pub(crate) others: Vec<Value>,
    /// Whether it is `const`.
    pub(crate) is_const: bool,
}

/// From how many to how many.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
}

impl Count {
    pub(crate) const fn is_given(self) -> bool {
        self.min.is_some() || self.max.is_some()
    }
    pub(crate) fn fits(self, count: u64) -> bool {
        self.min.is_none_or(|min| count >= min) && self.max.is_none_or(|max| count <= max)
    }
}

/// A set of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    const NAMES: [&'static str; 7] = [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];

    pub(crate) fn of_names<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        names.fold(Self(0), |all, name| {
            let known = Self::NAMES.iter().position(|known| *known == name);
            Self(all.0 | known.map_or(0, |bit| 1 << bit))
        })
    }

    /// Whether the value is of one of the types.
    pub(crate) fn fits(self, value: &Value) -> bool {
        let bits = match value {
            Value::Null => 1,
            Value::Bool(_) => 1 << 1,
            Value::Number(number) if crate::number::is_integer(number) => 1 << 2 | 1 << 3,
            Value::Number(_) => 1 << 3,
            Value::String(_) => 1 << 4,
            Value::Array(_) => 1 << 5,
            Value::Object(_) => 1 << 6,
        };
        self.0 & bits != 0
    }
}

impl std::fmt::Display for Types {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = Self::NAMES
            .iter()
            .enumerate()
            .filter(|(bit, _)| self.0 & 1 << bit != 0)
            .map(|(_, name)| *name)
            .collect();
        f.write_str(&names.join(" or "))
    }
}
