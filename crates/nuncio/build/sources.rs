//! Which changes make another dashboard?

use std::path::Path;

/// Folders that are no part of what is built: packages (the lock file stands for them), output, tests in a browser.
const OTHER_FOLDERS: &[&str] = &["node_modules", "dist", "e2e", "scripts"];
/// Written by the dashboard's own scripts; its types leave no trace in what is built.
const GENERATED: &str = "schema.ts";

/// Has Cargo build again when a source changes. Each file is named, since a folder would also tell of what is generated
/// in it. A new file counts from the moment that another one uses it.
pub(crate) fn watch(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !OTHER_FOLDERS.contains(&&*name) {
                watch(&path);
            }
        } else if is_source(&name) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}

fn is_source(name: &str) -> bool {
    let is_test = name.ends_with(".test.ts") || name.ends_with(".test.tsx");
    !is_test && name != GENERATED && !name.ends_with(".md") && !name.starts_with(".git")
}
