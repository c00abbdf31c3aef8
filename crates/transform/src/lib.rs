//! Runs a customer's JavaScript over a webhook before it is sent.
//!
//! The code is a script with a `function handler(webhook)` that returns the webhook. It may change the body, the type, and
//! add headers, or cancel the delivery. It runs in QuickJS, on threads of its own ([`Transformer`]): each has one runtime,
//! and each call a fresh context, so that nothing of one call is there in the next.
//!
//! What this crate guarantees, whatever the code does:
//!
//! 1. A call ends: it is interrupted once it has had its processor time, and at its deadline; a thread that can't be
//!    interrupted is given up, and replaced.
//! 2. Memory, stack, queue, threads and output are bounded by [`TransformLimits`] and the constants beside it.
//! 3. There is no I/O, no timer, no clock and no randomness: the same code and webhook give the same result.
//! 4. One owner's code takes only its own share: it never runs on all threads at once.
//! 5. No number of the payload is changed silently (`numbers.rs`).

mod call;
mod change;
mod clocks;
mod context;
mod error;
mod limits;
mod numbers;
mod pool;
mod queue;
mod ready_made;
mod sandbox;
mod webhook;
mod words;

pub use change::{ToChange, WebhookChange};
pub use clocks::TransformClocks;
pub use error::{TransformError, TransformErrorKind};
pub use limits::{CODE_BYTES_MAX, PAYLOAD_BYTES_MAX, TransformLimits};
pub use pool::Transformer;
pub use queue::CodeOwner;
pub use ready_made::{ReadyMade, ready_made};
pub use webhook::{Transformed, Webhook};
