//! Is a JSON text written just as JavaScript writes it? Then reading and writing it again need not be tried.

/// Digits of a number that a double holds whatever they are.
const DIGITS_MAX: usize = 15;
/// Zeros after the point beyond which JavaScript writes an exponent.
const ZEROS_MAX: usize = 5;

/// Whether `JSON.stringify(JSON.parse(text))` is that text. False also where that is too much to see: then it may be.
pub(crate) fn is_in_javascripts_words(text: &str) -> bool {
    Words {
        bytes: text.as_bytes(),
        at: 0,
        names: Vec::new(),
        open: Vec::new(),
    }
    .read()
    .is_some()
}

/// A walk over a text that is JSON, which is not checked.
struct Words<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The names of the members of all objects that are open.
    names: Vec<&'a [u8]>,
    /// For each array or object that is open: where the names of an object begin.
    open: Vec<Option<usize>>,
}

impl<'a> Words<'a> {
    /// Nothing as soon as something is written in another way.
    fn read(mut self) -> Option<()> {
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => self.open.push(Some(self.names.len())),
                b'[' => self.open.push(None),
                b'}' | b']' => {
                    if let Some(from) = self.open.pop()? {
                        self.close(from)?;
                    }
                }
                b'"' => {
                    let text = self.string()?;
                    if self.bytes.get(self.at) == Some(&b':') {
                        self.names.push(text);
                    }
                }
                b'-' | b'0'..=b'9' => self.number()?,
                b',' | b':' | b'a'..=b'z' => {}
                _ => return None,
            }
        }
        Some(())
    }

    /// The end of an object: of a name that is given twice, only the last counts.
    fn close(&mut self, from: usize) -> Option<()> {
        let names = &mut self.names[from..];
        names.sort_unstable();
        let differ = names.windows(2).all(|pair| pair[0] != pair[1]);
        // Names that are numbers come first, whatever their order.
        let is_number = |name: &&[u8]| name.first().is_some_and(u8::is_ascii_digit);
        let stay = !names.iter().any(is_number);
        self.names.truncate(from);
        (differ && stay).then_some(())
    }

    /// What a string holds; it ends behind the quote.
    fn string(&mut self) -> Option<&'a [u8]> {
        let from = self.at;
        loop {
            let byte = self.bytes.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return Some(&self.bytes[from..self.at - 1]),
                b'\\' => {
                    // The escapes that JavaScript writes, but for those by number.
                    let escaped = self.bytes.get(self.at)?;
                    b"\"\\nrtbf".contains(escaped).then_some(())?;
                    self.at += 1;
                }
                _ => {}
            }
        }
    }

    /// A number, whose first byte is read already.
    fn number(&mut self) -> Option<()> {
        let from = self.at - 1;
        let rest = &self.bytes[from..];
        let length = rest
            .iter()
            .position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
        let number = &rest[..length.unwrap_or(rest.len())];
        self.at = from + number.len();
        let digits = number.strip_prefix(b"-").unwrap_or(number);
        let (whole, fraction) = match digits.iter().position(|byte| *byte == b'.') {
            None => (digits, None),
            Some(point) => (&digits[..point], Some(&digits[point + 1..])),
        };
        let count = whole.len() + fraction.map_or(0, <[u8]>::len);
        let all_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if count > DIGITS_MAX || !all_digits(whole) || !fraction.is_none_or(all_digits) {
            return None;
        }
        let is_plain = match fraction {
            None => number != b"-0",
            Some(fraction) => {
                let zeros = fraction.iter().take_while(|byte| **byte == b'0').count();
                fraction.last() != Some(&b'0') && (whole != b"0" || zeros <= ZEROS_MAX)
            }
        };
        is_plain.then_some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rquickjs::{Context, Runtime};

    use super::*;

    #[test]
    fn what_javascript_would_write_so_is_seen() {
        for text in [
            "0",
            "-12",
            "999999999999999",
            "12.5",
            "-0.000001",
            "\"\"",
            "\"a\\\"b\\\\c\\n\\t \u{7f}\u{2028}é\"",
            "[]",
            "{}",
            r#"{"b":[1,{"a":null},true],"a":{"b":false},"":"x"}"#,
            r#"{"a":{"x":1},"b":{"x":1}}"#,
        ] {
            assert!(is_in_javascripts_words(text), "{text}");
        }
    }

    #[test]
    fn what_it_would_write_otherwise_is_seen() {
        for text in [
            " 1",
            "[1, 2]",
            "-0",
            "1.0",
            "1.50",
            "1e3",
            "0.0000001",
            "12345678901234567890",
            r#""\/""#,
            r#""\u00e9""#,
            r#"{"a":1,"a":2}"#,
            r#"{"b":{"a":1,"c":2,"a":3}}"#,
            r#"{"b":1,"0":2}"#,
        ] {
            assert!(!is_in_javascripts_words(text), "{text}");
        }
    }

    fn number() -> impl Strategy<Value = String> {
        let signs = prop::sample::select(vec!["", "-"]);
        let wholes = ["0", "1", "20", "9007199254740993", "12345678901234"];
        let wholes = prop::sample::select(wholes.to_vec());
        let fractions = ["", "", ".0", ".7", ".10", ".000001", ".999999999999999"];
        let fractions = prop::sample::select(fractions.to_vec());
        let ends = prop::sample::select(vec!["", "", "", "e2", "E-7"]);
        (signs, wholes, fractions, ends)
            .prop_map(|(sign, whole, fraction, end)| format!("{sign}{whole}{fraction}{end}"))
    }

    fn string() -> impl Strategy<Value = String> {
        let pieces = [
            "a",
            "b",
            "0",
            "1",
            "é",
            "\u{1f600}",
            "\u{2028}",
            "\u{7f}",
            "\\n",
            "\\\\",
            "\\\"",
            "\\/",
            "\\u0041",
            "\\b",
            "__proto__",
            " ",
        ];
        let pieces = prop::sample::select(pieces.to_vec());
        prop::collection::vec(pieces, 0..3).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
    }

    fn json() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec!["null", "true", "false"]).prop_map(str::to_owned);
        let leaf = prop_oneof![number(), string(), word];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let commas = prop::sample::select(vec![",", ",", ",", ", "]);
            let items = prop::collection::vec(inner.clone(), 0..4);
            let members = prop::collection::vec((string(), inner), 0..4);
            let array = (items, commas.clone())
                .prop_map(|(items, comma)| format!("[{}]", items.join(comma)));
            let object = (members, commas).prop_map(|(members, comma)| {
                let members = members.into_iter();
                let members: Vec<_> = members
                    .map(|(name, value)| format!("{name}:{value}"))
                    .collect();
                format!("{{{}}}", members.join(comma))
            });
            prop_oneof![array, object]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_called_so_is_what_javascript_writes(text in json()) {
            let context = Context::full(&Runtime::new().unwrap()).unwrap();
            let written = context.with(|ctx| {
                let value = ctx.json_parse(text.as_str()).unwrap();
                ctx.json_stringify(value).unwrap().unwrap().to_string().unwrap()
            });
            prop_assert!(written == text || !is_in_javascripts_words(&text), "{text}: {written}");
        }
    }
}
