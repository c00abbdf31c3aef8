//! What can be seen of all lanes together, and of one among them.

use nuncio_domain::{DeliveryId, LaneTotals, Timestamp};
use nuncio_store::EndpointKey;

use super::Lanes;
use crate::lane::seen::view_of;

impl Lanes {
    /// One endpoint's lane, and where a delivery of it is.
    pub(crate) fn view(
        &self,
        endpoint: EndpointKey,
        delivery: Option<DeliveryId>,
        now: Timestamp,
    ) -> nuncio_domain::Lane {
        let share = self.share();
        match self.lanes.get(&endpoint) {
            Some(lane) => lane.view(share, now, delivery),
            None => {
                let health = self.remembered.get(endpoint);
                view_of(&health.copied().unwrap_or_default(), share.attempts, now)
            }
        }
    }

    /// All lanes together.
    pub(crate) fn totals(&self, now: Timestamp) -> LaneTotals {
        let (mut breakers_open, mut throttled) = (0, 0);
        let health = self.lanes.values().map(|lane| &lane.health);
        for health in health.chain(self.remembered.all()) {
            breakers_open += usize::from(!health.breaker.is_closed());
            throttled += usize::from(health.throttle.pause(now).is_some());
        }
        LaneTotals {
            in_flight: self.in_flight,
            in_flight_max: self.limits.in_flight_max,
            queued: self.memory.items(),
            queued_max: self.limits.queued_max,
            lanes: self.lanes.len(),
            tenants: self.turns.tenants(),
            breakers_open,
            throttled,
            ..self.tally.totals()
        }
    }
}
