//! Form bodies (`application/x-www-form-urlencoded`) made from an event's data, and their sorted form.

use std::{borrow::Cow, collections::HashMap};

use crate::json::{
    error::DataError,
    scan::{Visit, scan},
    string::unescape,
};

/// Encodes `data`, an object of strings, numbers and booleans, as form parameters in its own order. A name that occurs
/// twice has the last of its values, as in JavaScript: of form parameters with the same name some receivers read the
/// first, some the last and some each, so that no signature would fit all of them.
///
/// # Errors
/// Data that is no such object: a form has no nesting and no null.
pub(crate) fn encode(data: &str) -> Result<Vec<u8>, DataError> {
    let mut form = Form::default();
    scan(data, &mut form)?;
    match form.fault {
        Some(error) => Err(error),
        None => Ok(form.encoded()),
    }
}

/// `key` `value` of every parameter of `body`, sorted by key (then value), with nothing between them.
pub(crate) fn sorted(body: &[u8]) -> Vec<u8> {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = body
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut half = || decode(halves.next().unwrap_or_default());
            (half(), half())
        })
        .collect();
    pairs.sort();
    pairs
        .into_iter()
        .flat_map(|(key, value)| [key, value])
        .flatten()
        .collect()
}

#[derive(Default)]
struct Form<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Where among them each name stands.
    places: HashMap<Cow<'a, str>, usize>,
    name: Cow<'a, str>,
    depth: usize,
    is_object: bool,
    fault: Option<DataError>,
}

impl<'a> Form<'a> {
    fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, value) in &self.parameters {
            if !out.is_empty() {
                out.push(b'&');
            }
            percent_encode(&mut out, name);
            out.push(b'=');
            percent_encode(&mut out, value);
        }
        out
    }

    fn parameter(&mut self, value: Cow<'a, str>) {
        if self.depth != 1 || !self.is_object {
            self.refuse();
            return;
        }
        let next = self.parameters.len();
        match *self.places.entry(self.name.clone()).or_insert(next) {
            place if place == next => self.parameters.push((self.name.clone(), value)),
            place => self.parameters[place].1 = value,
        }
    }

    fn refuse(&mut self) {
        let pointer = match self.depth {
            0 => String::new(),
            _ => format!("/{}", self.name.replace('~', "~0").replace('/', "~1")),
        };
        self.fault.get_or_insert(DataError {
            pointer,
            detail:
                "cannot be sent as a form, which holds strings, numbers and booleans by name only"
                    .to_owned(),
        });
    }
}

impl<'a> Visit<'a> for Form<'a> {
    fn literal(&mut self, text: &'a str) {
        match text {
            "null" => self.refuse(),
            other => self.parameter(Cow::Borrowed(other)),
        }
    }
    fn number(&mut self, text: &'a str) -> Result<(), String> {
        self.parameter(Cow::Borrowed(text));
        Ok(())
    }
    fn string(&mut self, raw: &'a str) {
        self.parameter(unescape(raw));
    }
    fn name(&mut self, raw: &'a str) {
        if self.depth == 1 {
            self.name = unescape(raw);
        }
    }
    fn open_object(&mut self) {
        if self.depth > 0 {
            self.refuse();
        }
        self.is_object |= self.depth == 0;
        self.depth += 1;
    }
    fn open_array(&mut self) {
        self.refuse();
        self.depth += 1;
    }
    fn close(&mut self) {
        self.depth -= 1;
    }
}

/// The serializer of the URL standard: letters, digits and `*-._` as they are, a space as `+`.
fn percent_encode(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in text.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(byte),
            b' ' => out.push(b'+'),
            _ => out.extend([
                b'%',
                HEX[usize::from(byte >> 4)],
                HEX[usize::from(byte & 15)],
            ]),
        }
    }
}

fn decode(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match (byte, digit(text.get(at)), digit(text.get(at + 1))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_becomes_parameters_in_its_own_order() {
        let body = encode(r#"{"To":"+1 80","n":1.50,"ok":true,"é&":"a=b"}"#).unwrap();
        assert_eq!(
            String::from_utf8(body).unwrap(),
            "To=%2B1+80&n=1.50&ok=true&%C3%A9%26=a%3Db"
        );
        assert_eq!(encode("{}").unwrap(), b"");
    }

    #[test]
    fn name_that_occurs_twice_has_its_last_value_at_its_first_place() {
        let body = encode(r#"{"a":1,"b":"2","a":"3","\u0062":true,"c":"","c":"x"}"#).unwrap();
        assert_eq!(String::from_utf8(body).unwrap(), "a=3&b=true&c=x");
    }

    #[test]
    fn what_a_form_cannot_hold_is_refused() {
        for (data, pointer) in [
            ("1", ""),
            ("[]", ""),
            (r#"["a"]"#, ""),
            (r#"{"a":null}"#, "/a"),
            (r#"{"a":1,"b/c":{"d":1}}"#, "/b~1c"),
            (r#"{"a":[]}"#, "/a"),
        ] {
            assert_eq!(encode(data).unwrap_err().pointer, pointer, "{data}");
        }
    }

    #[test]
    fn sorted_form_joins_decoded_pairs() {
        assert_eq!(sorted(b"b=2+x&a=%2B1&c&b=1&"), b"a+1b1b2 xc");
        assert_eq!(sorted(b"a=100%&b=%zz"), b"a100%b%zz");
        assert_eq!(sorted(b""), b"");
    }
}
