//! Publishing inside a transaction of one's own database: an event is sent if, and only if, the transaction commits.
//!
//! Owns: the schema `nuncio` in somebody's PostgreSQL database ([`Outbox`]), with the table `nuncio.outbox` and the function
//! `nuncio.publish`; and the [`Relay`], which takes committed events from it and publishes them by the server's API.
//!
//! Refuses: to touch anything but its own objects there.
//!
//! Guarantees: an event is published once, however often relays die, for it has the same id whenever it is sent and the
//! server takes an id once. Events with an ordering key are published in the order in which their transactions
//! committed. One that the server refuses is kept with the reason and holds up no other. Several relays may run.

mod claim;
mod horizon;
mod install;
mod pace;
mod refused;
mod relay;
mod row;
mod verdict;

pub use install::{Outbox, OutboxError, OutboxStatus, install_sql};
pub use refused::{RefusedEvent, WhichRefused};
pub use relay::{Relay, RelayCounters};
