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
fn an_attempt_is_extra_only_if_it_was_asked_for_before_the_schedules_own_is_due() {
    let waiting = Progress::new(at(60), Trigger::Schedule);
    assert!(!waiting.is_extra(at(10)), "nobody has asked for it");
    let asked = waiting.retried(at(10), SendAgain::Scheduled);
    assert!(asked.is_extra(at(10)) && asked.is_extra(at(59)));
    assert!(!asked.is_extra(at(60)), "it is the schedule's own");
    let ended = asked.cancelled(CancelReason::Requested);
    assert!(!ended.is_extra(at(10)));
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

#[test]
fn an_end_leaves_no_extra_attempt() {
    let asked = Progress::new(at(60), Trigger::Schedule).retried(at(10), SendAgain::Scheduled);
    assert_eq!(asked.cancelled(CancelReason::Requested).extra, None);
    // The schedule's own attempt comes first, and is the last one.
    let done = |next| Done {
        extra: false,
        began: at(60),
        next,
    };
    for next in [
        Next::Die(DeadReason::Exhausted),
        Next::Cancel(CancelReason::Transformation),
        Next::Succeed,
    ] {
        assert_eq!(asked.after(done(next)).extra, None, "{next:?}");
    }
    let waits = asked.after(done(Next::RetryAt(at(120))));
    assert_eq!(waits.extra, Some(at(10)), "it goes on");
}

#[test]
fn what_may_have_been_dead_has_had_an_attempt_beyond_its_schedule_or_is_dead() {
    let new = Progress::new(at(0), Trigger::Schedule);
    assert!(!new.may_have_been_dead());
    let failed = attempt(new, FAILED, at(0));
    assert!(!failed.may_have_been_dead());
    let dead = attempt(failed, FAILED, at(60));
    assert!(dead.may_have_been_dead());
    assert!(
        dead.retried(at(90), SendAgain::Scheduled)
            .may_have_been_dead()
    );
}
