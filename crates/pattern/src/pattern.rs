//! A compiled pattern.

use serde_json::Value;

use crate::{alternatives::Alternatives, paths::Paths};

/// A field that a pattern asks for.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its names with dots between.
    pub(crate) path: String,
    /// Where the pattern has it, as a JSON pointer.
    pub(crate) pointer: String,
    pub(crate) alternatives: Alternatives,
    /// The alternatives as they were given.
    pub(crate) given: Vec<Value>,
}

/// Fields that have to match together: one way through the `$or`s.
#[derive(Debug)]
pub(crate) struct Combination {
    /// By path.
    pub(crate) fields: Vec<u16>,
    /// How many names each field shares with the next one; nothing for the last.
    pub(crate) shared: Vec<u16>,
}

/// A pattern, ready to be matched.
#[derive(Debug)]
pub struct Pattern {
    pub(crate) fields: Vec<Field>,
    pub(crate) combinations: Vec<Combination>,
    pub(crate) paths: Paths,
}

impl Pattern {
    /// The fields that it asks for: their names with dots between, and the JSON pointers of their places in the pattern.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|field| (field.path.as_str(), field.pointer.as_str()))
    }
}
