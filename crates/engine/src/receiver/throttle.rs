//! How fast may a receiver be sent to that has asked for less?
//!
//! A `429`, or a `503` that says for how long, concerns the endpoint as a whole: nothing starts until the time said
//! (the *pause*), and then attempts start at a *pace*. The pace begins low, grows while it is what limits and all goes
//! well, and is halved when the receiver asks for less again: additive growth and multiplicative decrease, as the
//! [window](crate::receiver::window) does it for attempts in flight. A pure state machine; no allocation, and one comparison for a
//! receiver that never spoke.

use std::time::Duration;

use nuncio_domain::Timestamp;

use super::{spread::spread, trip::Trip};

/// Attempts a second after the first pause.
const PACE_FIRST: f64 = 4.0;
/// The pace never falls below: an attempt every eight seconds finds out that more is allowed.
const PACE_LEAST: f64 = 1.0 / 8.0;
/// A pace beyond this limits nothing that a lane could do: it is forgotten.
const PACE_MOST: f64 = 10_000.0;
/// In a second the pace grows by one attempt and by this part of itself. A receiver that lets a burst through before it
/// speaks (a token bucket of three seconds, say) has then not been sent twice what it allows.
const GROWTH_PART: f64 = 1.0 / 32.0;
/// One success raises the pace by this part of it at most: where less than one attempt a second is allowed, a growth by
/// one would be a multiple.
const GROWTH_MOST: f64 = 0.25;
/// Pauses in a row with no success between are made longer than asked for, up to this: a receiver that always says
/// "in a second" is not asked every second for days.
const FRUITLESS_PAUSE_MAX: Duration = Duration::from_secs(60);
/// How long after a receiver has last asked for less its pace is kept to. As long, the store remembers the pause.
pub(crate) const KEPT: Duration = Duration::from_secs(10 * 60);
/// The end of a pause is put off by up to this, so that endpoints which paused together don't come back together.
const SPREAD_MAX: Duration = Duration::from_secs(30);

/// What one receiver has said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Throttle(Option<Spoken>);

#[derive(Clone, Copy, Debug)]
struct Spoken {
    /// The end of the pause.
    until: Timestamp,
    /// When the receiver last asked for less.
    at: Timestamp,
    /// Attempts a second.
    pace: f64,
    /// When the pace lets the next attempt start, Unix microseconds.
    next_us: i64,
    /// Whether an attempt had to wait for the pace since the last success.
    binds: bool,
    /// Pauses since the last success.
    fruitless: u32,
    /// The number of the last attempt that had begun when the pace was made lower: its like say no more than is known.
    heard: u64,
}

impl Throttle {
    /// What is remembered of a pause over a restart.
    pub(crate) fn paused_until(until: Timestamp) -> Self {
        Self(Some(Spoken {
            until,
            at: until,
            pace: PACE_FIRST,
            next_us: 0,
            binds: false,
            fruitless: 0,
            heard: 0,
        }))
    }

    /// The receiver asks for less. `salt` spreads the ends of different endpoints' pauses.
    pub(crate) fn hear(&mut self, wait: Duration, trip: Trip, now: Timestamp, salt: u64) {
        let known = self.0.filter(|spoken| !spoken.is_over(now));
        let (pace, fruitless, heard) = match known {
            None => (PACE_FIRST, 1, trip.last),
            // One of those that were under way together: only its time counts.
            Some(known) if trip.number <= known.heard => (known.pace, known.fruitless, known.heard),
            // Only what has been taken since shows that the pace was too high, and not the time too early.
            Some(known) if known.fruitless > 0 => {
                (known.pace, known.fruitless.saturating_add(1), trip.last)
            }
            Some(known) => ((known.pace / 2.0).max(PACE_LEAST), 1, trip.last),
        };
        let wait = wait.max(least_pause(fruitless));
        let end = now + wait + spread(wait, salt ^ heard).min(SPREAD_MAX);
        self.0 = Some(Spoken {
            until: known.map_or(end, |known| known.until.max(end)),
            at: now,
            pace,
            next_us: known.map_or(0, |known| known.next_us),
            binds: false,
            fruitless,
            heard,
        });
    }

    /// An attempt has succeeded.
    pub(crate) fn went_well(&mut self) {
        let Some(spoken) = &mut self.0 else {
            return;
        };
        spoken.fruitless = 0;
        // A pace that is not used is not raised: nothing is known of what lies beyond.
        if std::mem::take(&mut spoken.binds) {
            // As many successes as the pace has in a second raise it by a second's growth.
            let growth = (1.0 + spoken.pace * GROWTH_PART) / spoken.pace;
            spoken.pace += growth.min(spoken.pace * GROWTH_MOST);
            if spoken.pace > PACE_MOST {
                self.0 = None;
            }
        }
    }

    /// When the next attempt may start, if not at once.
    pub(crate) fn next_at(&self, now: Timestamp) -> Option<Timestamp> {
        let spoken = self.0.filter(|spoken| !spoken.is_over(now))?;
        let paced = ceil_ms(spoken.next_us);
        Some(spoken.until.max(paced)).filter(|at| *at > now)
    }

    /// An attempt waits for the pace.
    pub(crate) fn holds(&mut self) {
        if let Some(spoken) = &mut self.0 {
            spoken.binds = true;
        }
    }

    /// An attempt starts.
    pub(crate) fn began(&mut self, now: Timestamp) {
        match &mut self.0 {
            Some(spoken) if spoken.is_over(now) => self.0 = None,
            Some(spoken) => {
                let now_us = now.ms().saturating_mul(1_000);
                let gap_us = (1_000_000.0 / spoken.pace) as i64;
                // What was due a moment ago is not lost to a timer that is late.
                let from_us = spoken.next_us.max(now_us - gap_us.min(LATE_US));
                spoken.next_us = from_us + gap_us;
            }
            None => {}
        }
    }

    /// The endpoint was changed: what the receiver said may have been said by another. The pace stays.
    pub(crate) fn reconsider(&mut self, now: Timestamp) {
        if let Some(spoken) = &mut self.0 {
            spoken.until = spoken.until.min(now);
        }
    }

    /// Until when it is paused.
    pub(crate) fn pause(&self, now: Timestamp) -> Option<Timestamp> {
        let spoken = self.0?;
        (spoken.until > now).then_some(spoken.until)
    }

    /// Attempts a second, while there is a pace.
    pub(crate) fn pace(&self, now: Timestamp) -> Option<f64> {
        let spoken = self.0.filter(|spoken| !spoken.is_over(now))?;
        Some(spoken.pace)
    }

    /// Whether there is nothing to remember of it.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.is_none()
    }
}

/// Timers are about this exact.
const LATE_US: i64 = 10_000;

impl Spoken {
    fn is_over(&self, now: Timestamp) -> bool {
        self.until.max(self.at) + KEPT < now
    }
}

/// 0, 1, 2, 4, … seconds: the first pause is as long as the receiver said.
fn least_pause(fruitless: u32) -> Duration {
    match fruitless.checked_sub(2) {
        None => Duration::ZERO,
        Some(doublings) => Duration::from_secs(1 << doublings.min(6)).min(FRUITLESS_PAUSE_MAX),
    }
}

fn ceil_ms(us: i64) -> Timestamp {
    Timestamp::from_ms(us.div_euclid(1_000) + i64::from(us.rem_euclid(1_000) > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    const SALT: u64 = 3;

    fn trip(number: u64, last: u64) -> Trip {
        Trip {
            number,
            last,
            binds: true,
        }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn nothing_starts_until_the_time_said() {
        let mut throttle = Throttle::default();
        assert_eq!(throttle.next_at(NOW), None);
        throttle.hear(seconds(20), trip(1, 16), NOW, SALT);
        let end = throttle.next_at(NOW).expect("it is paused");
        let wait = end.since(NOW);
        assert!((seconds(20)..=seconds(22)).contains(&wait), "{wait:?}");
        assert_eq!(throttle.pause(NOW), Some(end));
        assert_eq!(throttle.next_at(end), None);
        assert_eq!(throttle.pause(end), None);
    }

    #[test]
    fn what_was_under_way_together_prolongs_the_pause_and_is_heard_once() {
        let mut throttle = Throttle::default();
        for number in 1..=16 {
            throttle.hear(seconds(number), trip(number, 16), NOW, SALT);
        }
        let wait = throttle
            .pause(NOW)
            .map(|end| end.since(NOW))
            .unwrap_or_default();
        assert!((seconds(16)..=seconds(18)).contains(&wait), "{wait:?}");
        assert_eq!(throttle.pace(NOW), Some(PACE_FIRST));
        throttle.went_well();
        throttle.hear(seconds(1), trip(17, 17), NOW, SALT);
        assert_eq!(throttle.pace(NOW), Some(PACE_FIRST / 2.0));
        assert!(throttle.pause(NOW).map(|end| end.since(NOW)) >= Some(seconds(16)));
    }

    /// How many attempts start in each second after a pause of one, all of which succeed at once.
    fn starts(throttle: &mut Throttle, from: Timestamp, count: usize) -> Vec<usize> {
        let mut now = from;
        let mut starts = vec![0; count];
        loop {
            while let Some(at) = throttle.next_at(now) {
                throttle.holds();
                now = at;
            }
            let second = now.since(from).as_secs() as usize;
            if second >= count {
                return starts;
            }
            starts[second] += 1;
            throttle.began(now);
            throttle.went_well();
        }
    }

    #[test]
    fn it_comes_back_slowly_and_grows_by_one_a_second_and_a_little() {
        let mut throttle = Throttle::default();
        throttle.hear(seconds(1), trip(1, 1), NOW, SALT);
        let from = throttle.next_at(NOW).expect("it is paused");
        let starts = starts(&mut throttle, from, 10);
        assert!((4..=5).contains(&starts[0]), "{starts:?}");
        assert!((13..=17).contains(&starts[9]), "{starts:?}");
        let steps = starts
            .windows(2)
            .map(|pair| pair[1] as i64 - pair[0] as i64);
        assert!(
            steps.clone().all(|step| (0..=3).contains(&step)),
            "{starts:?}"
        );
    }

    #[test]
    fn a_pace_that_is_not_used_does_not_grow() {
        let mut throttle = Throttle::default();
        throttle.hear(seconds(1), trip(1, 1), NOW, SALT);
        for number in 0..100 {
            throttle.began(NOW + seconds(2 + number));
            throttle.went_well();
        }
        assert_eq!(throttle.pace(NOW + seconds(102)), Some(PACE_FIRST));
    }

    #[test]
    fn pauses_without_a_success_between_grow_up_to_a_minute() {
        let mut throttle = Throttle::default();
        let mut now = NOW;
        let mut pauses = Vec::new();
        for number in 1..=10 {
            throttle.hear(seconds(1), trip(number, number), now, SALT);
            let end = throttle.pause(now).expect("it is paused");
            pauses.push(end.since(now).as_secs());
            now = end;
        }
        for (pause, least) in pauses.iter().zip([1, 1, 2, 4, 8, 16, 32, 60, 60, 60]) {
            assert!((least..=least + least / 10).contains(pause), "{pauses:?}");
        }
        assert_eq!(throttle.pace(now), Some(PACE_FIRST), "nothing was taken");
        throttle.went_well();
        throttle.hear(seconds(1), trip(11, 11), now, SALT);
        assert_eq!(
            throttle.pause(now).map(|end| end.since(now).as_secs()),
            Some(1)
        );
    }

    #[test]
    fn it_is_forgotten_ten_minutes_after_its_end() {
        let mut throttle = Throttle::default();
        throttle.hear(seconds(3_600), trip(1, 1), NOW, SALT);
        let end = throttle.pause(NOW).expect("it is paused");
        assert!(throttle.pace(end + KEPT).is_some());
        let later = end + KEPT + seconds(1);
        assert_eq!(throttle.pace(later), None);
        throttle.began(later);
        assert!(throttle.is_plain());
    }

    #[test]
    fn a_changed_endpoint_need_not_wait() {
        let mut throttle = Throttle::default();
        throttle.hear(seconds(3_600), trip(1, 1), NOW, SALT);
        throttle.reconsider(NOW + seconds(5));
        assert_eq!(throttle.next_at(NOW + seconds(5)), None);
        assert_eq!(throttle.pace(NOW + seconds(5)), Some(PACE_FIRST));
    }
}
