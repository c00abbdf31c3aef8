//! The life of a delivery: where it stands, and what an attempt's end does to it.

use crate::{
    CancelReason, DeadReason, Retry, RetryClock, SendAgain, State, Throttled, Timestamp, Trigger,
    Verdict, next_attempt, next_wait,
};

/// Where a delivery stands: all that decisions about it depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The state.
    pub state: State,
    /// An extra attempt that was asked for, outside the schedule, and from when it may take place.
    pub extra: Option<Timestamp>,
    /// All attempts that are over, over all schedules.
    pub attempts: u32,
    /// Those of them that belong to the running schedule.
    pub scheduled: u32,
    /// When the running schedule's first attempt began.
    pub first_began: Option<Timestamp>,
    /// What the next attempt of the schedule is to be called.
    pub trigger: Trigger,
}

/// What an attempt's end means for its delivery, decided by whoever made the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is delivered.
    Succeed,
    /// Another attempt of the schedule, then.
    RetryAt(Timestamp),
    /// The same attempt of the schedule again, then: this one does not count, since the receiver asked for less.
    WaitUntil(Timestamp),
    /// No more attempts.
    Die(DeadReason),
    /// Not wanted any more.
    Cancel(CancelReason),
}

impl Next {
    /// Gives up instead of trying again after `end`: what is older than the history is not kept alive.
    #[must_use]
    pub fn until(self, end: Timestamp) -> Self {
        match self {
            Self::RetryAt(at) | Self::WaitUntil(at) if at > end => Self::Die(DeadReason::Expired),
            Self::Succeed
            | Self::RetryAt(_)
            | Self::WaitUntil(_)
            | Self::Die(_)
            | Self::Cancel(_) => self,
        }
    }
}

/// When an attempt took place, on the steady clock, and the random part in when the next one does.
#[derive(Clone, Copy, Debug)]
pub struct AttemptTimes {
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// A fraction in `0.0..=1.0`.
    pub jitter: f64,
}

/// The end of an attempt, as it changes its delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Whether it was an extra attempt, outside the schedule.
    pub extra: bool,
    /// When it began.
    pub began: Timestamp,
    /// What comes of it.
    pub next: Next,
}

impl Progress {
    /// A new delivery whose first attempt is due then.
    pub const fn new(due: Timestamp, trigger: Trigger) -> Self {
        Self {
            state: State::Pending { due },
            extra: None,
            attempts: 0,
            scheduled: 0,
            first_began: None,
            trigger,
        }
    }

    /// When work on it may go on: its schedule or an extra attempt, whichever comes first. `None` when it is
    /// final.
    pub fn due(&self) -> Option<Timestamp> {
        match self.state {
            State::Pending { due } => Some(self.extra.map_or(due, |extra| extra.min(due))),
            State::Succeeded | State::Dead(_) | State::Cancelled(_) => None,
        }
    }

    /// Whether the attempt that takes place at `now` is an extra one: asked for while the schedule's own is
    /// not due.
    pub fn is_extra(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Pending { due } if due > now) && self.extra.is_some()
    }

    /// What the attempt that takes place at `now` is called.
    pub fn trigger_at(&self, now: Timestamp) -> Trigger {
        if self.is_extra(now) {
            Trigger::Manual
        } else {
            self.trigger.of_attempt()
        }
    }

    /// Decides what follows an attempt: the pure heart of delivering. `throttled` says whether an answer that asks for
    /// less uses one of the schedule's attempts up.
    pub fn decide(
        &self,
        verdict: Verdict,
        schedule: &Retry,
        throttled: Throttled,
        times: AttemptTimes,
    ) -> Next {
        let retry_after = match verdict {
            Verdict::Success => return Next::Succeed,
            Verdict::Cancelled => return Next::Cancel(CancelReason::Transformation),
            // A test is never a dead letter, whatever its receiver answers.
            Verdict::Gone | Verdict::Failure | Verdict::Throttled { .. }
                if self.trigger == Trigger::Test =>
            {
                return Next::Die(DeadReason::TestFailed);
            }
            Verdict::Gone => return Next::Die(DeadReason::Gone),
            Verdict::Failure | Verdict::Throttled { .. } if self.trigger.is_once() => {
                return Next::Die(DeadReason::Exhausted);
            }
            Verdict::Failure => None,
            Verdict::Throttled { wait } => Some(wait),
        };
        let clock = RetryClock {
            done: self.scheduled + 1,
            first_began: self.first_began.unwrap_or(times.began),
            last_ended: times.ended,
            retry_after,
            jitter: times.jitter,
        };
        match (retry_after, throttled) {
            (Some(_), Throttled::Wait) => {
                next_wait(schedule, clock).map_or(Next::Die(DeadReason::Throttled), Next::WaitUntil)
            }
            (Some(_), Throttled::Attempt) | (None, _) => next_attempt(schedule, clock)
                .map_or(Next::Die(DeadReason::Exhausted), Next::RetryAt),
        }
    }

    /// The delivery after an attempt has ended. Takes the delivery as it stands now, which need not be as it
    /// stood when the attempt began: a cancelled delivery stays cancelled unless the receiver took it, and a
    /// failed extra attempt leaves the schedule untouched.
    #[must_use]
    pub fn after(self, done: Done) -> Self {
        let mut after = Self {
            attempts: self.attempts + 1,
            ..self
        };
        if done.extra {
            after.extra = None;
        } else {
            after.scheduled += u32::from(!matches!(done.next, Next::WaitUntil(_)));
            after.first_began = Some(self.first_began.unwrap_or(done.began));
        }
        let failed = match (self.state, done.next) {
            (_, Next::Succeed) => {
                after.extra = None;
                State::Succeeded
            }
            (State::Pending { .. }, Next::Die(DeadReason::Gone)) => State::Dead(DeadReason::Gone),
            (State::Pending { .. }, Next::Cancel(reason)) => State::Cancelled(reason),
            (State::Pending { due }, Next::RetryAt(_) | Next::WaitUntil(_) | Next::Die(_))
                if done.extra =>
            {
                State::Pending { due }
            }
            (State::Pending { .. }, Next::RetryAt(due) | Next::WaitUntil(due)) => {
                State::Pending { due }
            }
            (State::Pending { .. }, Next::Die(reason)) => State::Dead(reason),
            (state @ (State::Succeeded | State::Dead(_) | State::Cancelled(_)), _) => state,
        };
        after.state = failed;
        if !matches!(after.state, State::Pending { .. }) {
            after.extra = None;
        }
        if !done.extra {
            after.trigger = Trigger::Schedule;
        }
        after
    }

    /// A retry that somebody asked for: one extra attempt while pending, else a fresh schedule from `now`, or one attempt.
    #[must_use]
    pub fn retried(self, now: Timestamp, again: SendAgain) -> Self {
        match self.state {
            State::Pending { .. } => Self {
                extra: Some(now),
                ..self
            },
            State::Succeeded | State::Dead(_) | State::Cancelled(_) => Self {
                attempts: self.attempts,
                ..Self::new(now, again.manual())
            },
        }
    }

    /// Whether it is dead, or may have been before somebody has given it another schedule. Extra attempts and waits look
    /// the same: it is a hint that there is something to look up.
    pub const fn may_have_been_dead(&self) -> bool {
        self.attempts > self.scheduled || matches!(self.state, State::Dead(_))
    }

    /// Cancelled, if it is still pending.
    #[must_use]
    pub fn cancelled(self, reason: CancelReason) -> Self {
        match self.state {
            State::Pending { .. } => Self {
                state: State::Cancelled(reason),
                extra: None,
                ..self
            },
            State::Succeeded | State::Dead(_) | State::Cancelled(_) => self,
        }
    }
}

#[cfg(test)]
mod tests;
