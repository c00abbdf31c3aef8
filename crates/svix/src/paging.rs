//! Lists: pages that begin at an item and go either way. `iterator` is the id of a page's last item, `prevIterator` that of
//! its first with a minus before it; either is given back as `iterator`.

use axum::{http::StatusCode, response::Response};
use nuncio_store::{Page, PageStart, Slice, StoreError};
use serde::Serialize;

use crate::{
    error::{SvixError, json},
    query::{self, Query},
};

/// Items of a page unless the caller says.
const LIMIT_DEFAULT: u64 = 50;
/// The most.
const LIMIT_MAX: u64 = 250;
/// What the store gives at once.
const STORE_PAGE: usize = 250;

/// Which part of a list is wanted.
#[derive(Debug)]
pub(crate) struct Wanted<K> {
    pub(crate) limit: usize,
    /// The item to begin at, and whether the page is before it.
    pub(crate) from: Option<(K, bool)>,
}

impl<K> Wanted<K> {
    /// From a query; `key` reads an item's id.
    pub(crate) fn read(query: &Query, key: impl Fn(&str) -> Option<K>) -> Result<Self, SvixError> {
        let limit = query.number("limit")?.unwrap_or(LIMIT_DEFAULT);
        if limit > LIMIT_MAX {
            let msg = format!("must be at most {LIMIT_MAX}");
            return Err(query::invalid("limit.limit", msg));
        }
        let from = match query.text("iterator").filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => {
                let (id, back) = match text.strip_prefix('-') {
                    Some(id) => (id, true),
                    None => (text, false),
                };
                let found = key(id)
                    .ok_or_else(|| query::invalid("iterator", "is not an iterator of this list"))?;
                Some((found, back))
            }
        };
        Ok(Self {
            limit: limit as usize,
            from,
        })
    }
}

/// Whether a list is shown in the store's order or the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As the store lists it.
    Stored,
    /// The other way round.
    Reversed,
}

/// A page of a list.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    /// Whether there are no more in the direction that was asked for.
    pub(crate) done: bool,
}

/// Where the walk over the store's list begins, and which way it goes.
#[derive(Debug)]
pub(crate) struct Walk<K> {
    pub(crate) start: PageStart<K>,
    /// An item that the page does not have.
    pub(crate) without: Option<K>,
}

impl<K: Clone> Walk<K> {
    /// The walk for the last part of the store's list.
    pub(crate) const fn oldest(last: K) -> Self {
        Self {
            start: PageStart::UpTo(last),
            without: None,
        }
    }

    /// The walk for a part of a list; `last` is a key that is at the end of the store's list, or beyond it.
    pub(crate) fn new(wanted: &Wanted<K>, order: Order, last: K) -> Self {
        match (&wanted.from, order) {
            (None, Order::Stored) => Self {
                start: PageStart::First,
                without: None,
            },
            (None, Order::Reversed) => Self {
                start: PageStart::UpTo(last),
                without: None,
            },
            (Some((from, back)), order) => match (*back, order) {
                (false, Order::Stored) | (true, Order::Reversed) => Self {
                    start: PageStart::After(from.clone()),
                    without: None,
                },
                (true, Order::Stored) | (false, Order::Reversed) => Self {
                    start: PageStart::UpTo(from.clone()),
                    without: Some(from.clone()),
                },
            },
        }
    }
}

/// Walks over the store's list until the page is full: `fetch` gets a page of it, `keep` says which items are shown.
pub(crate) async fn list<T, K, F, R>(
    wanted: &Wanted<K>,
    order: Order,
    walk: Walk<K>,
    fetch: F,
    keep: impl Fn(&T) -> bool,
    key: impl Fn(&T) -> K,
) -> Result<Listed<T>, SvixError>
where
    K: Clone + PartialEq,
    F: Fn(Page<K>) -> R,
    R: Future<Output = Result<Slice<T, K>, StoreError>>,
{
    if wanted.limit == 0 {
        return Ok(Listed {
            items: Vec::new(),
            done: false,
        });
    }
    // One more tells whether there are more.
    let enough = wanted.limit + 1;
    let is_backward = walk.start.is_backward();
    let mut start = walk.start;
    // In the order of the walk.
    let mut found: Vec<T> = Vec::new();
    loop {
        let limit = (enough - found.len() + 1).min(STORE_PAGE);
        let Slice { items, next, prev } = fetch(Page { start, limit }).await?;
        let shown = items.into_iter().filter(|item| {
            let is_left_out = walk
                .without
                .as_ref()
                .is_some_and(|without| key(item) == *without);
            !is_left_out && keep(item)
        });
        match is_backward {
            true => {
                let mut shown: Vec<T> = shown.collect();
                shown.reverse();
                found.extend(shown);
            }
            false => found.extend(shown),
        }
        let on = match is_backward {
            true => prev.map(PageStart::UpTo),
            false => next.map(PageStart::After),
        };
        match on {
            Some(on) if found.len() < enough => start = on,
            _ => break,
        }
    }
    let done = found.len() < enough;
    found.truncate(wanted.limit);
    // The walk's order is the store's, or the other way round; so is the one that is shown.
    if is_backward == (order == Order::Stored) {
        found.reverse();
    }
    Ok(Listed { items: found, done })
}

/// A list that is at hand as a whole, in the order that it is shown in.
pub(crate) fn of_all<T, K: PartialEq>(
    wanted: &Wanted<K>,
    mut all: Vec<T>,
    key: impl Fn(&T) -> K,
    comes_before: impl Fn(&K, &K) -> bool,
) -> Listed<T> {
    if wanted.limit == 0 {
        return Listed {
            items: Vec::new(),
            done: false,
        };
    }
    let back = match &wanted.from {
        None => false,
        Some((from, back)) => {
            all.retain(|item| match back {
                true => comes_before(&key(item), from),
                false => comes_before(from, &key(item)),
            });
            *back
        }
    };
    let done = all.len() <= wanted.limit;
    if back {
        let beyond = all.len().saturating_sub(wanted.limit);
        all.drain(..beyond);
    } else {
        all.truncate(wanted.limit);
    }
    Listed { items: all, done }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListOut<T> {
    data: Vec<T>,
    iterator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev_iterator: Option<String>,
    done: bool,
}

/// The answer with a page; `ids` are those of its first and last item.
pub(crate) fn answer<T: Serialize>(
    data: Vec<T>,
    done: bool,
    ids: Option<(String, String)>,
) -> Response {
    let (first, last) = ids.unzip();
    json(
        StatusCode::OK,
        &ListOut {
            data,
            iterator: last,
            prev_iterator: first.map(|first| format!("-{first}")),
            done,
        },
    )
}

/// The ids of a page's first and last item.
pub(crate) fn ends<T>(items: &[T], id: impl Fn(&T) -> String) -> Option<(String, String)> {
    Some((id(items.first()?), id(items.last()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk_of(query: &str, order: Order) -> (Vec<u32>, bool) {
        let wanted =
            Wanted::read(&Query::parse(Some(query)), |text| text.parse::<u32>().ok()).unwrap();
        let walk = Walk::new(&wanted, order, 99);
        // A list from 1 to 9 that shows two at a time, of which the odd ones are kept.
        let fetch = |page: Page<u32>| async move {
            let way: Vec<u32> = match page.start {
                PageStart::First => (1..10).collect(),
                PageStart::After(at) => (at + 1..10).collect(),
                PageStart::UpTo(at) => (1..=at.min(9)).rev().collect(),
            };
            let is_backward = page.start.is_backward();
            let mut items: Vec<u32> = way.iter().copied().take(page.limit.min(2)).collect();
            let rest = way.get(items.len()).copied();
            let last = items.last().copied();
            if is_backward {
                items.reverse();
            }
            Ok(Slice {
                items,
                next: last.filter(|_| !is_backward && rest.is_some()),
                prev: rest.filter(|_| is_backward),
            })
        };
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let listed = list(&wanted, order, walk, fetch, |n| n % 2 == 1, |n| *n);
        let mut listed = Box::pin(listed);
        match listed.as_mut().poll(&mut context) {
            std::task::Poll::Ready(listed) => {
                let listed = listed.unwrap();
                (listed.items, listed.done)
            }
            std::task::Poll::Pending => panic!("nothing is waited for"),
        }
    }

    #[test]
    fn pages_go_on_and_back_in_both_orders() {
        let check = |query: &str, order, items: &[u32], done: bool| {
            assert_eq!(
                walk_of(query, order),
                (items.to_vec(), done),
                "{query} {order:?}"
            );
        };
        check("limit=2", Order::Stored, &[1, 3], false);
        check("limit=2&iterator=3", Order::Stored, &[5, 7], false);
        check("limit=2&iterator=7", Order::Stored, &[9], true);
        check("limit=2&iterator=-9", Order::Stored, &[5, 7], false);
        check("limit=2&iterator=-5", Order::Stored, &[1, 3], true);
        check("limit=2", Order::Reversed, &[9, 7], false);
        check("limit=2&iterator=7", Order::Reversed, &[5, 3], false);
        check("limit=2&iterator=3", Order::Reversed, &[1], true);
        check("limit=2&iterator=-3", Order::Reversed, &[7, 5], false);
        check("limit=2&iterator=-5", Order::Reversed, &[9, 7], true);
        check("limit=0", Order::Stored, &[], false);
        check("limit=5", Order::Stored, &[1, 3, 5, 7, 9], true);
    }

    #[test]
    fn limits_and_iterators_have_their_errors() {
        let read = |query: &str| {
            Wanted::read(&Query::parse(Some(query)), |text| text.parse::<u32>().ok()).map(drop)
        };
        assert!(matches!(read("limit=251"), Err(SvixError::Invalid(_))));
        assert!(matches!(read("limit=x"), Err(SvixError::Plain { .. })));
        assert!(matches!(read("iterator=x"), Err(SvixError::Invalid(_))));
        assert!(read("limit=250&iterator=-7").is_ok());
    }

    #[test]
    fn a_whole_list_is_paged_alike() {
        let page = |query: &str| {
            let wanted =
                Wanted::read(&Query::parse(Some(query)), |text| text.parse::<u32>().ok()).unwrap();
            let listed = of_all(&wanted, vec![1, 2, 3, 4, 5], |n| *n, |a, b| a < b);
            (listed.items, listed.done)
        };
        assert_eq!(page("limit=2"), (vec![1, 2], false));
        assert_eq!(page("limit=2&iterator=3"), (vec![4, 5], true));
        assert_eq!(page("limit=2&iterator=-5"), (vec![3, 4], false));
        assert_eq!(page("limit=2&iterator=-3"), (vec![1, 2], true));
    }
}
