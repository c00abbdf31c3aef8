//! Where events, deliveries and the catalog are kept.
//!
//! The traits say what every storage engine must do; [`Store`] is all of them. An engine's promises:
//!
//! 1. What [`Ingest::append`] has answered is on disk, with whom it goes to.
//! 2. A change that was answered is in force for the next event.
//! 3. Reads see everything that was answered before they began.
//! 4. Every look-up is bound to a project by its [`Reach`], and to a tenant unless the caller may see all.
//!
//! Times are the caller's: nothing in here asks for the time.

mod audit;
mod audit_credentials;
mod audit_entry;
mod catalog;
mod codec;
mod condition;
mod effects;
mod engines;
mod error;
mod fail;
mod feed;
mod histogram;
mod ingest;
mod jobs;
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
mod streaks;
mod tail;
mod tally;
mod work;

pub use audit::{AUDIT_DAYS_MIN, AuditLog, AuditQuery, ByActor};
pub use catalog::{Catalog, Change, EventTypePut};
pub use condition::{Condition, Monitor};
pub use engines::{StoreUrl, UnknownStore};
pub use error::StoreError;
pub use feed::{Feed, Fresh, FreshTarget, Notices};
pub use histogram::Histogram;
pub use ingest::{Accepted, Ingest, NewEvent, Refused};
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
    Count, EndpointStats, HealthSummary, Rollup, RollupScope, RollupUnit, Stats, Suspect,
};
pub use work::{Due, DueBatch, EndpointKey, EventKey, Record, Sending, Work};

/// Everything that a storage engine does.
pub trait Store: Ingest + Catalog + Sessions + Log + Work + Stats + AuditLog + Monitor {}
impl<T: Ingest + Catalog + Sessions + Log + Work + Stats + AuditLog + Monitor> Store for T {}
