//! Who asks, and for which part of a list.
//!
//! A page begins at a boundary between two items of a list, named by the item before it, and goes on from there or back.
//! So the two pages on either side of a boundary share no item and leave none out.

use nuncio_domain::{ProjectId, TenantId};

/// How far a caller may see: one project, and within it one tenant or all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The project.
    pub project: ProjectId,
    /// The only tenant whose things are to be found; `None` is every tenant of the project.
    pub tenant: Option<TenantId>,
}

/// Where a page begins, and which way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageStart<K> {
    /// The first items of the list.
    First,
    /// The first of those that come after this one in the list's order.
    After(K),
    /// The last of those up to this one, which is one of them.
    UpTo(K),
}

impl<K> PageStart<K> {
    /// The same, with another kind of key.
    pub fn map<L>(&self, key: impl FnOnce(&K) -> L) -> PageStart<L> {
        match self {
            Self::First => PageStart::First,
            Self::After(at) => PageStart::After(key(at)),
            Self::UpTo(at) => PageStart::UpTo(key(at)),
        }
    }

    /// Whether the page goes back from where it begins.
    pub const fn is_backward(&self) -> bool {
        matches!(self, Self::UpTo(_))
    }
}

/// Which part of a list: `limit` items at most from where it begins. They come in the list's order, whichever way it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<K> {
    /// Where it begins.
    pub start: PageStart<K>,
    /// 1 to 250.
    pub limit: usize,
}

impl<K> Page<K> {
    /// The first page.
    pub const fn first(limit: usize) -> Self {
        let start = PageStart::First;
        Self { start, limit }
    }

    /// The page after that item; without one the first.
    pub fn after(after: Option<K>, limit: usize) -> Self {
        let start = after.map_or(PageStart::First, PageStart::After);
        Self { start, limit }
    }
}

impl<K: Copy + Ord> Page<K> {
    /// The page of a whole list, which is given in the order of its keys and listed the other way round.
    pub fn of_ascending<T>(&self, mut all: Vec<T>, key: impl Fn(&T) -> K) -> Slice<T, K> {
        match self.start {
            PageStart::First => all.reverse(),
            PageStart::After(before) => {
                all.retain(|item| key(item) < before);
                all.reverse();
            }
            PageStart::UpTo(last) => all.retain(|item| key(item) >= last),
        }
        let mut filling = PageFilling::new(self, all.len());
        for item in all {
            if !filling.reaches(&key(&item)) {
                break;
            }
            filling.push(item);
        }
        filling.slice()
    }
}

/// A part of a list, and what lies on both of its sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T, K> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins: [`PageStart::After`] this; `None` at the end.
    pub next: Option<K>,
    /// Where the page before begins: [`PageStart::UpTo`] this; `None` at the beginning.
    pub prev: Option<K>,
}

impl<T, K> Slice<T, K> {
    /// Nothing, and nothing around it.
    pub const fn empty() -> Self {
        Self::whole(Vec::new())
    }

    /// A list that is one page.
    pub const fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next: None,
            prev: None,
        }
    }

    /// The same part of the list, each item shown.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Slice<U, K> {
        Slice {
            items: self.items.into_iter().map(show).collect(),
            next: self.next,
            prev: self.prev,
        }
    }
}

/// A page while a walk over its list fills it: it looks at the list's items one by one, the way that the page goes.
#[derive(Debug)]
pub struct PageFilling<T, K> {
    page: Page<K>,
    looked_at_max: usize,
    items: Vec<T>,
    looked_at: usize,
    last: Option<K>,
    edge: Option<K>,
}

impl<T, K: Clone> PageFilling<T, K> {
    /// An empty page, which looks at so many items at most. One that has looked at so many is answered as it is, with
    /// where to go on.
    pub fn new(page: &Page<K>, looked_at_max: usize) -> Self {
        Self {
            page: page.clone(),
            looked_at_max,
            items: Vec::new(),
            looked_at: 0,
            last: None,
            edge: None,
        }
    }

    /// Whether the item with this key, the next on the way, is to be looked at. If not, the walk ends.
    pub fn reaches(&mut self, key: &K) -> bool {
        if self.items.len() == self.page.limit || self.looked_at == self.looked_at_max {
            // A boundary is named by the item before it in the list's order.
            self.edge = match self.page.start {
                PageStart::First | PageStart::After(_) => self.last.take(),
                PageStart::UpTo(_) => Some(key.clone()),
            };
            return false;
        }
        self.looked_at += 1;
        self.last = Some(key.clone());
        true
    }

    /// Puts the item in that was just looked at.
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// The page.
    pub fn slice(self) -> Slice<T, K> {
        self.slice_up_to(None)
    }

    /// The page, of a walk that knew the list only up to that boundary.
    pub fn slice_up_to(mut self, known: Option<K>) -> Slice<T, K> {
        let edge = self.edge.or(known);
        let (next, prev) = match self.page.start {
            PageStart::First => (edge, None),
            PageStart::After(start) => (edge, Some(start)),
            PageStart::UpTo(start) => {
                self.items.reverse();
                (Some(start), edge)
            }
        };
        Slice {
            items: self.items,
            next,
            prev,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of the list 1 to 9 that looks at `looked_at` items and keeps the odd ones.
    fn odd(start: PageStart<u32>, limit: usize, looked_at: usize) -> Slice<u32, u32> {
        let mut way: Vec<u32> = match start {
            PageStart::First => (1..10).collect(),
            PageStart::After(key) => (key + 1..10).collect(),
            PageStart::UpTo(key) => (1..=key).rev().collect(),
        };
        let mut filling = PageFilling::new(&Page { start, limit }, looked_at);
        for n in way.drain(..) {
            if !filling.reaches(&n) {
                break;
            }
            if n % 2 == 1 {
                filling.push(n);
            }
        }
        filling.slice()
    }

    #[test]
    fn pages_go_both_ways_from_their_boundaries() {
        let check = |start, limit, looked_at, items: &[u32], prev, next| {
            let items = items.to_vec();
            let expected = Slice { items, next, prev };
            assert_eq!(odd(start, limit, looked_at), expected, "{start:?}");
        };
        use PageStart::{After, First, UpTo};
        check(First, 2, 99, &[1, 3], None, Some(3));
        check(After(3), 2, 99, &[5, 7], Some(3), Some(7));
        check(After(7), 2, 99, &[9], Some(7), None);
        check(UpTo(7), 2, 99, &[5, 7], Some(4), Some(7));
        check(UpTo(4), 2, 99, &[1, 3], None, Some(4));
        // Those that gave up say where to go on.
        check(First, 9, 2, &[1], None, Some(2));
        check(UpTo(9), 9, 2, &[9], Some(7), Some(9));
        check(UpTo(2), 9, 2, &[1], None, Some(2));
    }

    #[test]
    fn back_and_forth_gives_each_item_once() {
        let forth = odd(PageStart::First, 2, 3);
        let next = odd(PageStart::After(forth.next.unwrap()), 2, 3);
        let back = odd(PageStart::UpTo(next.prev.unwrap()), 2, 3);
        assert_eq!(back.items, forth.items);
        assert_eq!(back.next, forth.next);
    }
}
