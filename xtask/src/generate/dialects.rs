//! The dialects as the receiver libraries carry them: what a verifier needs of each file, as one JSON list.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};
use toml_edit::{Document, Item, Value as TomlValue};

use super::File;
use crate::root::root;

/// Where the order of the dialects is written down.
const ORDER: &str = "crates/dialect/src/builtin.rs";
/// What receivers read of a dialect, in this order; the rest is the sender's business.
const KEYS: &[&str] = &[
    "name",
    "title",
    "secret",
    "header",
    "signature",
    "body",
    "receiver",
    "handshake",
];
/// The list, and where libraries have copies of their own, since each is published by itself.
const JSON_FILES: &[&str] = &[
    "sdks/dialects.json",
    "sdks/python/webhooks/src/nuncio_webhooks/dialects.json",
    "sdks/php/src/dialects.json",
    "sdks/go/webhooks/dialects.json",
    "sdks/java/src/main/resources/dev/nuncio/webhooks/dialects.json",
    "sdks/ruby/lib/nuncio/webhooks/dialects.json",
];
/// A module, so that bundlers need no loader for it.
const TYPESCRIPT_FILE: &str = "sdks/node/webhooks/src/dialects.ts";
const TYPESCRIPT_HEAD: &str = "// Generated from dialects/*.toml by cargo xtask generate.";

/// The list of all built-in dialects, in every form that is committed.
///
/// # Errors
/// When a dialect can't be read.
pub(super) fn files() -> Result<Vec<File>> {
    let order = read(ORDER)?;
    let dialects = names_in_order(&order)?
        .into_iter()
        .map(|name| dialect(&read(&format!("dialects/{name}.toml"))?).with_context(|| name))
        .collect::<Result<Vec<Value>>>()?;
    let list = serde_json::to_string_pretty(&dialects)?;
    let json = JSON_FILES.iter().map(|path| File {
        path: (*path).to_owned(),
        text: format!("{list}\n"),
    });
    let typescript = File {
        path: TYPESCRIPT_FILE.to_owned(),
        text: format!("{TYPESCRIPT_HEAD}\nexport default {list};\n"),
    };
    Ok(json.chain([typescript]).collect())
}

/// The names in the macro call that lists the files.
fn names_in_order(source: &str) -> Result<Vec<String>> {
    let (_, list) = source.split_once("= files![").context("no list of files")?;
    let (list, _) = list.split_once(']').context("the list of files ends")?;
    let names = list.split('"').skip(1).step_by(2).map(str::to_owned);
    let names: Vec<String> = names.collect();
    ensure!(!names.is_empty(), "the list of files is empty");
    Ok(names)
}

fn dialect(toml: &str) -> Result<Value> {
    let document = Document::parse(toml)?;
    let there = KEYS.iter().filter_map(|key| {
        let item = document.as_table().get(key)?;
        Some(json(item).map(|value| ((*key).to_owned(), value)))
    });
    Ok(Value::Object(there.collect::<Result<Map<_, _>>>()?))
}

fn json(item: &Item) -> Result<Value> {
    match item {
        Item::None => Ok(Value::Null),
        Item::Value(value) => json_of_value(value),
        Item::Table(table) => object(table.iter()),
        Item::ArrayOfTables(tables) => {
            let tables = tables.iter().map(|table| object(table.iter()));
            Ok(Value::Array(tables.collect::<Result<_>>()?))
        }
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a Item)>) -> Result<Value> {
    let members = members.map(|(key, item)| Ok((key.to_owned(), json(item)?)));
    Ok(Value::Object(members.collect::<Result<_>>()?))
}

fn json_of_value(value: &TomlValue) -> Result<Value> {
    Ok(match value {
        TomlValue::String(text) => text.value().clone().into(),
        TomlValue::Integer(number) => (*number.value()).into(),
        TomlValue::Float(number) => (*number.value()).into(),
        TomlValue::Boolean(truth) => (*truth.value()).into(),
        TomlValue::Datetime(time) => anyhow::bail!("JSON has no time such as {}", time.value()),
        TomlValue::Array(items) => {
            Value::Array(items.iter().map(json_of_value).collect::<Result<_>>()?)
        }
        TomlValue::InlineTable(table) => {
            let members = table
                .iter()
                .map(|(key, value)| Ok((key.to_owned(), json_of_value(value)?)));
            Value::Object(members.collect::<Result<_>>()?)
        }
    })
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("can't read {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_that_of_the_macro_call() {
        let source = "macro_rules! files { }\nconst F: T = files![\n \"b\",\n \"a\",\n];";
        assert_eq!(names_in_order(source).expect("a list"), ["b", "a"]);
        assert!(names_in_order("const F: T = files![];").is_err());
    }

    #[test]
    fn receivers_get_their_part_of_a_file_in_the_order_of_the_file() {
        let toml = "title = \"T\"\nname = \"t\"\n[policy]\ntimeout_ms = 1\n[secret]\nb = [1]\na = {y = true, x = \"é\"}\n[[header]]\nname = \"h\"\n";
        let expected = r#"{"name":"t","title":"T","secret":{"b":[1],"a":{"y":true,"x":"é"}},"header":[{"name":"h"}]}"#;
        assert_eq!(dialect(toml).expect("sound").to_string(), expected);
    }
}
