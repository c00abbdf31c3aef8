//! Which endpoints does an event go to?

use crate::{Channel, Endpoint, EventTypeName, PayloadFilter};

/// The endpoints, of one tenant's, that an event of type `name` on these channels goes to, in their order. A disabled
/// endpoint is among them: its deliveries wait, unless its project skips them. Whether the event passes the payload filter
/// of an endpoint is asked only of those that have one and want its type and channels.
pub fn route<'a, E: AsRef<Endpoint>>(
    endpoints: &'a [E],
    name: &EventTypeName,
    channels: &[Channel],
    passes: impl Fn(&E, &PayloadFilter) -> bool,
) -> impl Iterator<Item = &'a E> {
    endpoints.iter().filter(move |routed| {
        let endpoint = routed.as_ref();
        let filter = endpoint.filter.as_ref();
        endpoint.wants_type(name)
            && endpoint.is_on(channels)
            && filter.is_none_or(|filter| passes(routed, filter))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{EventFilter, testing};

    /// Which of these endpoints an event of type `order.paid` on channel `eu` goes to, whose data pass filters or not.
    fn routed(endpoints: Vec<Endpoint>, passes: bool) -> Vec<usize> {
        let endpoints: Vec<_> = endpoints.into_iter().map(Arc::new).collect();
        let name = EventTypeName::parse("order.paid").unwrap();
        let channels = [Channel::parse("eu").unwrap()];
        let chosen = route(&endpoints, &name, &channels, |_, _| passes);
        let place = |chosen: &Arc<Endpoint>| {
            let mut all = endpoints.iter();
            all.position(|endpoint| Arc::ptr_eq(endpoint, chosen))
        };
        chosen.filter_map(place).collect()
    }

    #[test]
    fn an_endpoint_gets_what_fits_its_types_its_channels_and_its_payload_filter() {
        let all = testing::endpoint;
        let other_type = Endpoint {
            events: vec![EventFilter::parse("user.*").unwrap()],
            ..all()
        };
        let other_channel = Endpoint {
            channels: vec![Channel::parse("us").unwrap()],
            ..all()
        };
        let filtered = Endpoint {
            filter: Some(serde_json::from_value(json!({"data": {"n": [1]}})).unwrap()),
            ..all()
        };
        let endpoints = vec![all(), other_type, other_channel, filtered, all()];
        assert_eq!(routed(endpoints.clone(), true), [0, 3, 4]);
        assert_eq!(routed(endpoints, false), [0, 4]);
    }
}
