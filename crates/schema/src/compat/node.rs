//! A place of a schema with all that applies there: what references and `allOf` bring along.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use crate::{
    Budget, Exhausted,
    compile::{count, escape},
    refer::{Index, address},
};

/// Notes for people and tools, which say nothing about values.
pub(super) const NOTES: [&str; 14] = [
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "$schema",
    "$id",
    "$anchor",
    "$defs",
    "definitions",
];

/// A schema with the place where it is written.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) schema: &'a Value,
    pub(super) resource: usize,
    pub(super) pointer: String,
    pub(super) beside: Beside,
}

/// What of a schema's keywords stands beside it already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// None of them.
    Nothing,
    /// What references and `allOf` bring along.
    Applied,
    /// That, and one of its variants: `anyOf` and `oneOf` say no more.
    Variant,
}

impl<'a> Part<'a> {
    pub(super) const fn root(schema: &'a Value) -> Self {
        Self {
            schema,
            resource: 0,
            pointer: String::new(),
            beside: Beside::Nothing,
        }
    }

    /// A schema below this one.
    pub(super) fn below(&self, schema: &'a Value, names: &[&str]) -> Self {
        let pointer = names.iter().fold(self.pointer.clone(), |pointer, name| {
            format!("{pointer}/{}", escape(name))
        });
        Self {
            schema,
            resource: self.resource,
            pointer,
            beside: Beside::Nothing,
        }
    }

    /// The value of a keyword.
    pub(super) fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.schema.as_object()?.get(name)
    }

    /// The schemas in a keyword that holds a list of them.
    pub(super) fn list(&self, keyword: &str) -> Vec<Self> {
        let items = self.keyword(keyword).and_then(Value::as_array);
        let items = items.filter(|_| self.beside != Beside::Variant);
        let items = items.into_iter().flatten().enumerate();
        items
            .map(|(n, item)| self.below(item, &[keyword, &n.to_string()]))
            .collect()
    }

    /// The schemas in a keyword that holds them by name.
    pub(super) fn named(&self, keyword: &str) -> Option<&'a Map<String, Value>> {
        self.keyword(keyword)?.as_object()
    }
}

/// All that applies at a place.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// Schemas that are objects: the one that is written there, and what it refers to.
    pub(super) parts: Vec<Part<'a>>,
    /// One of them is `false`.
    pub(super) is_never: bool,
    /// Where the place is.
    pub(super) at: String,
}

impl<'a> Node<'a> {
    pub(super) fn of(
        given: Vec<Part<'a>>,
        otherwise: &str,
        index: &Index<'a>,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Exhausted> {
        let at = given.first().map(|part| part.pointer.clone());
        let mut node = Self {
            parts: Vec::new(),
            is_never: false,
            at: at.unwrap_or_else(|| otherwise.to_owned()),
        };
        let mut seen = HashSet::new();
        let mut open = given;
        open.reverse();
        while let Some(mut part) = open.pop() {
            budget.spend(1 + part.pointer.len() as u64 / 64)?;
            if !seen.insert(address(part.schema)) {
                continue;
            }
            part.resource = index.resource_of(part.schema, part.resource);
            match part.schema {
                Value::Bool(allowed) => node.is_never |= !allowed,
                Value::Object(keywords) => {
                    node.is_never |= keywords.get("not").is_some_and(is_anything);
                    if part.beside == Beside::Nothing {
                        open.extend(applied(&part, index));
                    }
                    // What only refers says nothing of its own.
                    if !is_reference(&part) {
                        node.parts.push(part);
                    }
                }
                _ => {}
            }
        }
        Ok(node)
    }

    /// What tells this place from others.
    pub(super) fn addresses(&self) -> Vec<usize> {
        let parts = self.parts.iter();
        let mut addresses: Vec<_> = parts.map(|part| address(part.schema)).collect();
        // An address of its own for `false`.
        addresses.extend(self.is_never.then_some(0));
        addresses.sort_unstable();
        addresses
    }

    /// Every value of a keyword.
    pub(super) fn keyword(&self, name: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.keyword(name))
    }

    /// Where a keyword is written, or would be.
    pub(super) fn pointer(&self, keyword: &str) -> String {
        let mut parts = self.parts.iter();
        let part = parts.find(|part| part.keyword(keyword).is_some());
        let at = part.map_or(&self.at, |part| &part.pointer);
        format!("{at}/{keyword}")
    }

    /// The least count that a keyword asks for.
    pub(super) fn count_min(&self, name: &str) -> u64 {
        let counts = self.keyword(name).filter_map(|value| count(Some(value)));
        counts.max().unwrap_or_default()
    }

    /// The greatest count that a keyword allows.
    pub(super) fn count_max(&self, name: &str) -> Option<u64> {
        let counts = self.keyword(name).filter_map(|value| count(Some(value)));
        counts.min()
    }

    /// The texts of a keyword that holds one, or a list of them.
    pub(super) fn texts(&self, name: &str) -> BTreeSet<&'a str> {
        let one_or_more = self.keyword(name).flat_map(|value| match value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect::<Vec<_>>(),
        });
        one_or_more.collect()
    }

    /// Whether anything is allowed, as far as it can be seen.
    pub(super) fn is_anything(&self) -> bool {
        !self.is_never && self.parts.iter().all(|part| is_anything(part.schema))
    }
}

/// Whether a schema allows whatever there is, as far as it can be seen without its references.
pub(super) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(allowed) => *allowed,
        Value::Object(keywords) => keywords
            .iter()
            .all(|(name, value)| says_nothing(name, value)),
        _ => false,
    }
}

/// Whether a keyword refuses nothing.
fn says_nothing(keyword: &str, value: &Value) -> bool {
    match (keyword, value) {
        ("minLength" | "minItems" | "minProperties", Value::Number(least)) => {
            least.as_f64() == Some(0.0)
        }
        ("uniqueItems", Value::Bool(unique)) => !unique,
        ("required", Value::Array(names)) => names.is_empty(),
        ("properties" | "patternProperties", Value::Object(all)) => all.is_empty(),
        ("allOf", Value::Array(all)) => all.iter().all(is_anything),
        ("anyOf", Value::Array(variants)) => variants.iter().any(is_anything),
        ("items" | "additionalProperties" | "propertyNames", schema) => is_anything(schema),
        (note, _) => NOTES.contains(&note),
    }
}

fn is_reference(part: &Part<'_>) -> bool {
    let keywords = part.schema.as_object();
    keywords.is_some_and(|keywords| keywords.len() == 1 && keywords.contains_key("$ref"))
}

/// What a schema brings along to the place where it is.
fn applied<'a>(part: &Part<'a>, index: &Index<'a>) -> Vec<Part<'a>> {
    let mut applied = part.list("allOf");
    for keyword in ["anyOf", "oneOf"] {
        let only = part.list(keyword);
        if only.len() == 1 {
            applied.extend(only);
        }
    }
    for keyword in ["$ref", "$dynamicRef"] {
        let reference = part.keyword(keyword).and_then(Value::as_str);
        // What leads nowhere has never refused anything.
        let target =
            reference.and_then(|text| Some((text, index.follow(text, part.resource).ok()?)));
        if let Some((text, target)) = target {
            applied.push(Part {
                schema: target.schema,
                resource: target.resource,
                pointer: text.trim_start_matches('#').to_owned(),
                beside: Beside::Nothing,
            });
        }
    }
    applied
}
