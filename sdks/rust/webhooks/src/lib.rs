//! Receives webhooks that were sent in one of [Nuncio's dialects](nuncio_dialect): is the request genuine, and what
//! does it say?
//!
//! ```
//! use nuncio_webhooks::{Request, Webhook};
//!
//! let webhook = Webhook::new("standard", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
//! let headers = [
//!     ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
//!     ("webhook-timestamp", "1614265330"),
//!     ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
//! ];
//! let request = Request::post("https://example.com/hooks", &headers, br#"{"test": 2432232314}"#);
//! let event = webhook.verify_at(&request, 1_614_265_330_000)?;
//! assert_eq!(event.id.as_deref(), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pass the raw bytes of the body, before any parsing. During a rotation give both secrets. With the feature `tower` a
//! layer does all of it for an HTTP service, with `axum` handlers take the [`Event`] as an argument.

mod dedupe;
mod error;
mod event;
#[cfg(feature = "tower")]
mod layer;
mod webhook;

#[cfg(feature = "axum")]
mod extract;

pub use dedupe::{Deduplicator, Memory, Store};
pub use error::{SetupError, VerificationError};
pub use event::Event;
#[cfg(feature = "axum")]
pub use extract::NotVerified;
#[cfg(feature = "tower")]
pub use layer::{Verify, VerifyLayer};
pub use webhook::{Request, Webhook};
