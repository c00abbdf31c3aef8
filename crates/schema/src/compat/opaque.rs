//! Keywords whose schemas do not say what is allowed but what follows from it: equal to what they were, or not.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    BreakSide, Comparison,
    node::{Node, Part, is_anything},
};
use crate::{Exhausted, compile::count, equal::equal, refer::address};

/// Keywords that are promised alone.
const PROMISED: [&str; 3] = ["contentEncoding", "contentMediaType", "contentSchema"];

/// Keywords of one schema that say something together.
struct Clause<'a> {
    parts: Vec<(&'static str, Said<'a>)>,
    /// Where the first of them is written.
    pointer: String,
}

/// What a keyword says.
#[derive(Clone)]
enum Said<'a> {
    /// Something about a schema.
    Schema(Part<'a>),
    /// Something for names, each by itself.
    Schemas(Vec<(&'a str, Part<'a>)>),
    /// Names that go with names, in order.
    Names(Vec<(&'a str, Vec<&'a str>)>),
    /// A number of items; nothing where any number is allowed.
    Count(Option<u64>),
    /// A value that stands for itself.
    Word(&'a Value),
    /// Nothing, which `true` says too.
    Nothing,
}

impl<'a> Comparison<'a, '_, '_> {
    pub(super) fn opaque(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        for kind in KINDS {
            let (before, mut after) = (kind.of(old), kind.of(new));
            let mut gone = Vec::new();
            for clause in before {
                let mut same = None;
                for (n, other) in after.iter().enumerate() {
                    if self.different(&clause, other)?.is_none() {
                        same = Some(n);
                        break;
                    }
                }
                match same {
                    Some(n) => drop(after.remove(n)),
                    None => gone.push(clause),
                }
            }
            let is_promised = PROMISED.contains(&kind.0[0]);
            let mut added = after.into_iter();
            for clause in gone {
                let Some(other) = added.next() else {
                    self.tell(
                        kind.0[0],
                        new.pointer(kind.0[0]),
                        path,
                        BreakSide::Receivers,
                    );
                    continue;
                };
                if let Some(keyword) = self.different(&clause, &other)? {
                    let side = match is_promised {
                        true => BreakSide::Receivers,
                        false => BreakSide::Both,
                    };
                    self.tell(keyword, new.pointer(keyword), path, side);
                }
            }
            for clause in added.filter(|_| !is_promised) {
                self.tell(kind.0[0], clause.pointer, path, BreakSide::Publishers);
            }
        }
        Ok(())
    }

    fn tell(&mut self, keyword: &str, pointer: String, path: &str, side: BreakSide) {
        let detail = format!("{keyword} is not as before");
        self.found(pointer, path, side, detail);
    }

    /// The first keyword of two clauses that does not say the same in both.
    fn different(
        &mut self,
        old: &Clause<'a>,
        new: &Clause<'a>,
    ) -> Result<Option<&'static str>, Exhausted> {
        for ((keyword, before), (_, after)) in old.parts.iter().zip(&new.parts) {
            if !self.say_the_same(before, after)? {
                return Ok(Some(keyword));
            }
        }
        Ok(None)
    }

    fn say_the_same(&mut self, old: &Said<'a>, new: &Said<'a>) -> Result<bool, Exhausted> {
        self.budget.spend(1)?;
        Ok(match (old, new) {
            (Said::Schema(old), Said::Schema(new)) => self.are_equal(old, new)?,
            (Said::Schemas(old), Said::Schemas(new)) if old.len() == new.len() => {
                let new: HashMap<_, _> = new.iter().map(|(name, part)| (*name, part)).collect();
                for (name, old) in old {
                    self.budget.spend(1)?;
                    match new.get(name) {
                        Some(new) if self.are_equal(old, new)? => {}
                        Some(_) | None => return Ok(false),
                    }
                }
                true
            }
            (Said::Names(old), Said::Names(new)) => old == new,
            (Said::Count(old), Said::Count(new)) => old == new,
            (Said::Word(old), Said::Word(new)) => equal(old, new, self.budget)?,
            (Said::Nothing, Said::Nothing) => true,
            (Said::Schema(some), Said::Nothing) | (Said::Nothing, Said::Schema(some)) => {
                is_anything(some.schema)
            }
            _ => false,
        })
    }

    /// Whether two schemas allow the same, as far as their structure shows: neither breaks what the other promises.
    fn are_equal(&mut self, old: &Part<'a>, new: &Part<'a>) -> Result<bool, Exhausted> {
        let pair = (address(old.schema), address(new.schema));
        // What is being compared already, further out, is equal if all the rest is.
        if !self.equal_so_far.insert(pair) {
            return Ok(true);
        }
        let forth = self.aside(false, old.clone(), new.clone())?;
        let is_equal = forth && self.aside(true, new.clone(), old.clone())?;
        self.equal_so_far.remove(&pair);
        Ok(is_equal)
    }

    /// Whether a change would break nothing, without a trace here. `back`: from what is new to what is old.
    fn aside(&mut self, back: bool, from: Part<'a>, to: Part<'a>) -> Result<bool, Exhausted> {
        let mut comparison = Comparison {
            old: if back { self.new } else { self.old },
            new: if back { self.old } else { self.new },
            equal_so_far: std::mem::take(&mut self.equal_so_far),
            limit: 1,
            ..Comparison::new(self.old, self.new, self.budget)
        };
        let done = comparison.compare(vec![from], vec![to], "$", "");
        let is_equal = comparison.breaks.is_empty();
        self.equal_so_far = comparison.equal_so_far;
        done.map(|()| is_equal)
    }
}

/// Keywords that belong together, the most important first.
struct Kind(&'static [&'static str]);

const KINDS: [Kind; 10] = [
    Kind(&["not"]),
    Kind(&["if", "then", "else"]),
    Kind(&["contains", "minContains", "maxContains"]),
    Kind(&["propertyNames"]),
    Kind(&["dependentSchemas"]),
    Kind(&["dependentRequired"]),
    Kind(&["unevaluatedItems"]),
    Kind(&[PROMISED[0]]),
    Kind(&[PROMISED[1]]),
    Kind(&[PROMISED[2]]),
];

impl Kind {
    /// What the schemas of a place say by these keywords; those are left out that say nothing.
    fn of<'a>(&self, node: &Node<'a>) -> Vec<Clause<'a>> {
        let clauses = node.parts.iter().filter_map(|part| {
            let first = self.0[0];
            let older = first.starts_with("dependent").then_some("dependencies");
            part.keyword(first).or_else(|| part.keyword(older?))?;
            let said: Vec<_> = self
                .0
                .iter()
                .map(|name| (*name, said(part, name)))
                .collect();
            let says_nothing = match (first, &said[..]) {
                // Whatever a condition comes to, nothing follows from it.
                ("if", [_, (_, then), (_, otherwise)]) => is_nothing(then) && is_nothing(otherwise),
                ("contains", [_, (_, Said::Count(Some(0))), (_, Said::Count(None))]) => true,
                ("propertyNames" | "unevaluatedItems" | "contentSchema", [(_, said)]) => {
                    is_nothing(said)
                }
                (_, [(_, Said::Schemas(all))]) => all.is_empty(),
                (_, [(_, Said::Names(all))]) => all.is_empty(),
                _ => false,
            };
            (!says_nothing).then(|| Clause {
                parts: said,
                pointer: format!("{}/{first}", part.pointer),
            })
        });
        clauses.collect()
    }
}

fn is_nothing(said: &Said<'_>) -> bool {
    match said {
        Said::Nothing => true,
        Said::Schema(part) => is_anything(part.schema),
        Said::Schemas(_) | Said::Names(_) | Said::Count(_) | Said::Word(_) => false,
    }
}

/// What one keyword says in a schema.
fn said<'a>(part: &Part<'a>, keyword: &'static str) -> Said<'a> {
    let value = part.keyword(keyword);
    match keyword {
        "minContains" => Said::Count(Some(count(value).unwrap_or(1))),
        "maxContains" => Said::Count(count(value)),
        "contentEncoding" | "contentMediaType" => value.map_or(Said::Nothing, Said::Word),
        "dependentSchemas" => {
            let all = dependent(part, keyword, |schema| !schema.is_array());
            let all = all.filter(|(_, _, schema)| !is_anything(schema));
            let all =
                all.map(|(keyword, name, schema)| (name, part.below(schema, &[keyword, name])));
            Said::Schemas(all.collect())
        }
        "dependentRequired" => names(dependent(part, keyword, Value::is_array)),
        _ => value.map_or(Said::Nothing, |schema| {
            Said::Schema(part.below(schema, &[keyword]))
        }),
    }
}

/// What depends on names, by a keyword or by the one that older drafts have for both kinds of it.
fn dependent<'a>(
    part: &Part<'a>,
    keyword: &'static str,
    is_of: fn(&Value) -> bool,
) -> impl Iterator<Item = (&'static str, &'a str, &'a Value)> {
    let [own, older] = [keyword, "dependencies"].map(|keyword| {
        let all = part.named(keyword).into_iter().flatten();
        all.map(move |(name, value)| (keyword, name.as_str(), value))
    });
    own.chain(older).filter(move |(_, _, value)| is_of(value))
}

fn names<'a>(all: impl Iterator<Item = (&'static str, &'a str, &'a Value)>) -> Said<'a> {
    let mut all: Vec<_> = all
        .map(|(_, name, wanted)| {
            let wanted = wanted.as_array().into_iter().flatten();
            let mut wanted: Vec<_> = wanted.filter_map(Value::as_str).collect();
            wanted.sort_unstable();
            wanted.dedup();
            (name, wanted)
        })
        .filter(|(_, wanted)| !wanted.is_empty())
        .collect();
    all.sort_unstable();
    Said::Names(all)
}
