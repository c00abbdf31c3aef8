//! What is worked out of an event before it comes to the writer, which is the only serial part: hashes, and which payload
//! filters it passes.
//!
//! Reading what an event holds takes longer than anything else that routing does. Filters are those of the catalog at that
//! moment; the writer routes by the catalog of its own, and reads again only for endpoints that were changed in between.

use std::sync::Arc;

use nuncio_domain::{Endpoint, PayloadFilter};
use sha2::{Digest, Sha256};

use crate::{NewEvent, OrderingHash, mirror::Mirror};

/// An event with the hashes of its payload and its ordering key, and the payload filters that it passes: worked out before
/// it comes to the writer.
#[derive(Clone, Debug)]
pub(crate) struct Hashed {
    pub(crate) event: NewEvent,
    pub(crate) payload_sha256: [u8; 32],
    pub(crate) ordering: Option<OrderingHash>,
    pub(crate) judged: Judged,
}

impl Hashed {
    /// The same, held against the payload filters of its tenant's endpoints.
    pub(crate) fn judged(self, mirror: &Mirror) -> Self {
        let judged = Judged::of(mirror, &self.event);
        Self { judged, ..self }
    }
}

impl From<NewEvent> for Hashed {
    fn from(event: NewEvent) -> Self {
        Self {
            payload_sha256: Sha256::digest(event.data.as_bytes()).into(),
            ordering: event.ordering_key.as_ref().map(OrderingHash::of),
            judged: Judged::default(),
            event,
        }
    }
}

/// The endpoints with a payload filter that an event was held against, and whether it passed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged(Vec<(Arc<Endpoint>, bool)>);

impl Judged {
    /// Holds the event against the filters of its tenant's endpoints that want its type and channels.
    pub(crate) fn of(mirror: &Mirror, event: &NewEvent) -> Self {
        let tenant = mirror.tenant(event.project, &event.tenant);
        let endpoints = tenant.into_iter().flat_map(|tenant| &tenant.endpoints);
        let judged = endpoints.filter_map(|routed| {
            let endpoint = &routed.sending.endpoint;
            let filter = endpoint.filter.as_ref()?;
            let event = event.subject();
            let may_want =
                endpoint.wants_type(event.event_type) && endpoint.is_on(event.channels());
            may_want.then(|| (Arc::clone(endpoint), filter.matches(&event)))
        });
        Self(judged.collect())
    }

    /// Whether the event passes the filter of this endpoint.
    pub(crate) fn passes(
        &self,
        endpoint: &Arc<Endpoint>,
        filter: &PayloadFilter,
        event: &NewEvent,
    ) -> bool {
        let known = self
            .0
            .iter()
            .find(|(known, _)| Arc::ptr_eq(known, endpoint));
        known.map_or_else(|| filter.matches(&event.subject()), |(_, passes)| *passes)
    }
}
