//! The API in Rust: structs with serde, and methods that are futures. Laid out by rustfmt, as all of our Rust is.

use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::api::{Answer, Api, Definition, Field, Method, Resource, Shape, Type};
use super::text::Text;
use super::{File, HEAD, names};
use crate::run;

const FOLDER: &str = "sdks/rust/client/src";
/// Words of the language that the API uses as names.
const KEYWORDS: &[&str] = &["type", "ref", "in", "match", "move"];

/// The models and the resources.
///
/// # Errors
/// When rustfmt can't be run.
pub(super) fn files(api: &Api) -> Result<Vec<File>> {
    let file = |name: &str, text: String| -> Result<File> {
        Ok(File {
            path: format!("{FOLDER}/{name}"),
            text: formatted(&text)?,
        })
    };
    Ok(vec![
        file("models.rs", models(api))?,
        file("resources.rs", resources(api))?,
    ])
}

fn formatted(source: &str) -> Result<String> {
    let mut child = run::command("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("can't start rustfmt")?;
    // It reads all before it writes: no need to do both at once. The pipe closes as it is dropped.
    let mut input = child.stdin.take().context("rustfmt's input is piped")?;
    input.write_all(source.as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "rustfmt refused what was generated"
    );
    Ok(String::from_utf8(output.stdout)?)
}

fn head(text: &mut Text, about: &str, lines: &[&str]) {
    text.line(0, format!("//! {about}"));
    text.line(0, "//!");
    text.line(0, format!("//! {HEAD}"));
    text.blank();
    for line in lines {
        text.line(0, line);
    }
}

fn models(api: &Api) -> String {
    let mut text = Text::new("    ");
    let imports = [
        "use std::collections::HashMap;",
        "use serde::{Deserialize, Serialize};",
        "use serde_json::Value;",
        "use crate::error::Problem;",
        "use crate::redact::Masked;",
    ];
    head(&mut text, "What the API takes and answers.", &imports);
    for definition in api.types.iter().chain(&api.queries) {
        text.blank();
        text.comment(0, "///", &definition.doc);
        match &definition.shape {
            Shape::Words(words) => choice(&mut text, &definition.name, words),
            Shape::Fields(_) | Shape::Either(_) => structure(&mut text, definition),
        }
    }
    text.finish()
}

fn choice(text: &mut Text, name: &str, words: &[String]) {
    text.line(
        0,
        "#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]",
    );
    text.line(0, "#[serde(rename_all = \"lowercase\")]");
    text.line(0, format!("pub enum {name} {{"));
    for word in words {
        text.line(1, format!("/// `{word}`."));
        text.line(1, format!("{},", names::pascal(word)));
    }
    text.line(0, "}");
}

fn structure(text: &mut Text, definition: &Definition) {
    let fields = definition.fields();
    let has_new = definition.is_input && fields.iter().any(|field| field.required);
    let has_secret = fields.iter().any(|field| field.is_secret);
    let derived = [
        Some("Clone"),
        (!has_secret).then_some("Debug"),
        (definition.is_input && !has_new).then_some("Default"),
        Some("PartialEq"),
        definition.is_input.then_some("Serialize"),
        definition.is_output.then_some("Deserialize"),
    ];
    let derived: Vec<&str> = derived.into_iter().flatten().collect();
    text.line(0, format!("#[derive({})]", derived.join(", ")));
    if !definition.is_input {
        // More fields may come: nobody else makes one of these.
        text.line(0, "#[non_exhaustive]");
    }
    text.line(0, format!("pub struct {} {{", definition.name));
    for field in &fields {
        member(text, field, definition);
    }
    text.line(0, "}");
    if has_new {
        constructor(text, definition, &fields);
    }
    if has_secret {
        debug(text, definition, &fields);
    }
}

/// What is printed of a structure, without its secrets.
fn debug(text: &mut Text, definition: &Definition, fields: &[Field]) {
    let name = &definition.name;
    text.blank();
    text.line(0, format!("impl std::fmt::Debug for {name} {{"));
    text.line(
        1,
        "fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {",
    );
    text.line(2, format!("f.debug_struct(\"{name}\")"));
    for field in fields {
        let member = format!("self.{}", identifier(&field.name));
        let can_be_missing = !field.required || field.nullable;
        let clears = definition.clears_with_null && field.nullable;
        let shown = match (field.is_secret, can_be_missing) {
            (false, _) => format!("&{member}"),
            (true, false) => "&Masked".to_owned(),
            (true, true) if clears => {
                format!("&{member}.as_ref().map(|inner| inner.as_ref().map(|_| Masked))")
            }
            (true, true) => format!("&{member}.as_ref().map(|_| Masked)"),
        };
        text.line(3, format!(".field(\"{}\", {shown})", field.name));
    }
    text.line(3, ".finish()");
    text.line(1, "}");
    text.line(0, "}");
}

fn member(text: &mut Text, field: &Field, definition: &Definition) {
    let doc = match field.doc.as_str() {
        "" => format!("The {}.", names::words(&field.name).join(" ")),
        doc => doc.to_owned(),
    };
    text.comment(1, "///", &doc);
    let can_be_missing = !field.required || field.nullable;
    let inner = type_of(&field.holds);
    let clears = definition.clears_with_null && field.nullable;
    let holds = match can_be_missing {
        true if clears => format!("Option<Option<{inner}>>"),
        true => format!("Option<{inner}>"),
        false => inner,
    };
    let rules = [
        (definition.is_output && can_be_missing).then_some("default"),
        (definition.is_input && can_be_missing)
            .then_some("skip_serializing_if = \"Option::is_none\""),
    ];
    let rules: Vec<&str> = rules.into_iter().flatten().collect();
    if !rules.is_empty() {
        text.line(1, format!("#[serde({})]", rules.join(", ")));
    }
    text.line(1, format!("pub {}: {holds},", identifier(&field.name)));
}

/// `new` with what must be given; the rest is laid over it with `..`.
fn constructor(text: &mut Text, definition: &Definition, fields: &[Field]) {
    let required: Vec<&Field> = fields.iter().filter(|field| field.required).collect();
    let parameters: Vec<String> = required
        .iter()
        .map(|field| format!("{}: {}", identifier(&field.name), parameter(&field.holds)))
        .collect();
    text.blank();
    text.line(0, format!("impl {} {{", definition.name));
    text.line(1, "/// With what must be given, and nothing else.");
    text.line(
        1,
        format!("pub fn new({}) -> Self {{", parameters.join(", ")),
    );
    text.line(2, "Self {");
    for field in fields {
        let name = identifier(&field.name);
        let value = match field.required {
            true => converted(&name, &field.holds),
            false => "None".to_owned(),
        };
        match value == name {
            true => text.line(3, format!("{name},")),
            false => text.line(3, format!("{name}: {value},")),
        }
    }
    text.line(2, "}");
    text.line(1, "}");
    text.line(0, "}");
}

fn parameter(of: &Type) -> String {
    match of {
        Type::Text | Type::Time => "impl Into<String>".to_owned(),
        Type::Any => "impl Into<Value>".to_owned(),
        Type::List(of) => format!("impl IntoIterator<Item = {}>", parameter(of)),
        Type::Integer { .. } | Type::Number | Type::Boolean | Type::Map { .. } | Type::Named(_) => {
            type_of(of)
        }
    }
}

fn converted(name: &str, of: &Type) -> String {
    match of {
        Type::Text | Type::Time | Type::Any => format!("{name}.into()"),
        Type::List(of) => match converted("item", of) {
            same if same == "item" => format!("{name}.into_iter().collect()"),
            _ => format!("{name}.into_iter().map(Into::into).collect()"),
        },
        Type::Integer { .. } | Type::Number | Type::Boolean | Type::Map { .. } | Type::Named(_) => {
            name.to_owned()
        }
    }
}

fn type_of(of: &Type) -> String {
    match of {
        // Times are texts (RFC 3339): the choice of a time library is the caller's.
        Type::Text | Type::Time => "String".to_owned(),
        Type::Integer { bits: 64 } => "u64".to_owned(),
        Type::Integer { .. } => "u32".to_owned(),
        Type::Number => "f64".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Any => "Value".to_owned(),
        Type::List(of) => format!("Vec<{}>", type_of(of)),
        Type::Map { of, nullable: true } => format!("HashMap<String, Option<{}>>", type_of(of)),
        Type::Map {
            of,
            nullable: false,
        } => format!("HashMap<String, {}>", type_of(of)),
        Type::Named(name) => name.clone(),
    }
}

fn identifier(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true => format!("r#{name}"),
        false => name.to_owned(),
    }
}

fn resources(api: &Api) -> String {
    let mut text = Text::new("    ");
    let imports = [
        "use reqwest::Method;",
        "use crate::call::{Call, path};",
        "use crate::client::Nuncio;",
        "use crate::error::Error;",
        "use crate::listing::Listing;",
        "use crate::models::*;",
    ];
    head(&mut text, "The methods of the API, by resource.", &imports);
    text.blank();
    text.line(0, "impl Nuncio {");
    for resource in &api.resources {
        let (member, class) = (names::snake(&resource.name), names::pascal(&resource.name));
        text.line(1, format!("/// Calls below `/v1/{}`.", resource.name));
        text.line(
            1,
            format!("pub fn {member}(&self) -> {class}<'_> {{ {class} {{ client: self }} }}"),
        );
        text.blank();
    }
    text.line(0, "}");
    for resource in &api.resources {
        class(&mut text, resource);
    }
    text.finish()
}

fn class(text: &mut Text, resource: &Resource) {
    let name = names::pascal(&resource.name);
    text.blank();
    text.line(0, format!("/// Calls below `/v1/{}`.", resource.name));
    text.line(0, "#[derive(Clone, Copy, Debug)]");
    text.line(0, format!("pub struct {name}<'a> {{ client: &'a Nuncio }}"));
    text.blank();
    text.line(0, format!("impl {name}<'_> {{"));
    for method in &resource.methods {
        emit_method(text, method);
        text.blank();
    }
    text.line(0, "}");
}

fn emit_method(text: &mut Text, method: &Method) {
    text.comment(1, "///", &method.doc);
    let path_parameters = method
        .path_parameters
        .iter()
        .map(|(name, _)| format!("{name}: &str"));
    let query = method
        .query
        .as_ref()
        .map(|query| format!("query: &{query}"));
    let body = method.body.as_ref().map(|body| match body.required {
        true => format!("body: &{}", body.of),
        false => format!("body: Option<&{}>", body.of),
    });
    let parameters: Vec<String> = ["self".to_owned()]
        .into_iter()
        .chain(path_parameters)
        .chain(query)
        .chain(body)
        .collect();
    let parameters = parameters.join(", ");
    let names: Vec<&str> = method
        .path_parameters
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let path = format!("path(\"{}\", &[{}])", method.path, names.join(", "));
    let name = identifier(&method.name);
    if let Answer::List(of) = &method.answer {
        let query = if method.query.is_some() {
            "query"
        } else {
            "&()"
        };
        text.line(
            1,
            format!("pub fn {name}({parameters}) -> Listing<{of}> {{"),
        );
        text.line(2, format!("Listing::new(self.client, {path}, {query})"));
        text.line(1, "}");
        return;
    }
    let query = match &method.query {
        Some(_) => ".query(query)",
        None => "",
    };
    let (answer, send) = match &method.answer {
        Answer::One(of) => (of.as_str(), "send"),
        Answer::Nothing | Answer::List(_) => ("()", "send_only"),
    };
    let body = match &method.body {
        None => "",
        Some(body) if body.required => ".body(body)?",
        Some(_) => ".maybe_body(body)?",
    };
    text.line(1, "///");
    text.line(1, "/// # Errors");
    text.line(1, "/// See [`Error`].");
    text.line(
        1,
        format!("pub async fn {name}({parameters}) -> Result<{answer}, Error> {{"),
    );
    text.line(
        2,
        format!(
            "let call = Call::new(Method::{}, {path}?){query}{body};",
            method.verb
        ),
    );
    text.line(2, format!("self.client.{send}(call).await"));
    text.line(1, "}");
}
