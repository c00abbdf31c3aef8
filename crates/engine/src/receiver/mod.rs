//! What is known of a receiver: what its answers have shown, and how much of it a lane may ask for therefore.

pub(crate) mod breaker;
pub(crate) mod health;
pub(crate) mod observation;
mod spread;
pub(crate) mod throttle;
mod trip;
pub(crate) mod window;
