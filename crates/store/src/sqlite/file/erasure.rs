//! What was erased has to leave the disk, and not only the rows: pages keep bytes of what was in them (see `scrub`), and
//! the write-ahead log keeps pages as they were before.
//!
//! The log can only be emptied while nobody reads an older state of the database. So an erasure is noted in its own
//! commit, and stays noted until all pages have been gone through since and the log has been found empty after that. Both
//! are done by a thread of its own that tries again until it succeeds. The writer is asked for short pieces, and waits for
//! nobody.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    time::Duration,
};

use nuncio_domain::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::readers::Readers;
use crate::{
    fail::{Fail, closed},
    relational::shared::{Shared, erasures::Waiting},
    sqlite::file::{
        path::connect,
        scrub::{self, Walk},
    },
};

/// Pause between two tries at first, and at most: the text is to be gone within a minute of the last reader's end.
const AGAIN_LEAST: Duration = Duration::from_millis(50);
const AGAIN_MOST: Duration = Duration::from_secs(1);

/// Tries after which the store's own reads are held back for a moment: short as they are, there may always be one.
const TRIES_BESIDE_READERS: u32 = 6;
/// How long reads may be held back for a try.
const QUIET_MAX: Duration = Duration::from_millis(100);

/// Pages of the log that the writer may have to copy itself: some milliseconds. The rest is copied beforehand.
const PAGES_LEFT_MAX: i64 = 1_000;

/// Pages that the writer cleans in one commit: a millisecond or so.
const PIECE_PAGES: usize = 32;
/// Looks at a group of pages beside the writer, each after its pages were cleaned. After these, it has changed with every
/// look, and what little there is to do is done in one go with the look, by the writer: some milliseconds.
const LOOKS_BESIDE_WRITER: u32 = 3;

/// Rest after going through the pages, for each of them: about as long as that took, or longer.
const REST_EACH: Duration = Duration::from_micros(20);
/// Pause after going through pages of which some could not be read, or which failed: it may do so every time.
const PAUSE_FAILED: Duration = Duration::from_secs(10);

/// The erasures that are noted.
pub(crate) fn noted(conn: &Connection) -> Result<Waiting, Fail> {
    let noted = conn
        .query_row("SELECT count(*), min(at) FROM erasures", [], |row| {
            let oldest: Option<i64> = row.get(1)?;
            Ok(Waiting {
                count: row.get::<_, i64>(0)?.unsigned_abs(),
                oldest: oldest.map(Timestamp::from_ms),
            })
        })
        .optional()?;
    Ok(noted.unwrap_or_default())
}

/// Forgets what is noted up to this one, since its text is gone, and returns what is left.
pub(crate) fn forget(conn: &Connection, up_to: i64) -> Result<Waiting, Fail> {
    conn.prepare_cached("DELETE FROM erasures WHERE seq <= ?1")?
        .execute([up_to])?;
    noted(conn)
}

/// The write-ahead log of a database.
pub(crate) fn log_file(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Empties the log if nobody is in the way, and says whether it is empty now. Waits for no reader: SQLite tells that it
/// was busy in a row of the answer, not as an error.
pub(crate) fn empty_log(conn: &Connection, log: &Path) -> Result<bool, Fail> {
    let patience: i64 = conn.pragma_query_value(None, "busy_timeout", |row| row.get(0))?;
    conn.busy_timeout(Duration::ZERO)?;
    let answer = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    conn.busy_timeout(Duration::from_millis(patience.unsigned_abs()))?;
    let busy: i64 = answer?;
    Ok(busy == 0 && std::fs::metadata(log).map_or(true, |meta| meta.len() == 0))
}

/// Something short that the writer does in a transaction of its own.
pub(crate) type Piece = Box<dyn FnOnce(&Connection) -> Result<(), Fail> + Send>;
/// Hears what came of it, once it is committed.
pub(crate) type Done = mpsc::Sender<Result<(), Fail>>;

/// Works erasures off, on a thread of its own.
pub(crate) struct Eraser {
    pub(crate) database: PathBuf,
    pub(crate) shared: Arc<Shared>,
    /// Asks the writer to carry out a piece and to say what came of it; false once there is no writer.
    pub(crate) upkeep: Box<dyn Fn(Piece, Done) -> bool + Send>,
    /// Asks the writer to empty the log and to say when it has tried; false once there is no writer.
    pub(crate) writer: Box<dyn Fn(mpsc::Sender<()>) -> bool + Send>,
    pub(crate) readers: Arc<Readers>,
}

impl Eraser {
    /// Works until it is told to close.
    pub(crate) fn run(self) {
        while self.shared.erasures.next() {
            let pause = self.scrub().unwrap_or_else(|fail| {
                if !self.shared.erasures.is_closed() {
                    tracing::warn!(
                        ?fail,
                        "erased text is not gone from all pages: trying again"
                    );
                    // Most of it is gone with the log.
                    let _ = self.attempt(0);
                }
                PAUSE_FAILED
            });
            if !self.empty_log() || !self.shared.erasures.pause(pause) {
                return;
            }
        }
    }

    /// Goes through all pages that may keep text of what is noted as erased by now, and cleans them. Returns how long to
    /// rest afterwards.
    fn scrub(&self) -> Result<Duration, Fail> {
        let conn = connect(&self.database)?;
        let last = conn.query_row("SELECT max(seq) FROM erasures", [], |row| row.get(0))?;
        let (mut leaves, mut unreadable) = (0, 0);
        for mut walk in Walk::all(&conn)? {
            while !walk.has_ended() {
                walk = self.scrub_group(&conn, walk)?;
            }
            leaves += walk.leaves();
            unreadable += walk.unreadable();
        }
        if unreadable > 0 {
            let what = format!("{unreadable} pages are damaged and may keep erased text");
            return Err(Fail::Broken(what));
        }
        if let Some(last) = last {
            self.shared.erasures.set_scrubbed(last);
        }
        Ok(REST_EACH * u32::try_from(leaves).unwrap_or(u32::MAX))
    }

    /// Goes on by a group of pages.
    fn scrub_group(&self, conn: &Connection, mut walk: Walk) -> Result<Walk, Fail> {
        for look in 1.. {
            let group = walk.look(&*conn.unchecked_transaction()?)?;
            if group.dirty.is_empty() {
                walk.pass(group);
                break;
            }
            if look > LOOKS_BESIDE_WRITER && group.dirty.len() <= PIECE_PAGES {
                return self.by_writer(move |conn| {
                    let group = walk.look(conn)?;
                    scrub::clean(conn, &group.dirty)?;
                    walk.pass(group);
                    Ok(walk)
                });
            }
            for piece in group.dirty.chunks(PIECE_PAGES) {
                let piece = piece.to_vec();
                self.by_writer(move |conn| scrub::clean(conn, &piece))?;
            }
        }
        if self.shared.erasures.is_closed() {
            return Err(closed().into());
        }
        Ok(walk)
    }

    /// Has the writer do something, in a transaction of its own that waits for no disk.
    fn by_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, Fail> {
        let (keep, kept) = mpsc::channel();
        let piece = move |conn: &Connection| {
            let _ = keep.send(work(conn)?);
            Ok(())
        };
        let (reply, answer) = mpsc::channel();
        if !(self.upkeep)(Box::new(piece), reply) {
            return Err(closed().into());
        }
        answer.recv().map_err(|_| closed())??;
        Ok(kept.recv().map_err(|_| closed())?)
    }

    /// Tries until the log holds nothing of what is gone from the pages; false once it is told to close.
    fn empty_log(&self) -> bool {
        let (mut tries, mut pause) = (0, AGAIN_LEAST);
        while self.shared.erasures.scrubbed().is_some() {
            if let Err(fail) = self.attempt(tries) {
                tracing::warn!(
                    ?fail,
                    "the write-ahead log could not be emptied: trying again"
                );
            }
            if self.shared.erasures.scrubbed().is_none() {
                break;
            }
            if !self.shared.erasures.pause(pause) {
                return false;
            }
            tries += 1;
            pause = (pause * 2).min(AGAIN_MOST);
        }
        !self.shared.erasures.is_closed()
    }

    fn attempt(&self, tries: u32) -> Result<(), Fail> {
        if self.pages_left()? > PAGES_LEFT_MAX {
            return Ok(());
        }
        let _quiet = (tries >= TRIES_BESIDE_READERS).then(|| self.readers.hold_back(QUIET_MAX));
        let (done, emptied) = mpsc::channel();
        if (self.writer)(done) {
            // Whatever came of it shows in what is left to do.
            let _ = emptied.recv();
        }
        Ok(())
    }

    /// Copies what can be copied from the log into the database, beside the writer, and says how many pages are left.
    fn pages_left(&self) -> Result<i64, Fail> {
        let conn = connect(&self.database)?;
        let (pages, copied) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })?;
        Ok(pages - copied)
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn the_log_is_emptied_unless_somebody_still_reads_what_is_in_it() {
        let dir = TempDir::new().expect("a folder");
        let path = dir.path().join("test.db");
        let log = log_file(&path);
        let conn = Connection::open(&path).expect("a database");
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE words (word TEXT)")
            .expect("a table");
        let log_bytes = || std::fs::metadata(&log).map_or(0, |meta| meta.len());
        assert!(log_bytes() > 0);
        let reader = Connection::open(&path).expect("the same database");
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM words")
            .expect("a read");
        conn.execute_batch("INSERT INTO words VALUES ('erased')")
            .expect("a write");
        assert!(!empty_log(&conn, &log).expect("it is tried"));
        assert!(log_bytes() > 0);
        reader.execute_batch("COMMIT").expect("the read ends");
        assert!(empty_log(&conn, &log).expect("it is tried"));
        assert_eq!(log_bytes(), 0);
    }
}
