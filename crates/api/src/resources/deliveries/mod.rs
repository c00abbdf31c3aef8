//! Deliveries: found, shown, retried, cancelled; and the dead ones.

pub(crate) mod as_sent;
pub(crate) mod attempt_view;
pub(crate) mod attempts;
pub(crate) mod bulk;
pub(crate) mod dead_letters;
pub(crate) mod routes;
pub(crate) mod status;
pub(crate) mod view;
pub(crate) mod waiting;
