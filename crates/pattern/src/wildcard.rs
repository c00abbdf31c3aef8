//! Text with `*` for any text.

use memchr::memmem;

/// A wildcard: pieces of text with any text between them.
#[derive(Debug)]
pub(crate) struct Wildcard {
    first: Box<str>,
    /// What is looked for between the first and the last piece, in this order.
    middle: Vec<Box<str>>,
    /// The last piece; nothing if there is no `*` at all.
    last: Option<Box<str>>,
}

impl Wildcard {
    /// Reads a wildcard: `\*` is an asterisk, `\\` a backslash.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = vec![String::new()];
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match (character, characters.peek().copied()) {
                ('*', Some('*')) => {
                    return Err(format!(
                        "`{text}`: two `*` in a row: one already matches any text"
                    ));
                }
                ('*', _) => pieces.push(String::new()),
                ('\\', Some(escaped @ ('*' | '\\'))) => {
                    characters.next();
                    push(&mut pieces, escaped);
                }
                ('\\', _) => {
                    return Err(format!(
                        "`{text}`: a backslash is only allowed before `*` or another backslash"
                    ));
                }
                (other, _) => push(&mut pieces, other),
            }
        }
        let mut pieces = pieces.into_iter().map(String::into_boxed_str);
        let first = pieces.next().unwrap_or_default();
        let mut middle: Vec<_> = pieces.collect();
        let last = middle.pop();
        Ok(Self {
            first,
            middle,
            last,
        })
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some(last) = &self.last else {
            return *self.first == *text;
        };
        let Some(rest) = text.strip_prefix(&*self.first) else {
            return false;
        };
        let Some(rest) = rest.strip_suffix(&**last) else {
            return false;
        };
        // The earliest place of each piece leaves the most for those after it.
        let mut rest = rest.as_bytes();
        for piece in &self.middle {
            let Some(found) = memmem::find(rest, piece.as_bytes()) else {
                return false;
            };
            rest = rest.get(found + piece.len()..).unwrap_or_default();
        }
        true
    }
}

fn push(pieces: &mut [String], character: char) {
    if let Some(piece) = pieces.last_mut() {
        piece.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asterisks_are_any_text() {
        let check = |wildcard: &str, text: &str, expected: bool| {
            let matches = Wildcard::parse(wildcard).unwrap().matches(text);
            assert_eq!(matches, expected, "{wildcard} {text}");
        };
        check("*", "", true);
        check("*", "anything", true);
        check("", "", true);
        check("", "a", false);
        check("a*", "a", true);
        check("a*a", "a", false);
        check("a*a", "aa", true);
        check("*a", "ba", true);
        check("a*b*c", "aXbYc", true);
        check("a*b*c", "acb", false);
        check("*ab*ab*", "xababx", true);
        check("*ab*ab*", "xabax", false);
        check("a\\*b", "a*b", true);
        check("a\\*b", "aXb", false);
        check("a\\\\*", "a\\x", true);
        check("ü*ü", "üxü", true);
    }

    #[test]
    fn what_is_ambiguous_is_refused() {
        for text in ["**", "a**b", "\\a", "a\\"] {
            assert!(Wildcard::parse(text).is_err(), "{text}");
        }
    }
}
