//! What is known on the way through a pattern as it is written.

use crate::{BadPattern, pattern::Field};

/// It: where we are, and what there is so far.
#[derive(Default)]
pub(crate) struct Compiler {
    pub(crate) fields: Vec<Field>,
    /// Where we are.
    pub(crate) pointer: String,
    /// Exact values so far.
    pub(crate) values: usize,
    /// Other alternatives so far.
    pub(crate) tests: usize,
}

impl Compiler {
    pub(crate) fn bad<T>(&self, detail: impl Into<String>) -> Result<T, BadPattern> {
        Err(BadPattern {
            pointer: self.pointer.clone(),
            detail: detail.into(),
        })
    }

    /// Does something one step further down.
    pub(crate) fn within<T>(&mut self, step: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer
            .push_str(&step.replace('~', "~0").replace('/', "~1"));
        let result = act(self);
        self.pointer.truncate(length);
        result
    }
}
