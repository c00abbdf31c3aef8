//! Until when may this node act?

use std::time::Duration;

use nuncio_domain::Timestamp;

/// The node's own lease, on its own clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Lease {
    length: Duration,
    until: Option<Timestamp>,
}

impl Lease {
    /// None was granted yet.
    pub(crate) fn new(length: Duration) -> Self {
        Self {
            length,
            until: None,
        }
    }

    /// A renewal that was sent at `sent` is known to be granted at `now`. Returns whether there was a time before in which the
    /// node had no lease.
    pub(crate) fn renewed(&mut self, sent: Timestamp, now: Timestamp) -> bool {
        let had_ended = !self.is_valid(now);
        let until = sent + self.length;
        self.until = Some(self.until.map_or(until, |before| before.max(until)));
        had_ended
    }

    pub(crate) fn is_valid(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    pub(crate) fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_before_the_renewal_is_sent_and_not_when_the_answer_comes() {
        let at = Timestamp::from_ms;
        let mut lease = Lease::new(Duration::from_millis(100));
        assert!(!lease.is_valid(at(0)));
        assert!(lease.renewed(at(0), at(90)), "there was none before");
        assert!(lease.is_valid(at(99)));
        assert!(!lease.is_valid(at(100)));
        assert!(lease.renewed(at(60), at(120)), "it had ended at 100");
        assert!(lease.is_valid(at(159)) && !lease.is_valid(at(160)));
        assert!(!lease.renewed(at(120), at(130)));
        assert!(lease.is_valid(at(219)));
    }

    #[test]
    fn an_answer_that_comes_very_late_grants_nothing() {
        let at = Timestamp::from_ms;
        let mut lease = Lease::new(Duration::from_millis(100));
        assert!(lease.renewed(at(0), at(150)));
        assert!(!lease.is_valid(at(150)));
    }
}
