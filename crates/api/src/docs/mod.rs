//! What the API says of itself.

pub(crate) mod openapi;
pub(crate) mod page;
