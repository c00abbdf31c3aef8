//! The ECMAScript form of a JSON text: what `JSON.stringify(JSON.parse(text))` gives.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use super::{
    error::DataError,
    number,
    scan::{Visit, scan},
    string::{unescape, write_string},
};

/// Rewrites `data` exactly as `JSON.stringify(JSON.parse(data))` does in ECMAScript (ECMA-262, 25.5): no white
/// space; integer-like names first in ascending order, then the others in order of first appearance; the
/// last of duplicate names wins; numbers and strings in their ECMAScript form. Canonical text stays as it is.
///
/// # Errors
/// Malformed JSON, a lone surrogate, more than 128 levels, or a number whose value would change.
pub fn canonicalize(data: &str) -> Result<String, DataError> {
    let mut tree = Tree::default();
    scan(data, &mut tree)?;
    let mut out = Vec::with_capacity(data.len());
    write(&mut out, &tree.root);
    Ok(String::from_utf8(out).expect("made of pieces of a str"))
}

enum Node<'a> {
    /// A literal, or a string without escapes in its quotes: sent as it is written.
    Verbatim(&'a str),
    Number(String),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Members<'a>),
}

/// The members of an object in the order of ECMAScript's own property keys.
#[derive(Default)]
struct Members<'a> {
    indexed: BTreeMap<u32, Node<'a>>,
    named: Vec<(Cow<'a, str>, Node<'a>)>,
    places: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Members<'a> {
    fn set(&mut self, name: Cow<'a, str>, value: Node<'a>) {
        if let Some(index) = array_index(&name) {
            self.indexed.insert(index, value);
        } else if let Some(place) = self.places.get(&name) {
            self.named[*place].1 = value;
        } else {
            self.places.insert(name.clone(), self.named.len());
            self.named.push((name, value));
        }
    }
}

/// The number that an integer-like name stands for: canonical decimal, 0 to 2³² − 2 (ECMA-262, 6.1.7).
fn array_index(name: &str) -> Option<u32> {
    let canonical =
        name == "0" || name.bytes().all(|byte| byte.is_ascii_digit()) && !name.starts_with('0');
    name.parse()
        .ok()
        .filter(|index| canonical && *index < u32::MAX)
}

/// Builds the nodes while the scanner walks: `open` holds the containers not yet closed, each with the name
/// of the member that it is about to get.
struct Tree<'a> {
    root: Node<'a>,
    open: Vec<(Node<'a>, Cow<'a, str>)>,
}

impl Default for Tree<'_> {
    fn default() -> Self {
        Self {
            root: Node::Verbatim(""),
            open: Vec::new(),
        }
    }
}

impl<'a> Tree<'a> {
    fn put(&mut self, node: Node<'a>) {
        match self.open.last_mut() {
            Some((Node::Object(members), name)) => members.set(std::mem::take(name), node),
            Some((Node::Array(items), _)) => items.push(node),
            _ => self.root = node,
        }
    }
}

impl<'a> Visit<'a> for Tree<'a> {
    fn literal(&mut self, text: &'a str) {
        self.put(Node::Verbatim(text));
    }
    fn number(&mut self, text: &'a str) -> Result<(), String> {
        self.put(Node::Number(number::ecmascript(text)?));
        Ok(())
    }
    fn string(&mut self, raw: &'a str) {
        self.put(Node::String(unescape(raw)));
    }
    fn name(&mut self, raw: &'a str) {
        if let Some((_, name)) = self.open.last_mut() {
            *name = unescape(raw);
        }
    }
    fn open_object(&mut self) {
        self.open
            .push((Node::Object(Members::default()), Cow::default()));
    }
    fn open_array(&mut self) {
        self.open.push((Node::Array(Vec::new()), Cow::default()));
    }
    fn close(&mut self) {
        if let Some((node, _)) = self.open.pop() {
            self.put(node);
        }
    }
}

fn write(out: &mut Vec<u8>, node: &Node<'_>) {
    match node {
        Node::Verbatim(text) => out.extend(text.as_bytes()),
        Node::Number(text) => out.extend(text.as_bytes()),
        Node::String(text) => write_string(out, text),
        Node::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                separate(out, place);
                write(out, item);
            }
            out.push(b']');
        }
        Node::Object(members) => write_members(out, members),
    }
}

fn write_members(out: &mut Vec<u8>, members: &Members<'_>) {
    out.push(b'{');
    let mut place = 0;
    for (index, value) in &members.indexed {
        separate(out, place);
        place += 1;
        write_string(out, &index.to_string());
        out.push(b':');
        write(out, value);
    }
    for (name, value) in &members.named {
        separate(out, place);
        place += 1;
        write_string(out, name);
        out.push(b':');
        write(out, value);
    }
    out.push(b'}');
}

fn separate(out: &mut Vec<u8>, place: usize) {
    if place > 0 {
        out.push(b',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(data: &str, expected: &str) {
        assert_eq!(canonicalize(data).as_deref(), Ok(expected), "{data}");
        assert_eq!(
            canonicalize(expected).as_deref(),
            Ok(expected),
            "canonical text changed"
        );
    }

    #[test]
    fn white_space_goes_and_order_stays() {
        check(
            " { \"b\" : [ 1 , true , null , \"x\" ] , \"a\" : { } , \"c\" : [ ] } ",
            r#"{"b":[1,true,null,"x"],"a":{},"c":[]}"#,
        );
    }

    #[test]
    fn integer_like_names_come_first_at_every_level() {
        check(
            r#"{"b":{"10":1,"x":2,"9":3},"2":0,"1":0}"#,
            r#"{"1":0,"2":0,"b":{"9":3,"10":1,"x":2}}"#,
        );
        check(
            r#"{"4294967295":1,"01":2,"-1":3,"1.5":4,"4294967294":5,"0":6,"1e3":7,"+1":8}"#,
            r#"{"0":6,"4294967294":5,"4294967295":1,"01":2,"-1":3,"1.5":4,"1e3":7,"+1":8}"#,
        );
    }

    #[test]
    fn the_last_duplicate_wins_in_the_first_place() {
        check(
            r#"{"a":1,"b":2,"a":{"c":3},"\u0061":4}"#,
            r#"{"a":4,"b":2}"#,
        );
        check(r#"{"1":1,"1":2}"#, r#"{"1":2}"#);
    }

    #[test]
    fn proto_is_a_name_like_any_other() {
        check(
            r#"{"z":1,"__proto__":{"a":1},"__proto__":2,"constructor":3}"#,
            r#"{"z":1,"__proto__":2,"constructor":3}"#,
        );
    }

    #[test]
    fn strings_lose_needless_escapes() {
        check(
            r#"["\/","\u00e9","\u001F","\u0008","\ud83d\ude00","\u2028"]"#,
            "[\"/\",\"é\",\"\\u001f\",\"\\b\",\"😀\",\"\u{2028}\"]",
        );
    }
}
