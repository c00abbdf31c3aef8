//! What does a Rust source say, apart from comments and tests?

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A word, a literal, a punctuation mark or a bracket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// As it is written.
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: usize,
}

/// A source's code.
#[derive(Debug, Default)]
pub(crate) struct Code {
    /// Without comments, doc comments and items under `#[cfg(test)]`.
    pub(crate) tokens: Vec<Token>,
    /// Modules under `#[cfg(test)]` that lie in files of their own.
    pub(crate) test_modules: Vec<String>,
}

/// Reads a source file.
///
/// # Errors
/// When it is not made of Rust's tokens.
pub(crate) fn read(source: &str) -> Result<Code> {
    let stream: TokenStream = source.parse().map_err(|error| anyhow!("{error}"))?;
    let mut code = Code::default();
    code.push_stream(stream);
    Ok(code)
}

/// Whether the path starts at the head of the tokens, also through a group: `std::{fs, net}` holds `std::fs`.
pub(crate) fn starts_with_path(tokens: &[Token], path: &[&str]) -> bool {
    let [first, rest @ ..] = path else {
        return true;
    };
    match tokens {
        [brace, branches @ ..] if brace.text == "{" => {
            branch_starts(branches).any(|branch| starts_with_path(branch, path))
        }
        [word, ..] if rest.is_empty() => word.text == *first,
        [word, colon, colon_too, tail @ ..] if colon.text == ":" && colon_too.text == ":" => {
            word.text == *first && starts_with_path(tail, rest)
        }
        _ => false,
    }
}

/// The tails of the tokens at which a branch of a `use` group starts, up to the group's end.
fn branch_starts(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let mut depth = 0_usize;
    let mut at_start = true;
    tokens
        .iter()
        .enumerate()
        .map_while(move |(index, token)| {
            let starts = at_start && depth == 0;
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.checked_sub(1)?,
                _ => {}
            }
            at_start = token.text == ",";
            Some(starts.then(|| &tokens[index..]))
        })
        .flatten()
}

impl Code {
    fn push_stream(&mut self, stream: TokenStream) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut rest = trees.as_slice();
        while let [tree, after @ ..] = rest {
            rest = match attribute(rest) {
                Some((Attribute::Test, item)) => self.skip_item(item),
                Some((Attribute::Doc, item)) => item,
                None => {
                    self.push_tree(tree);
                    after
                }
            };
        }
    }

    fn push_tree(&mut self, tree: &TokenTree) {
        let TokenTree::Group(group) = tree else {
            return self.push(tree.to_string(), tree.span().start().line);
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        self.push(open.to_owned(), group.span_open().start().line);
        self.push_stream(group.stream());
        self.push(close.to_owned(), group.span_close().start().line);
    }

    fn push(&mut self, text: String, line: usize) {
        self.tokens.push(Token { text, line });
    }

    /// What comes after the item at the head: it ends with its braces or a semicolon, or, being a field or a
    /// variant, with a comma. A module that ends with a semicolon is remembered.
    fn skip_item<'a>(&mut self, trees: &'a [TokenTree]) -> &'a [TokenTree] {
        let ends = |tree: &TokenTree| match tree {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(mark) => matches!(mark.as_char(), ';' | ','),
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        let end = trees.iter().position(ends).unwrap_or(trees.len());
        if let Some(module) = declared_module(&trees[..end], trees.get(end)) {
            self.test_modules.push(module);
        }
        trees.get(end + 1..).unwrap_or_default()
    }
}

/// Attributes that matter here.
enum Attribute {
    /// What follows is compiled only for tests.
    Test,
    /// A doc comment.
    Doc,
}

/// The attribute at the head, if it matters, and what comes after it.
fn attribute(trees: &[TokenTree]) -> Option<(Attribute, &[TokenTree])> {
    let (group, item) = match trees {
        [hash, TokenTree::Group(group), item @ ..] if is_mark(hash, '#') => (group, item),
        [hash, bang, TokenTree::Group(group), item @ ..]
            if is_mark(hash, '#') && is_mark(bang, '!') =>
        {
            (group, item)
        }
        _ => return None,
    };
    let text = group.stream().to_string();
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    match words.as_slice() {
        ["doc", ..] => Some((Attribute::Doc, item)),
        ["test", ..] => Some((Attribute::Test, item)),
        ["cfg", ..] if words.contains(&"test") && !words.contains(&"not") => {
            Some((Attribute::Test, item))
        }
        _ => None,
    }
}

fn is_mark(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// The name in `mod name;`, with whatever visibility and attributes come before.
fn declared_module(item: &[TokenTree], end: Option<&TokenTree>) -> Option<String> {
    let ends_with_semicolon = end.is_some_and(|tree| tree.to_string() == ";");
    match item {
        [.., TokenTree::Ident(keyword), TokenTree::Ident(name)]
            if ends_with_semicolon && keyword == "mod" =>
        {
            Some(name.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        read(source)
            .expect("sound Rust")
            .tokens
            .into_iter()
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn comments_and_tests_are_left_out() {
        fn check(source: &str, expected: &str) {
            assert_eq!(words(source).join(" "), expected, "{source}");
        }
        check("//! tokio\n/// tokio\n// tokio\nfn f() {}", "fn f ( ) { }");
        check(
            "#[cfg(test)] mod tests { use tokio; } const A: u8 = 1;",
            "const A : u8 = 1 ;",
        );
        check(
            "#[cfg(any(test, feature = \"x\"))]\n#[allow(x)]\npub fn a(b: u8) -> u8 { b } use c;",
            "use c ;",
        );
        check(
            "mod m { #[test] fn t() { tokio(); } fn kept() {} }",
            "mod m { fn kept ( ) { } }",
        );
        check(
            "#[cfg(not(test))] use a;",
            "# [ cfg ( not ( test ) ) ] use a ;",
        );
        check("#[cfg(test)] use a::b; use c;", "use c ;");
    }

    #[test]
    fn test_modules_in_other_files_are_named() {
        fn check(source: &str, expected: &[&str]) {
            assert_eq!(
                read(source).expect("sound Rust").test_modules,
                expected,
                "{source}"
            );
        }
        check("#[cfg(test)] mod support;", &["support"]);
        check("#[cfg(test)] #[path = \"x.rs\"] pub(crate) mod x;", &["x"]);
        check("#[cfg(test)] mod tests {} mod kept;", &[]);
        check("#[cfg(test)] use a::b;", &[]);
    }

    #[test]
    fn lines_are_counted_from_one() {
        let code = read("// one\n\nuse a;").expect("sound Rust");
        assert_eq!(
            code.tokens[0],
            Token {
                text: "use".to_owned(),
                line: 3
            }
        );
    }

    #[test]
    fn paths_are_found_through_groups() {
        fn check(source: &str, path: &[&str], expected: bool) {
            let tokens = read(source).expect("sound Rust").tokens;
            assert_eq!(
                starts_with_path(&tokens, path),
                expected,
                "{source} has {path:?}"
            );
        }
        check("std::fs::read(x)", &["std", "fs"], true);
        check("std::{fmt, fs, net::IpAddr}", &["std", "net"], true);
        check("std::{io::{Read, Write}, fs}", &["std", "fs"], true);
        check("std::{io::{Read, fs}}", &["std", "fs"], false);
        check("std::{io} ; { fs }", &["std", "fs"], false);
        check(
            "std::time::{Duration, Instant}",
            &["std", "time", "Instant"],
            true,
        );
        check("std::time::Duration", &["std", "time", "Instant"], false);
        check("tokio", &["tokio"], true);
        check("std", &["std", "fs"], false);
    }
}
