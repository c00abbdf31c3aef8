//! Where errors are.

use std::ops::Range;

use crate::error::DialectError;

/// Where errors are: the file's name, and its text to count lines in.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
}

impl Source<'_> {
    pub(super) fn fault(self, span: Range<usize>, reason: impl Into<String>) -> DialectError {
        let before = self.text.get(..span.start).unwrap_or_default();
        DialectError {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            reason: reason.into(),
        }
    }
}
