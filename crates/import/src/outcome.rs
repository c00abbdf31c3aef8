//! What an import comes to, thing by thing.

use std::fmt;

/// A kind of thing that is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportedKind {
    /// An event type.
    EventType,
    /// A tenant.
    Tenant,
    /// An endpoint.
    Endpoint,
}

impl ImportedKind {
    /// Its name, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::EventType => "event type",
            Self::Tenant => "tenant",
            Self::Endpoint => "endpoint",
        }
    }
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It will be created.
    Create,
    /// It was created.
    Created,
    /// The server has it already; it stays as it is there.
    Exists,
    /// It can't come, for this reason.
    Refused(String),
}

impl ImportOutcome {
    /// A word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Created => "created",
            Self::Exists => "exists",
            Self::Refused(_) => "refused",
        }
    }

    /// Why it can't come; empty if it can.
    pub fn reason(&self) -> &str {
        match self {
            Self::Refused(why) => why,
            Self::Create | Self::Created | Self::Exists => "",
        }
    }
}

impl fmt::Display for ImportOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One thing and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What it is.
    pub kind: ImportedKind,
    /// Where it stands in the source.
    pub origin: String,
    /// What to call it.
    pub name: String,
    /// What becomes of it.
    pub outcome: ImportOutcome,
}
