//! Which endpoints does an event go to?

use crate::{Endpoint, EventTypeName, PayloadFilter};

/// The endpoints, of one tenant's, that an event of type `name` goes to, in their order. A disabled endpoint is among
/// them: its deliveries wait. Whether the event passes the payload filter of an endpoint is asked only of those that have
/// one and want its type.
pub fn route<'a, E: AsRef<Endpoint>>(
    endpoints: &'a [E],
    name: &EventTypeName,
    passes: impl Fn(&E, &PayloadFilter) -> bool,
) -> impl Iterator<Item = &'a E> {
    endpoints.iter().filter(move |routed| {
        let endpoint = routed.as_ref();
        let filter = endpoint.filter.as_ref();
        endpoint.wants_type(name) && filter.is_none_or(|filter| passes(routed, filter))
    })
}
