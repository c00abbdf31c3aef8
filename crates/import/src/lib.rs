//! Moving in from another system.
//!
//! Owns: sources ([`Source`]), each of which reads one system and gives [`Records`] that are the same for all; and the one
//! [`ImportTarget`], which compares them with a server by its API and creates what is missing.
//!
//! Refuses: to write to a source, and to change anything that is on the server already.
//!
//! Guarantees: whatever can't come is reported with its place and the reason. Doing it again creates nothing twice: a
//! record with a uid is known by it, one without by its tenant and URL. No report holds a secret.

mod columns;
mod convoy;
mod csv;
mod database;
mod file;
mod hook0;
mod outcome;
mod records;
mod svix_api;
mod svix_database;
mod svix_key;
mod target;

pub use convoy::ConvoyDatabase;
pub use file::{FileFormat, FileSource};
pub use hook0::Hook0Database;
pub use outcome::{Import, ImportOutcome, ImportedKind};
pub use records::{
    EndpointRecord, EventTypeRecord, ImportSecret, OldSecret, Records, TenantRecord,
};
pub use svix_api::SvixApi;
pub use svix_database::SvixDatabase;
pub use target::ImportTarget;

/// A system to move in from.
pub trait Source {
    /// Reads everything that can come from it, and why the rest can't.
    ///
    /// # Errors
    /// It can't be read at all.
    fn read(&self) -> impl Future<Output = anyhow::Result<Records>> + Send;
}
