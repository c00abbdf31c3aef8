//! The alternatives of one field.

use crate::{
    json::Scalar,
    number::comparable,
    test::{Test, holds_number, holds_text},
};

/// The alternatives of one field: a value has to be one of them.
#[derive(Debug, Default)]
pub(crate) struct Alternatives {
    /// Whether it may be missing.
    pub(crate) may_be_missing: bool,
    /// Whether any value will do.
    pub(crate) is_any: bool,
    /// Strings, in order.
    pub(crate) texts: Vec<Box<str>>,
    /// Numbers that can be compared, in order.
    pub(crate) numbers: Vec<f64>,
    /// Numbers that can't, as they are written.
    pub(crate) literal_numbers: Vec<Box<str>>,
    /// `true`, `false`, `null`.
    pub(crate) words: Vec<&'static str>,
    pub(crate) tests: Vec<Test>,
    /// Whether any of them asks what number a value is.
    is_numeric: bool,
}

impl Alternatives {
    /// Puts the lists in order, once they are complete.
    pub(crate) fn sort(&mut self) {
        self.texts.sort_unstable();
        self.numbers.sort_unstable_by(f64::total_cmp);
        self.is_numeric = !self.numbers.is_empty() || self.tests.iter().any(Test::is_numeric);
    }

    /// Whether the value is one of them.
    pub(crate) fn hold(&self, value: &Scalar<'_>) -> bool {
        if self.is_any {
            return true;
        }
        let number = match value {
            Scalar::Number(text) if self.is_numeric => comparable(text),
            Scalar::Number(_) | Scalar::Text(_) | Scalar::Word(_) => None,
        };
        let is_exact = match value {
            Scalar::Text(text) => holds_text(&self.texts, text),
            Scalar::Word(word) => self.words.contains(word),
            Scalar::Number(text) => {
                number.is_some_and(|number| holds_number(&self.numbers, number))
                    || self.literal_numbers.iter().any(|known| **known == **text)
            }
        };
        is_exact || self.tests.iter().any(|test| test.passes(value, number))
    }
}
