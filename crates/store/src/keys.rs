//! The store's own numbers of events and endpoints.

/// The store's own number of an event: for joins, never shown.
///
/// Opaque, and without an order: which of two events became visible first, or is told of first, their numbers don't say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventKey(pub(crate) i64);

impl EventKey {
    /// For engines, and for tests that play one.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }
}

/// The store's own number of an endpoint, never reused.
///
/// Opaque. Its order is there so that what holds endpoints always holds them in the same one; it means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointKey(pub(crate) i64);

impl EndpointKey {
    /// For engines, and for tests that play one.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;

    /// Says of a type whether it has an order: the second `ORDERED` wins wherever it is there.
    struct Probe<T>(PhantomData<T>);

    trait Otherwise {
        const ORDERED: bool = false;
    }

    impl<T> Otherwise for Probe<T> {}

    impl<T: PartialOrd> Probe<T> {
        const ORDERED: bool = true;
    }

    #[test]
    fn nobody_can_ask_which_event_came_first_by_its_key() {
        let (probe_works, ordered) = (Probe::<EndpointKey>::ORDERED, Probe::<EventKey>::ORDERED);
        assert_eq!((probe_works, ordered), (true, false));
    }
}
