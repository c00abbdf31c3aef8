//! placeholder
mod policy;
pub use policy::{Gone, Handshake, Policy, Retry};
