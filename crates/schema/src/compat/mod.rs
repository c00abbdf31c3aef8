//! What a change of a schema breaks, for those who publish and for those who receive.
//!
//! An old event must still be accepted (publishers), and a new one must be what receivers were promised. So whatever
//! narrows what is allowed breaks publishers, and whatever widens it breaks receivers. Two things are no break: notes for
//! people (`title`, `description`, `examples`, …), and new optional properties, since receivers ignore properties that
//! they don't know; of properties that the old schema didn't declare, nothing was promised.
//!
//! The comparison goes by structure: references and `allOf` are resolved, the variants of `anyOf` and `oneOf` matched with
//! one another. A schema that is only written in another way is the same: the order of anything, `1` or `1.0`, a bound that
//! integers reach or don't, a list of types or variants with one type each (`by_type.rs`), a keyword that says nothing. Where
//! it takes more than that to see that two schemas say the same, it may call a change breaking that isn't; the other way round
//! only as far as `oneOf` depends on its variants.

mod branches;
mod by_type;
mod elements;
mod node;
mod opaque;
mod scalars;
mod types;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use self::node::{Node, Part};
use crate::{Budget, Exhausted, pattern::Pattern, refer::Index};

/// Breaks that are told of one change: enough to see what kind of change it is.
const BREAKS_MAX: usize = 50;

/// Whom a change breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakSide {
    /// Those who publish: events that were accepted are refused.
    Publishers,
    /// Those who receive: what was promised is not any more.
    Receivers,
    /// Both of them.
    Both,
}

/// One thing that a change breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// JSON pointer of the place in the new schema; of something that is gone, where it would be.
    pub pointer: String,
    /// The place in the data, as a JSONPath such as `$.items[*].price`.
    pub path: String,
    /// Whom it breaks.
    pub side: BreakSide,
    /// What has changed.
    pub detail: String,
}

/// What the new schema breaks of what the old one has promised: nothing if they are compatible.
///
/// # Errors
/// The budget ended first.
pub fn breaks(old: &Value, new: &Value, budget: &mut Budget<'_>) -> Result<Vec<Break>, Exhausted> {
    let (Ok(old_index), Ok(new_index)) = (Index::new(old), Index::new(new)) else {
        // Schemas that can't be compiled promise nothing.
        return Ok(Vec::new());
    };
    let mut comparison = Comparison::new(&old_index, &new_index, budget);
    comparison.compare(vec![Part::root(old)], vec![Part::root(new)], "$", "")?;
    Ok(comparison.breaks)
}

/// A pair of places that are compared, by the addresses of their schemas.
type Pair = (Vec<usize>, Vec<usize>);

struct Comparison<'a, 'b, 'c> {
    old: &'c Index<'a>,
    new: &'c Index<'a>,
    budget: &'c mut Budget<'b>,
    /// Pairs that are compared already: schemas may lead back to themselves.
    seen: HashSet<Pair>,
    /// The same in the order in which they came.
    order: Vec<Pair>,
    /// The patterns of property names, by their text; nothing for one that can't be compiled.
    compiled: HashMap<&'a str, Option<Pattern>>,
    /// Pairs of schemas that are being compared for equality, by their addresses.
    equal_so_far: HashSet<(usize, usize)>,
    breaks: Vec<Break>,
    limit: usize,
}

impl<'a, 'b, 'c> Comparison<'a, 'b, 'c> {
    fn new(old: &'c Index<'a>, new: &'c Index<'a>, budget: &'c mut Budget<'b>) -> Self {
        Self {
            old,
            new,
            budget,
            seen: HashSet::new(),
            order: Vec::new(),
            compiled: HashMap::new(),
            equal_so_far: HashSet::new(),
            breaks: Vec::new(),
            limit: BREAKS_MAX,
        }
    }

    /// Compares two places, each a list of schemas that apply together. `at` is where the new ones are, or would be.
    fn compare(
        &mut self,
        old: Vec<Part<'a>>,
        new: Vec<Part<'a>>,
        path: &str,
        at: &str,
    ) -> Result<(), Exhausted> {
        if self.is_full() {
            return Ok(());
        }
        let old = Node::of(old, at, self.old, self.budget)?;
        let new = Node::of(new, at, self.new, self.budget)?;
        let pair = (old.addresses(), new.addresses());
        if !self.seen.insert(pair.clone()) {
            return Ok(());
        }
        self.order.push(pair);
        self.budget.enter()?;
        let done = self.compare_nodes(&old, &new, path);
        self.budget.leave();
        done
    }

    fn compare_nodes(
        &mut self,
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) -> Result<(), Exhausted> {
        if !old.is_never && !new.is_never && self.is_same_by_type(old, new)? {
            return Ok(());
        }
        // What has no type left allows as little as what says so.
        let is_never_before = old.is_never || self.types_of(old)?.is_empty();
        let is_never_now = new.is_never || self.types_of(new)?.is_empty();
        match (is_never_before, is_never_now) {
            (true, true) => return Ok(()),
            (true, false) => {
                let detail = "was not allowed before".to_owned();
                self.found(new.at.clone(), path, BreakSide::Receivers, detail);
                return Ok(());
            }
            (false, true) => {
                let detail = "is not allowed any more".to_owned();
                self.found(new.at.clone(), path, BreakSide::Both, detail);
                return Ok(());
            }
            (false, false) => {}
        }
        let common = self.values(old, new, path)?;
        if common.has_numbers() {
            self.numbers(old, new, path, common);
        }
        if common.has_strings() {
            self.strings(old, new, path);
        }
        if common.has_arrays() {
            self.arrays(old, new, path)?;
        }
        if common.has_objects() {
            self.objects(old, new, path)?;
        }
        self.branches(old, new, path)?;
        self.opaque(old, new, path)
    }

    /// Whether a comparison finds nothing; what it finds is forgotten.
    fn is_compatible(&mut self, old: Vec<Part<'a>>, new: Vec<Part<'a>>) -> Result<bool, Exhausted> {
        let (kept, limit) = (std::mem::take(&mut self.breaks), self.limit);
        let seen = self.order.len();
        self.limit = 1;
        let done = self.compare(old, new, "$", "");
        let found = std::mem::replace(&mut self.breaks, kept);
        self.limit = limit;
        done?;
        if !found.is_empty() {
            // What was seen on the way may be what breaks: it has to be found again.
            for pair in self.order.drain(seen..) {
                self.seen.remove(&pair);
            }
        }
        Ok(found.is_empty())
    }

    fn found(&mut self, pointer: String, path: &str, side: BreakSide, detail: String) {
        if !self.is_full() {
            self.breaks.push(Break {
                pointer,
                path: path.to_owned(),
                side,
                detail,
            });
        }
    }

    const fn is_full(&self) -> bool {
        self.breaks.len() >= self.limit
    }
}
