//! A page of the items of a list that satisfy a condition which the store has no index for.

use nuncio_store::{Page, PageFilling, PageStart, Slice, StoreError};

/// Items that one page looks at: some milliseconds. Nobody else waits for long.
const LOOKED_AT_MAX: usize = 10_000;
/// Items that are read in one go.
const AT_A_TIME: usize = 500;

/// Reads the list by `part` until a page is full of what is `wanted`; items are listed by their `key`.
pub(crate) async fn chosen<T, K: Clone, F>(
    page: Page<K>,
    key: impl Fn(&T) -> K,
    wanted: impl Fn(&T) -> bool,
    part: impl Fn(Page<K>) -> F,
) -> Result<Slice<T, K>, StoreError>
where
    F: Future<Output = Result<Slice<T, K>, StoreError>>,
{
    let mut found = PageFilling::new(&page, LOOKED_AT_MAX);
    let goes_back = page.start.is_backward();
    let mut start = page.start;
    loop {
        let limit = AT_A_TIME;
        let mut read = part(Page { start, limit }).await?;
        let go_on = if goes_back {
            read.items.reverse();
            read.prev.map(PageStart::UpTo)
        } else {
            read.next.map(PageStart::After)
        };
        for item in read.items {
            if !found.reaches(&key(&item)) {
                return Ok(found.slice());
            }
            if wanted(&item) {
                found.push(item);
            }
        }
        match go_on {
            Some(next) => start = next,
            None => return Ok(found.slice()),
        }
    }
}
