//! Which Rust sources make up a crate, without its tests?

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::root::root;
use crate::tokens::{self, Token};

/// A source file as its code: comments and tests are gone.
pub(crate) struct Source {
    /// Relative to the workspace.
    pub(crate) path: String,
    /// In the order of the file.
    pub(crate) tokens: Vec<Token>,
}

/// Every source below `src/` of the crate in this folder, but those that are compiled only for tests.
///
/// # Errors
/// When a file can't be read or is not Rust.
pub(crate) fn files(crate_folder: &Path) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    collect(&crate_folder.join("src"), &mut paths)?;
    paths.sort();
    let mut sources = Vec::new();
    let mut test_modules = Vec::new();
    for path in paths {
        let text =
            fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
        let code = tokens::read(&text)
            .with_context(|| format!("can't read {} as Rust", path.display()))?;
        let folder = module_folder(&path);
        test_modules.extend(code.test_modules.iter().map(|module| folder.join(module)));
        sources.push((path, code.tokens));
    }
    let is_test = |path: &Path| {
        test_modules
            .iter()
            .any(|module| path.with_extension("").starts_with(module))
    };
    let kept = sources.into_iter().filter(|(path, _)| !is_test(path));
    Ok(kept
        .map(|(path, tokens)| Source {
            path: shown(&path),
            tokens,
        })
        .collect())
}

/// Where the sources of the crate in this folder lie, relative to the workspace.
pub(crate) fn src_of(crate_folder: &Path) -> String {
    shown(&crate_folder.join("src"))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("can't list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}

/// Where the modules that a file declares lie: beside `lib.rs`, `main.rs` and `mod.rs`, else in a folder of its name.
fn module_folder(file: &Path) -> PathBuf {
    let is_root = ["lib.rs", "main.rs", "mod.rs"]
        .iter()
        .any(|name| file.ends_with(name));
    if is_root {
        file.with_file_name("")
    } else {
        file.with_extension("")
    }
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_a_root_lie_beside_it_and_others_below() {
        fn check(file: &str, expected: &str) {
            assert_eq!(
                module_folder(Path::new(file)).join("tests"),
                Path::new(expected)
            );
        }
        check("src/lib.rs", "src/tests");
        check("src/json/mod.rs", "src/json/tests");
        check("src/retry.rs", "src/retry/tests");
    }

    #[test]
    fn own_sources_are_found_relative_to_the_workspace() {
        let sources =
            files(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("our own sources are Rust");
        assert!(
            sources
                .iter()
                .any(|source| source.path == "xtask/src/source.rs")
        );
    }

    #[test]
    fn file_of_a_test_module_is_left_out() {
        let folder = crate::root::scratch().join("test_source");
        let src = folder.join("src");
        fs::create_dir_all(src.join("cases")).expect("scratch is writable");
        fs::write(src.join("lib.rs"), "#[cfg(test)] mod cases; mod kept;").expect("writable");
        for name in ["cases/mod.rs", "cases/deep.rs", "kept.rs"] {
            fs::write(src.join(name), "").expect("writable");
        }
        let paths: Vec<String> = files(&folder)
            .expect("sound sources")
            .into_iter()
            .map(|source| source.path)
            .collect();
        assert_eq!(
            paths,
            ["kept.rs", "lib.rs"].map(|name| format!("target/xtask/test_source/src/{name}"))
        );
    }
}
