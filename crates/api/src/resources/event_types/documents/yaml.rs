//! YAML 1.2 as JSON: its core schema, without what JSON doesn't have. Aliases are copies, and what they make is bounded.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};
use yaml_rust2::{
    parser::{Event, Parser, Tag},
    scanner::{Marker, TScalarStyle},
};

/// Values of one document, copies by aliases included: memory, some hundred bytes each.
const VALUES_MAX: usize = 200_000;
/// As deep as JSON may nest here.
const DEPTH_MAX: usize = 120;

/// Reads the first document of a text.
///
/// # Errors
/// A sentence with line and column.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    loop {
        let (event, mark) = parser
            .next_token()
            .map_err(|error| at(error.marker(), &format!("not valid YAML: {}", error.info())))?;
        match event {
            Event::DocumentEnd => break,
            Event::StreamEnd => return Err("there is nothing in it".to_owned()),
            event => builder.take(event).map_err(|detail| at(&mark, &detail))?,
        }
    }
    builder
        .done
        .ok_or_else(|| "there is nothing in it".to_owned())
}

fn at(mark: &Marker, detail: &str) -> String {
    format!("line {}, column {}: {detail}", mark.line(), mark.col() + 1)
}

/// A list or map that is not complete yet, and its anchor.
enum Open {
    List(Vec<Value>, usize),
    Map(Map<String, Value>, Option<String>, usize),
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    /// What anchors stand for, with how many values that is.
    anchors: HashMap<usize, (Value, usize)>,
    values: usize,
    done: Option<Value>,
}

impl Builder {
    fn take(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1)?;
                let value = scalar(text, style, tag.as_ref())?;
                self.put(value, anchor)
            }
            Event::Alias(anchor) => {
                let found = self.anchors.get(&anchor);
                let (value, values) = found
                    .ok_or("an alias inside of what it stands for")?
                    .clone();
                self.count(values)?;
                self.put(value, 0)
            }
            Event::SequenceStart(anchor, _) => self.begin(Open::List(Vec::new(), anchor)),
            Event::MappingStart(anchor, _) => self.begin(Open::Map(Map::new(), None, anchor)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items, anchor)) => self.put(Value::Array(items), anchor),
                Some(Open::Map(members, _, anchor)) => self.put(Value::Object(members), anchor),
                None => Ok(()),
            },
            Event::Nothing
            | Event::StreamStart
            | Event::DocumentStart
            | Event::StreamEnd
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, open: Open) -> Result<(), String> {
        self.count(1)?;
        if self.open.len() >= DEPTH_MAX {
            return Err(format!("is nested more than {DEPTH_MAX} deep"));
        }
        self.open.push(open);
        Ok(())
    }

    fn count(&mut self, values: usize) -> Result<(), String> {
        self.values += values;
        match self.values <= VALUES_MAX {
            true => Ok(()),
            false => Err(format!(
                "has more than {VALUES_MAX} values, with those that aliases repeat"
            )),
        }
    }

    fn put(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            let values = count(&value);
            // It is kept twice from now on.
            self.count(values)?;
            self.anchors.insert(anchor, (value.clone(), values));
        }
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some(Open::List(items, _)) => items.push(value),
            Some(Open::Map(members, name, _)) => match name.take() {
                None => *name = Some(key(value)?),
                Some(name) if name == "<<" => {
                    return Err(
                        "merge keys (`<<`) are not part of YAML 1.2: write the members out"
                            .to_owned(),
                    );
                }
                Some(name) => {
                    if members.contains_key(&name) {
                        return Err(format!("`{name}` is there twice"));
                    }
                    members.insert(name, value);
                }
            },
        }
        Ok(())
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// A name in a map: JSON has texts alone, and a number such as a status code is meant as one.
fn key(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null => Ok("null".to_owned()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => Err("a list or a map can't be a name".to_owned()),
    }
}

fn scalar(text: String, style: TScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    if let Some(tag) = tag {
        return match tag.suffix.as_str() {
            "str" => Ok(Value::String(text)),
            other => Err(format!("the tag `{}{other}` is not supported", tag.handle)),
        };
    }
    if style != TScalarStyle::Plain {
        return Ok(Value::String(text));
    }
    Ok(match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        other => match number(other) {
            Some(number) => Value::Number(number?),
            None => Value::String(text),
        },
    })
}

/// A number of the core schema; an error if JSON has none such.
fn number(text: &str) -> Option<Result<Number, String>> {
    let none = || Err(format!("`{text}` is a number that JSON doesn't have"));
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let minus = if text.starts_with('-') { "-" } else { "" };
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16)
            .ok()
            .map(|number| Ok(number.into()));
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8)
            .ok()
            .map(|number| Ok(number.into()));
    }
    if [".inf", ".Inf", ".INF"].contains(&unsigned) || [".nan", ".NaN", ".NAN"].contains(&text) {
        return Some(none());
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_one = are_digits(whole)
        && fraction.is_none_or(are_digits)
        && whole.len() + fraction.map_or(0, str::len) > 0
        && exponent.is_none_or(|exponent| {
            let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !digits.is_empty() && are_digits(digits)
        });
    if !is_one {
        return None;
    }
    // As JSON writes it.
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let fraction = fraction.filter(|fraction| !fraction.is_empty());
    let fraction = fraction.map_or_else(String::new, |fraction| format!(".{fraction}"));
    let exponent = exponent.map_or_else(String::new, |exponent| format!("e{exponent}"));
    let text = format!("{minus}{whole}{fraction}{exponent}");
    Some(serde_json::from_str(&text).or_else(|_| none()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_scalars_are_those_of_the_core_schema() {
        let text = "a: null\nb: [~, true, 012, 0x1F, -1.50, 1e3, .5, 3.1.0, 2024-02-29, 'no', \"7\", !!str 7, yes, 1_000]\n200: x\n";
        let expected = json!({
            "a": null,
            "b": [null, true, 12, 31, -1.5, 1000.0, 0.5, "3.1.0", "2024-02-29", "no", "7", "7", "yes", "1_000"],
            "200": "x"
        });
        assert_eq!(parse(text).unwrap(), expected);
    }

    #[test]
    fn aliases_are_copies_and_bombs_are_refused() {
        let value = parse("a: &x {b: [1]}\nc: *x\n").unwrap();
        assert_eq!(value, json!({"a": {"b": [1]}, "c": {"b": [1]}}));
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..12 {
            let list = vec![format!("*a{}", n - 1); 10].join(",");
            bomb.push_str(&format!("a{n}: &a{n} [{list}]\n"));
        }
        assert!(
            parse(&bomb)
                .unwrap_err()
                .contains("more than 200000 values")
        );
        assert!(parse("a: &x [*x]").unwrap_err().contains("alias"));
        let deep = "[".repeat(5_000);
        assert!(parse(&deep).is_err());
        let block = (0..130).fold(String::new(), |text, n| {
            format!("{text}{}a:\n", " ".repeat(n))
        });
        assert!(parse(&block).unwrap_err().contains("120 deep"));
    }

    #[test]
    fn faults_have_line_and_column() {
        let check = |text: &str, words: &str| {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        };
        check("a: 1\nb: [1\n", "line ");
        check("a: 1\na: 2\n", "line 2, column 4: `a` is there twice");
        check("a: .inf", "JSON doesn't have");
        check("a: {<<: {b: 1}}", "merge keys");
        check("? [a]\n: 1", "can't be a name");
        check("a: !!binary eA==", "not supported");
        check("", "nothing");
    }
}
