//! What references of a document lead to, within it; and schemas taken out of it with all that they refer to.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::fault::DocumentFault;
use crate::http::body::escape;

/// References that lead to one another.
pub(super) const CHAIN_MAX: usize = 32;
/// Objects and lists looked at in one document, each for every event type that refers to it: about a second.
const LOOKS_MAX: usize = 500_000;

/// A document, and how much of it may still be looked at.
pub(super) struct Document<'a> {
    root: &'a Value,
    looks_left: Cell<usize>,
}

/// A value of a document, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    pub(super) value: &'a Value,
    pub(super) pointer: String,
}

impl<'a> Place<'a> {
    /// A member, if it is there.
    pub(super) fn member(&self, name: &str) -> Option<Self> {
        Some(Self {
            value: self.value.get(name)?,
            pointer: format!("{}/{}", self.pointer, escape(name)),
        })
    }

    /// The members with their names.
    pub(super) fn members(&self) -> Vec<(&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        members
            .map(|(name, value)| {
                let pointer = format!("{}/{}", self.pointer, escape(name));
                (name.as_str(), Self { value, pointer })
            })
            .collect()
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items
            .map(|(n, value)| Self {
                value,
                pointer: format!("{}/{n}", self.pointer),
            })
            .collect()
    }
}

impl<'a> Document<'a> {
    pub(super) const fn new(root: &'a Value) -> Self {
        Self {
            root,
            looks_left: Cell::new(LOOKS_MAX),
        }
    }

    /// The whole of it.
    pub(super) const fn whole(&self) -> Place<'a> {
        Place {
            value: self.root,
            pointer: String::new(),
        }
    }

    /// Pays for a look.
    pub(super) fn look(&self, at: &str) -> Result<(), DocumentFault> {
        let left = self.looks_left.get().checked_sub(1);
        let detail = "the document's references repeat too much: more than 500000 values have to be looked at";
        self.looks_left
            .set(left.ok_or_else(|| DocumentFault::new(at, detail))?);
        Ok(())
    }

    /// Where a place leads, if it is a reference.
    pub(super) fn resolve(&self, mut place: Place<'a>) -> Result<Place<'a>, DocumentFault> {
        for _ in 0..CHAIN_MAX {
            self.look(&place.pointer)?;
            let Some(reference) = place.value.get("$ref").and_then(Value::as_str) else {
                return Ok(place);
            };
            let at = format!("{}/$ref", place.pointer);
            place = self.follow(reference, &at)?;
        }
        let detail = format!("more than {CHAIN_MAX} references lead to one another");
        Err(DocumentFault::new(place.pointer, detail))
    }

    /// The place that a reference names; `at` is where it is.
    pub(super) fn follow(&self, reference: &str, at: &str) -> Result<Place<'a>, DocumentFault> {
        let pointer = pointer(reference, at)?;
        let value = self.root.pointer(&pointer);
        let nowhere = || DocumentFault::new(at, format!("`{reference}` leads nowhere"));
        Ok(Place {
            value: value.ok_or_else(nowhere)?,
            pointer,
        })
    }
}

/// The JSON pointer of a reference within the document.
pub(super) fn pointer(reference: &str, at: &str) -> Result<String, DocumentFault> {
    let Some(fragment) = reference.strip_prefix('#') else {
        let detail = format!("`{reference}` leads out of the document: put what it names into it");
        return Err(DocumentFault::new(at, detail));
    };
    let bytes = decoded(fragment);
    let text = String::from_utf8(bytes)
        .ok()
        .filter(|text| text.is_empty() || text.starts_with('/'));
    text.ok_or_else(|| DocumentFault::new(at, format!("`{reference}` is no JSON pointer")))
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |byte: u8| char::from(byte).to_digit(16);
        match (first, after) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                let value = hex(*high).unwrap_or_default() * 16 + hex(*low).unwrap_or_default();
                bytes.push(value as u8);
                rest = after;
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    bytes
}

/// A JSON pointer as a reference.
pub(super) fn reference(pointer: &str) -> String {
    pointer.bytes().fold("#".to_owned(), |mut text, byte| {
        // What a fragment may hold (RFC 3986), besides what JSON pointers are made of.
        match byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@?".contains(&byte) {
            true => text.push(char::from(byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
        text
    })
}

/// Keywords whose values are data, in which nothing is a schema.
const DATA: [&str; 5] = ["const", "enum", "default", "examples", "example"];
/// Keywords that hold schemas by names of the data.
const MAPS: [&str; 5] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
];

/// A copy of a schema in which each reference is what `change` makes of it; `look` is asked at each object.
pub(super) fn rewritten<E>(
    schema: &Value,
    look: &mut impl FnMut(&Map<String, Value>) -> Result<(), E>,
    change: &mut impl FnMut(&str) -> Result<String, E>,
) -> Result<Value, E> {
    walk(schema, false, look, change)
}

fn walk<E>(
    value: &Value,
    is_map: bool,
    look: &mut impl FnMut(&Map<String, Value>) -> Result<(), E>,
    change: &mut impl FnMut(&str) -> Result<String, E>,
) -> Result<Value, E> {
    Ok(match value {
        Value::Array(items) => {
            let items = items.iter().map(|item| walk(item, false, look, change));
            Value::Array(items.collect::<Result<_, E>>()?)
        }
        Value::Object(members) => {
            if !is_map {
                look(members)?;
            }
            let mut copy = Map::new();
            for (name, value) in members {
                let value = match value {
                    Value::String(reference) if !is_map && name == "$ref" => {
                        change(reference)?.into()
                    }
                    data if !is_map && DATA.contains(&name.as_str()) => data.clone(),
                    other => walk(
                        other,
                        !is_map && MAPS.contains(&name.as_str()),
                        look,
                        change,
                    )?,
                };
                copy.insert(name.clone(), value);
            }
            Value::Object(copy)
        }
        other => other.clone(),
    })
}
