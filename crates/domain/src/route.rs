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
