//! Publish events to a Nuncio server, manage endpoints, look at deliveries.
//!
//! A call is made again after failures that may pass. Every POST carries an idempotency key, the same for all its
//! attempts, so that a retry has no second effect.
//!
//! ```no_run
//! use nuncio_client::{Nuncio, models::{ListDeliveriesQuery, NewEndpoint, NewEvent, Status}};
//!
//! # async fn sample(key: String) -> Result<(), nuncio_client::Error> {
//! let nuncio = Nuncio::builder(key).base_url("https://nuncio.example.com").build()?;
//!
//! // An endpoint of one of your customers. The answer shows its secret, this once.
//! let webhook = nuncio
//!     .webhooks()
//!     .create(&NewEndpoint {
//!         tenant: Some("acme".into()),
//!         ..NewEndpoint::new("https://hooks.acme.example/nuncio", ["order.*"])
//!     })
//!     .await?;
//!
//! // An event. When the future is ready, it is on the server's disk.
//! let data = serde_json::json!({"order": "4711"});
//! nuncio.events().publish(&NewEvent::new("acme", "order.paid", data)).await?;
//!
//! // A list, page by page as it is read.
//! let dead = ListDeliveriesQuery {
//!     endpoint: Some(webhook.id),
//!     status: Some(Status::Dead),
//!     ..Default::default()
//! };
//! let mut deliveries = nuncio.deliveries().list(&dead);
//! while let Some(delivery) = deliveries.next().await? {
//!     nuncio.deliveries().retry(&delivery.id, None).await?;
//! }
//! # Ok(())
//! # }
//! ```

mod call;
mod client;
mod clock;
mod error;
mod listing;
pub mod models;
mod redact;
mod resources;
mod retry;

pub use client::{Builder, Nuncio};
pub use clock::Clock;
pub use error::{ApiError, Error, Fault, Kind, Problem};
pub use listing::{Listing, Page};
pub use resources::{
    DeadLetters, Deliveries, Dialects, Endpoints, EventTypes, Events, Jobs, Keys, Projects,
    Tenants, Webhooks,
};
pub use retry::RetryPolicy;
