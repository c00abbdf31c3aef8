//! What is done to a store from outside, without serving from it.

use std::{error::Error, fmt, path::Path};

use crate::Sealer;

/// What one check has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, such as `integrity`.
    pub check: &'static str,
    /// Whether it is in order.
    pub ok: bool,
    /// What was found, in a sentence.
    pub detail: String,
}

/// Why a store could not be opened, or nothing was done to it; what it was is the engine's.
#[derive(Debug)]
pub struct EngineError(Box<dyn Error + Send + Sync>);

impl EngineError {
    pub(crate) fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for EngineError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// The upkeep of a store, whether a server runs on it or not, unless it says otherwise.
pub trait Maintenance: Send + Sync {
    /// Whether something is stored there.
    ///
    /// # Errors
    /// It can't be told, since the store can't be reached.
    fn has_data(&self) -> Result<bool, EngineError>;
    /// Copies everything to a new file, as of one moment. The master key is not in it.
    ///
    /// # Errors
    /// There is nothing, or the file is there already or can't be written.
    fn back_up(&self, to: &Path) -> Result<(), EngineError>;
    /// Puts a backup back where nothing is stored.
    ///
    /// # Errors
    /// The backup is damaged or of a newer program; something is stored already, or it can't be written.
    fn restore(&self, from: &Path) -> Result<(), EngineError>;
    /// Looks whether all is in order; this may take a while.
    ///
    /// # Errors
    /// There is nothing, or it can't be read at all.
    fn check(&self, sealer: &Sealer) -> Result<Vec<Finding>, EngineError>;
    /// Brings the schema up to date and returns its version.
    ///
    /// # Errors
    /// As opening the store: a server runs on it, or it can't be used.
    fn migrate(&self, sealer: Sealer) -> Result<u32, EngineError>;
}
