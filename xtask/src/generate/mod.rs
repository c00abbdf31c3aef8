//! `cargo xtask generate`: what the receiver libraries, the clients and the commands have from the dialects and from
//! `openapi.json`.
//!
//! It is committed, so that each library is whole as it lies there, and checked for drift.

mod api;
mod cli;
mod dialects;
mod go;
mod names;
mod python;
mod read;
mod rust;
mod schema;
mod text;
mod typescript;

use std::fs;

use anyhow::{Context, Result};

use crate::root::root;
use crate::step::Outcome;

const COMMAND: &str = "cargo xtask generate";
/// What every generated source says at its top, behind the language's comment mark.
const HEAD: &str =
    "Generated from openapi.json by `cargo xtask generate`; changes made here are lost.";

/// A generated file.
#[derive(Debug)]
struct File {
    /// Relative to the workspace.
    path: String,
    /// All of it.
    text: String,
}

/// Writes every generated file that differs.
///
/// # Errors
/// When what they are generated from can't be read, or a file can't be written.
pub(crate) fn regenerate() -> Result<Outcome> {
    for file in files()? {
        let path = root().join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|committed| committed == file.text) {
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &file.text).with_context(|| format!("can't write {}", file.path))?;
        println!("wrote {}", file.path);
    }
    Ok(Outcome::Passed)
}

/// Compares the committed files with what would be generated now.
///
/// # Errors
/// When what they are generated from can't be read.
pub(crate) fn is_current() -> Result<Outcome> {
    let drifted: Vec<String> = files()?.iter().filter_map(drift).collect();
    Ok(Outcome::of_violations(&drifted))
}

fn files() -> Result<Vec<File>> {
    let document = fs::read_to_string(root().join("openapi.json"));
    let document = document.context("can't read openapi.json")?;
    let api = read::api(&serde_json::from_str(&document)?).context("openapi.json")?;
    let mut files = dialects::files()?;
    files.extend(typescript::files(&api));
    files.extend(python::files(&api)?);
    files.extend(go::files(&api));
    files.extend(rust::files(&api)?);
    files.extend(cli::files(&api));
    Ok(files)
}

/// What is wrong with the committed file, as a sentence; nothing if it is current.
fn drift(file: &File) -> Option<String> {
    let path = &file.path;
    match fs::read_to_string(root().join(path)) {
        Ok(committed) if committed == file.text => None,
        Ok(_) => Some(format!("{path}: out of date; run `{COMMAND}`")),
        Err(error) => Some(format!("{path}: {error}; run `{COMMAND}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: Option<&str>) {
        let file = File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        assert_eq!(drift(&file).as_deref(), expected);
    }

    #[test]
    fn drift_names_the_file_and_the_command() {
        let folder = crate::root::scratch().join("test_generate");
        fs::create_dir_all(&folder).expect("scratch is writable");
        fs::write(folder.join("a.txt"), "old").expect("writable");
        let path = "target/xtask/test_generate/a.txt";
        check(path, "old", None);
        let expected = format!("{path}: out of date; run `cargo xtask generate`");
        check(path, "new", Some(&expected));
    }

    #[test]
    fn missing_file_is_drift() {
        let expected =
            "no-such-file: No such file or directory (os error 2); run `cargo xtask generate`";
        check("no-such-file", "", Some(expected));
    }
}
