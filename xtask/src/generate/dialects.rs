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
    "request",
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
/// A module, so that bundlers need no loader for it. Pages and edge functions load it whole: it holds only what the code there
/// reads.
const TYPESCRIPT_FILE: &str = "sdks/node/webhooks/src/dialects.ts";
/// What that code never reads, as `table.key`, or `key` of the file itself.
const NOT_IN_TYPESCRIPT: &[&str] = &[
    "title",
    "secret.chosen_by",
    "secret.format",
    "request.user_agent",
    "request.names",
    "signature.rotation",
    "body.content_type",
];
/// How the names of the fields begin that receivers read, or find a signed value by.
const READ_FIELDS: &[&str] = &[
    "event_",
    "message_id",
    "tenant",
    "delivery_",
    "timestamp_",
    "data",
];
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
    let small: Vec<Value> = dialects.iter().map(without_senders_part).collect();
    let small = serde_json::to_string_pretty(&small)?;
    let typescript = File {
        path: TYPESCRIPT_FILE.to_owned(),
        text: format!("{TYPESCRIPT_HEAD}\nexport default {small};\n"),
    };
    Ok(json.chain([typescript]).collect())
}

/// The dialect without what only senders and people need.
fn without_senders_part(dialect: &Value) -> Value {
    let mut dialect = dialect.clone();
    let Some(file) = dialect.as_object_mut() else {
        return dialect;
    };
    for place in NOT_IN_TYPESCRIPT {
        match place.split_once('.') {
            None => drop(file.shift_remove(*place)),
            Some((table, key)) => tables(file.get_mut(table)).for_each(|table| {
                table.shift_remove(key);
            }),
        }
    }
    leave_out_defaults(file);
    if file
        .get("request")
        .is_some_and(|request| request == &serde_json::json!({}))
    {
        file.shift_remove("request");
    }
    let signed = file.get("signature").cloned().unwrap_or_default();
    let is_read = |entry: &Value| {
        entry.get("members").is_some() || holds_event(entry) || is_signed(&signed, entry)
    };
    if let Some(Value::Array(headers)) = file.get_mut("header") {
        headers.retain(is_read);
        as_pairs(headers);
    }
    let body = file.get_mut("body");
    if let Some(Value::Array(members)) = body.and_then(|body| body.get_mut("members")) {
        members.retain(is_read);
        as_pairs(members);
    }
    dialect
}

/// Writes `{name, value}` as `[name, value]`: there are so many of them that their keys would be a tenth of all.
fn as_pairs(entries: &mut [Value]) {
    for entry in entries {
        if let Some(Value::Array(members)) = entry.get_mut("members") {
            as_pairs(members);
        } else if let (Some(name), Some(value)) = (entry.get("name"), entry.get("value")) {
            *entry = Value::Array(vec![name.clone(), value.clone()]);
        }
    }
}

/// Leaves out what the code there takes for granted: the whole secret as key, a bare signature, HMAC-SHA256 in hex, JSON.
fn leave_out_defaults(file: &mut Map<String, Value>) {
    let is = |table: &Map<String, Value>, key: &str, text: &str| {
        table.get(key).is_some_and(|value| value == text)
    };
    // Where the key is the whole secret, the secret's form is the sender's business.
    if tables(file.get_mut("secret")).any(|secret| is(secret, "key", "utf8")) {
        file.shift_remove("secret");
    }
    tables(file.get_mut("body"))
        .filter(|body| !is(body, "format", "form"))
        .for_each(|body| drop(body.shift_remove("format")));
    if let Some(answers) = file
        .get_mut("receiver")
        .and_then(|receiver| receiver.get_mut("answers"))
    {
        tables(Some(answers)).for_each(|answers| {
            answers.retain(|name, value| match name.as_str() {
                "text" => value != "Invalid signature",
                _ => value != 401,
            })
        });
    }
    for signature in tables(file.get_mut("signature")) {
        if is(signature, "grammar", "bare") {
            signature.shift_remove("grammar");
        }
        for scheme in tables(signature.get_mut("scheme")) {
            if !is(scheme, "algorithm", "ed25519") && is(scheme, "output", "hex") {
                scheme.shift_remove("output");
            }
            if is(scheme, "algorithm", "hmac-sha256") {
                scheme.shift_remove("algorithm");
            }
        }
    }
}

/// Whether the value of a header or member has a part of an event in it; fixed text has none.
fn holds_event(entry: &Value) -> bool {
    let is_read = |name: &str| READ_FIELDS.iter().any(|start| name.starts_with(start));
    entry
        .get("value")
        .is_some_and(|value| fields(value).into_iter().any(is_read))
}

/// Whether a signature covers the header, by its name or by the field that it carries.
fn is_signed(signatures: &Value, header: &Value) -> bool {
    let tables = signatures
        .as_array()
        .map_or(std::slice::from_ref(signatures), Vec::as_slice);
    let contents = tables.iter().filter_map(|table| table.get("content"));
    let name = header.get("name");
    let carried = header.get("value").map(fields).unwrap_or_default();
    contents.into_iter().any(|content| {
        let pieces = content
            .as_array()
            .map_or(std::slice::from_ref(content), Vec::as_slice);
        pieces.iter().any(|piece| {
            piece
                .get("header")
                .is_some_and(|header| Some(header) == name)
        }) || fields(content).iter().any(|field| carried.contains(field))
    })
}

/// The names of the fields in a value of the dialect language.
fn fields(value: &Value) -> Vec<&str> {
    match value {
        Value::String(name) => vec![name],
        Value::Array(pieces) => pieces.iter().flat_map(fields).collect(),
        Value::Object(piece) => {
            let own = piece.get("field").and_then(Value::as_str);
            let instead = piece
                .get("default")
                .filter(|_| piece.contains_key("metadata"));
            own.into_iter()
                .chain(instead.into_iter().flat_map(fields))
                .collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// The table, or each of a list of them.
fn tables(value: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    let one_or_more = match value {
        Some(Value::Array(items)) => items.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    one_or_more.into_iter().filter_map(Value::as_object_mut)
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
    let mut members = Map::new();
    for key in KEYS {
        let Some(item) = document.as_table().get(key) else {
            continue;
        };
        let value = match (*key, json(item)?) {
            ("signature", Value::Array(all)) => required(all)?,
            (_, value) => value,
        };
        members.insert((*key).to_owned(), value);
    }
    Ok(Value::Object(members))
}

/// The signature that receivers require, or the list of them. What they ignore is not their business.
fn required(mut all: Vec<Value>) -> Result<Value> {
    all.retain(|signature| signature.get("receivers") != Some(&"ignore".into()));
    ensure!(!all.is_empty(), "no signature is required");
    Ok(match <[Value; 1]>::try_from(all) {
        Ok([only]) => only,
        Err(all) => all.into(),
    })
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
    fn pages_get_only_what_their_code_reads() {
        let file = serde_json::json!({
            "name": "t", "title": "T", "secret": {"chosen_by": "server", "key": "utf8", "prefix": "p"},
            "request": {"user_agent": "U"},
            "header": [
                {"name": "Id", "value": "event_id"}, {"name": "Retry", "value": "retry_number"},
                {"name": "Shop", "value": {"metadata": "shop"}}, {"name": "Nonce", "value": "endpoint_id"},
                {"name": "Signed", "value": {"text": "v"}},
                {"name": "Source", "value": {"metadata": "source", "default": [{"text": "/"}, "tenant"]}}
            ],
            "signature": [
                {"header": "A", "rotation": "one", "content": ["endpoint_id", "body"], "grammar": "bare", "scheme": [
                    {"algorithm": "hmac-sha256", "output": "hex"}, {"algorithm": "ed25519", "output": "hex"}
                ]},
                {"header": "B", "rotation": "all", "content": [{"header": "Signed"}, "body"]}
            ],
            "body": {"members": [
                {"name": "v", "json": "1"}, {"name": "w", "value": {"text": "1"}}, {"name": "d", "value": "data"},
                {"name": "o", "members": [{"name": "k", "value": {"field": "event_type", "words": {"a": "b"}}}]}
            ]}
        });
        let small = without_senders_part(&file);
        let pair = serde_json::json!(["Id", "event_id"]);
        assert_eq!(small["header"][0], pair);
        let kept = serde_json::json!({"field": "event_type", "words": {"a": "b"}});
        assert_eq!(
            small["body"]["members"][1]["members"],
            serde_json::json!([["k", kept]])
        );
        let names = |list: &Value| -> Vec<String> {
            let entries = list.as_array().expect("a list").iter();
            let entries = entries.map(|entry| entry.get(0).unwrap_or(&entry["name"]));
            entries
                .map(|name| name.as_str().expect("a name").to_owned())
                .collect()
        };
        assert_eq!(names(&small["header"]), ["Id", "Nonce", "Signed", "Source"]);
        assert_eq!(names(&small["body"]["members"]), ["d", "o"]);
        let schemes = serde_json::json!([{}, {"algorithm": "ed25519", "output": "hex"}]);
        let first = serde_json::json!({"header": "A", "content": ["endpoint_id", "body"], "scheme": schemes});
        assert_eq!(small["signature"][0], first);
        assert_eq!(
            small["signature"][1],
            serde_json::json!({"header": "B", "content": [{"header": "Signed"}, "body"]})
        );
        for gone in ["title", "secret", "request"] {
            assert!(small.get(gone).is_none(), "{gone}");
        }
    }

    #[test]
    fn receivers_get_their_part_of_a_file_in_the_order_of_the_file() {
        let toml = "title = \"T\"\nname = \"t\"\n[policy]\ntimeout_ms = 1\n[secret]\nb = [1]\na = {y = true, x = \"é\"}\n[[header]]\nname = \"h\"\n";
        let expected = r#"{"name":"t","title":"T","secret":{"b":[1],"a":{"y":true,"x":"é"}},"header":[{"name":"h"}]}"#;
        assert_eq!(dialect(toml).expect("sound").to_string(), expected);
    }

    #[test]
    fn receivers_get_the_signatures_that_are_required() {
        let toml = "[[signature]]\nheader = \"a\"\nreceivers = \"ignore\"\n[[signature]]\nheader = \"b\"\n[[signature.scheme]]\noutput = \"hex\"\n";
        let expected = r#"{"signature":{"header":"b","scheme":[{"output":"hex"}]}}"#;
        assert_eq!(dialect(toml).expect("sound").to_string(), expected);
        let both = toml.replace("ignore", "require");
        let found = dialect(&both).expect("sound");
        assert_eq!(found["signature"][0]["header"], "a");
        assert_eq!(found["signature"][1]["header"], "b");
    }
}
