//! Moves deliveries from pending to their final state.
//!
//! The [`Engine`] owns one *lane* for each endpoint that has work: a short queue in memory, a count of attempts
//! in flight with a window and a circuit breaker that follow the receiver's health, a rate limit. One task
//! (`dispatch`) owns all lanes and decides whose turn it is, by tenant and then by endpoint, so that all get the
//! same worker time; each attempt is a task of its own (`deliver`) that renders, signs, sends, judges the answer and
//! records it.
//!
//! What this crate guarantees:
//!
//! 1. Nothing is only in memory: whatever a lane drops is still due in the store, and is looked up again.
//! 2. A delivery has at most one attempt in flight, as long as one engine works on the store.
//! 3. No attempt starts after its endpoint was disabled or deleted, test deliveries to a disabled one excepted.
//! 4. Memory is bounded by [`Limits`], never by the backlog.
//! 5. An endpoint or tenant in trouble takes its own share of the attempts in flight, not the others'.
//! 6. A panic while handling one delivery fails that attempt alone.
//!
//! It asks nobody but its [`Clock`](nuncio_domain::Clock) for the time, and reaches the network through its
//! [`Transport`] only.

mod agenda;
mod bucket;
mod catch;
mod delivery;
mod dispatch;
mod engine;
mod hash;
mod jobs;
mod lane;
mod lanes;
mod limits;
mod memory;
mod receiver;
mod supervise;
#[cfg(test)]
mod testing;
mod turns;
mod verify;

pub use delivery::egress::EgressTransport;
pub use delivery::render::{AuthHeader, RenderError, Rendered, ToRender, render};
pub use delivery::send::{Failure, Outgoing, ReceiverResponse, SendResult, Transport};
pub use dispatch::questions::LaneWindow;
pub use engine::{Drained, Engine, EngineOptions};
pub use limits::Limits;
pub use nuncio_egress::Owner;
