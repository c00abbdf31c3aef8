//! In which order the engine's folders stand on each other.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each imports from those before it only. The last is a file.
const FLOORS: [&str; 10] = [
    "rows",
    "shared",
    "reads",
    "transaction",
    "changes",
    "jobs",
    "writer",
    "store",
    "upkeep",
    "past",
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

/// What stands right below `sqlite::` in a file's code: in braces, the first name of each path.
fn named_floors(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("sqlite::") {
        // The library.
        if code[..at].ends_with("ru") {
            continue;
        }
        let rest = &code[at + "sqlite::".len()..];
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
    assert_eq!(named_floors(code), ["jobs", "rows", "shared", "reads"]);
}

#[test]
fn a_folder_imports_only_from_those_below_it() {
    let sqlite = source().join("sqlite");
    for (n, floor) in FLOORS.iter().enumerate() {
        let dir = sqlite.join(floor);
        let files = match dir.is_dir() {
            true => files(&dir, &TESTS),
            false => vec![dir.with_extension("rs")],
        };
        assert!(!files.is_empty(), "{floor}");
        for file in files {
            for named in named_floors(&code(&file)) {
                let below = FLOORS.iter().position(|floor| *floor == named);
                assert!(
                    below.is_some_and(|below| below <= n),
                    "{} names {named}, which is not below {floor}",
                    file.display()
                );
            }
        }
    }
    let folders = fs::read_dir(&sqlite).unwrap().map(Result::unwrap);
    for entry in folders {
        let name = entry.file_name().into_string().unwrap();
        let floor = name.strip_suffix(".rs").unwrap_or(&name);
        let known = FLOORS.contains(&floor) || name == "schema" || name == "mod.rs";
        assert!(known, "{name} has no floor");
    }
}

#[test]
fn what_is_for_every_engine_knows_none() {
    for file in files(&source(), &["sqlite"]) {
        if file.ends_with("src/lib.rs") || file.ends_with("src/engines.rs") {
            continue;
        }
        assert!(!code(&file).contains("sqlite"), "{}", file.display());
    }
}
