//! Reads pages of SQLite's table b-trees, as far as it takes to find the bytes of a page that nothing uses.
//!
//! The format is SQLite's own (<https://sqlite.org/fileformat2.html#b_tree_pages>) and is promised not to change. Page 1,
//! which begins with the file's header, is never asked for. Whatever is not exactly as described is `None`.

use std::ops::Range;

const INTERIOR: u8 = 0x05;
const LEAF: u8 = 0x0d;

const LEAF_HEADER: usize = 8;
const INTERIOR_HEADER: usize = 12;

/// A cell never takes less.
const CELL_BYTES_MIN: usize = 4;

/// A page below another, with the largest row number that it may hold; the last one has no such bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) page: u32,
    pub(crate) up_to: Option<i64>,
}

/// Whether a page of a table's tree has others below it.
pub(crate) fn is_interior(page: &[u8]) -> bool {
    page.first() == Some(&INTERIOR)
}

/// Where the unallocated middle of a leaf lies: between the list of its cells and the cells.
pub(crate) fn gap(leaf: &[u8]) -> Option<Range<usize>> {
    if leaf.first() != Some(&LEAF) {
        return None;
    }
    let from = LEAF_HEADER + 2 * usize::from(number(leaf, 3)?);
    let content = match number(leaf, 5)? {
        0 => 0x1_0000,
        start => usize::from(start),
    };
    let last = leaf.len().checked_sub(CELL_BYTES_MIN)?;
    let is_content = |at: u16| (content..=last).contains(&usize::from(at));
    let mut cells = leaf.get(LEAF_HEADER..from)?.as_chunks().0.iter();
    let free = number(leaf, 1)?;
    let whole = from <= content
        && content <= leaf.len()
        && (free == 0 || is_content(free))
        && cells.all(|at| is_content(u16::from_be_bytes(*at)));
    whole.then_some(from..content)
}

/// The pages below an interior page, in the order of their rows.
pub(crate) fn children(page: &[u8]) -> Option<Vec<Child>> {
    if !is_interior(page) {
        return None;
    }
    let to = INTERIOR_HEADER + 2 * usize::from(number(page, 3)?);
    let mut children = Vec::new();
    for at in page.get(INTERIOR_HEADER..to)?.as_chunks().0 {
        let cell = page.get(usize::from(u16::from_be_bytes(*at))..)?;
        children.push(Child {
            page: page_number(cell, 0)?,
            up_to: Some(row_number(cell.get(4..)?)?),
        });
    }
    children.push(Child {
        page: page_number(page, 8)?,
        up_to: None,
    });
    Some(children)
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|two| u16::from_be_bytes(*two))
}

fn page_number(bytes: &[u8], at: usize) -> Option<u32> {
    let number = bytes
        .get(at..)?
        .first_chunk()
        .map(|four| u32::from_be_bytes(*four));
    number.filter(|number| *number > 1)
}

/// Seven bits a byte, the highest first, until a byte has its top bit clear; the ninth gives all of its eight.
fn row_number(bytes: &[u8]) -> Option<i64> {
    let mut value = 0_u64;
    for (n, byte) in bytes.iter().take(9).enumerate() {
        if n == 8 {
            return Some((value << 8 | u64::from(*byte)).cast_signed());
        }
        value = value << 7 | u64::from(*byte & 0x7f);
        if *byte < 0x80 {
            return Some(value.cast_signed());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A leaf of 64 bytes with its cells at these places, the first of which begins the content.
    fn leaf(cells: &[u8]) -> Vec<u8> {
        let mut page = vec![b'x'; 64];
        page[..8].copy_from_slice(&[LEAF, 0, 0, 0, cells.len() as u8, 0, 0, 0]);
        page[6] = cells.iter().copied().min().unwrap_or(64);
        for (n, at) in cells.iter().enumerate() {
            page[8 + 2 * n] = 0;
            page[9 + 2 * n] = *at;
        }
        page
    }

    #[test]
    fn the_gap_lies_between_the_list_of_cells_and_the_cells() {
        let check =
            |cells: &[u8], gap: Range<usize>| assert_eq!(super::gap(&leaf(cells)), Some(gap));
        check(&[], 8..64);
        check(&[60], 10..60);
        check(&[50, 40, 60], 14..40);
        check(&[12, 20], 12..12);
    }

    #[test]
    fn a_page_that_is_not_whole_has_no_gap() {
        let check = |what: &str, at: usize, value: u8| {
            let mut page = leaf(&[40, 50]);
            page[at] = value;
            assert_eq!(gap(&page), None, "{what}");
        };
        for kind in (0..=255).filter(|kind| *kind != LEAF) {
            check("another kind of page", 0, kind);
        }
        check("more cells than there is room for", 4, 40);
        check("cells past the end", 3, 1);
        check("content past the end", 5, 1);
        check("content within the list", 6, 11);
        check("content behind a cell", 6, 41);
        check("a cell past the end", 11, 61);
        check("a cell in the list", 11, 3);
        check("a free block before the content", 2, 39);
        check("a free block past the end", 1, 1);
        assert_eq!(gap(&[]), None);
        assert_eq!(gap(&[LEAF]), None);
        assert_eq!(gap(&leaf(&[40, 50])[..45]), None);
    }

    #[test]
    fn the_largest_page_has_a_gap_up_to_its_end() {
        let mut page = vec![0; 0x1_0000];
        page[0] = LEAF;
        assert_eq!(gap(&page), Some(8..0x1_0000));
    }

    #[test]
    fn children_come_with_their_bounds() {
        let mut page = vec![0; 64];
        page[..12].copy_from_slice(&[INTERIOR, 0, 0, 0, 2, 0, 40, 0, 0, 0, 0, 9]);
        page[12..16].copy_from_slice(&[0, 50, 0, 40]);
        page[50..56].copy_from_slice(&[0, 0, 0, 7, 0x81, 0x00]);
        page[40..45].copy_from_slice(&[0, 0, 1, 0, 0x85]);
        page[45..46].copy_from_slice(&[0x01]);
        let child = |page, up_to| Child { page, up_to };
        let expected = [child(7, Some(128)), child(256, Some(641)), child(9, None)];
        assert_eq!(children(&page).unwrap(), expected);
        page[15] = 63;
        assert_eq!(children(&page), None, "a cell that is cut off");
        page[15] = 40;
        page[4] = 60;
        assert_eq!(children(&page), None, "more cells than there is room for");
        assert_eq!(children(&leaf(&[40])), None);
    }

    #[test]
    fn row_numbers_are_as_long_as_they_have_to_be() {
        let check = |bytes: &[u8], expected| assert_eq!(row_number(bytes), expected, "{bytes:?}");
        check(&[5], Some(5));
        check(&[0x81, 0x00, 0x7f], Some(128));
        check(&[0xff; 9], Some(-1));
        check(&[0x80; 8], None);
        check(&[], None);
    }
}
