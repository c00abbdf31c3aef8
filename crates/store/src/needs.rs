//! What of that which is not written yet somebody has to see.

use crate::EventKey;

/// What has to be written before somebody looks, of all that was answered or recorded before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing: what is looked at was written before it was answered.
    #[default]
    Nothing,
    /// The outcomes of attempts.
    Outcomes,
    /// These, and the rows of one tenant's deliveries; with the tenant's number.
    RowsOf(i64),
    /// These, and the rows of all deliveries.
    Rows,
}

impl Needs {
    /// What two need together.
    pub(crate) const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Rows, _) | (_, Self::Rows) => Self::Rows,
            (Self::RowsOf(one), Self::RowsOf(two)) if one != two => Self::Rows,
            (Self::RowsOf(tenant), _) | (_, Self::RowsOf(tenant)) => Self::RowsOf(tenant),
            (Self::Outcomes, _) | (_, Self::Outcomes) => Self::Outcomes,
            (Self::Nothing, Self::Nothing) => Self::Nothing,
        }
    }
}

/// Deliveries that get their rows now, however short they have waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowsNow {
    /// Those of events up to this one.
    pub(crate) to: EventKey,
    /// One tenant's only, by its number.
    pub(crate) tenant: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_needs_more_gets_it_for_all() {
        use Needs::{Nothing, Outcomes, Rows, RowsOf};
        let check = |one: Needs, two: Needs, expected| {
            assert_eq!((one.and(two), two.and(one)), (expected, expected));
        };
        check(Nothing, Nothing, Nothing);
        check(Nothing, Outcomes, Outcomes);
        check(Outcomes, RowsOf(1), RowsOf(1));
        check(RowsOf(1), RowsOf(1), RowsOf(1));
        check(RowsOf(1), RowsOf(2), Rows);
        check(RowsOf(1), Rows, Rows);
        check(Nothing, Rows, Rows);
    }
}
