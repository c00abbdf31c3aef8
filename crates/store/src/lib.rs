//! Where events, deliveries and the catalog are kept.
//!
//! The traits say what every storage engine must do; [`Store`] is all of them. An engine's promises:
//!
//! 1. What [`Ingest::append`] has answered is on disk, with whom it goes to.
//! 2. A change that was answered is in force for the next event.
//! 3. Reads see everything that was answered before they began, by whichever node.
//! 4. Every look-up is bound to a project by its [`Reach`], and to a tenant unless the caller may see all.
//! 5. An event that a [`Feed`] tells of is announced to it before anybody can see it. What an event is numbered by says
//!    nothing of when it can be seen, nor of when the feed tells of it.
//!
//! Times are the caller's: nothing in here asks for the time.

mod audit;
mod audit_credentials;
mod audit_entry;
mod catalog;
mod codec;
mod condition;
mod due;
mod effects;
mod engines;
mod error;
mod fail;
mod feed;
mod histogram;
mod ingest;
mod jobs;
mod keys;
mod log;
mod maintenance;
mod mirror;
mod needs;
mod once;
mod operator;
mod order;
mod page;
pub mod postgres;
mod queue;
mod relational;
mod seal;
mod session;
mod sql;
pub mod sqlite;
mod stats;
mod store;
mod streaks;
mod tail;
mod tally;
mod transfer;
mod work;

pub use audit::{AUDIT_DAYS_MIN, AuditLog, AuditQuery, ByActor};
pub use catalog::{Catalog, Change, EventTypePut};
pub use condition::{Condition, Monitor};
pub use due::{Due, DueBatch};
pub use engines::{StoreUrl, UnknownStore};
pub use error::StoreError;
pub use feed::{Announced, Feed, Fresh, FreshTarget, Notices};
pub use histogram::Histogram;
pub use ingest::{Accepted, Ingest, NewEvent, Refused};
pub use keys::{EndpointKey, EventKey};
pub use log::{
    AttemptQuery, AttemptRow, DeliveryDetail, DeliveryRow, EventQuery, Explained, Log, RouteResult,
};
pub use maintenance::{EngineError, Finding, Maintenance};
pub use nuncio_cluster::{Epoch, Owned, Shard};
pub use once::{KeptAnswer, MakeAnswer, Once, Shows, StoredAnswer};
pub use operator::Quota;
pub use order::OrderingHash;
pub use page::{Page, PageFilling, PageStart, Reach, Slice};
pub use seal::{SealError, Sealer};
pub use session::{Session, Sessions};
pub use stats::{
    Count, EndpointStats, HealthSummary, Rollup, RollupScope, RollupUnit, Stats, StoredTotals,
    Suspect,
};
pub use store::Store;
pub use transfer::{TransferError, TransferProgress, TransferStep, TransferredTable};
pub use work::{Record, Sending, Work};
