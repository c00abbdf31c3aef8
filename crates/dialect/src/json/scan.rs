//! One pass over a JSON text that checks its grammar and reports what it meets, without building anything.

use super::{error::DataError, string::unescape};

/// Deeper data is refused. Common receivers stop at 100 to 512 levels, and the bound keeps the recursion of
/// this scanner far from the end of a thread's stack whatever a publisher sends.
const DEPTH_MAX: usize = 128;

/// What a scan meets, in order. `raw` strings come without their quotes and with their escapes.
pub(crate) trait Visit<'a> {
    /// `null`, `true` or `false`.
    fn literal(&mut self, _text: &'a str) {}
    /// A number as written; an `Err` ends the scan with that reason at this place.
    fn number(&mut self, _text: &'a str) -> Result<(), String> {
        Ok(())
    }
    /// A string that is a value.
    fn string(&mut self, _raw: &'a str) {}
    /// The name of the member whose value comes next.
    fn name(&mut self, _raw: &'a str) {}
    /// The start of an object.
    fn open_object(&mut self) {}
    /// The start of an array.
    fn open_array(&mut self) {}
    /// The end of the object or array opened last.
    fn close(&mut self) {}
}

/// Scans one JSON text, with white space around it allowed.
///
/// # Errors
/// The first thing that RFC 8259 forbids, a lone surrogate, more than 128 levels, or what the visitor refuses.
pub(crate) fn scan<'a>(text: &'a str, visit: &mut impl Visit<'a>) -> Result<(), DataError> {
    let mut scanner = Scanner {
        text,
        at: 0,
        path: Vec::new(),
        visit,
    };
    scanner.white_space();
    scanner.value()?;
    scanner.white_space();
    if scanner.at < text.len() {
        return Err(scanner.malformed("nothing after the end of the value"));
    }
    Ok(())
}

enum Step<'a> {
    Item(usize),
    Member(&'a str),
}

struct Scanner<'a, 'v, V> {
    text: &'a str,
    at: usize,
    path: Vec<Step<'a>>,
    visit: &'v mut V,
}

impl<'a, V: Visit<'a>> Scanner<'a, '_, V> {
    fn value(&mut self) -> Result<(), DataError> {
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => {
                let raw = self.string()?;
                self.visit.string(raw);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.literal("null"),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            _ => Err(self.malformed("a value")),
        }
    }

    fn object(&mut self) -> Result<(), DataError> {
        self.open()?;
        self.visit.open_object();
        if !self.skip_if(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return Err(self.malformed("a member name in double quotes"));
                }
                let name = self.string()?;
                self.visit.name(name);
                self.white_space();
                if !self.skip_if(b':') {
                    return Err(self.malformed("`:`"));
                }
                self.step(Step::Member(name))?;
                if self.skip_if(b'}') {
                    break;
                }
                if !self.skip_if(b',') {
                    return Err(self.malformed("`,` or `}`"));
                }
            }
        }
        self.visit.close();
        Ok(())
    }

    fn array(&mut self) -> Result<(), DataError> {
        self.open()?;
        self.visit.open_array();
        if !self.skip_if(b']') {
            for index in 0.. {
                self.step(Step::Item(index))?;
                if self.skip_if(b']') {
                    break;
                }
                if !self.skip_if(b',') {
                    return Err(self.malformed("`,` or `]`"));
                }
            }
        }
        self.visit.close();
        Ok(())
    }

    fn open(&mut self) -> Result<(), DataError> {
        if self.path.len() == DEPTH_MAX {
            return Err(self.fault(format!("is nested deeper than {DEPTH_MAX} levels")));
        }
        self.at += 1;
        self.white_space();
        Ok(())
    }

    fn step(&mut self, step: Step<'a>) -> Result<(), DataError> {
        self.path.push(step);
        self.value()?;
        self.path.pop();
        self.white_space();
        Ok(())
    }

    fn string(&mut self) -> Result<&'a str, DataError> {
        self.at += 1;
        let start = self.at;
        loop {
            self.at += plain_bytes(&self.text.as_bytes()[self.at..]);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.malformed("control characters to be escaped")),
                None => return Err(self.malformed("a closing `\"`")),
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at - 1])
    }

    fn escape(&mut self) -> Result<(), DataError> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => self.unicode_escape(),
            _ => Err(self.malformed("an escape that JSON has")),
        }
    }

    fn unicode_escape(&mut self) -> Result<(), DataError> {
        let unit = self.code_unit()?;
        if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
            self.at += 1;
            let low = self.code_unit()?;
            if (0xdc00..0xe000).contains(&low) {
                return Ok(());
            }
        }
        if (0xd800..0xe000).contains(&unit) {
            return Err(self.fault(format!(
                "holds the lone surrogate \\u{unit:04x}, which has no UTF-8 form: \
                 escape the character as a pair, or send the bytes as base64"
            )));
        }
        Ok(())
    }

    /// The four digits after `\u`, from the `u` on.
    fn code_unit(&mut self) -> Result<u16, DataError> {
        let digits = self
            .text
            .as_bytes()
            .get(self.at + 1..self.at + 5)
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let unit = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let Some(unit) = unit else {
            return Err(self.malformed("four hexadecimal digits after the escape `\\u`"));
        };
        self.at += 5;
        Ok(unit)
    }

    fn number(&mut self) -> Result<(), DataError> {
        let start = self.at;
        self.advance_if(b"-");
        if !self.advance_if(b"0") {
            self.digits()?;
        }
        if self.advance_if(b".") {
            self.digits()?;
        }
        if self.advance_if(b"eE") {
            self.advance_if(b"+-");
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        self.visit.number(text).map_err(|reason| self.fault(reason))
    }

    fn digits(&mut self) -> Result<(), DataError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.malformed("a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn literal(&mut self, word: &'static str) -> Result<(), DataError> {
        let Some(text) = self.text[self.at..]
            .get(..word.len())
            .filter(|text| *text == word)
        else {
            return Err(self.malformed("a value"));
        };
        self.at += word.len();
        self.visit.literal(text);
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn advance_if(&mut self, any_of: &[u8]) -> bool {
        let met = self.peek().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(met);
        met
    }

    fn skip_if(&mut self, byte: u8) -> bool {
        let met = self.advance_if(&[byte]);
        if met {
            self.white_space();
        }
        met
    }

    fn white_space(&mut self) {
        while self.advance_if(b" \t\r\n") {}
    }

    fn malformed(&self, wanted: &str) -> DataError {
        let found = match self.text[self.at..].chars().next() {
            Some(found) => format!("found {found:?}"),
            None => "the text ends".to_owned(),
        };
        self.fault(format!(
            "is malformed JSON: at byte {} {found} where there should be {wanted}",
            self.at
        ))
    }

    fn fault(&self, detail: String) -> DataError {
        let mut pointer = String::new();
        for step in &self.path {
            pointer.push('/');
            match step {
                Step::Item(index) => pointer.push_str(&index.to_string()),
                Step::Member(raw) => {
                    pointer.push_str(&unescape(raw).replace('~', "~0").replace('/', "~1"));
                }
            }
        }
        DataError { pointer, detail }
    }
}

/// How many bytes at the beginning a string holds as they are: no quote, no escape, no control character.
fn plain_bytes(bytes: &[u8]) -> usize {
    let is_special = |byte: u8| byte == b'"' || byte == b'\\' || byte < 0x20;
    // Without an early end within a chunk, the compiler looks at all of its bytes at once.
    let chunks = bytes.chunks_exact(16).take_while(|chunk| {
        !chunk
            .iter()
            .fold(false, |any, byte| any | is_special(*byte))
    });
    let start = 16 * chunks.count();
    let end = bytes[start..].iter().position(|byte| is_special(*byte));
    end.map_or(bytes.len(), |end| start + end)
}
