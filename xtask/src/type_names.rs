//! Does each public type's name stand once? Who greps for a name then finds one type, and two crates that are imported
//! together need no aliases.

use std::collections::BTreeMap;

use crate::source::Source;
use crate::tokens::Token;

/// The names of public types seen so far, each with where it stands.
#[derive(Debug, Default)]
pub(crate) struct TypeNames(BTreeMap<String, Vec<String>>);

impl TypeNames {
    /// Takes in those of a file.
    pub(crate) fn note(&mut self, file: &Source) {
        for name in public_types(&file.tokens) {
            let place = format!("{}:{}", file.path, name.line);
            self.0.entry(name.text.clone()).or_default().push(place);
        }
    }

    /// Those that stand more than once.
    pub(crate) fn violations(&self) -> Vec<String> {
        let several = self.0.iter().filter(|(_, places)| places.len() > 1);
        several
            .map(|(name, places)| {
                let places = places.join(", ");
                format!("{name}: a public type's name stands once in the workspace: {places}")
            })
            .collect()
    }
}

/// What is `pub` without a restriction: what is only public in its crate may have a short name there.
fn public_types(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.windows(3).filter_map(|window| match window {
        [public, kind, name]
            if public.text == "pub"
                && matches!(kind.text.as_str(), "struct" | "enum" | "trait" | "type") =>
        {
            Some(name)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;

    fn check(sources: &[&str], expected: &[&str]) {
        let mut names = TypeNames::default();
        for (number, source) in sources.iter().enumerate() {
            names.note(&Source {
                path: format!("{number}.rs"),
                tokens: tokens::read(source).expect("sound Rust").tokens,
            });
        }
        assert_eq!(names.violations(), expected, "{sources:?}");
    }

    #[test]
    fn a_public_name_stands_once() {
        let twice = "Place: a public type's name stands once in the workspace: 0.rs:1, 1.rs:2";
        check(&["pub struct Place;", "\npub enum Place {}"], &[twice]);
        check(&["pub struct Place;", "pub struct Places;"], &[]);
        check(&["pub struct Place;", "pub(crate) struct Place;"], &[]);
        check(
            &["pub struct Place;", "struct Place; pub fn place() {}"],
            &[],
        );
        check(
            &[
                "pub struct Place;",
                "#[cfg(test)] mod tests { pub struct Place; }",
            ],
            &[],
        );
    }
}
