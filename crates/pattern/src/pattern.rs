//! A compiled pattern, and whether an event matches it.

use serde_json::{Map, Value};

use crate::{
    BadPattern, Part, PatternMismatch,
    alternatives::Alternatives,
    compile, mismatch,
    paths::Paths,
    search::{Collected, Search},
    walk::Walk,
};

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
    /// Compiles a pattern.
    ///
    /// # Errors
    /// When it is no pattern or too large: what is wrong, and the JSON pointer of the place.
    pub fn compile(pattern: &Map<String, Value>) -> Result<Self, BadPattern> {
        compile::compile(pattern)
    }

    /// Whether the event of these members matches.
    pub fn matches(&self, members: &[(&str, Part<'_>)]) -> bool {
        self.search(|walk| walk.members(members))
    }

    /// Whether the event, a JSON object as text, matches. Text that is no object has no fields.
    pub fn matches_text(&self, event: &str) -> bool {
        self.search(|walk| walk.text(event))
    }

    /// What didn't match, if anything.
    pub fn mismatch(&self, members: &[(&str, Part<'_>)]) -> Option<PatternMismatch> {
        mismatch::of(self, members)
    }

    /// The fields that it asks for: their names with dots between, and the JSON pointers of their places in the pattern.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|field| (field.path.as_str(), field.pointer.as_str()))
    }

    fn search<'p>(&'p self, go: impl FnOnce(&mut Walk<'p, Collected<'p>>)) -> bool {
        let mut walk = Walk::new(&self.paths, Collected::new(&self.fields));
        go(&mut walk);
        let mut search = Search::new(self, &mut walk.sink, &walk.elements);
        let mut combinations = self.combinations.iter();
        combinations.any(|combination| search.is_satisfied(combination))
    }
}
