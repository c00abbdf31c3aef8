//! The alternatives of a field as they are written: exact values, and objects with an operator.

use serde_json::{Map, Number, Value};

use crate::{
    BadPattern,
    address::Cidr,
    alternatives::Alternatives,
    compiler::Compiler,
    fold::Folded,
    limits::{TESTS_MAX, VALUES_MAX},
    number::comparable,
    test::{Bound, Bounds, Not, Test, TextTest},
    wildcard::Wildcard,
};

const IGNORE_CASE: &str = "equals-ignore-case";
const COMPARISONS: &[&str] = &["=", "<", "<=", ">", ">="];

/// Whether a field's list is that of an operator which should stand in a list itself.
pub(crate) fn is_misplaced(name: &str, given: &[Value]) -> bool {
    let first = given.first().and_then(Value::as_str);
    name == "numeric" && first.is_some_and(|first| COMPARISONS.contains(&first))
}

/// Reads a field's list.
pub(crate) fn alternatives(
    compiler: &mut Compiler,
    given: &[Value],
) -> Result<Alternatives, BadPattern> {
    if given.is_empty() {
        return compiler.bad("is empty: give at least one alternative");
    }
    let mut all = Alternatives::default();
    for (index, alternative) in given.iter().enumerate() {
        compiler.within(&index.to_string(), |compiler| {
            add(compiler, &mut all, alternative)
        })?;
    }
    all.sort();
    Ok(all)
}

fn add(
    compiler: &mut Compiler,
    all: &mut Alternatives,
    alternative: &Value,
) -> Result<(), BadPattern> {
    match alternative {
        Value::Object(object) => return operator(compiler, all, object),
        Value::Array(_) => {
            return compiler.bad("is a list: alternatives are values, or objects with an operator");
        }
        Value::String(text) => all.texts.push(text.as_str().into()),
        Value::Number(number) => match comparable(&number.to_string()) {
            Some(number) => all.numbers.push(number),
            None => all.literal_numbers.push(number.to_string().into()),
        },
        Value::Bool(true) => all.words.push("true"),
        Value::Bool(false) => all.words.push("false"),
        Value::Null => all.words.push("null"),
    }
    count_values(compiler, 1)
}

fn operator(
    compiler: &mut Compiler,
    all: &mut Alternatives,
    object: &Map<String, Value>,
) -> Result<(), BadPattern> {
    let (name, value) = only(compiler, object)?;
    compiler.within(name, |compiler| {
        match (name, value) {
            ("exists", Value::Bool(true)) => all.is_any = true,
            ("exists", Value::Bool(false)) => all.may_be_missing = true,
            ("exists", _) => return compiler.bad(format!("is {value}: give true or false")),
            ("exactly", value) => {
                all.texts.push(text(compiler, value)?.into());
                return count_values(compiler, 1);
            }
            ("anything-but", value) => all.tests.push(Test::Not(not(compiler, value)?)),
            ("numeric", value) => all.tests.push(Test::Within(numeric(compiler, value)?)),
            ("cidr", value) => {
                let range = Cidr::parse(text(compiler, value)?);
                let range = range.or_else(|detail| compiler.bad(detail))?;
                all.tests.push(Test::Cidr(range));
            }
            (name, value) => {
                let test = like(compiler, name, value)?;
                all.tests.push(Test::Like(test));
            }
        }
        count_tests(compiler, 1)
    })
}

/// The only member of an object.
fn only<'a>(
    compiler: &Compiler,
    object: &'a Map<String, Value>,
) -> Result<(&'a str, &'a Value), BadPattern> {
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        (None, _) => compiler.bad("is empty: give one operator, such as `{\"prefix\": \"a\"}`"),
        (Some(_), Some(_)) => compiler.bad(
            "has several operators: each is an alternative, and stands in an object of its own",
        ),
    }
}

fn text<'a>(compiler: &Compiler, value: &'a Value) -> Result<&'a str, BadPattern> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => compiler.bad(format!("is {value}: give a string")),
    }
}

/// What strings are like.
fn like(compiler: &mut Compiler, name: &str, value: &Value) -> Result<TextTest, BadPattern> {
    let folded = match (name, value) {
        ("prefix" | "suffix", Value::Object(object)) => {
            let (inner, value) = only(compiler, object)?;
            compiler.within(inner, |compiler| match inner {
                IGNORE_CASE => text(compiler, value).map(Some),
                _ => compiler.bad(format!(
                    "`{inner}` is not allowed in `{name}`: only `{IGNORE_CASE}` is"
                )),
            })?
        }
        _ => None,
    };
    Ok(match (name, folded) {
        ("prefix", Some(folded)) => TextTest::PrefixFolded(Folded::new(folded)),
        ("suffix", Some(folded)) => TextTest::SuffixFolded(Folded::new(folded)),
        ("prefix", None) => TextTest::Prefix(text(compiler, value)?.into()),
        ("suffix", None) => TextTest::Suffix(text(compiler, value)?.into()),
        (IGNORE_CASE, _) => TextTest::Folded(Folded::new(text(compiler, value)?)),
        ("wildcard", _) => {
            let wildcard = Wildcard::parse(text(compiler, value)?);
            TextTest::Wildcard(wildcard.or_else(|detail| compiler.bad(detail))?)
        }
        (other, _) => {
            return compiler.bad(format!(
                "`{other}` is not an operator: use exists, prefix, suffix, equals-ignore-case, wildcard, numeric, cidr, anything-but or exactly"
            ));
        }
    })
}

fn not(compiler: &mut Compiler, value: &Value) -> Result<Not, BadPattern> {
    match value {
        Value::String(_) | Value::Number(_) => not_these(compiler, std::slice::from_ref(value)),
        Value::Array(values) => not_these(compiler, values),
        Value::Object(object) => {
            let (name, value) = only(compiler, object)?;
            compiler.within(name, |compiler| not_like(compiler, name, value))
        }
        Value::Null | Value::Bool(_) => compiler.bad(format!(
            "is {value}: give a string, a number, a list of either, or an object"
        )),
    }
}

fn not_these(compiler: &mut Compiler, values: &[Value]) -> Result<Not, BadPattern> {
    count_values(compiler, values.len())?;
    let texts: Option<Vec<Box<str>>> = values
        .iter()
        .map(|value| value.as_str().map(Into::into))
        .collect();
    let numbers: Option<Vec<&Number>> = values
        .iter()
        .map(|value| match value {
            Value::Number(number) => Some(number),
            _ => None,
        })
        .collect();
    match (texts, numbers) {
        _ if values.is_empty() => compiler.bad("is empty: give at least one value"),
        (Some(mut texts), _) => {
            texts.sort_unstable();
            Ok(Not::Texts(texts))
        }
        (None, Some(numbers)) => {
            let numbers = numbers.into_iter();
            let numbers = numbers.map(|number| number_of(compiler, &Value::Number(number.clone())));
            let mut numbers = numbers.collect::<Result<Vec<f64>, BadPattern>>()?;
            numbers.sort_unstable_by(f64::total_cmp);
            Ok(Not::Numbers(numbers))
        }
        (None, None) => compiler.bad("takes either strings or numbers, not both"),
    }
}

fn not_like(compiler: &mut Compiler, name: &str, value: &Value) -> Result<Not, BadPattern> {
    if !["prefix", "suffix", "wildcard", IGNORE_CASE].contains(&name) {
        return compiler.bad(format!(
            "`{name}` is not allowed in `anything-but`: use prefix, suffix, wildcard or {IGNORE_CASE}"
        ));
    }
    let values = match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    if values.is_empty() {
        return compiler.bad("is empty: give at least one string");
    }
    count_tests(compiler, values.len())?;
    let tests = values.iter().map(|value| {
        let is_all = matches!(name, "prefix" | "suffix") && text(compiler, value)?.is_empty();
        match is_all {
            true => compiler.bad(format!("an empty {name} would leave out every string")),
            false => like(
                compiler,
                name,
                &Value::String(text(compiler, value)?.to_owned()),
            ),
        }
    });
    tests.collect::<Result<_, _>>().map(Not::Like)
}

/// A number that can be compared.
fn number_of(compiler: &Compiler, value: &Value) -> Result<f64, BadPattern> {
    let Value::Number(number) = value else {
        return compiler.bad(format!("{value} is not a number"));
    };
    match comparable(&number.to_string()) {
        Some(number) => Ok(number),
        None => compiler.bad(format!(
            "{number} can't be compared: a double can't hold it"
        )),
    }
}

fn numeric(compiler: &Compiler, value: &Value) -> Result<Bounds, BadPattern> {
    let parts = value.as_array().map_or(&[][..], Vec::as_slice);
    let bound =
        |at: &Value, is_within| number_of(compiler, at).map(|at| Some(Bound { at, is_within }));
    let operator = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let usage = "give an operator and a number, such as `[\">\", 0]`, or two of them, such as `[\">\", 0, \"<=\", 5]`";
    match parts {
        [first, at] => match operator(first).as_str() {
            "=" => {
                let at = bound(at, true)?;
                Ok(Bounds { low: at, high: at })
            }
            first @ ("<" | "<=") => Ok(Bounds {
                low: None,
                high: bound(at, first == "<=")?,
            }),
            first @ (">" | ">=") => Ok(Bounds {
                low: bound(at, first == ">=")?,
                high: None,
            }),
            _ => compiler.bad(format!("{first} is not an operator: {usage}")),
        },
        [first, low, second, high] => {
            let (first, second) = (operator(first), operator(second));
            if !matches!(first.as_str(), ">" | ">=") || !matches!(second.as_str(), "<" | "<=") {
                return compiler.bad(format!(
                    "`{first}` and `{second}` are not a range: the first is `>` or `>=`, the second `<` or `<=`"
                ));
            }
            let bounds = Bounds {
                low: bound(low, first == ">=")?,
                high: bound(high, second == "<=")?,
            };
            match (bounds.low, bounds.high) {
                (Some(low), Some(high)) if low.at >= high.at => {
                    compiler.bad("the lower bound has to be less than the upper one")
                }
                _ => Ok(bounds),
            }
        }
        _ => compiler.bad(format!("is {value}: {usage}")),
    }
}

fn count_values(compiler: &mut Compiler, more: usize) -> Result<(), BadPattern> {
    compiler.values += more;
    match compiler.values <= VALUES_MAX {
        true => Ok(()),
        false => compiler.bad(format!(
            "is one value too many: a pattern has at most {VALUES_MAX}"
        )),
    }
}

fn count_tests(compiler: &mut Compiler, more: usize) -> Result<(), BadPattern> {
    compiler.tests += more;
    match compiler.tests <= TESTS_MAX {
        true => Ok(()),
        false => compiler.bad(format!(
            "is one operator too many: a pattern has at most {TESTS_MAX}"
        )),
    }
}
