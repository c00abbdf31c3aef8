//! Keywords that are compared as they are written: the same, or not.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    BreakSide, Comparison,
    node::{Node, Part},
};
use crate::{Exhausted, equal::equal, refer::address};

/// Keywords that refuse values.
const ENFORCED: [&str; 11] = [
    "not",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentSchemas",
    "dependentRequired",
    "unevaluatedItems",
];
/// Keywords that are promised alone.
const PROMISED: [&str; 3] = ["contentEncoding", "contentMediaType", "contentSchema"];
/// Notes for people and tools, which say nothing about values.
const NOTES: [&str; 14] = [
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

/// Keywords that hold schemas by names of the data.
const MAPS: [&str; 5] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "dependentRequired",
    "dependencies",
];

impl<'a> Comparison<'a, '_, '_> {
    pub(super) fn opaque(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        for keyword in ENFORCED.into_iter().chain(["dependencies"]).chain(PROMISED) {
            let of = |node: &Node<'a>| -> Vec<Part<'a>> {
                let parts = node.parts.iter();
                let parts =
                    parts.filter_map(|part| Some(part.below(part.keyword(keyword)?, &[keyword])));
                parts.collect()
            };
            let (before, after) = (of(old), of(new));
            let is_promised = PROMISED.contains(&keyword);
            let side = match (before.is_empty(), after.is_empty()) {
                (true, true) => continue,
                (true, false) if is_promised => continue,
                (true, false) => BreakSide::Publishers,
                (false, true) => BreakSide::Receivers,
                (false, false) if self.are_same(&before, &after)? => continue,
                (false, false) if is_promised => BreakSide::Receivers,
                (false, false) => BreakSide::Both,
            };
            let detail = format!("{keyword} is not as before");
            self.found(new.pointer(keyword), path, side, detail);
        }
        Ok(())
    }

    fn are_same(&mut self, old: &[Part<'a>], new: &[Part<'a>]) -> Result<bool, Exhausted> {
        if old.len() != new.len() {
            return Ok(false);
        }
        let mut seen = HashSet::new();
        for (old, new) in old.iter().zip(new) {
            let (old, new) = ((old.schema, old.resource), (new.schema, new.resource));
            if !self.is_same(old, new, false, &mut seen)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether two values say the same, but for notes. References are followed.
    fn is_same(
        &mut self,
        (old, old_resource): (&'a Value, usize),
        (new, new_resource): (&'a Value, usize),
        is_map: bool,
        seen: &mut HashSet<(usize, usize)>,
    ) -> Result<bool, Exhausted> {
        self.budget.spend(1)?;
        let (Value::Object(before), Value::Object(after)) = (old, new) else {
            if let (Value::Array(before), Value::Array(after)) = (old, new) {
                if before.len() != after.len() {
                    return Ok(false);
                }
                for (old, new) in before.iter().zip(after) {
                    if !self.is_same((old, old_resource), (new, new_resource), false, seen)? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            return equal(old, new, self.budget);
        };
        if !seen.insert((address(old), address(new))) {
            return Ok(true);
        }
        // In a map of schemas, names are the data's.
        let said = |name: &&String| is_map || !NOTES.contains(&name.as_str());
        if before.keys().filter(said).count() != after.keys().filter(said).count() {
            return Ok(false);
        }
        for name in before.keys().filter(said) {
            let Some(after) = after.get(name) else {
                return Ok(false);
            };
            let before = &before[name];
            let is_same = match (name.as_str(), before.as_str(), after.as_str()) {
                ("$ref" | "$dynamicRef", Some(from), Some(to)) => {
                    match (
                        self.old.follow(from, old_resource),
                        self.new.follow(to, new_resource),
                    ) {
                        (Ok(from), Ok(to)) => self.is_same(
                            (from.schema, from.resource),
                            (to.schema, to.resource),
                            false,
                            seen,
                        )?,
                        _ => from == to,
                    }
                }
                _ => {
                    let is_map = !is_map && MAPS.contains(&name.as_str());
                    let (old, new) = ((before, old_resource), (after, new_resource));
                    self.is_same(old, new, is_map, seen)?
                }
            };
            if !is_same {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
