//! Does the name of a public type stand once? Whoever reads `Answer` should not have to ask whose.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::manifest;
use crate::root::root;
use crate::source::{self, Source};
use crate::tokens::Token;

/// Names that may stand several times, and why.
const ALLOWED: &[(&str, &str)] = &[];

const KINDS: &[&str] = &["struct", "enum", "trait", "type", "union"];

/// What stands more than once in the sources of `crates/`. Libraries for other people's programs have names of their own.
///
/// # Errors
/// When a manifest or a source can't be read.
pub(crate) fn violations() -> Result<Vec<String>> {
    let mut sources = Vec::new();
    for member in manifest::members()? {
        if member.folder.starts_with(root().join("crates")) {
            sources.extend(source::files(&member.folder)?);
        }
    }
    Ok(repeated(&sources, ALLOWED))
}

fn repeated(sources: &[Source], allowed: &[(&str, &str)]) -> Vec<String> {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in sources {
        for (name, line) in public_types(&source.tokens) {
            let place = format!("{}:{line}", source.path);
            places.entry(name).or_default().push(place);
        }
    }
    places.retain(|_, places| places.len() > 1);
    let is_allowed = |name: &str| allowed.iter().any(|(allowed, _)| *allowed == name);
    let twice = places.iter().filter(|(name, _)| !is_allowed(name));
    let twice = twice.map(|(name, places)| {
        let places = places.join(", ");
        format!("public type {name} stands {places}: rename all but one")
    });
    let spare = allowed
        .iter()
        .filter(|(name, _)| !places.contains_key(name));
    let spare =
        spare.map(|(name, _)| format!("{name} stands once: take it off the list in names.rs"));
    twice.chain(spare).collect()
}

/// The names of types that are public without a limit, with their lines.
fn public_types(tokens: &[Token]) -> impl Iterator<Item = (&str, usize)> {
    tokens.windows(3).filter_map(|tokens| match tokens {
        [visibility, kind, name]
            if visibility.text == "pub"
                && KINDS.contains(&kind.text.as_str())
                // A macro's parameter is filled in elsewhere.
                && name.text != "$" =>
        {
            Some((name.text.as_str(), name.line))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;

    fn check(texts: &[&str], allowed: &[&str], expected: &[&str]) {
        let sources: Vec<Source> = texts
            .iter()
            .zip(["a.rs", "b.rs", "c.rs"])
            .map(|(text, path)| Source {
                path: path.to_owned(),
                tokens: tokens::read(text).expect("sound Rust").tokens,
            })
            .collect();
        let allowed: Vec<(&str, &str)> = allowed.iter().map(|name| (*name, "a reason")).collect();
        assert_eq!(repeated(&sources, &allowed), expected, "{texts:?}");
    }

    #[test]
    fn public_type_stands_once() {
        check(
            &[
                "pub struct Place;",
                "pub(crate) struct Place; struct Place;",
                "pub use Place; pub fn Place() {}",
            ],
            &[],
            &[],
        );
        check(
            &["macro_rules! m { ($n:ident) => { pub struct $n; pub enum $n {} } }"],
            &[],
            &[],
        );
        check(
            &["pub struct Place;", "\npub enum Place<T> { A(T) }"],
            &[],
            &["public type Place stands a.rs:1, b.rs:2: rename all but one"],
        );
        check(
            &["mod m { pub trait Place {} } pub type Place = u8;"],
            &[],
            &["public type Place stands a.rs:1, a.rs:1: rename all but one"],
        );
        check(
            &[
                "pub struct Place;",
                "#[cfg(test)] mod tests { pub struct Place; }",
            ],
            &[],
            &[],
        );
    }

    #[test]
    fn exceptions_are_named_while_they_last() {
        let twice = ["pub struct Place;", "pub union Place { a: u8 }"];
        check(&twice, &["Place"], &[]);
        check(
            &twice[..1],
            &["Place"],
            &["Place stands once: take it off the list in names.rs"],
        );
    }
}
