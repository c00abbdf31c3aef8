//! Which folder of a crate may import which? Floors, from the lowest up: a file imports from its own floor and from those
//! below.

use std::collections::BTreeSet;

use crate::modules::{Import, Module, Modules, circles};

/// An order within one folder of a crate.
pub(crate) struct Floors {
    /// The crate.
    pub(crate) member: &'static str,
    /// The folder, below the crate's `src`: its modules' path. Nothing for `src` itself.
    folder: &'static [&'static str],
    /// Its files and sub-folders, the lowest first. The folder's own file (`lib.rs`, `mod.rs`) is above them all.
    order: &'static [&'static str],
    /// Sub-folders whose files and folders may import one another, but not in a circle.
    without_circles: &'static [&'static str],
}

pub(crate) const FLOORS: &[Floors] = &[Floors {
    member: "nuncio-api",
    folder: &[],
    order: &[
        // What HTTP is to every route.
        "http",
        // What the server keeps between requests.
        "state",
        // Who asks, and may they?
        "access",
        // A noun each.
        "resources",
        // The document that describes them.
        "docs",
        // What another API over the same store shares with this one.
        "surface",
        // All of them together.
        "routes",
        "fuzzing",
    ],
    without_circles: &["resources"],
}];

/// What goes against the order, each with its place.
pub(crate) fn violations(floors: &Floors, modules: &Modules) -> Vec<String> {
    let names: BTreeSet<&str> = modules
        .all
        .iter()
        .filter_map(|module| entry(module, floors.folder))
        .collect();
    let shown = |name: &str| {
        let path = floors.folder.iter().chain([&name]);
        path.copied().collect::<Vec<_>>().join("/")
    };
    let mut found = Vec::new();
    for name in &names {
        if !floors.order.contains(name) {
            found.push(format!(
                "{}: {} has no floor; give it one in floors.rs",
                floors.member,
                shown(name)
            ));
        }
    }
    for name in floors.order {
        if !names.contains(name) {
            found.push(format!(
                "{}: there is no {}, which floors.rs names",
                floors.member,
                shown(name)
            ));
        }
    }
    found.extend(
        modules
            .imports
            .iter()
            .filter_map(|import| upward(floors, import)),
    );
    for folder in floors.without_circles {
        let path: Vec<&str> = floors.folder.iter().chain([folder]).copied().collect();
        found.extend(circles_within(&path, modules));
    }
    found
}

/// What is wrong with an import that goes up.
fn upward(floors: &Floors, import: &Import) -> Option<String> {
    let from = entry(&import.from, floors.folder)?;
    let place = |name| floors.order.iter().position(|floor| floor == name);
    let is_own_file = import.to == floors.folder;
    let (to, is_upward) = match entry(&import.to, floors.folder) {
        None if is_own_file => ("the folder's own file", true),
        None => return None,
        Some(to) => (to, place(&to)? > place(&from)?),
    };
    is_upward.then(|| {
        format!(
            "{}: {from} may not import from {to}, which is above it",
            import.place
        )
    })
}

/// The groups of a folder's files and sub-folders that import one another.
fn circles_within(folder: &[&str], modules: &Modules) -> Vec<String> {
    let entries = modules
        .all
        .iter()
        .filter_map(|module| entry(module, folder));
    let entries: BTreeSet<&str> = entries.collect();
    let between = |import: &'_ Import| -> Option<(String, String)> {
        let from = entry(&import.from, folder)?.to_owned();
        let to = entry(&import.to, folder)?.to_owned();
        (from != to).then_some((from, to))
    };
    let nodes: BTreeSet<String> = entries.iter().map(|&name| name.to_owned()).collect();
    let found = circles(&nodes, modules.imports.iter().filter_map(between));
    let described = found.iter().map(|circle| {
        let inner = modules.imports.iter().filter(|import| {
            between(import).is_some_and(|(from, to)| circle.contains(&from) && circle.contains(&to))
        });
        let places: Vec<&str> = inner.map(|import| import.place.as_str()).collect();
        format!(
            "{}: {} import one another in a circle: {}",
            folder.join("/"),
            circle.join(", "),
            places.join(", ")
        )
    });
    described.collect()
}

/// Which file or sub-folder of the folder the module lies in; nothing for the folder's own file and what is outside.
fn entry<'a>(module: &'a Module, folder: &[&str]) -> Option<&'a str> {
    let inside = module.get(..folder.len())? == folder;
    inside.then(|| module.get(folder.len()).map(String::as_str))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::tokens;

    const PLANTED: Floors = Floors {
        member: "nuncio-planted",
        folder: &["sqlite"],
        order: &["rows", "reads", "writer"],
        without_circles: &["reads"],
    };

    /// A sound crate of that order, with one file changed or added.
    fn check(path: &str, text: &str, expected: &[&str]) {
        let mut files = vec![
            ("lib.rs", "mod sqlite; mod elsewhere;"),
            ("elsewhere.rs", "use crate::sqlite::writer::Writer;"),
            (
                "sqlite/mod.rs",
                "mod rows; mod reads; mod writer; use writer::Writer;",
            ),
            ("sqlite/rows.rs", "use crate::elsewhere::X;"),
            ("sqlite/reads/mod.rs", "mod events; mod keys; mod lists;"),
            (
                "sqlite/reads/events.rs",
                "use super::{lists::List, keys::Key};",
            ),
            ("sqlite/reads/keys.rs", "use crate::sqlite::rows::Row;"),
            ("sqlite/reads/lists.rs", ""),
            ("sqlite/writer.rs", "use super::{reads::keys::Key, rows};"),
        ];
        files.retain(|(other, _)| *other != path);
        files.push((path, text));
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source {
                path: format!("src/{path}"),
                tokens: tokens::read(text).expect("sound Rust").tokens,
            })
            .collect();
        let found = violations(&PLANTED, &Modules::of(&sources, "src"));
        assert_eq!(found, expected, "{path}: {text}");
    }

    #[test]
    fn imports_go_down_or_stay() {
        check("lib.rs", "mod sqlite; mod elsewhere;", &[]);
        check(
            "sqlite/rows.rs",
            "\nuse super::{writer::Writer};",
            &["src/sqlite/rows.rs:2: rows may not import from writer, which is above it"],
        );
        check(
            "sqlite/reads/lists.rs",
            "fn f() { crate::sqlite::writer::write(); }",
            &["src/sqlite/reads/lists.rs:1: reads may not import from writer, which is above it"],
        );
        check(
            "sqlite/rows.rs",
            "use super::Connection;",
            &[
                "src/sqlite/rows.rs:1: rows may not import from the folder's own file, which is above it",
            ],
        );
    }

    #[test]
    fn what_the_folder_hands_on_is_where_it_lies() {
        check(
            "sqlite/reads/lists.rs",
            "use crate::sqlite::Writer;",
            &["src/sqlite/reads/lists.rs:1: reads may not import from writer, which is above it"],
        );
        check("sqlite/writer.rs", "use super::Writer;", &[]);
    }

    #[test]
    fn nouns_do_not_know_one_another() {
        check(
            "sqlite/reads/keys.rs",
            "use super::events::Event;",
            &[
                "sqlite/reads: events, keys import one another in a circle: src/sqlite/reads/events.rs:1, src/sqlite/reads/keys.rs:1",
            ],
        );
        check("sqlite/reads/lists.rs", "use super::keys::Key;", &[]);
    }

    #[test]
    fn every_file_has_a_floor_and_every_floor_a_file() {
        check(
            "sqlite/spare.rs",
            "",
            &["nuncio-planted: sqlite/spare has no floor; give it one in floors.rs"],
        );
        let floors = Floors {
            order: &["rows", "gone"],
            ..PLANTED
        };
        let source = Source {
            path: "src/sqlite/rows.rs".to_owned(),
            tokens: Vec::new(),
        };
        assert_eq!(
            violations(&floors, &Modules::of(&[source], "src")),
            ["nuncio-planted: there is no sqlite/gone, which floors.rs names"]
        );
    }
}
