//! A schema taken out of a document: what it refers to comes along below `$defs`.

use serde_json::{Map, Value};

use super::{
    fault::DocumentFault,
    references::{CHAIN_MAX, Document, Place, pointer, reference, rewritten},
};
use crate::http::body::escape;

/// Where a part of the document is in the schema.
struct Moved {
    from: String,
    to: String,
}

pub(super) struct Bundle<'a, 'd> {
    document: &'d Document<'a>,
    /// The schema itself first.
    moved: Vec<Moved>,
    /// Parts that are still to be copied, by their names below `$defs`.
    open: Vec<(String, Place<'a>)>,
    names: Vec<String>,
}

impl<'a> Document<'a> {
    /// A schema by itself, with all that it refers to.
    pub(super) fn schema(&self, place: Place<'a>) -> Result<Value, DocumentFault> {
        let mut place = place;
        for _ in 0..CHAIN_MAX {
            // Beside what a schema says itself, a reference is a rule like any.
            let only = place.value.as_object().filter(|members| members.len() == 1);
            let reference = only.and_then(|members| members.get("$ref")?.as_str());
            let Some(reference) = reference else {
                return Bundle::of(self, place);
            };
            let at = format!("{}/$ref", place.pointer);
            place = self.follow(reference, &at)?;
        }
        let detail = format!("more than {CHAIN_MAX} references lead to one another");
        Err(DocumentFault::new(place.pointer, detail))
    }
}

impl<'a, 'd> Bundle<'a, 'd> {
    pub(super) fn of(document: &'d Document<'a>, place: Place<'a>) -> Result<Value, DocumentFault> {
        let own = place.value.get("$defs").and_then(Value::as_object);
        let names = own.into_iter().flat_map(|own| own.keys().cloned());
        let mut bundle = Self {
            document,
            moved: vec![Moved {
                from: place.pointer.clone(),
                to: String::new(),
            }],
            open: Vec::new(),
            names: names.collect(),
        };
        let mut schema = bundle.copy(&place)?;
        let mut parts = Map::new();
        while let Some((name, place)) = bundle.open.pop() {
            let part = bundle.copy(&place)?;
            parts.insert(name, part);
        }
        if let (Value::Object(keywords), false) = (&mut schema, parts.is_empty()) {
            let defs = keywords.entry("$defs").or_insert_with(|| Map::new().into());
            if let Value::Object(defs) = defs {
                defs.extend(parts);
            }
        }
        Ok(schema)
    }

    fn copy(&mut self, place: &Place<'a>) -> Result<Value, DocumentFault> {
        let document = self.document;
        let at = place.pointer.as_str();
        let mut look = |members: &Map<String, Value>| {
            document.look(at)?;
            match members.get("$id") {
                Some(Value::String(id)) => {
                    let detail = format!(
                        "the schema has an address of its own (`$id` `{id}`): remove it, and refer by JSON pointers"
                    );
                    Err(DocumentFault::new(at, detail))
                }
                _ => Ok(()),
            }
        };
        rewritten(place.value, &mut look, &mut |text| self.change(text, at))
    }

    /// The reference as it is in the schema.
    fn change(&mut self, text: &str, at: &str) -> Result<String, DocumentFault> {
        let is_anchor = text.len() > 1 && text.starts_with('#') && !text.starts_with("#/");
        if is_anchor {
            // Its schema comes along or not: that shows when it is compiled.
            return Ok(text.to_owned());
        }
        let target = pointer(text, at)?;
        let inside = |moved: &&Moved| {
            let rest = target.strip_prefix(moved.from.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let holds = self
            .moved
            .iter()
            .filter(inside)
            .max_by_key(|moved| moved.from.len());
        if let Some(moved) = holds {
            return Ok(reference(&format!(
                "{}{}",
                moved.to,
                &target[moved.from.len()..]
            )));
        }
        let place = self.document.follow(text, at)?;
        let name = self.free_name(&target);
        let to = format!("/$defs/{}", escape(&name));
        self.moved.push(Moved {
            from: target,
            to: to.clone(),
        });
        self.names.push(name.clone());
        self.open.push((name, place));
        Ok(reference(&to))
    }

    fn free_name(&self, target: &str) -> String {
        let last = target.rsplit('/').next().unwrap_or_default();
        let last = last.replace("~1", "/").replace("~0", "~");
        let mut name = last.clone();
        let mut n = 1;
        while self.names.contains(&name) {
            n += 1;
            name = format!("{last}_{n}");
        }
        name
    }
}
