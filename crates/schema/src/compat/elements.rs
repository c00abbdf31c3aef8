//! What arrays and objects hold.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    BreakSide, Comparison,
    node::{Node, Part},
    scalars::side,
};
use crate::{Exhausted, compile::escape, pattern::Pattern};

/// Keywords about the properties that nothing else speaks of.
const UNDECLARED: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// What it costs to compile a pattern: it takes as long as so many steps.
const PATTERN_STEPS: u64 = 10_000;

impl<'a> Comparison<'a, '_, '_> {
    pub(super) fn arrays(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        self.counts(("minItems", "maxItems"), old, new, path);
        let unique = |node: &Node<'a>| {
            let mut values = node.keyword("uniqueItems");
            values.any(|value| *value == Value::Bool(true))
        };
        let (before, after) = (unique(old), unique(new));
        if let Some(side) = side(!before && after, before && !after) {
            let detail = format!("uniqueItems was {before} and is {after}");
            self.found(new.pointer("uniqueItems"), path, side, detail);
        }
        let first = |node: &Node<'a>| {
            let lists = node.keyword("prefixItems").filter_map(Value::as_array);
            lists.map(Vec::len).max().unwrap_or_default()
        };
        let firsts = first(old).max(first(new));
        for n in 0..firsts {
            self.budget.spend(1)?;
            let at = format!("{}/{n}", new.pointer("prefixItems"));
            let path = format!("{path}[{n}]");
            self.compare(items(old, n), items(new, n), &path, &at)?;
        }
        let (old_items, new_items) = (items(old, firsts), items(new, firsts));
        self.compare(
            old_items,
            new_items,
            &format!("{path}[*]"),
            &new.pointer("items"),
        )
    }

    pub(super) fn objects(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        self.counts(("minProperties", "maxProperties"), old, new, path);
        let (before, after) = (declared(old), declared(new));
        self.required(old, new, (&before, &after), path);
        for name in &before {
            self.budget.spend(1)?;
            let old_parts = self.property(old, name)?;
            let new_parts = self.property(new, name)?;
            let path = below(path, name);
            let at = format!("{}/{}", new.pointer("properties"), escape(name));
            if !after.contains(name) && new_parts.is_empty() {
                let detail = "the property is not declared any more".to_owned();
                self.found(at, &path, BreakSide::Receivers, detail);
                continue;
            }
            self.compare(old_parts, new_parts, &path, &at)?;
        }
        for name in after.difference(&before) {
            self.budget.spend(1)?;
            // What was said of all that is not declared was said of this one.
            let old_parts = self.property(old, name)?;
            let rule = Node::of(old_parts.clone(), "", self.old, self.budget)?;
            if !rule.is_never && !rule.is_anything() {
                let new_parts = self.property(new, name)?;
                self.compare(old_parts, new_parts, &below(path, name), "")?;
            }
        }
        self.patterns(old, new, path)?;
        for keyword in UNDECLARED {
            self.undeclared(keyword, old, new, path)?;
        }
        Ok(())
    }

    fn required(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        (declared_before, declared_after): (&BTreeSet<&'a str>, &BTreeSet<&'a str>),
        path: &str,
    ) {
        let (before, after) = (old.texts("required"), new.texts("required"));
        for name in after.difference(&before) {
            let detail = format!("`{name}` is required now");
            self.found(
                new.pointer("required"),
                &below(path, name),
                BreakSide::Publishers,
                detail,
            );
        }
        for name in before.difference(&after) {
            // Of a property that is gone, that is said.
            if declared_before.contains(name) && !declared_after.contains(name) {
                continue;
            }
            let detail = format!("`{name}` is not required any more: it can be missing");
            self.found(
                new.pointer("required"),
                &below(path, name),
                BreakSide::Receivers,
                detail,
            );
        }
    }

    /// The schemas that apply to the property of that name.
    fn property(&mut self, node: &Node<'a>, name: &str) -> Result<Vec<Part<'a>>, Exhausted> {
        let mut parts = Vec::new();
        for part in &node.parts {
            let own = part.named("properties").and_then(|named| named.get(name));
            let mut is_named = own.is_some();
            parts.extend(own.map(|schema| part.below(schema, &["properties", name])));
            for (source, schema) in part.named("patternProperties").into_iter().flatten() {
                if self.fits(source, name)? {
                    is_named = true;
                    parts.push(part.below(schema, &["patternProperties", source]));
                }
            }
            if !is_named && let Some(rest) = part.keyword("additionalProperties") {
                parts.push(part.below(rest, &["additionalProperties"]));
            }
        }
        Ok(parts)
    }

    /// Whether a name fits a pattern, which is compiled once.
    fn fits(&mut self, source: &'a str, name: &str) -> Result<bool, Exhausted> {
        let compiled = match self.compiled.get(source) {
            Some(compiled) => compiled,
            None => {
                self.budget.spend(PATTERN_STEPS)?;
                let compiled = Pattern::compile(source).ok();
                self.compiled.entry(source).or_insert(compiled)
            }
        };
        match compiled {
            Some(pattern) => pattern.fits(name, self.budget),
            None => Ok(false),
        }
    }

    fn patterns(&mut self, old: &Node<'a>, new: &Node<'a>, path: &str) -> Result<(), Exhausted> {
        let named = |node: &Node<'a>| -> Vec<(&'a str, Part<'a>)> {
            let mut all = Vec::new();
            for part in &node.parts {
                for (source, schema) in part.named("patternProperties").into_iter().flatten() {
                    all.push((
                        source.as_str(),
                        part.below(schema, &["patternProperties", source]),
                    ));
                }
            }
            all
        };
        let (before, after) = (named(old), named(new));
        let sources: BTreeSet<_> = before
            .iter()
            .chain(&after)
            .map(|(source, _)| *source)
            .collect();
        for source in sources {
            let of = |all: &[(&str, Part<'a>)]| -> Vec<Part<'a>> {
                let all = all.iter().filter(|(other, _)| *other == source);
                all.map(|(_, part)| part.clone()).collect()
            };
            let (before, after) = (of(&before), of(&after));
            self.budget.spend(1 + (before.len() + after.len()) as u64)?;
            let side = match (before.is_empty(), after.is_empty()) {
                (false, false) => {
                    self.compare(before, after, &format!("{path}[/{source}/]"), "")?;
                    continue;
                }
                (true, _) => BreakSide::Publishers,
                (false, true) => BreakSide::Receivers,
            };
            let pointer = format!("{}/{}", new.pointer("patternProperties"), escape(source));
            let detail = format!("properties that match `{source}` have other rules");
            self.found(pointer, path, side, detail);
        }
        Ok(())
    }

    /// Compares what is said of properties that are not declared. Receivers ignore those that they don't know.
    fn undeclared(
        &mut self,
        keyword: &str,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        let rules = |node: &Node<'a>| -> Vec<Part<'a>> {
            let parts = node.parts.iter();
            let parts =
                parts.filter_map(|part| Some(part.below(part.keyword(keyword)?, &[keyword])));
            parts.collect()
        };
        let (old_rules, new_rules) = (rules(old), rules(new));
        let before = Node::of(old_rules.clone(), "", self.old, self.budget)?;
        let after = Node::of(new_rules.clone(), "", self.new, self.budget)?;
        let (side, what) = match (Rule::of(&before), Rule::of(&after)) {
            (Rule::Open | Rule::Closed, Rule::Open)
            | (Rule::Closed, Rule::Closed | Rule::Schema) => return Ok(()),
            (Rule::Schema, Rule::Schema) => {
                return self.compare(old_rules, new_rules, &format!("{path}.*"), "");
            }
            (Rule::Open, Rule::Closed) => (BreakSide::Publishers, "are refused now"),
            (Rule::Open, Rule::Schema) => (BreakSide::Publishers, "have rules now"),
            (Rule::Schema, Rule::Closed) => (BreakSide::Both, "are refused now"),
            (Rule::Schema, Rule::Open) => (BreakSide::Receivers, "have no rules any more"),
        };
        let detail = format!("properties that are not declared {what}");
        self.found(new.pointer(keyword), path, side, detail);
        Ok(())
    }
}

/// What holds for properties that are not declared.
enum Rule {
    Open,
    Closed,
    Schema,
}

impl Rule {
    fn of(node: &Node<'_>) -> Self {
        match node.is_never {
            true => Self::Closed,
            false if node.is_anything() => Self::Open,
            false => Self::Schema,
        }
    }
}

/// The schemas that apply to the item of that number.
fn items<'a>(node: &Node<'a>, n: usize) -> Vec<Part<'a>> {
    let parts = node.parts.iter().filter_map(|part| {
        let firsts = part.keyword("prefixItems").and_then(Value::as_array);
        match firsts.and_then(|firsts| firsts.get(n)) {
            Some(own) => Some(part.below(own, &["prefixItems", &n.to_string()])),
            None => Some(part.below(part.keyword("items")?, &["items"])),
        }
    });
    parts.collect()
}

fn declared<'a>(node: &Node<'a>) -> BTreeSet<&'a str> {
    let named = node
        .parts
        .iter()
        .filter_map(|part| part.named("properties"));
    named
        .flat_map(|named| named.keys().map(String::as_str))
        .collect()
}

/// The path of a member.
fn below(path: &str, name: &str) -> String {
    let is_plain = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match is_plain {
        true => format!("{path}.{name}"),
        false => format!(
            "{path}['{}']",
            name.replace('\\', "\\\\").replace('\'', "\\'")
        ),
    }
}
