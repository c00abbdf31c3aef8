//! Reading JSON text from left to right, without a tree. Of text that isn't JSON the rest is not seen; nothing panics.

use std::borrow::Cow;

use memchr::memchr2;

/// A value that is neither object nor array.
#[derive(Debug)]
pub(crate) enum Scalar<'a> {
    /// A string, without its quotes and escapes.
    Text(Cow<'a, str>),
    /// A number as it is written.
    Number(&'a str),
    /// `true`, `false` or `null`.
    Word(&'a str),
}

/// A place in JSON text.
#[derive(Debug)]
pub(crate) struct Json<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Json<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that isn't blank.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Some(*byte),
            }
        }
    }

    /// Goes past this byte, if it is the next one that isn't blank.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    /// Reads a string.
    pub(crate) fn string(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        let is_escaped = self.skip_string()?;
        let inner = || self.text.get(start + 1..self.at - 1);
        match is_escaped {
            false => inner().map(Cow::Borrowed),
            true => {
                let text = self.text.get(start..self.at)?;
                serde_json::from_str(text).map(Cow::Owned).ok()
            }
        }
    }

    /// Reads what is neither object nor array.
    pub(crate) fn scalar(&mut self) -> Option<Scalar<'a>> {
        match self.peek()? {
            b'"' => self.string().map(Scalar::Text),
            b'-' | b'0'..=b'9' => self.word().map(Scalar::Number),
            _ => self.word().map(Scalar::Word),
        }
    }

    /// Goes past a value; returns its text.
    pub(crate) fn skip(&mut self) -> Option<&'a str> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => drop(self.skip_string()?),
            b'{' | b'[' => self.skip_nested()?,
            _ => return self.word(),
        }
        self.text.get(start..self.at)
    }

    fn word(&mut self) -> Option<&'a str> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        self.at += length;
        // What is not a word goes nowhere: without this, reading would not end.
        (length > 0).then(|| self.text.get(start..self.at))?
    }

    /// Goes past a string; returns whether it holds escapes.
    fn skip_string(&mut self) -> Option<bool> {
        let bytes = self.text.as_bytes();
        let mut is_escaped = false;
        let mut at = self.at + 1;
        loop {
            at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return Some(is_escaped);
            }
            is_escaped = true;
            at += 2;
        }
    }

    fn skip_nested(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut depth = 0usize;
        loop {
            match bytes.get(self.at)? {
                b'"' => {
                    self.skip_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}
