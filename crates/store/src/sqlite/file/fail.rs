//! What SQLite's errors are to the engine.

use rusqlite::ErrorCode;

use crate::fail::Fail;

impl From<rusqlite::Error> for Fail {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            None | Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => {
                Self::Broken(error.to_string())
            }
            Some(_) => Self::Outage(error.to_string()),
        }
    }
}
