//! Which part of a pattern didn't match?

use serde_json::Value;

use crate::{
    Part, Pattern,
    json::Scalar,
    search::{Collected, Search},
    walk::{Sink, Walk},
};

/// Values shown of a field.
const SHOWN_MAX: usize = 5;
/// Characters shown of a value: enough to recognize it.
const SHOWN_CHARS_MAX: usize = 100;

/// A field that didn't match.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternMismatch {
    /// The field's names with dots between.
    pub path: String,
    /// Its alternatives, as the pattern has them.
    pub condition: Vec<Value>,
    /// The values that the event has there, at most five, long strings cut to 100 characters. Nothing if it has none.
    pub found: Vec<Value>,
    /// Whether it matches by itself, and not in the same element of an array as the fields before it.
    pub only_together: bool,
}

impl Pattern {
    /// What didn't match, if anything.
    pub fn mismatch(&self, members: &[(&str, Part<'_>)]) -> Option<PatternMismatch> {
        mismatch(self, members)
    }
}

/// The field to name first: of the combination with the fewest fields that don't match, the first of those.
fn mismatch(pattern: &Pattern, members: &[(&str, Part<'_>)]) -> Option<PatternMismatch> {
    let mut walk = Walk::new(&pattern.paths, Collected::new(&pattern.fields));
    walk.members(members);
    let mut search = Search::new(pattern, &mut walk.sink, &walk.elements);
    let mut nearest: Option<(usize, u16, bool)> = None;
    for combination in &pattern.combinations {
        if search.is_satisfied(combination) {
            return None;
        }
        let fields = combination.fields.iter().copied();
        let mut impossible = fields.filter(|field| !search.is_possible(*field));
        let found = match impossible.next() {
            Some(first) => Some((1 + impossible.count(), first, false)),
            None => search.stuck_at(combination).map(|field| (0, field, true)),
        };
        let is_nearer =
            |(count, ..): &(usize, u16, bool)| nearest.is_none_or(|(nearest, ..)| *count < nearest);
        nearest = found.filter(is_nearer).or(nearest);
    }
    let (_, index, only_together) = nearest?;
    let field = pattern.fields.get(usize::from(index))?;
    let values = Values {
        field: index,
        shown: Vec::new(),
    };
    let mut walk = Walk::new(&pattern.paths, values);
    walk.members(members);
    Some(PatternMismatch {
        path: field.path.clone(),
        condition: field.given.clone(),
        found: walk.sink.shown,
        only_together,
    })
}

/// Keeps the first values of one field.
struct Values {
    field: u16,
    shown: Vec<Value>,
}

impl Sink for Values {
    fn value(&mut self, fields: &[u16], value: &Scalar<'_>, _: u32) {
        if fields.contains(&self.field) && self.shown.len() < SHOWN_MAX {
            self.shown.push(shown(value));
        }
    }
}

fn shown(value: &Scalar<'_>) -> Value {
    match value {
        Scalar::Text(text) if text.chars().nth(SHOWN_CHARS_MAX).is_some() => {
            let cut: String = text.chars().take(SHOWN_CHARS_MAX).collect();
            Value::String(cut + "…")
        }
        Scalar::Text(text) => Value::String(text.clone().into_owned()),
        Scalar::Number(text) | Scalar::Word(text) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String((*text).to_owned()))
        }
    }
}
