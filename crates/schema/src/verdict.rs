//! Does a value fit, and if not, why?

use serde_json::Value;

use crate::{Budget, Exhausted, Mismatch, Schema, check::Checker, explain::Explanation};

/// Steps for telling what is wrong, after it is known that something is.
const EXPLAIN_STEPS_MAX: u64 = 500_000;

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaVerdict {
    /// The value fits the schema.
    Fits,
    /// It doesn't: the first places, at least one.
    Mismatches(Vec<Mismatch>),
    /// The budget ended first.
    Exhausted(Exhausted),
}

impl Schema {
    /// Checks a value.
    pub fn check(&self, value: &Value, budget: &mut Budget<'_>) -> SchemaVerdict {
        let mut checker = Checker::new(self, budget);
        match checker.fits(0, value, None) {
            Ok(true) => SchemaVerdict::Fits,
            Err(exhausted) => SchemaVerdict::Exhausted(exhausted),
            Ok(false) => {
                checker.budget.keep_at_most(EXPLAIN_STEPS_MAX);
                SchemaVerdict::Mismatches(Explanation::of(&mut checker, value))
            }
        }
    }
}
