//! What can be seen of one lane.

use nuncio_domain::{BreakerState, DeliveryId, LaneQueued, Throttle, Timestamp, Whereabouts};

use super::{Lane, Share};
use crate::receiver::{breaker::Gate, health::ReceiverHealth};

impl Lane {
    /// The lane, to be looked at.
    pub(crate) fn view(
        &self,
        share: Share,
        now: Timestamp,
        delivery: Option<DeliveryId>,
    ) -> nuncio_domain::Lane {
        nuncio_domain::Lane {
            in_flight: self.in_flight,
            queued: self.queues.counts(),
            rate_limit: self.setup.as_ref().and_then(|setup| setup.rate_limit),
            next_token_at: self.pause.next_token_at().filter(|at| *at > now),
            delivery: delivery.map_or(Whereabouts::Store, |delivery| self.whereabouts(delivery)),
            ..view_of(&self.health, share.attempts, now)
        }
    }

    fn whereabouts(&self, delivery: DeliveryId) -> Whereabouts {
        if !self.held.contains(delivery) {
            Whereabouts::Store
        } else if self.queues.contains(delivery) {
            Whereabouts::Queue
        } else {
            Whereabouts::Flight
        }
    }
}

/// What can be seen of an endpoint of which the health alone is known.
pub(crate) fn view_of(health: &ReceiverHealth, cap: usize, now: Timestamp) -> nuncio_domain::Lane {
    nuncio_domain::Lane {
        in_flight: 0,
        in_flight_max: health.window.size(cap),
        queued: LaneQueued::default(),
        rate_limit: None,
        next_token_at: None,
        breaker: match health.breaker.gate(now) {
            Gate::Pass => BreakerState::Closed,
            Gate::HoldUntil(until) => BreakerState::Open { until },
            Gate::Probe | Gate::HoldForProbe => BreakerState::HalfOpen,
        },
        failures_in_a_row: health.breaker.failures(),
        throttle: health.throttle.pace(now).map(|pace| Throttle {
            until: health.throttle.pause(now),
            per_second: pace.ceil() as u32,
            next_at: health.throttle.next_at(now),
        }),
        attempt_mean: health.mean.duration(),
        delivery: Whereabouts::Store,
    }
}
