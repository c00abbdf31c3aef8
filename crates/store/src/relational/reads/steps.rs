//! Reading a list's rows a few at a time: so many as a page needs if all of them are wanted, and more with each step.
//!
//! An engine that gives the rows of a query only as a whole would otherwise read all that a page may look at.

use super::range::IdRange;
use crate::{Page, PageStart};

/// How many more rows each step reads than the one before.
const GROWTH: usize = 4;

/// Where a walk over a list is.
pub(crate) struct Steps {
    range: IdRange,
    is_backward: bool,
    /// Rows that are left to be read.
    left: usize,
    /// Rows of this step at most.
    limit: usize,
    /// Rows of this step that have come.
    seen: usize,
    /// The id of the last of them.
    last: Option<u128>,
}

impl Steps {
    /// Those of a page that looks at so many rows of a range at most. One more is read, which tells where the next page
    /// begins.
    pub(crate) fn new<K>(page: &Page<K>, looked_at_max: usize, range: IdRange) -> Self {
        let left = looked_at_max.saturating_add(1);
        Self {
            range,
            is_backward: matches!(page.start, PageStart::UpTo(_)),
            left,
            limit: page.limit.saturating_add(1).min(left),
            seen: 0,
            last: None,
        }
    }

    /// The ids that are left.
    pub(crate) const fn range(&self) -> &IdRange {
        &self.range
    }

    /// How many rows to read now.
    pub(crate) const fn limit(&self) -> i64 {
        self.limit as i64
    }

    /// A row has come.
    pub(crate) const fn saw(&mut self, id: u128) {
        self.seen += 1;
        self.last = Some(id);
    }

    /// Whether there may be more behind those that have come.
    pub(crate) fn go_on(&mut self) -> bool {
        let is_full = self.seen >= self.limit;
        self.left = self.left.saturating_sub(self.seen);
        self.seen = 0;
        self.limit = self.limit.saturating_mul(GROWTH).min(self.left);
        match self.last.take() {
            Some(last) if is_full && self.left > 0 => {
                self.range.narrow(last, self.is_backward);
                true
            }
            Some(_) | None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use nuncio_domain::DeliveryId;

    use super::*;

    /// The steps of a page over ids from 1 to `count`, walked to the end: how many rows each reads.
    fn steps(page: &Page<DeliveryId>, count: u128, looked_at_max: usize) -> Vec<usize> {
        let start = page.start.map(|id| id.bits());
        let range = IdRange::new(None, None, start);
        let mut steps = Steps::new(page, looked_at_max, range);
        let (mut read, mut all) = (Vec::new(), Vec::new());
        loop {
            let range = steps.range();
            let mut ids: Vec<u128> = (1..=count)
                .filter(|id| range.has(&id.to_be_bytes()))
                .collect();
            if !page.start.is_backward() {
                ids.reverse();
            }
            ids.truncate(usize::try_from(steps.limit()).unwrap());
            read.push(ids.len());
            ids.iter().for_each(|id| steps.saw(*id));
            all.extend(ids);
            if !steps.go_on() {
                break;
            }
        }
        // Each once, and in order.
        let mut sorted = all.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if !page.start.is_backward() {
            sorted.reverse();
        }
        assert_eq!(all, sorted);
        read
    }

    #[test]
    fn steps_grow_until_enough_was_looked_at() {
        let first = Page::first(2);
        assert_eq!(steps(&first, 0, 100), [0]);
        assert_eq!(steps(&first, 2, 100), [2]);
        assert_eq!(steps(&first, 3, 100), [3, 0]);
        assert_eq!(steps(&first, 40, 100), [3, 12, 25]);
        assert_eq!(steps(&first, 1_000, 100), [3, 12, 48, 38]);
        assert_eq!(steps(&first, 1_000, 1), [2]);
    }

    #[test]
    fn and_back() {
        let back = Page {
            start: PageStart::UpTo(DeliveryId::from_bits(11)),
            limit: 2,
        };
        assert_eq!(steps(&back, 30, 100), [3, 12, 5]);
    }
}
