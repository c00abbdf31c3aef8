//! Which module of a crate imports which? Read from the sources' paths, without compiling.
//!
//! A path counts wherever it stands: in a `use`, in an expression, in an attribute. What a module hands on with `pub use`
//! counts as an import of the module that it lies in, and what it hands on from another crate as none at all. Globs and
//! paths that macros put together are not seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;
use crate::tokens::Token;

/// A module: its path from the crate's root, which is empty.
pub(crate) type Module = Vec<String>;

/// One module's import of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) from: Module,
    pub(crate) to: Module,
    /// Where, for a report: path and line.
    pub(crate) place: String,
}

/// The modules of a crate that have files of their own, and what each imports of the others.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    pub(crate) all: BTreeSet<Module>,
    /// In the order of files and lines.
    pub(crate) imports: Vec<Import>,
}

/// `as` names and paths of everything that a module imports.
type Names = BTreeMap<String, Vec<String>>;

/// More would be a circle of names that are handed on.
const HANDED_ON_MAX: usize = 8;

impl Modules {
    /// Those of the crate with these sources, which lie below `src`.
    pub(crate) fn of(sources: &[Source], src: &str) -> Self {
        let own: Vec<Module> = sources
            .iter()
            .map(|source| module_of(&source.path, src))
            .collect();
        let all: BTreeSet<Module> = own.iter().cloned().collect();
        let mut paths = Vec::new();
        let mut names: BTreeMap<&Module, Names> = BTreeMap::new();
        let mut foreign: BTreeMap<&Module, BTreeSet<String>> = BTreeMap::new();
        for (source, module) in sources.iter().zip(&own) {
            foreign.insert(module, foreign_names(&source.tokens, module, &all));
            let found = paths_in(&source.tokens, module, &all);
            let imported = found.iter().filter_map(|path| {
                let name = path.imported_as.clone()?;
                Some((name, path.absolute.clone()))
            });
            names.entry(module).or_default().extend(imported);
            paths.push(found);
        }
        let mut imports = Vec::new();
        for ((source, module), found) in sources.iter().zip(&own).zip(paths) {
            for path in found {
                let to = defined_in(path.absolute, &all, &names, &foreign);
                if let Some(to) = to.filter(|to| to != module) {
                    imports.push(Import {
                        from: module.clone(),
                        to,
                        place: format!("{}:{}", source.path, path.line),
                    });
                }
            }
        }
        Self { all, imports }
    }

    /// Groups of modules that import one another, directly or by way of others of the group.
    pub(crate) fn circles(&self) -> Vec<Vec<Module>> {
        let edges = self.imports.iter();
        circles(
            &self.all,
            edges.map(|import| (import.from.clone(), import.to.clone())),
        )
    }
}

/// Groups of more than one node that reach one another, each sorted, the largest first.
pub(crate) fn circles<T: Clone + Ord>(
    nodes: &BTreeSet<T>,
    edges: impl Iterator<Item = (T, T)>,
) -> Vec<Vec<T>> {
    let mut next: BTreeMap<&T, BTreeSet<T>> = BTreeMap::new();
    for (from, to) in edges {
        if let Some(from) = nodes.get(&from) {
            next.entry(from).or_default().insert(to);
        }
    }
    let reach: BTreeMap<&T, BTreeSet<&T>> = nodes
        .iter()
        .map(|node| (node, reached(node, nodes, &next)))
        .collect();
    let mut left: BTreeSet<&T> = nodes.iter().collect();
    let mut found = Vec::new();
    while let Some(node) = left.pop_first() {
        let both_ways = |other: &&T| reach[node].contains(*other) && reach[*other].contains(node);
        let others: Vec<&T> = left.iter().copied().filter(both_ways).collect();
        if others.is_empty() {
            continue;
        }
        for other in &others {
            left.remove(other);
        }
        found.push(
            [node]
                .into_iter()
                .chain(others)
                .cloned()
                .collect::<Vec<T>>(),
        );
    }
    found.sort_by_key(|group| std::cmp::Reverse(group.len()));
    found
}

fn reached<'a, T: Ord>(
    start: &T,
    nodes: &'a BTreeSet<T>,
    next: &BTreeMap<&T, BTreeSet<T>>,
) -> BTreeSet<&'a T> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&T> = next.get(start).into_iter().flatten().collect();
    while let Some(node) = ahead.pop() {
        let Some(node) = nodes.get(node) else {
            continue;
        };
        if reached.insert(node) {
            ahead.extend(next.get(node).into_iter().flatten());
        }
    }
    reached
}

/// The module that a file holds.
fn module_of(path: &str, src: &str) -> Module {
    let inside = path.strip_prefix(src).unwrap_or(path);
    let inside = inside.trim_start_matches('/').trim_end_matches(".rs");
    let mut module: Module = inside.split('/').map(str::to_owned).collect();
    let last = module.last().map(String::as_str);
    let is_root = module.len() == 1 && matches!(last, Some("lib" | "main"));
    if is_root || last == Some("mod") {
        module.pop();
    }
    module
}

/// A path within the crate, as a source mentions it.
struct Path {
    absolute: Vec<String>,
    line: usize,
    /// The name that a `use` gives it.
    imported_as: Option<String>,
}

fn paths_in(tokens: &[Token], module: &Module, all: &BTreeSet<Module>) -> Vec<Path> {
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let in_use = index > 0 && tokens[index - 1].text == "use";
        let continues = index > 0 && tokens[index - 1].text == ":";
        let base = match continues {
            true => None,
            false => base(&tokens[index..], module, all),
        };
        match base {
            Some((base, length)) => {
                let before = found.len();
                index +=
                    length + branches(&tokens[index + length..], &base, token.line, &mut found);
                if !in_use {
                    for path in &mut found[before..] {
                        path.imported_as = None;
                    }
                }
            }
            None => index += 1,
        }
    }
    found
}

/// What a module has of other crates, by the names that it gives them.
fn foreign_names(tokens: &[Token], module: &Module, all: &BTreeSet<Module>) -> BTreeSet<String> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let path = &tokens[index + 1..];
        let is_foreign = path.first().is_some_and(|first| is_word(&first.text))
            && base(path, module, all).is_none();
        if token.text == "use" && is_foreign {
            branches(path, &[], token.line, &mut found);
        }
    }
    let names = found.into_iter();
    names.filter_map(|path| path.imported_as).collect()
}

/// Where a path that starts at the head of the tokens starts from, and how many of them say so, with the last `::`.
fn base(tokens: &[Token], module: &Module, all: &BTreeSet<Module>) -> Option<(Module, usize)> {
    let follows = |at: usize| {
        let mark = |at: usize| tokens.get(at).is_some_and(|token| token.text == ":");
        mark(at) && mark(at + 1)
    };
    let first = tokens.first()?;
    if !follows(1) {
        return None;
    }
    match first.text.as_str() {
        "crate" => Some((Module::new(), 3)),
        "self" => Some((module.clone(), 3)),
        "super" => {
            let (mut base, mut length) = (module.clone(), 0);
            while tokens
                .get(length)
                .is_some_and(|token| token.text == "super")
                && follows(length + 1)
            {
                base.pop();
                length += 3;
            }
            Some((base, length))
        }
        name => {
            let mut child = module.clone();
            child.push(name.to_owned());
            all.contains(&child).then_some((child, 3))
        }
    }
}

/// Reads what comes after `base::`, through groups; says how many tokens that were.
fn branches(tokens: &[Token], base: &[String], line: usize, found: &mut Vec<Path>) -> usize {
    let mut path = base.to_vec();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        if token.text == "{" {
            index += 1;
            while let Some(token) = tokens.get(index).filter(|token| token.text != "}") {
                index += match token.text.as_str() {
                    "," => 1,
                    _ => branches(&tokens[index..], &path, token.line, found).max(1),
                };
            }
            return index + 1;
        }
        if !is_word(&token.text) {
            break;
        }
        if token.text != "self" {
            path.push(token.text.clone());
        }
        index += 1;
        let more = |at: usize| tokens.get(at).is_some_and(|token| token.text == ":");
        if !(more(index) && more(index + 1)) {
            break;
        }
        index += 2;
    }
    let mut name = path.last().cloned();
    if let [word, alias, ..] = &tokens[index.min(tokens.len())..]
        && word.text == "as"
    {
        name = Some(alias.text.clone());
        index += 2;
    }
    found.push(Path {
        absolute: path,
        line,
        imported_as: name,
    });
    index
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The module that what is at the end of the path lies in: the longest that the path starts with, or the one from which
/// that one hands it on. Nothing if it is another crate's.
fn defined_in(
    mut path: Vec<String>,
    all: &BTreeSet<Module>,
    names: &BTreeMap<&Module, Names>,
    foreign: &BTreeMap<&Module, BTreeSet<String>>,
) -> Option<Module> {
    let mut module = Module::new();
    for _ in 0..HANDED_ON_MAX {
        let mut length = path.len();
        while length > 0 && !all.contains(&path[..length]) {
            length -= 1;
        }
        module = path[..length].to_vec();
        let is_foreign = |item| {
            foreign
                .get(&module)
                .is_some_and(|names| names.contains(item))
        };
        if path.get(length).is_some_and(is_foreign) {
            return None;
        }
        let handed_on = path
            .get(length)
            .and_then(|item| names.get(&module)?.get(item));
        match handed_on {
            Some(origin) if !origin.starts_with(&path) => {
                path = origin.iter().chain(&path[length + 1..]).cloned().collect();
            }
            _ => break,
        }
    }
    Some(module)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;

    fn modules(files: &[(&str, &str)]) -> Modules {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source {
                path: format!("src/{path}"),
                tokens: tokens::read(text).expect("sound Rust").tokens,
            })
            .collect();
        Modules::of(&sources, "src")
    }

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let imports: Vec<String> = modules(files)
            .imports
            .iter()
            .map(|import| {
                let (from, to) = (import.from.join("::"), import.to.join("::"));
                format!("{from} -> {to} at {}", import.place)
            })
            .collect();
        assert_eq!(imports, expected);
    }

    #[test]
    fn what_is_handed_on_from_another_crate_is_no_import() {
        let files = [
            (
                "lib.rs",
                "mod a; pub use other::{Thing, inner::Part as Piece}; pub struct Own;",
            ),
            ("a.rs", "use crate::{Own, Piece}; fn f(_: crate::Thing) {}"),
        ];
        check(&files, &["a ->  at src/a.rs:1"]);
    }

    #[test]
    fn paths_of_every_kind_are_imports() {
        let a = "use crate::b::{self, c::{X, Y as Z}};\nfn f() { super::b::g(); }\n#[x(body = crate::b::c::X)] struct S;";
        let files = [
            ("lib.rs", "mod a; mod b; pub use b::c::X;"),
            ("a.rs", a),
            ("b/mod.rs", "mod c; use self::c::X; fn g() {}"),
            ("b/c.rs", "use super::super::a; use std::fmt;"),
        ];
        check(
            &files,
            &[
                " -> b::c at src/lib.rs:1",
                "a -> b at src/a.rs:1",
                "a -> b::c at src/a.rs:1",
                "a -> b::c at src/a.rs:1",
                "a -> b at src/a.rs:2",
                "a -> b::c at src/a.rs:3",
                "b -> b::c at src/b/mod.rs:1",
                "b::c -> a at src/b/c.rs:1",
            ],
        );
    }

    #[test]
    fn what_is_handed_on_is_imported_from_where_it_lies() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use a::one::X as Y;"),
            ("a/mod.rs", "mod one; mod two; pub use one::X;"),
            ("a/one.rs", "pub struct X;"),
            ("a/two.rs", "use super::X;"),
            ("b.rs", "use crate::{Y, a::X};"),
        ];
        check(
            &files,
            &[
                " -> a::one at src/lib.rs:1",
                "a -> a::one at src/a/mod.rs:1",
                "a::two -> a::one at src/a/two.rs:1",
                "b -> a::one at src/b.rs:1",
                "b -> a::one at src/b.rs:1",
            ],
        );
    }

    #[test]
    fn circles_are_found_the_largest_first() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; mod d; mod e; mod f;"),
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C;"),
            ("c.rs", "use crate::{a::A, d::D};"),
            ("d.rs", "use crate::e::E;"),
            ("e.rs", "use crate::d::D;"),
            ("f.rs", "use crate::a::A;"),
        ];
        let circles = modules(&files).circles();
        let circles: Vec<Vec<String>> = circles
            .iter()
            .map(|circle| circle.iter().map(|module| module.join("::")).collect())
            .collect();
        assert_eq!(circles, [vec!["a", "b", "c"], vec!["d", "e"]]);
    }
}
