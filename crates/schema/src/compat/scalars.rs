//! Bounds of numbers, strings and counts.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::{BreakSide, Comparison, node::Node, types::TypeSet};
use crate::{
    format::Format,
    number::{compare, is_multiple},
};

/// A bound of numbers, and whether the number itself is left out.
type Bound<'a> = (&'a Number, bool);

impl<'a> Comparison<'a, '_, '_> {
    pub(super) fn numbers(&mut self, old: &Node<'a>, new: &Node<'a>, path: &str, common: TypeSet) {
        let are_whole = !common.has_fractions();
        let lower = ("minimum", "exclusiveMinimum", Ordering::Greater);
        let upper = ("maximum", "exclusiveMaximum", Ordering::Less);
        for (inclusive, exclusive, tighter) in [lower, upper] {
            let before = bound(old, inclusive, exclusive, tighter);
            let after = bound(new, inclusive, exclusive, tighter);
            let keyword = match after.or(before) {
                Some((_, true)) => exclusive,
                Some((_, false)) | None => inclusive,
            };
            let order =
                match are_whole.then(|| Some((last(after, tighter)?, last(before, tighter)?))) {
                    Some(Some((after, before))) if tighter.is_gt() => after.cmp(&before),
                    Some(Some((after, before))) => before.cmp(&after),
                    Some(None) | None => tightness(after, before, tighter),
                };
            self.bounds(keyword, (spoken(before), spoken(after)), order, new, path);
        }
        let divisors = |node: &Node<'a>| -> Vec<&'a Number> {
            let values = node.keyword("multipleOf");
            let values = values.filter_map(as_number);
            // Each integer is a multiple of one.
            let values =
                values.filter(|divisor| !are_whole || !is_multiple(&Number::from(1), divisor));
            values.collect()
        };
        let (before, after) = (divisors(old), divisors(new));
        let follows = |from: &[&Number], divisor: &Number| {
            from.iter().any(|number| is_multiple(number, divisor))
        };
        let narrower = after.iter().any(|divisor| !follows(&before, divisor));
        let wider = before.iter().any(|divisor| !follows(&after, divisor));
        if let Some(side) = side(narrower, wider) {
            let detail = "other multiples are allowed than before".to_owned();
            self.found(new.pointer("multipleOf"), path, side, detail);
        }
    }

    pub(super) fn strings(&mut self, old: &Node<'a>, new: &Node<'a>, path: &str) {
        self.counts(("minLength", "maxLength"), old, new, path);
        let (before, after) = (old.texts("pattern"), new.texts("pattern"));
        let narrower = !after.is_subset(&before);
        let wider = !before.is_subset(&after);
        if let Some(side) = side(narrower, wider) {
            let detail = "the pattern is another one".to_owned();
            self.found(new.pointer("pattern"), path, side, detail);
        }
        let (before, after) = (old.texts("format"), new.texts("format"));
        // Formats that are not enforced refuse nothing, but they are promised all the same.
        let mut enforced = after
            .difference(&before)
            .filter(|name| Format::named(name).is_some());
        let narrower = enforced.next().is_some();
        let wider = !before.is_subset(&after);
        if let Some(side) = side(narrower, wider) {
            let names = |names: Vec<&str>| match names.is_empty() {
                true => "none".to_owned(),
                false => names.join(" and "),
            };
            let (before, after) = (before.into_iter().collect(), after.into_iter().collect());
            let detail = format!("the format was {} and is {}", names(before), names(after));
            self.found(new.pointer("format"), path, side, detail);
        }
    }

    /// Compares a pair of keywords that count something.
    pub(super) fn counts(
        &mut self,
        (min, max): (&str, &str),
        old: &Node<'a>,
        new: &Node<'a>,
        path: &str,
    ) {
        let (before, after) = (old.count_min(min), new.count_min(min));
        let texts = (before.to_string(), after.to_string());
        self.bounds(min, texts, after.cmp(&before), new, path);
        let (before, after) = (old.count_max(max), new.count_max(max));
        let spoken =
            |count: Option<u64>| count.map_or_else(|| "none".to_owned(), |count| count.to_string());
        let height = |count: Option<u64>| count.unwrap_or(u64::MAX);
        let order = height(before).cmp(&height(after));
        self.bounds(max, (spoken(before), spoken(after)), order, new, path);
    }

    /// `tightness`: `Greater` if the new bound allows less than the old one.
    fn bounds(
        &mut self,
        keyword: &str,
        (before, after): (String, String),
        tightness: Ordering,
        new: &Node<'a>,
        path: &str,
    ) {
        let side = match tightness {
            Ordering::Equal => return,
            Ordering::Greater => BreakSide::Publishers,
            Ordering::Less => BreakSide::Receivers,
        };
        let detail = format!("{keyword} was {before} and is {after}");
        self.found(new.pointer(keyword), path, side, detail);
    }
}

/// Whom it breaks that less is allowed, or more.
pub(super) const fn side(narrower: bool, wider: bool) -> Option<BreakSide> {
    match (narrower, wider) {
        (false, false) => None,
        (true, false) => Some(BreakSide::Publishers),
        (false, true) => Some(BreakSide::Receivers),
        (true, true) => Some(BreakSide::Both),
    }
}

const fn as_number(value: &Value) -> Option<&Number> {
    match value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// The tightest bound of both keywords.
fn bound<'a>(
    node: &Node<'a>,
    inclusive: &str,
    exclusive: &str,
    tighter: Ordering,
) -> Option<Bound<'a>> {
    let included = node.keyword(inclusive).filter_map(as_number);
    let excluded = node.keyword(exclusive).filter_map(as_number);
    let all = included.map(|number| (number, false));
    let all = all.chain(excluded.map(|number| (number, true)));
    all.reduce(|a, b| match tightness(Some(a), Some(b), tighter) {
        Ordering::Less => b,
        Ordering::Equal | Ordering::Greater => a,
    })
}

/// `Greater` if `a` allows less than `b`; `tighter` is how a number compares with one that allows more.
fn tightness(a: Option<Bound<'_>>, b: Option<Bound<'_>>, tighter: Ordering) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (Some((a, a_left_out)), Some((b, b_left_out))) => {
            let order = match tighter {
                Ordering::Greater => compare(a, b),
                Ordering::Less | Ordering::Equal => compare(b, a),
            };
            order.then(a_left_out.cmp(&b_left_out))
        }
    }
}

/// The last integer that a bound allows; nothing where it is too large to be told exactly.
fn last(bound: Option<Bound<'_>>, tighter: Ordering) -> Option<i64> {
    /// Up to here, floats hold every integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let (number, is_left_out) = bound?;
    let number = number.as_f64().filter(|number| number.abs() < EXACT)?;
    let (nearest, step) = match tighter {
        Ordering::Greater => (number.ceil(), 1),
        Ordering::Less | Ordering::Equal => (number.floor(), -1),
    };
    let step = if is_left_out && nearest == number {
        step
    } else {
        0
    };
    Some(nearest as i64 + step)
}

fn spoken(bound: Option<Bound<'_>>) -> String {
    match bound {
        None => "none".to_owned(),
        Some((number, false)) => number.to_string(),
        Some((number, true)) => format!("{number} (left out)"),
    }
}
