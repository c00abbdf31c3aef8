//! In which order the folders of what the engines share, and of SQLite's own, stand on each other.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders and files, each of which imports from those before it only.
const FLOORS: [(&str, &[&str]); 2] = [
    (
        "relational",
        &[
            "shared", "rows", "reads", "write", "changes", "jobs", "apply", "engine", "store",
        ],
    ),
    (
        "sqlite",
        &["file", "commit", "writer", "store", "upkeep", "past"],
    ),
];

/// Tests beside what they test, which open a database: they may import from everywhere.
const TESTS: [&str; 1] = ["durability.rs"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The files of a folder and of those in it, without what `besides` names.
fn files(dir: &Path, besides: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if besides.contains(&name) {
            continue;
        }
        if path.is_dir() {
            files.extend(self::files(&path, besides));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

/// The code, without comments and white space.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    lines.flat_map(str::split_whitespace).collect()
}

/// What stands right below a folder such as `sqlite::` in a file's code: in braces, the first name of each path.
fn named_floors(code: &str, above: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(above) {
        // The library.
        if code[..at].ends_with("ru") {
            continue;
        }
        let rest = &code[at + above.len()..];
        let name = |text: &str| -> String {
            let name = text
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_');
            name.collect()
        };
        let Some(list) = rest.strip_prefix('{') else {
            found.push(name(rest));
            continue;
        };
        let (mut depth, mut first) = (0, true);
        for (at, c) in list.char_indices() {
            if first && depth == 0 && c != '}' {
                found.push(name(&list[at..]));
            }
            first = c == ',';
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    found
}

#[test]
fn paths_are_found_in_and_out_of_braces() {
    let code = "userusqlite::params;usecrate::{A,sqlite::{jobs::{a,b},rows::c,shared,},x};usecrate::sqlite::reads::d;";
    assert_eq!(
        named_floors(code, "sqlite::"),
        ["jobs", "rows", "shared", "reads"]
    );
}

#[test]
fn a_folder_imports_only_from_those_below_it() {
    for (folder, floors) in FLOORS {
        let above = format!("{folder}::");
        let folder = source().join(folder);
        for (n, floor) in floors.iter().enumerate() {
            let dir = folder.join(floor);
            let files = match dir.is_dir() {
                true => files(&dir, &TESTS),
                false => vec![dir.with_extension("rs")],
            };
            assert!(!files.is_empty(), "{floor}");
            for file in files {
                for named in named_floors(&code(&file), &above) {
                    let below = floors.iter().position(|floor| *floor == named);
                    assert!(
                        below.is_some_and(|below| below <= n),
                        "{} names {named}, which is not below {floor}",
                        file.display()
                    );
                }
            }
        }
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let floor = name.strip_suffix(".rs").unwrap_or(&name);
            let known = floors.contains(&floor) || name == "schema" || name == "mod.rs";
            assert!(known, "{name} has no floor");
        }
    }
}

#[test]
fn what_is_for_every_engine_knows_none() {
    // `transfer` moves from one to the other.
    for file in files(&source(), &["sqlite", "postgres", "sql", "transfer"]) {
        if file.ends_with("src/lib.rs") || file.ends_with("src/engines.rs") {
            continue;
        }
        let code = code(&file);
        for engine in ["sqlite", "postgres"] {
            assert!(!code.contains(engine), "{}: {engine}", file.display());
        }
    }
}
