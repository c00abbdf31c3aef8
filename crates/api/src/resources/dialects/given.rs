//! A dialect as callers give it: the text of its file, or its tables as JSON.

use std::sync::Arc;

use nuncio_dialect::Dialect;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{access::body::FileBody, http::problem::Problem};

/// A dialect's file is a page or two; it is kept in memory in every version.
const SOURCE_BYTES_MAX: usize = 64 * 1024;

/// A dialect's file: its text, or, in place of `source`, its tables as JSON (`name`, `title`, `secret`, …).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDialect {
    /// The text of the file (TOML), at most 64 KiB; its `name` is the one in the path.
    source: String,
}

/// Reads the dialect in a body.
pub(super) fn read(body: FileBody, name: &str) -> Result<Arc<Dialect>, Problem> {
    let body = match body {
        FileBody::Toml(text, _room) => return parse(&text, name, ""),
        FileBody::Json(body) => body,
    };
    let tables: Map<String, Value> = body.parse()?;
    // No dialect has a table of that name.
    if tables.contains_key("source") || tables.is_empty() {
        let NewDialect { source } = body.parse()?;
        return parse(&source, name, "/source");
    }
    let text = nuncio_dialect::file_text(&tables);
    let text =
        text.map_err(|error| Problem::invalid("", format!("can't be written as TOML: {error}")))?;
    parse_tables(&text, name)
}

/// Reads a text that was made of tables: nobody knows its lines, so that a fault shows the line itself.
fn parse_tables(text: &str, name: &str) -> Result<Arc<Dialect>, Problem> {
    check_size(text, "")?;
    Dialect::parse(text, name).map(Arc::new).map_err(|error| {
        let line = text
            .lines()
            .nth(error.line.saturating_sub(1))
            .unwrap_or_default();
        let near = match error.line {
            1 => String::new(),
            _ => format!(", at `{line}`"),
        };
        Problem::invalid("", format!("{}{near}", error.reason))
    })
}

/// Reads the text of a dialect's file; `pointer` is where it is in the body.
pub(super) fn parse(source: &str, name: &str, pointer: &str) -> Result<Arc<Dialect>, Problem> {
    check_size(source, pointer)?;
    Dialect::parse(source, &format!("{name}.toml"))
        .map(Arc::new)
        .map_err(|error| {
            let (line, column) = (error.line, error.column);
            Problem::invalid(pointer, error).at(line, column)
        })
}

fn check_size(source: &str, pointer: &str) -> Result<(), Problem> {
    let bytes = source.len();
    match bytes <= SOURCE_BYTES_MAX {
        true => Ok(()),
        false => Err(Problem::invalid(
            pointer,
            format!("{bytes} bytes: at most {SOURCE_BYTES_MAX} are allowed"),
        )),
    }
}
