//! The life of a delivery: its states, and what an attempt's end does to it.

use serde::{Deserialize, Serialize};

use crate::{Retry, RetryClock, Throttled, Timestamp, Verdict, next_attempt, next_wait};

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Work is left: the next scheduled attempt is due then.
    Pending {
        /// On the steady clock.
        due: Timestamp,
    },
    /// The receiver took it.
    Succeeded,
    /// Given up: in the dead-letter queue.
    Dead(DeadReason),
    /// Not wanted any more.
    Cancelled(CancelReason),
}

impl State {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Succeeded => "succeeded",
            Self::Dead(_) => "dead",
            Self::Cancelled(_) => "cancelled",
        }
    }

    /// Why it ended so, where that needs saying.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Pending { .. } | Self::Succeeded => None,
            Self::Dead(reason) => Some(Reason::Dead(reason)),
            Self::Cancelled(reason) => Some(Reason::Cancelled(reason)),
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }
        impl $name {
            /// The word for it in the API and the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            /// The value that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// Why a delivery is dead.
    DeadReason {
        /// Its schedule has no attempt left.
        Exhausted = "attempts_exhausted",
        /// The receiver answered 410 and the policy takes that as final.
        Gone = "gone",
        /// The one attempt of a test event failed.
        TestFailed = "test_failed",
        /// It waited longer than the project keeps its history, and the attempt after that failed.
        Expired = "expired",
        /// Its receiver went on asking for less, for as long as a delivery waits.
        Throttled = "throttled",
    }
}

words! {
    /// Why a delivery was cancelled.
    CancelReason {
        /// Somebody asked for it.
        Requested = "requested",
        /// Its endpoint was deleted.
        EndpointDeleted = "endpoint_deleted",
        /// Its tenant was deleted.
        TenantDeleted = "tenant_deleted",
        /// The payload of its event was erased.
        PayloadErased = "payload_erased",
        /// The endpoint's transformation did not want it.
        Transformation = "transformation",
    }
}

words! {
    /// What set off an attempt.
    Trigger {
        /// The delivery's schedule.
        Schedule = "schedule",
        /// Somebody asked for a retry.
        Manual = "manual",
        /// Somebody asked for a retry that is one attempt; its attempt is called `manual`.
        ManualOnce = "manual_once",
        /// A test event.
        Test = "test",
        /// A replay of an event.
        Replay = "replay",
        /// A replay that is one attempt; its attempt is called `replay`.
        ReplayOnce = "replay_once",
    }
}

impl Trigger {
    /// Whether the schedule that it begins is one attempt, whatever the endpoint's says.
    pub const fn is_once(self) -> bool {
        match self {
            Self::Test | Self::ManualOnce | Self::ReplayOnce => true,
            Self::Schedule | Self::Manual | Self::Replay => false,
        }
    }

    /// What the attempt is called that it sets off.
    const fn of_attempt(self) -> Self {
        match self {
            Self::ManualOnce => Self::Manual,
            Self::ReplayOnce => Self::Replay,
            Self::Schedule | Self::Manual | Self::Test | Self::Replay => self,
        }
    }
}

/// How often something is attempted that is sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendAgain {
    /// As often as a new delivery: a fresh schedule.
    #[default]
    Scheduled,
    /// Once: whatever comes of that attempt is final.
    Once,
}

impl SendAgain {
    /// The word for it in the audit log; `None` for what is usual.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Scheduled => None,
            Self::Once => Some("once"),
        }
    }

    /// What sets off a retry that somebody asked for.
    pub const fn manual(self) -> Trigger {
        match self {
            Self::Scheduled => Trigger::Manual,
            Self::Once => Trigger::ManualOnce,
        }
    }

    /// What sets off a replay.
    pub const fn replay(self) -> Trigger {
        match self {
            Self::Scheduled => Trigger::Replay,
            Self::Once => Trigger::ReplayOnce,
        }
    }

    /// What sets off a first delivery that comes late: that is no replay.
    pub const fn late(self) -> Trigger {
        match self {
            Self::Scheduled => Trigger::Schedule,
            Self::Once => Trigger::ManualOnce,
        }
    }
}

/// Why a delivery ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is dead.
    Dead(DeadReason),
    /// It was cancelled.
    Cancelled(CancelReason),
}

impl Reason {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dead(reason) => reason.as_str(),
            Self::Cancelled(reason) => reason.as_str(),
        }
    }
}

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
mod tests {
    use super::*;

    const fn at(s: i64) -> Timestamp {
        Timestamp::from_ms(s * 1_000)
    }

    fn schedule() -> Retry {
        Retry::Delays {
            delays_s: vec![0, 60],
        }
    }

    const FAILED: Verdict = Verdict::Failure;
    const THROTTLED: Verdict = Verdict::Throttled {
        wait: std::time::Duration::from_secs(90),
    };

    fn attempt(progress: Progress, verdict: Verdict, now: Timestamp) -> Progress {
        attempt_under(Throttled::Wait, progress, verdict, now)
    }

    fn attempt_under(
        throttled: Throttled,
        progress: Progress,
        verdict: Verdict,
        now: Timestamp,
    ) -> Progress {
        let times = AttemptTimes {
            began: now,
            ended: now,
            jitter: 0.0,
        };
        progress.after(Done {
            extra: progress.is_extra(now),
            began: now,
            next: progress.decide(verdict, &schedule(), throttled, times),
        })
    }

    #[test]
    fn a_transformation_that_cancels_ends_the_delivery_whoever_asked_for_the_attempt() {
        let cancelled = State::Cancelled(CancelReason::Transformation);
        let scheduled = Progress::new(at(0), Trigger::Schedule);
        let after = attempt(scheduled, Verdict::Cancelled, at(0));
        assert_eq!((after.state, after.attempts), (cancelled, 1));
        let failed = attempt(scheduled, FAILED, at(0));
        let asked_for = failed.retried(at(1), SendAgain::Scheduled);
        let after = attempt(asked_for, Verdict::Cancelled, at(1));
        assert_eq!((after.state, after.extra), (cancelled, None));
        let test = Progress::new(at(0), Trigger::Test);
        assert_eq!(attempt(test, Verdict::Cancelled, at(0)).state, cancelled);
    }

    #[test]
    fn a_throttled_answer_uses_an_attempt_up_only_where_the_dialect_says_so() {
        let new = Progress::new(at(0), Trigger::Schedule);
        let waits = attempt_under(Throttled::Wait, new, THROTTLED, at(0));
        assert_eq!(waits.state, State::Pending { due: at(90) });
        assert_eq!((waits.attempts, waits.scheduled), (1, 0));
        let counts = attempt_under(Throttled::Attempt, new, THROTTLED, at(0));
        assert_eq!(counts.state, State::Pending { due: at(90) });
        assert_eq!((counts.attempts, counts.scheduled), (1, 1));
        let last = attempt_under(Throttled::Attempt, counts, THROTTLED, at(90));
        assert_eq!(last.state, State::Dead(DeadReason::Exhausted));
    }

    #[test]
    fn what_is_sent_once_ends_with_its_first_attempt() {
        let dead = attempt(Progress::new(at(0), Trigger::Replay), Verdict::Gone, at(0));
        let once = [
            Progress::new(at(0), SendAgain::Once.replay()),
            Progress::new(at(0), SendAgain::Once.late()),
            dead.retried(at(0), SendAgain::Once),
        ];
        for progress in once {
            assert!(
                !progress.trigger_at(at(0)).is_once(),
                "its attempt has a plain name"
            );
            for verdict in [FAILED, THROTTLED] {
                let after = attempt(progress, verdict, at(0));
                assert_eq!(after.state, State::Dead(DeadReason::Exhausted));
            }
            let after = attempt(progress, Verdict::Success, at(0));
            assert_eq!(after.state, State::Succeeded);
        }
        // An extra attempt beside it uses nothing up.
        let waiting = Progress::new(at(60), SendAgain::Once.replay());
        let asked = waiting.retried(at(10), SendAgain::Once);
        let after = attempt(asked, FAILED, at(10));
        assert_eq!(after.state, State::Pending { due: at(60) });
        assert!(after.trigger.is_once());
    }

    #[test]
    fn a_failed_test_is_no_dead_letter_whatever_it_was_answered() {
        for verdict in [FAILED, THROTTLED, Verdict::Gone] {
            let after = attempt(Progress::new(at(0), Trigger::Test), verdict, at(0));
            assert_eq!(after.state, State::Dead(DeadReason::TestFailed));
        }
    }

    #[test]
    fn waits_have_an_end() {
        let day = 24 * 60 * 60;
        let mut progress = Progress::new(at(0), Trigger::Schedule);
        let (mut now, mut attempts) = (at(0), 0);
        while let State::Pending { due } = progress.state {
            now = due;
            progress = attempt(progress, THROTTLED, now);
            attempts += 1;
            assert!(attempts < 10_000, "it must end");
        }
        assert_eq!(progress.state, State::Dead(DeadReason::Throttled));
        assert_eq!(now, at(day + 60), "a day after its schedule");
    }

    #[test]
    fn a_throttled_extra_attempt_leaves_the_schedule_untouched() {
        let waiting = attempt(Progress::new(at(0), Trigger::Schedule), FAILED, at(0));
        let after = attempt(
            waiting.retried(at(10), SendAgain::Scheduled),
            THROTTLED,
            at(10),
        );
        assert_eq!(after.state, State::Pending { due: at(60) });
        assert_eq!((after.attempts, after.scheduled, after.extra), (2, 1, None));
    }

    #[test]
    fn failures_use_up_the_schedule() {
        let first = attempt(Progress::new(at(0), Trigger::Schedule), FAILED, at(0));
        assert_eq!(first.state, State::Pending { due: at(60) });
        let second = attempt(first, FAILED, at(60));
        assert_eq!(second.state, State::Dead(DeadReason::Exhausted));
        assert_eq!(second.attempts, 2);
    }

    #[test]
    fn a_failed_extra_attempt_leaves_the_schedule_untouched() {
        let waiting = attempt(Progress::new(at(0), Trigger::Schedule), FAILED, at(0));
        let asked = waiting.retried(at(10), SendAgain::Scheduled);
        assert_eq!(asked.due(), Some(at(10)));
        assert_eq!(asked.trigger_at(at(10)), Trigger::Manual);
        let after = attempt(asked, FAILED, at(10));
        assert_eq!(after.state, State::Pending { due: at(60) });
        assert_eq!((after.attempts, after.scheduled, after.extra), (2, 1, None));
    }

    #[test]
    fn an_extra_attempt_leaves_the_name_of_the_next_scheduled_one() {
        let replay = Progress::new(at(60), Trigger::Replay);
        let after = attempt(replay.retried(at(10), SendAgain::Scheduled), FAILED, at(10));
        assert_eq!(after.trigger_at(at(60)), Trigger::Replay);
        let then = attempt(after, FAILED, at(60));
        assert_eq!(then.trigger, Trigger::Schedule);
    }

    #[test]
    fn a_schedule_counts_from_its_first_attempt_until_a_fresh_one_begins() {
        let delivery = Progress::new(at(5), Trigger::Schedule);
        // What came before the schedule's own first attempt does not begin it.
        let extra = attempt(delivery.retried(at(1), SendAgain::Scheduled), FAILED, at(1));
        assert_eq!(extra.first_began, None);
        let first = attempt(extra, FAILED, at(7));
        let waits = attempt(first, THROTTLED, at(67));
        let extra = attempt(waits.retried(at(70), SendAgain::Scheduled), FAILED, at(70));
        for later in [first, waits, extra] {
            assert_eq!(later.first_began, Some(at(7)));
        }
        let last = attempt(extra, FAILED, at(200));
        assert_eq!(last.state, State::Dead(DeadReason::Exhausted));
        assert_eq!(last.first_began, Some(at(7)));
        assert_eq!(
            last.retried(at(300), SendAgain::Scheduled).first_began,
            None
        );
    }

    #[test]
    fn a_successful_extra_attempt_ends_it() {
        let waiting = attempt(Progress::new(at(0), Trigger::Schedule), FAILED, at(0));
        let after = attempt(
            waiting.retried(at(10), SendAgain::Scheduled),
            Verdict::Success,
            at(10),
        );
        assert_eq!(after.state, State::Succeeded);
        assert_eq!(after.due(), None);
    }

    #[test]
    fn a_retry_of_a_dead_one_starts_a_fresh_schedule_and_goes_on_counting() {
        let mut progress = Progress::new(at(0), Trigger::Schedule);
        for now in [0, 60] {
            progress = attempt(progress, FAILED, at(now));
        }
        let again = progress.retried(at(100), SendAgain::Scheduled);
        assert_eq!(again.state, State::Pending { due: at(100) });
        assert_eq!(again.trigger_at(at(100)), Trigger::Manual);
        let after = attempt(again, FAILED, at(100));
        assert_eq!(after.state, State::Pending { due: at(160) });
        assert_eq!((after.attempts, after.trigger), (3, Trigger::Schedule));
    }

    #[test]
    fn cancelled_in_mid_attempt_stays_cancelled_unless_delivered() {
        let begun = Progress::new(at(0), Trigger::Schedule);
        let cancelled = begun.cancelled(CancelReason::Requested);
        let done = |next| Done {
            extra: false,
            began: at(0),
            next,
        };
        assert_eq!(
            cancelled.after(done(Next::RetryAt(at(60)))).state,
            State::Cancelled(CancelReason::Requested)
        );
        assert_eq!(cancelled.after(done(Next::Succeed)).state, State::Succeeded);
    }

    #[test]
    fn what_is_older_than_the_history_is_given_up_after_its_attempt() {
        let expired = Next::Die(DeadReason::Expired);
        assert_eq!(Next::RetryAt(at(60)).until(at(59)), expired);
        assert_eq!(Next::RetryAt(at(60)).until(at(60)), Next::RetryAt(at(60)));
        assert_eq!(Next::Succeed.until(at(0)), Next::Succeed);
    }

    #[test]
    fn a_test_has_one_attempt() {
        let after = attempt(Progress::new(at(0), Trigger::Test), FAILED, at(0));
        assert_eq!(after.state, State::Dead(DeadReason::TestFailed));
    }

    #[test]
    fn gone_is_final_also_for_an_extra_attempt() {
        let waiting = attempt(Progress::new(at(0), Trigger::Schedule), FAILED, at(0));
        let after = attempt(
            waiting.retried(at(10), SendAgain::Scheduled),
            Verdict::Gone,
            at(10),
        );
        assert_eq!(after.state, State::Dead(DeadReason::Gone));
    }
}
