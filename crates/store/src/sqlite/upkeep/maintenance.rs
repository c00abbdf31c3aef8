//! The upkeep of a data folder, as every engine has it.

use std::path::{Path, PathBuf};

use super::folder;
use crate::{EngineError, Finding, Maintenance, Sealer, sqlite::file::path::has_database};

/// A data folder, to be looked after.
#[derive(Clone, Debug)]
pub struct SqliteFolder {
    dir: PathBuf,
}

impl SqliteFolder {
    /// That of a store with its database in `dir`.
    pub const fn new(dir: PathBuf) -> Self {
        Self { dir }
    }
}

impl Maintenance for SqliteFolder {
    fn has_data(&self) -> Result<bool, EngineError> {
        Ok(has_database(&self.dir))
    }

    fn back_up(&self, to: &Path) -> Result<(), EngineError> {
        folder::back_up(&self.dir, to).map_err(EngineError::new)
    }

    fn restore(&self, from: &Path) -> Result<(), EngineError> {
        folder::restore(from, &self.dir).map_err(EngineError::new)
    }

    fn check(&self, sealer: &Sealer) -> Result<Vec<Finding>, EngineError> {
        folder::look(&self.dir, sealer).map_err(EngineError::new)
    }

    fn migrate(&self, sealer: Sealer) -> Result<u32, EngineError> {
        folder::bring_up_to_date(&self.dir, sealer).map_err(EngineError::new)
    }
}
