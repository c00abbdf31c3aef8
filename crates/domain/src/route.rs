//! Which endpoints does an event go to?

use crate::{Channel, Endpoint, EventTypeName};

/// The endpoints, of one tenant's, that an event of type `name` on these channels goes to, in their order.
/// A disabled endpoint is among them: its deliveries wait, unless its project skips them.
pub fn route<'a, E: AsRef<Endpoint>>(
    endpoints: &'a [E],
    name: &EventTypeName,
    channels: &[Channel],
) -> impl Iterator<Item = &'a E> {
    endpoints
        .iter()
        .filter(move |endpoint| endpoint.as_ref().wants(name) && endpoint.as_ref().is_on(channels))
}
