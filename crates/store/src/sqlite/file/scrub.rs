//! Overwrites what is left of erased text in pages that SQLite has rebuilt.
//!
//! `secure_delete` overwrites a row where it lies when it is deleted or changed, and a page that becomes free. One thing is
//! left over: when rows are spread anew over neighbouring pages (`rebuildPage` in SQLite's `balance`), a page is packed
//! from its end on, and what lay before stays in its unallocated middle, the gap, until other rows come to lie there. So
//! text can be left in gaps of leaves of the tables that held it, and nowhere else.
//!
//! A [`Walk`] looks at all leaves of such a table, a group at a time: those below one interior page. What is in a gap
//! stays with its page or is overwritten, but the page may come to lie elsewhere in the tree: SQLite spreads rows over
//! pages below the same interior page, and children over interior pages. Either changes the interior page. So a group is
//! done when one view of the database shows all its gaps empty, and the group before as it was when it was done:
//! whatever has come into that one since would show, and is looked at again. What comes into gaps later comes from rows
//! of later, which erased text is not in.

use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::{Connection, OptionalExtension, params};

use super::btree::{self, Child};
use crate::fail::{Fail, damaged};

/// The tables that hold payloads, and what receivers answered to them.
const TABLES: [&str; 3] = ["events", "attempts", "broadcasts"];

/// More levels than a tree of this format can have.
const LEVELS_MAX: usize = 64;

/// A page of another kind begins with a page's number (or zeros), so its first byte tells it from a leaf, unless there
/// are so many pages: 1.7 TB of them.
const PAGES_MAX: i64 = 0x0d00_0000;

static ZEROS: [u8; 0x1_0000] = [0; 0x1_0000];

/// A walk over the leaves of a table.
#[derive(Debug)]
pub(crate) struct Walk {
    root: u32,
    done: Vec<Done>,
    ended: bool,
    leaves: u64,
    unreadable: u64,
}

/// A group that was looked at.
#[derive(Debug)]
struct Done {
    page: u32,
    /// Of the interior page's bytes.
    hash: u64,
    /// The largest row number that may be below it.
    up_to: i64,
}

/// The leaves below one interior page, or the only page of a table.
#[derive(Debug)]
pub(crate) struct Group {
    /// What is noted of it; `None` for the last one.
    done: Option<Done>,
    leaves: u64,
    unreadable: u64,
    /// The leaves with something in their gaps.
    pub(crate) dirty: Vec<u32>,
}

impl Walk {
    /// The walks over all tables in question.
    pub(crate) fn all(conn: &Connection) -> Result<Vec<Self>, Fail> {
        let find = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?1";
        let roots = TABLES.map(|table| conn.query_row(find, [table], |row| row.get(0)));
        Ok(roots
            .into_iter()
            .map(|root| root.map(Self::over))
            .collect::<Result<_, _>>()?)
    }

    const fn over(root: u32) -> Self {
        Self {
            root,
            done: Vec::new(),
            ended: false,
            leaves: 0,
            unreadable: 0,
        }
    }

    /// Whether all groups are done.
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Leaves that were looked at.
    pub(crate) const fn leaves(&self) -> u64 {
        self.leaves
    }

    /// Leaves of these that were not as they should be, and are as they were.
    pub(crate) const fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Looks at the next group. Has to be called in a transaction, so that it sees one state of the database.
    pub(crate) fn look(&mut self, conn: &Connection) -> Result<Group, Fail> {
        while let Some(last) = self.done.last()
            && hash(&read(conn, last.page)?) != last.hash
        {
            self.done.pop();
        }
        let after = self.done.last().map(|last| last.up_to);
        let (mut number, mut page, mut up_to) = (self.root, read(conn, self.root)?, None);
        if !btree::is_interior(&page) {
            return look_at(conn, &[number], None);
        }
        for _ in 0..LEVELS_MAX {
            let children = btree::children(&page).ok_or_else(|| damaged("an interior page"))?;
            let child = next(&children, after).ok_or_else(|| damaged("an interior page"))?;
            let below = read(conn, child.page)?;
            if btree::is_interior(&below) {
                (number, page, up_to) = (child.page, below, child.up_to.or(up_to));
                continue;
            }
            if up_to.is_some_and(|up_to| after.is_some_and(|after| up_to <= after)) {
                return Err(damaged("the order of a table"));
            }
            let leaves: Vec<_> = children.iter().map(|child| child.page).collect();
            let done = up_to.map(|up_to| Done {
                page: number,
                hash: hash(&page),
                up_to,
            });
            return look_at(conn, &leaves, done);
        }
        Err(damaged("the levels of a table"))
    }

    /// Goes on behind a group whose gaps are empty.
    pub(crate) fn pass(&mut self, group: Group) {
        self.leaves += group.leaves;
        self.unreadable += group.unreadable;
        self.ended = group.done.is_none();
        self.done.extend(group.done);
    }
}

/// The child that holds the first row after `after`, or would.
fn next(children: &[Child], after: Option<i64>) -> Option<Child> {
    let is_after = |up_to: i64| after.is_none_or(|after| up_to > after);
    let mut children = children.iter();
    children
        .find(|child| child.up_to.is_none_or(is_after))
        .copied()
}

fn look_at(conn: &Connection, leaves: &[u32], done: Option<Done>) -> Result<Group, Fail> {
    let mut group = Group {
        done,
        leaves: leaves.len() as u64,
        unreadable: 0,
        dirty: Vec::new(),
    };
    let mut read = conn.prepare_cached(READ)?;
    for leaf in leaves {
        let found = read.query_row([leaf], |row| {
            let page = row.get_ref(0)?.as_blob()?;
            Ok(btree::gap(page).map(|gap| is_empty(&page[gap])))
        });
        match found.optional()?.flatten() {
            Some(true) => {}
            Some(false) => group.dirty.push(*leaf),
            None => group.unreadable += 1,
        }
    }
    Ok(group)
}

fn is_empty(gap: &[u8]) -> bool {
    *gap == ZEROS[..gap.len()]
}

const READ: &str = "SELECT data FROM sqlite_dbpage WHERE pgno = ?1";

fn read(conn: &Connection, page: u32) -> Result<Vec<u8>, Fail> {
    Ok(conn
        .prepare_cached(READ)?
        .query_row([page], |row| row.get(0))?)
}

fn hash(page: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    page.hash(&mut hasher);
    hasher.finish()
}

/// Empties the gaps of these pages, as far as they are leaves still.
pub(crate) fn clean(conn: &Connection, pages: &[u32]) -> Result<(), Fail> {
    let count: i64 = conn.pragma_query_value(None, "page_count", |row| row.get(0))?;
    if count >= PAGES_MAX {
        return Err(Fail::Broken(format!(
            "{count} pages are too many to tell leaves from others"
        )));
    }
    for number in pages {
        let mut page = read(conn, *number)?;
        let Some(gap) = btree::gap(&page).filter(|gap| !is_empty(&page[gap.clone()])) else {
            continue;
        };
        page[gap].fill(0);
        conn.prepare_cached("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1")?
            .execute(params![number, page])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// Small pages, for a tree with many levels of few rows.
    fn database() -> (TempDir, Connection) {
        let dir = TempDir::new().unwrap();
        let conn = Connection::open(dir.path().join("test.db")).unwrap();
        conn.execute_batch(
            "PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; PRAGMA synchronous = OFF;
             CREATE TABLE other (id INTEGER PRIMARY KEY, text TEXT);
             CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT);
             CREATE INDEX texts_by_length ON texts (length(text));",
        )
        .unwrap();
        (dir, conn)
    }

    fn walk(conn: &Connection) -> Walk {
        let find = "SELECT rootpage FROM sqlite_master WHERE name = 'texts'";
        Walk::over(conn.query_row(find, [], |row| row.get(0)).unwrap())
    }

    /// Goes on until the walk ends; returns how many pages were cleaned.
    fn finish(conn: &Connection, walk: &mut Walk) -> usize {
        let mut cleaned = 0;
        while !walk.has_ended() {
            step(conn, walk, &mut cleaned);
        }
        cleaned
    }

    fn step(conn: &Connection, walk: &mut Walk, cleaned: &mut usize) {
        let transaction = conn.unchecked_transaction().unwrap();
        let group = walk.look(&transaction).unwrap();
        clean(&transaction, &group.dirty).unwrap();
        *cleaned += group.dirty.len();
        walk.pass(group);
        transaction.commit().unwrap();
    }

    /// Puts rows in, of which every third is to be erased.
    fn fill(conn: &Connection, ids: impl Iterator<Item = i64>) {
        let transaction = conn.unchecked_transaction().unwrap();
        let insert = "INSERT INTO texts VALUES (?1, ?2)";
        let mut insert = transaction.prepare(insert).unwrap();
        for id in ids {
            let word = if id % 3 == 1 { "needle " } else { "others " };
            let text = word.repeat(1 + usize::try_from(id * 7919 % 40).unwrap());
            insert.execute(params![id, text]).unwrap();
        }
        drop(insert);
        transaction.commit().unwrap();
    }

    fn is_in_the_file(dir: &TempDir, conn: &Connection) -> bool {
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
        let file = std::fs::read(dir.path().join("test.db")).unwrap();
        file.windows(6).any(|window| window == b"needle")
    }

    fn is_whole(conn: &Connection) {
        let whole: String = conn
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(whole, "ok");
    }

    #[test]
    fn a_walk_sees_every_leaf_of_a_deep_tree() {
        let (_dir, conn) = database();
        for count in [0, 1, 30, 3_000, 20_000] {
            conn.execute("DELETE FROM texts", []).unwrap();
            fill(&conn, 0..count);
            let mut walk = walk(&conn);
            finish(&conn, &mut walk);
            let leaves: i64 = conn
                .query_row(
                    "SELECT count(*) FROM dbstat WHERE name = 'texts' AND pagetype = 'leaf'",
                    [],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(walk.leaves(), leaves.unsigned_abs(), "{count} rows");
            assert_eq!(walk.unreadable(), 0);
        }
    }

    #[test]
    fn what_rebuilt_pages_keep_of_erased_text_goes_and_nothing_else() {
        let (dir, conn) = database();
        fill(&conn, (0..3_000).step_by(3));
        fill(&conn, (1..3_000).step_by(3));
        fill(&conn, (2..3_000).step_by(3));
        conn.execute("UPDATE texts SET text = '' WHERE id % 3 = 1", [])
            .unwrap();
        assert!(
            is_in_the_file(&dir, &conn),
            "there has to be something to do"
        );
        let before = texts(&conn);
        let cleaned = finish(&conn, &mut walk(&conn));
        assert!(cleaned > 0);
        assert_eq!(texts(&conn), before);
        assert!(!is_in_the_file(&dir, &conn));
        is_whole(&conn);
        assert_eq!(finish(&conn, &mut walk(&conn)), 0, "all is clean by now");
    }

    fn texts(conn: &Connection) -> Vec<(i64, String)> {
        let mut list = conn.prepare("SELECT id, text FROM texts").unwrap();
        let rows = list
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn a_group_that_has_changed_since_is_looked_at_again() {
        let (_dir, conn) = database();
        fill(&conn, (0..6_000).step_by(2));
        let mut walk = walk(&conn);
        let mut cleaned = 0;
        for _ in 0..5 {
            step(&conn, &mut walk, &mut cleaned);
        }
        assert_eq!((walk.done.len(), cleaned), (5, 0));
        let (second, fifth) = (walk.done[1].up_to, walk.done[4].up_to);
        let beside = |up_to: i64| (1..40).step_by(2).map(move |n| up_to - n);
        // Far behind: the last one done is as it was, so nothing has come past it.
        fill(&conn, beside(second));
        let looked = walk.look(&conn).unwrap();
        assert!(looked.done.is_some_and(|done| done.up_to > fifth));
        assert_eq!(walk.done.len(), 5);
        // Below the last one itself: it may hold by now what was not looked at.
        fill(&conn, beside(fifth));
        let again = walk.look(&conn).unwrap();
        assert!(walk.done.len() < 5);
        let behind = walk.done.last().map(|done| done.up_to);
        assert!(
            again
                .done
                .is_some_and(|done| Some(done.up_to) > behind && done.up_to <= fifth)
        );
        finish(&conn, &mut walk);
        assert_eq!(finish(&conn, &mut self::walk(&conn)), 0);
    }

    #[test]
    fn a_page_that_is_not_whole_is_left_alone_and_counted() {
        let (dir, conn) = database();
        fill(&conn, (0..300).step_by(3));
        fill(&conn, (1..300).step_by(3));
        let leaf: u32 = conn
            .query_row(
                "SELECT pageno FROM dbstat WHERE name = 'texts' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 7",
                [],
                |row| row.get(0),
            )
            .unwrap();
        let mut page = read(&conn, leaf).unwrap();
        page[5..7].copy_from_slice(&[0, 9]);
        conn.execute(
            "UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1",
            params![leaf, page],
        )
        .unwrap();
        clean(&conn, &[leaf]).unwrap();
        let mut walk = walk(&conn);
        assert!(finish(&conn, &mut walk) > 0);
        assert_eq!(walk.unreadable(), 1);
        assert_eq!(read(&conn, leaf).unwrap(), page);
        drop((dir, conn));
    }
}
