//! The API in Python: frozen data classes for what comes out, keyword arguments and typed dictionaries for what goes in.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::api::{Answer, Api, Definition, Field, Method, Resource, Shape, Type};
use super::text::{Text, wrapped};
use super::{File, HEAD, names};

const FOLDER: &str = "sdks/python/client/src/nuncio_client";
/// What every call takes besides its own arguments.
const OPTIONS: &[(&str, &str)] = &[
    ("project", "str | None = None"),
    ("timeout_s", "float | None = None"),
];
/// What a POST takes on top of that.
const POST_OPTION: (&str, &str) = ("idempotency_key", "str | None = None");

/// The models and the resources.
///
/// # Errors
/// When a field has the name of an option of every call.
pub(super) fn files(api: &Api) -> Result<Vec<File>> {
    let file = |name: &str, text: String| File {
        path: format!("{FOLDER}/{name}"),
        text,
    };
    Ok(vec![
        file("models.py", models(api)),
        file("resources.py", resources(api)?),
    ])
}

fn models(api: &Api) -> String {
    let mut text = Text::new("    ");
    for line in [
        &format!("# {HEAD}"),
        "\"\"\"What the API takes and answers.\"\"\"",
        "",
        "from __future__ import annotations",
        "",
        "from dataclasses import dataclass, field",
        "from datetime import datetime",
        "from typing import Any, List, Literal, Mapping, Optional, TypedDict, Union",
        "",
        "from ._json import maybe, time",
        "from .errors import Problem",
    ] {
        text.line(0, line);
    }
    let nested = nested_inputs(api);
    for definition in &api.types {
        if let Shape::Words(words) = &definition.shape {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            text.blank();
            text.line(
                0,
                format!("{} = Literal[{}]", definition.name, words.join(", ")),
            );
            docstring(&mut text, 0, &definition.doc);
            continue;
        }
        if definition.is_output {
            data_class(&mut text, definition, api);
        }
        if nested.contains(&definition.name) {
            typed_dictionary(&mut text, definition, api);
        }
    }
    text.finish()
}

/// The objects within bodies: the bodies themselves are taken apart into arguments.
fn nested_inputs(api: &Api) -> BTreeSet<String> {
    let inputs = api.types.iter().filter(|definition| definition.is_input);
    let fields = inputs.flat_map(Definition::fields);
    fields
        .filter_map(|field| match field.holds {
            Type::Named(name) => Some(name),
            Type::List(of) => match *of {
                Type::Named(name) => Some(name),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn data_class(text: &mut Text, definition: &Definition, api: &Api) {
    let fields = definition.fields();
    heading(text, &format!("class {}:", definition.name), true);
    docstring(text, 1, &definition.doc);
    for field in &fields {
        text.blank();
        let annotation = output(&field.holds);
        let annotation = match field.required && !field.nullable {
            true => annotation,
            false => format!("{annotation} | None"),
        };
        // A secret is no part of what is printed.
        let hidden = if field.is_secret {
            " = field(repr=False)"
        } else {
            ""
        };
        text.line(1, format!("{}: {annotation}{hidden}", field.name));
        docstring(text, 1, &field.doc);
    }
    text.blank();
    text.line(1, "@classmethod");
    text.line(
        1,
        format!(
            "def _from_json(cls, value: Mapping[str, Any]) -> {}:",
            definition.name
        ),
    );
    text.line(2, "return cls(");
    for field in &fields {
        text.line(3, format!("{}={},", field.name, decoded(field, api)));
    }
    text.line(2, ")");
}

fn heading(text: &mut Text, line: &str, is_data: bool) {
    text.blank();
    text.blank();
    if is_data {
        text.line(0, "@dataclass(frozen=True)");
    }
    text.line(0, line);
}

/// The expression that makes a field's value of the answer's.
fn decoded(field: &Field, api: &Api) -> String {
    let name = &field.name;
    if field.required && !field.nullable {
        return converted(&field.holds, &format!("value[\"{name}\"]"), api);
    }
    let given = format!("value.get(\"{name}\")");
    match converted(&field.holds, "item", api) {
        same if same == "item" => given,
        _ if field.holds == Type::Time => format!("maybe(time, {given})"),
        converted => format!("maybe(lambda item: {converted}, {given})"),
    }
}

fn converted(of: &Type, value: &str, api: &Api) -> String {
    match of {
        Type::Time => format!("time({value})"),
        Type::Named(name) => match api.definition(name).map(|definition| &definition.shape) {
            Some(Shape::Words(_)) => value.to_owned(),
            _ => format!("{name}._from_json({value})"),
        },
        Type::List(of) => match converted(of, "item", api) {
            same if same == "item" => value.to_owned(),
            converted => format!("[{converted} for item in {value}]"),
        },
        Type::Text
        | Type::Integer { .. }
        | Type::Number
        | Type::Boolean
        | Type::Any
        | Type::Map { .. } => value.to_owned(),
    }
}

fn output(of: &Type) -> String {
    match of {
        Type::Text => "str".to_owned(),
        Type::Time => "datetime".to_owned(),
        Type::Integer { .. } => "int".to_owned(),
        Type::Number => "float".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Any => "Any".to_owned(),
        Type::List(of) => format!("list[{}]", output(of)),
        Type::Map { of, nullable } => {
            let null = if *nullable { " | None" } else { "" };
            format!("dict[str, {}{null}]", output(of))
        }
        Type::Named(name) => name.clone(),
    }
}

/// The dictionary of an object within a body; one that also comes out may be given as it came.
fn typed_dictionary(text: &mut Text, definition: &Definition, api: &Api) {
    let name = dictionary(definition);
    let (required, optional): (Vec<Field>, Vec<Field>) = definition
        .fields()
        .into_iter()
        .partition(|field| field.required);
    let base = match required.is_empty() {
        true => "TypedDict".to_owned(),
        false => {
            let base = format!("_{name}Required");
            heading(text, &format!("class {base}(TypedDict):"), false);
            for field in &required {
                entry(text, field, api);
            }
            base
        }
    };
    heading(text, &format!("class {name}({base}, total=False):"), false);
    docstring(text, 1, &definition.doc);
    for field in &optional {
        text.blank();
        entry(text, field, api);
    }
}

fn dictionary(definition: &Definition) -> String {
    match definition.is_output {
        true => format!("{}Input", definition.name),
        false => definition.name.clone(),
    }
}

fn entry(text: &mut Text, field: &Field, api: &Api) {
    // These annotations are looked at when they are read, by a Python that may know no `X | None`.
    let holds = match &field.holds {
        Type::List(of) => format!("List[{}]", output(of)),
        Type::Named(name) => match api.definition(name) {
            Some(both) if both.is_output && !matches!(both.shape, Shape::Words(_)) => {
                format!("Union[{name}, {}]", dictionary(both))
            }
            _ => name.clone(),
        },
        other => output(other),
    };
    let holds = match field.nullable {
        true => format!("Optional[{holds}]"),
        false => holds,
    };
    text.line(1, format!("{}: {holds}", field.name));
    docstring(text, 1, &field.doc);
}

fn resources(api: &Api) -> Result<String> {
    let mut text = Text::new("    ");
    for line in [
        &format!("# {HEAD}"),
        "\"\"\"The methods of the API, by resource.\"\"\"",
        "",
        "from __future__ import annotations",
        "",
        "from datetime import datetime",
        "from typing import Any, Mapping, Sequence",
        "",
        "from . import models",
        "from ._json import UNSET, Unset, changed, given",
        "from ._path import path",
        "from ._transport import Transport",
        "from .listing import Listing",
    ] {
        text.line(0, line);
    }
    for resource in &api.resources {
        class(&mut text, resource, api)?;
    }
    heading(&mut text, "class Resources:", false);
    docstring(&mut text, 1, "Every resource of the API.");
    text.blank();
    text.line(1, "def __init__(self, transport: Transport) -> None:");
    for resource in &api.resources {
        let (member, class) = (names::snake(&resource.name), names::pascal(&resource.name));
        text.line(2, format!("self.{member} = {class}(transport)"));
    }
    Ok(text.finish())
}

fn class(text: &mut Text, resource: &Resource, api: &Api) -> Result<()> {
    heading(
        text,
        &format!("class {}:", names::pascal(&resource.name)),
        false,
    );
    docstring(text, 1, &format!("Calls below `/v1/{}`.", resource.name));
    text.blank();
    text.line(1, "def __init__(self, transport: Transport) -> None:");
    text.line(2, "self._transport = transport");
    // Where a method is called `list`, annotations of the same class would mean that one.
    for method in &resource.methods {
        text.blank();
        emit_method(text, method, api)?;
    }
    Ok(())
}

fn emit_method(text: &mut Text, method: &Method, api: &Api) -> Result<()> {
    let fields = |name: &String| api.definition(name).map(Definition::fields);
    let body = method
        .body
        .as_ref()
        .and_then(|body| api.definition(&body.of));
    let query = method.query.as_ref().and_then(fields).unwrap_or_default();
    let body_fields = body.map(Definition::fields).unwrap_or_default();
    let clears = body.is_some_and(|body| body.clears_with_null);

    let (answer, decode) = match &method.answer {
        Answer::Nothing => ("None".to_owned(), None),
        Answer::One(name) => (format!("models.{name}"), Some(name)),
        Answer::List(name) => (format!("Listing[models.{name}]"), Some(name)),
    };
    text.line(1, format!("def {}(", method_name(&method.name)));
    text.line(2, "self,");
    for (name, _) in &method.path_parameters {
        text.line(2, format!("{name}: str,"));
    }
    text.line(2, "*,");
    for argument in
        arguments(&query, false, api)
            .into_iter()
            .chain(arguments(&body_fields, clears, api))
    {
        text.line(2, argument);
    }
    let options = options(method);
    for (name, annotation) in &options {
        let is_free = query
            .iter()
            .chain(&body_fields)
            .all(|field| field.name != *name);
        ensure!(
            is_free,
            "{} has a field called {name}, as an option is",
            method.path
        );
        text.line(2, format!("{name}: {annotation},"));
    }
    text.line(1, format!(") -> {answer}:"));
    docstring(text, 2, &method.doc);
    let call = if matches!(method.answer, Answer::List(_)) {
        "list"
    } else {
        "send"
    };
    let start = if answer == "None" { "" } else { "return " };
    text.line(2, format!("{start}self._transport.{call}("));
    if call == "send" {
        text.line(3, format!("\"{}\",", method.verb));
    }
    text.line(3, format!("{},", path(method)));
    if let Some(decode) = decode {
        text.line(3, format!("models.{decode}._from_json,"));
    } else {
        text.line(3, "lambda _: None,");
    }
    if method.query.is_some() {
        parts(text, "query", &query, "given");
    }
    if method.body.is_some() {
        parts(
            text,
            "body",
            &body_fields,
            if clears { "changed" } else { "given" },
        );
    }
    for (name, _) in &options {
        text.line(3, format!("{name}={name},"));
    }
    text.line(2, ")");
    Ok(())
}

fn options(method: &Method) -> Vec<(&'static str, &'static str)> {
    let is_post = method.verb == "POST";
    let own = is_post.then_some(POST_OPTION);
    own.into_iter().chain(OPTIONS.iter().copied()).collect()
}

fn path(method: &Method) -> String {
    let mut template = method.path.clone();
    let names: Vec<&str> = method
        .path_parameters
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    for name in &names {
        template = template.replace(&format!("{{{name}}}"), "{}");
    }
    match names.is_empty() {
        true => format!("\"{template}\""),
        false => format!("path(\"{template}\", {})", names.join(", ")),
    }
}

/// Words that can't be names in Python: PEP 8 adds an underscore.
const KEYWORDS: &[&str] = &[
    "del", "from", "global", "import", "pass", "raise", "return", "with", "yield",
];

fn method_name(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true => format!("{name}_"),
        false => name.to_owned(),
    }
}

/// The keyword arguments of fields, those first that must be given.
fn arguments(fields: &[Field], clears: bool, api: &Api) -> Vec<String> {
    let (required, optional): (Vec<&Field>, Vec<&Field>) =
        fields.iter().partition(|field| field.required);
    let required = required
        .into_iter()
        .map(|field| format!("{}: {},", field.name, input(&field.holds, api)));
    let optional = optional.into_iter().map(|field| {
        let holds = input(&field.holds, api);
        let null = if field.nullable { " | None" } else { "" };
        match clears {
            true => format!("{}: {holds}{null} | Unset = UNSET,", field.name),
            false => format!("{}: {holds} | None = None,", field.name),
        }
    });
    required.chain(optional).collect()
}

fn input(of: &Type, api: &Api) -> String {
    match of {
        Type::Named(name) => match api.definition(name) {
            Some(definition) if !matches!(definition.shape, Shape::Words(_)) => {
                let own = format!("models.{}", dictionary(definition));
                match definition.is_output {
                    true => format!("models.{name} | {own}"),
                    false => own,
                }
            }
            _ => format!("models.{name}"),
        },
        Type::List(of) => format!("Sequence[{}]", input(of, api)),
        Type::Map { of, nullable } => {
            let null = if *nullable { " | None" } else { "" };
            format!("Mapping[str, {}{null}]", input(of, api))
        }
        Type::Text
        | Type::Time
        | Type::Integer { .. }
        | Type::Number
        | Type::Boolean
        | Type::Any => output(of),
    }
}

/// The dictionary of a query or a body: what must be given, and what was.
fn parts(text: &mut Text, name: &str, fields: &[Field], filter: &str) {
    let (required, optional): (Vec<&Field>, Vec<&Field>) =
        fields.iter().partition(|field| field.required);
    let named = |fields: Vec<&Field>| {
        let named = fields
            .into_iter()
            .map(|field| format!("{0}={0}", field.name));
        named.collect::<Vec<_>>().join(", ")
    };
    let given = match (required.is_empty(), optional.is_empty()) {
        (true, _) => format!("{filter}({})", named(optional)),
        (false, true) => format!("dict({})", named(required)),
        (false, false) => format!("dict({}, **{filter}({}))", named(required), named(optional)),
    };
    text.line(3, format!("{name}={given},"));
}

fn docstring(text: &mut Text, depth: usize, words: &str) {
    let mut lines = wrapped(&words.replace('\\', "\\\\"), 90 - 4 * depth);
    let Some(first) = lines.first_mut() else {
        return;
    };
    first.insert_str(0, "\"\"\"");
    if let [only] = lines.as_mut_slice() {
        only.push_str("\"\"\"");
    } else {
        lines.push("\"\"\"".to_owned());
    }
    for line in lines {
        text.line(depth, line);
    }
}
