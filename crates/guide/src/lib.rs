//! The page that a vendor's customers read: what the webhooks are, how to receive and verify them, what happens when
//! a receiver fails. Written from what is in force (dialect, catalog, policy), so that it can't say anything else than
//! what the server does.
//!
//! A [`Guide`] is made of [`Facts`] and gives Markdown ([`Guide::markdown`]), a page of its own ([`Guide::html`]) and
//! the programs shown on it ([`Guide::samples`]), each of which runs as it stands. It does no I/O and asks nobody for
//! the time.

mod error;
mod example;
mod facts;
mod guide;
mod handshake;
mod html;
mod recipe;
mod retries;
mod samples;
mod sdk;
mod tables;
mod templates;
mod text;

pub use error::GuideError;
pub use facts::{Facts, Kind};
pub use guide::Guide;
pub use samples::{Language, Sample, Way, programs};
pub use sdk::{SdkError, SdkEventType, SdkFacts, SdkFile, SdkLanguage, sdk_files};
