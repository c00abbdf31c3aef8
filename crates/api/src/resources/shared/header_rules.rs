//! What headers may be called and hold that others than the dialect set.

use nuncio_dialect::Dialect;

use crate::http::{body::escape, problem::Problem};

/// A name that is longer is shown cut.
const NAME_CHARS_MAX: usize = 128;

/// What is wrong with a header that a customer or a publisher sets in requests of that dialect.
pub(crate) fn fault(name: &str, value: &str, dialect: &Dialect) -> Option<&'static str> {
    dialect.header_fault(name, value)
}

/// The refusal of a header in the body's `headers`.
pub(crate) fn refused(name: &str, rule: &str) -> Problem {
    let shown: String = name.chars().take(NAME_CHARS_MAX).collect();
    let pointer = format!("/headers/{}", escape(&shown));
    Problem::invalid(pointer, format!("`{}` {rule}", shown.escape_debug()))
}
