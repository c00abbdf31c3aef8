//! Which endpoints does an event go to?

use crate::{Endpoint, EventTypeName};

/// The endpoints, of one tenant's, that an event of type `name` goes to, in their order. A disabled endpoint
/// is among them: its deliveries wait.
pub fn route<'a, E: AsRef<Endpoint>>(
    endpoints: &'a [E],
    name: &EventTypeName,
) -> impl Iterator<Item = &'a E> {
    endpoints
        .iter()
        .filter(move |endpoint| endpoint.as_ref().wants(name))
}
