//! From a page of a list by ids, newest first, to the range of an index and the way to walk it.

use nuncio_domain::{EventId, Timestamp};

use crate::{Page, PageFilling, PageStart, Slice, relational::rows::codec::blob};

/// A statement for each of the two ways.
pub(crate) struct BothWays {
    /// From the newest to the oldest.
    pub(crate) down: &'static str,
    /// From the oldest to the newest.
    pub(crate) up: &'static str,
}

impl BothWays {
    /// The one for a page that begins there.
    pub(crate) const fn of<K>(&self, start: &PageStart<K>) -> &'static str {
        match start {
            PageStart::First | PageStart::After(_) => self.down,
            PageStart::UpTo(_) => self.up,
        }
    }
}

/// Ids from `from` on, and below `below`.
pub(crate) struct IdRange {
    pub(crate) from: [u8; 16],
    pub(crate) below: Vec<u8>,
}

/// Above every id.
const ABOVE_ALL: [u8; 17] = [0xff; 17];

impl IdRange {
    /// The ids made within a time, as far as a page goes that begins there.
    pub(crate) fn new(
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        start: PageStart<u128>,
    ) -> Self {
        // The smallest id of a millisecond, of whatever kind.
        let floor = |at: Timestamp| EventId::floor(at.ms().max(0)).bits();
        let (mut from, mut below) = (since.map_or(0, floor), until.map(floor));
        match start {
            PageStart::First => {}
            PageStart::After(key) => below = Some(below.map_or(key, |below| below.min(key))),
            PageStart::UpTo(key) => from = from.max(key),
        }
        Self {
            from: blob(from),
            below: below.map_or_else(|| ABOVE_ALL.to_vec(), |below| blob(below).to_vec()),
        }
    }

    /// One id, if it is in the range.
    pub(crate) fn only(self, id: u128) -> Self {
        let just_above = blob(id.saturating_add(1)).to_vec();
        Self {
            from: self.from.max(blob(id)),
            below: self.below.min(just_above),
        }
    }

    /// Leaves what is behind an id, on the way that is walked.
    pub(crate) fn narrow(&mut self, last: u128, is_backward: bool) {
        if is_backward {
            match last.checked_add(1) {
                Some(next) => self.from = blob(next),
                None => self.below.clear(),
            }
        } else {
            self.below = blob(last).to_vec();
        }
    }

    /// Whether an id is in it.
    pub(crate) fn has(&self, id: &[u8; 16]) -> bool {
        *id >= self.from && id[..] < self.below[..]
    }
}

/// A row that was found: its id and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found<K> {
    pub(crate) id: K,
    pub(crate) seq: i64,
}

/// Puts pages of several lists together: only as far as all of them have come.
pub(crate) fn merge<K: Copy + Ord>(
    parts: Vec<Slice<Found<K>, K>>,
    page: &Page<K>,
) -> Slice<Found<K>, K> {
    merge_by(parts, page, |found| found.id)
}

/// The same for items of any kind, given the key that they are listed by. None of them is in two of the lists.
pub(crate) fn merge_by<T, K: Copy + Ord>(
    parts: Vec<Slice<T, K>>,
    page: &Page<K>,
    key: impl Fn(&T) -> K,
) -> Slice<T, K> {
    let backward = page.start.is_backward();
    let known = if backward {
        parts.iter().filter_map(|part| part.prev).min()
    } else {
        parts.iter().filter_map(|part| part.next).max()
    };
    let is_known = |id: K| {
        known.is_none_or(|known| match backward {
            true => id < known,
            false => id >= known,
        })
    };
    let mut found: Vec<_> = parts.into_iter().flat_map(|part| part.items).collect();
    found.retain(|found| is_known(key(found)));
    found.sort_unstable_by_key(&key);
    if !backward {
        found.reverse();
    }
    let mut filling = PageFilling::new(page, usize::MAX);
    for found in found {
        if !filling.reaches(&key(&found)) {
            break;
        }
        filling.push(found);
    }
    filling.slice_up_to(known)
}

#[cfg(test)]
mod tests {
    use nuncio_domain::DeliveryId;

    use super::*;

    fn id(n: u128) -> DeliveryId {
        DeliveryId::from_bits(n)
    }
    fn part(
        ids: &[u128],
        prev: Option<u128>,
        next: Option<u128>,
    ) -> Slice<Found<DeliveryId>, DeliveryId> {
        let found = |&n| Found { id: id(n), seq: 0 };
        Slice {
            items: ids.iter().map(found).collect(),
            next: next.map(id),
            prev: prev.map(id),
        }
    }

    fn check(
        parts: Vec<Slice<Found<DeliveryId>, DeliveryId>>,
        page: Page<DeliveryId>,
        ids: &[u128],
        (prev, next): (Option<u128>, Option<u128>),
    ) {
        let merged = merge(parts, &page);
        let found: Vec<_> = merged.items.iter().map(|found| found.id.bits()).collect();
        assert_eq!(found, ids);
        assert_eq!((merged.prev, merged.next), (prev.map(id), next.map(id)));
    }

    #[test]
    fn pages_are_merged_as_far_down_as_all_have_come() {
        let check = |parts, limit, ids: &[u128], next| {
            check(parts, Page::first(limit), ids, (None, next));
        };
        check(vec![], 2, &[], None);
        let two = || vec![part(&[9, 5], None, None), part(&[7], None, None)];
        check(two(), 9, &[9, 7, 5], None);
        check(two(), 2, &[9, 7], Some(7));
        // The second gave up at 8: what is below it may be missing.
        let gave_up = vec![part(&[9, 5], None, None), part(&[], None, Some(8))];
        check(gave_up, 9, &[9], Some(8));
        let full = vec![part(&[9, 5], None, Some(5)), part(&[7, 6], None, Some(6))];
        check(full, 2, &[9, 7], Some(7));
    }

    #[test]
    fn and_as_far_up_on_the_way_back() {
        let page = |limit| Page {
            start: PageStart::UpTo(id(5)),
            limit,
        };
        let next = Some(5);
        let two = || vec![part(&[9, 5], None, next), part(&[7], None, next)];
        check(two(), page(9), &[9, 7, 5], (None, next));
        check(two(), page(2), &[7, 5], (Some(9), next));
        // The second gave up before 8: what is above may be missing.
        let gave_up = vec![part(&[9, 5], None, next), part(&[], Some(8), next)];
        check(gave_up, page(9), &[5], (Some(8), next));
    }
}
