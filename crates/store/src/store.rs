//! All traits of a store together.

use crate::{AuditLog, Catalog, Ingest, Log, Monitor, Sessions, Stats, Work};

/// Everything that a storage engine does.
pub trait Store: Ingest + Catalog + Sessions + Log + Work + Stats + AuditLog + Monitor {}
impl<T: Ingest + Catalog + Sessions + Log + Work + Stats + AuditLog + Monitor> Store for T {}
