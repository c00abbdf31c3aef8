//! What owners keep with their things.

use serde_json::{Map, Value};

use crate::http::problem::Problem;

/// Endpoints are kept in memory: what customers keep with them is bounded.
const METADATA_BYTES_MAX: usize = 8 * 1024;

/// Bounds what is kept with a thing for its owner.
pub(crate) fn check_metadata(metadata: Option<&Map<String, Value>>) -> Result<(), Problem> {
    let bytes = metadata.map_or(0, |map| {
        serde_json::to_vec(map).map_or(0, |text| text.len())
    });
    match bytes <= METADATA_BYTES_MAX {
        true => Ok(()),
        false => Err(Problem::invalid(
            "/metadata",
            format!("{bytes} bytes: at most {METADATA_BYTES_MAX} are allowed"),
        )),
    }
}
