//! What is done to a data folder: backup, check, restore, migration.

pub(crate) mod backup;
pub(crate) mod doctor;
pub(crate) mod folder;
pub(crate) mod maintenance;
