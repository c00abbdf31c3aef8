//! Which of our crates depend on which? Read from `cargo metadata`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run;

/// A crate below `crates/`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// As in its `Cargo.toml`.
    pub(crate) name: String,
    /// Where its `Cargo.toml` lies.
    pub(crate) folder: PathBuf,
    /// Names of all that it depends on, to run, to build and to be tested.
    pub(crate) dependencies: Vec<String>,
}

/// The workspace's crates, without xtask, which is no part of the product.
///
/// # Errors
/// When Cargo can't read the workspace.
pub(crate) fn members() -> Result<Vec<Member>> {
    let arguments = [
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ];
    parse(&run::output(run::cargo().args(arguments))?)
}

fn parse(metadata: &str) -> Result<Vec<Member>> {
    let metadata: Value = serde_json::from_str(metadata).context("can't parse cargo metadata")?;
    let members: Vec<Member> = list(&metadata, "packages")?
        .iter()
        .map(member)
        .collect::<Result<_>>()?;
    Ok(members
        .into_iter()
        .filter(|member| member.name != "xtask")
        .collect())
}

fn member(package: &Value) -> Result<Member> {
    let manifest = PathBuf::from(text(package, "manifest_path")?);
    let dependencies = list(package, "dependencies")?;
    Ok(Member {
        name: text(package, "name")?.to_owned(),
        folder: manifest
            .parent()
            .context("a manifest lies in a folder")?
            .to_owned(),
        dependencies: dependencies
            .iter()
            .map(|dependency| Ok(text(dependency, "name")?.to_owned()))
            .collect::<Result<_>>()?,
    })
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key]
        .as_array()
        .with_context(|| format!("cargo metadata has no list {key}"))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key]
        .as_str()
        .with_context(|| format!("cargo metadata has no text {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_with_all_their_dependencies_and_without_xtask() {
        let metadata = r#"{"packages": [
            {"name": "nuncio-store", "manifest_path": "/p/crates/store/Cargo.toml",
             "dependencies": [{"name": "serde", "kind": null}, {"name": "tempfile", "kind": "dev"}]},
            {"name": "xtask", "manifest_path": "/p/xtask/Cargo.toml", "dependencies": []}]}"#;
        let store = Member {
            name: "nuncio-store".to_owned(),
            folder: PathBuf::from("/p/crates/store"),
            dependencies: vec!["serde".to_owned(), "tempfile".to_owned()],
        };
        assert_eq!(parse(metadata).expect("it is sound"), [store]);
    }

    #[test]
    fn metadata_without_packages_is_an_error() {
        assert_eq!(
            parse("{}").expect_err("unsound").to_string(),
            "cargo metadata has no list packages"
        );
    }
}
