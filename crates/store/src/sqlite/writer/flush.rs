//! How much of what it holds the writer commits, and how: in pieces, between which it takes events in.

use std::{collections::HashMap, sync::Arc};

use super::{Batch, Writer};
use crate::{
    EventKey, StoreError,
    fail::Fail,
    needs::{Needs, RowsNow},
    relational::changes::record::{self, Held},
    sqlite::{commit::Disk, writer::settle},
};

/// Outcomes that are held at most before they are committed: more would not make a commit cheaper.
const HELD_MAX: usize = 2_000;

/// Held outcomes from which on some are committed whenever there is a turn: a little now and then, not much at every
/// tick, when all would wait for it.
const HELD_EARLY: usize = 192;

/// Rows of outcomes in one commit: some milliseconds.
const PIECE: usize = 500;

/// The same while events wait for it: a millisecond or two.
const PIECE_LEAST: usize = 128;

/// How much of what it holds the writer commits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FlushLevel {
    /// Not now.
    Nothing,
    /// Held outcomes, as many as one piece takes. Nobody waits for them.
    SomeOutcomes,
    /// As `Outcomes`, since other deliveries wait for some. They may start whether the disk has it or not.
    AwaitedOutcomes,
    /// Held outcomes, and rows for targets that have waited long enough.
    Outcomes,
    /// Held outcomes and rows for the whole tail, or for one tenant's part of it.
    Rows { tenant: Option<i64> },
}

impl Writer {
    /// How much to commit after a batch.
    pub(super) fn flush_level(&self, batch: &Batch) -> FlushLevel {
        let needed = self.level_for(batch.needs);
        if matches!(needed, FlushLevel::Rows { .. }) {
            needed
        } else if self.holds_enough()
            || needed == FlushLevel::Outcomes
            || !batch.flushes.is_empty() && self.commits.unsynced
            || batch.tick
                && (self.is_behind() || self.commits.tail.has_old() || self.commits.unsynced)
        {
            FlushLevel::Outcomes
        } else if batch.awaited && !self.commits.failing {
            FlushLevel::AwaitedOutcomes
        } else if self.held.len() >= HELD_EARLY && !self.commits.failing {
            FlushLevel::SomeOutcomes
        } else {
            FlushLevel::Nothing
        }
    }

    /// How much to commit so that somebody sees what they need.
    pub(super) fn level_for(&self, needs: Needs) -> FlushLevel {
        let tenant = match needs {
            Needs::Nothing => return FlushLevel::Nothing,
            Needs::Outcomes if self.held.is_empty() => return FlushLevel::Nothing,
            Needs::Outcomes => return FlushLevel::Outcomes,
            Needs::RowsOf(tenant) => Some(tenant),
            Needs::Rows => None,
        };
        if self.is_behind() || self.commits.tail.has(tenant) {
            FlushLevel::Rows { tenant }
        } else {
            FlushLevel::Nothing
        }
    }

    /// Whether the held outcomes are to be committed now. While commits fail they wait for the next tick: trying
    /// again with every outcome would keep the writer from everything else.
    pub(super) const fn holds_enough(&self) -> bool {
        self.held.len() >= HELD_MAX && !self.commits.failing
    }

    /// Whether something waits for a commit of outcomes.
    fn is_behind(&self) -> bool {
        !self.held.is_empty()
            || !self.touched.is_empty()
            || self.settled.0 < self.commits.last_event.0
    }

    /// Commits what is held, in pieces, and takes events in between. `Rows` reaches as far as the events that
    /// are there when it begins: with those that come meanwhile it might never end.
    pub(super) fn flush(&mut self, level: FlushLevel) -> Result<(), String> {
        if level == FlushLevel::Nothing {
            return Ok(());
        }
        let goal = self.commits.last_event;
        // By endpoint, so that the pieces write to different pages of its index. What belongs to one delivery stays
        // in its order.
        self.held.sort_by_key(|held| held.record.endpoint_key);
        loop {
            let size = self.held.len().min(PIECE);
            let mut piece: Vec<_> = self.held.drain(..size).collect();
            match self.commit_piece(&piece, level, goal) {
                Ok((written, more)) => {
                    self.room.add_permits(written);
                    self.held.splice(..0, piece.drain(written..));
                    if !more {
                        self.settled = goal;
                        return Ok(());
                    }
                    if level == FlushLevel::SomeOutcomes {
                        return Ok(());
                    }
                }
                Err(fail) => {
                    let rest = std::mem::replace(&mut self.held, piece);
                    if matches!(fail, Fail::Broken(_)) {
                        self.write_one_by_one();
                    }
                    self.held.extend(rest);
                    return Err(StoreError::from(fail).to_string());
                }
            }
            self.append_those_that_wait();
        }
    }

    /// Commits some outcomes, and with the last of them what is left to settle. Returns how many, and whether there is
    /// more to do: it stops early when events have come meanwhile.
    pub(super) fn commit_piece(
        &mut self,
        piece: &[Held],
        level: FlushLevel,
        goal: EventKey,
    ) -> Result<(usize, bool), Fail> {
        // What there is to settle gets a commit of its own, unless there is little of everything.
        let limited = self.queue.has_heavy();
        let little = if limited { 0 } else { PIECE / 2 };
        let last =
            level != FlushLevel::SomeOutcomes && self.held.is_empty() && piece.len() <= little;
        let touched = if last {
            std::mem::take(&mut self.touched)
        } else {
            HashMap::new()
        };
        // Nobody is told of a piece before the last.
        let disk = if last && level != FlushLevel::AwaitedOutcomes {
            Disk::Wait
        } else {
            Disk::DontWait
        };
        let now = match level {
            FlushLevel::Rows { tenant } => Some(RowsNow { to: goal, tenant }),
            FlushLevel::Nothing
            | FlushLevel::SomeOutcomes
            | FlushLevel::AwaitedOutcomes
            | FlushLevel::Outcomes => None,
        };
        let queue = Arc::clone(&self.queue);
        let enough = |written| written >= PIECE_LEAST && queue.has_heavy();
        let done = self.commits.transaction(disk, |write| {
            let written = record::outcomes(write, piece, enough)?;
            if !last || written < piece.len() {
                return Ok((written, true));
            }
            record::touch_keys(write, &touched)?;
            let more = settle::settle(write, goal, now, PIECE, limited)?;
            Ok((written, more))
        });
        if done
            .as_ref()
            .map_or(true, |(written, _)| *written < piece.len())
        {
            self.touched.extend(touched);
        }
        done
    }

    /// Commits each held outcome by itself, after they could not be committed together. One that can't be written
    /// at all must not keep the others for ever: it is dropped, and its attempt will be repeated.
    pub(super) fn write_one_by_one(&mut self) {
        let mut outage = false;
        for held in std::mem::take(&mut self.held) {
            if outage {
                self.held.push(held);
                continue;
            }
            let one = std::slice::from_ref(&held);
            match self
                .commits
                .transaction(Disk::Wait, |write| record::outcomes(write, one, |_| false))
            {
                Ok(_) => self.room.add_permits(1),
                Err(Fail::Outage(_)) => {
                    outage = true;
                    self.held.push(held);
                }
                Err(Fail::Answer(_) | Fail::Broken(_)) => {
                    tracing::error!(delivery = %held.record.delivery, "an outcome can't be stored and is dropped");
                    self.room.add_permits(1);
                }
            }
        }
    }
}
