//! Who asks, and may they? What handlers take before anything else: callers with their rights, then bodies.

pub(crate) mod author;
pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod client_address;
pub(crate) mod idempotency;
pub(crate) mod named;
pub(crate) mod rates;
pub(crate) mod rights;
pub(crate) mod session_cookie;
