//! The API in TypeScript: interfaces that say what the wire says, and classes whose methods return promises.

use super::api::{Answer, Api, Body, Definition, Field, Method, Resource, Shape, Type};
use super::text::{Text, wrapped};
use super::{File, HEAD, names};

const FOLDER: &str = "sdks/node/client/src/generated";

/// The models and the resources.
pub(super) fn files(api: &Api) -> Vec<File> {
    let file = |name: &str, text: String| File {
        path: format!("{FOLDER}/{name}"),
        text,
    };
    vec![
        file("models.ts", models(api)),
        file("resources.ts", resources(api)),
    ]
}

fn models(api: &Api) -> String {
    let mut text = Text::new("  ");
    text.line(0, format!("// {HEAD}"));
    text.blank();
    text.line(0, "import type { Problem } from \"../problem.js\";");
    for definition in api.types.iter().chain(&api.queries) {
        text.blank();
        model(&mut text, definition);
    }
    text.finish()
}

fn model(text: &mut Text, definition: &Definition) {
    doc(text, 0, &definition.doc);
    let name = names::pascal(&definition.name);
    match &definition.shape {
        Shape::Fields(fields) => {
            text.line(0, format!("export interface {name} {{"));
            members(text, 1, fields);
            text.line(0, "}");
        }
        Shape::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            text.line(0, format!("export type {name} = {};", words.join(" | ")));
        }
        Shape::Either(alternatives) => {
            text.line(0, format!("export type {name} ="));
            for (n, fields) in alternatives.iter().enumerate() {
                text.line(1, "| {");
                members(text, 3, fields);
                let end = if n + 1 == alternatives.len() { ";" } else { "" };
                text.line(2, format!("}}{end}"));
            }
        }
    }
}

fn members(text: &mut Text, depth: usize, fields: &[Field]) {
    for field in fields {
        doc(text, depth, &field.doc);
        let optional = if field.required { "" } else { "?" };
        let null = if field.nullable { " | null" } else { "" };
        let (name, holds) = (&field.name, type_of(&field.holds));
        text.line(depth, format!("{name}{optional}: {holds}{null};"));
    }
}

fn type_of(of: &Type) -> String {
    match of {
        Type::Text | Type::Time => "string".to_owned(),
        Type::Integer { .. } | Type::Number => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Any => "unknown".to_owned(),
        Type::List(of) => format!("{}[]", type_of(of)),
        Type::Map { of, nullable } => {
            let null = if *nullable { " | null" } else { "" };
            format!("Record<string, {}{null}>", type_of(of))
        }
        Type::Named(name) => names::pascal(name),
    }
}

fn resources(api: &Api) -> String {
    let mut text = Text::new("  ");
    text.line(0, format!("// {HEAD}"));
    text.blank();
    text.line(0, "import type { Listing } from \"../listing.js\";");
    text.line(0, "import { path } from \"../path.js\";");
    text.line(
        0,
        "import type { CallOptions, Transport } from \"../transport.js\";",
    );
    text.line(0, "import type {");
    for name in mentioned(api) {
        text.line(1, format!("{name},"));
    }
    text.line(0, "} from \"./models.js\";");
    for resource in &api.resources {
        text.blank();
        class(&mut text, resource, api);
    }
    text.blank();
    doc(&mut text, 0, "Every resource of the API.");
    text.line(0, "export class Resources {");
    for resource in &api.resources {
        let (member, class) = (names::camel(&resource.name), names::pascal(&resource.name));
        doc(
            &mut text,
            1,
            &format!("Calls below `/v1/{}`.", resource.name),
        );
        text.line(1, format!("readonly {member}: {class};"));
    }
    text.blank();
    text.line(1, "constructor(transport: Transport) {");
    for resource in &api.resources {
        let (member, class) = (names::camel(&resource.name), names::pascal(&resource.name));
        text.line(2, format!("this.{member} = new {class}(transport);"));
    }
    text.line(1, "}");
    text.line(0, "}");
    text.finish()
}

/// The types that methods name.
fn mentioned(api: &Api) -> Vec<String> {
    let methods = api.resources.iter().flat_map(|resource| &resource.methods);
    let mut all: Vec<String> = methods
        .flat_map(|method| {
            let answer = match &method.answer {
                Answer::Nothing => None,
                Answer::One(name) | Answer::List(name) => Some(name.clone()),
            };
            let body = method.body.as_ref().map(|body| body.of.clone());
            [answer, body, method.query.clone()].into_iter().flatten()
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

fn class(text: &mut Text, resource: &Resource, api: &Api) {
    doc(text, 0, &format!("Calls below `/v1/{}`.", resource.name));
    text.line(
        0,
        format!("export class {} {{", names::pascal(&resource.name)),
    );
    text.line(1, "readonly #transport: Transport;");
    text.blank();
    text.line(1, "constructor(transport: Transport) {");
    text.line(2, "this.#transport = transport;");
    text.line(1, "}");
    for method in &resource.methods {
        text.blank();
        emit_method(text, method, api);
    }
    text.line(0, "}");
}

fn emit_method(text: &mut Text, method: &Method, api: &Api) {
    doc(text, 1, &method.doc);
    let (answer, call) = match &method.answer {
        Answer::Nothing => ("Promise<void>".to_owned(), "send<void>".to_owned()),
        Answer::One(name) => (format!("Promise<{name}>"), format!("send<{name}>")),
        Answer::List(name) => (format!("Listing<{name}>"), format!("list<{name}>")),
    };
    let name = names::camel(&method.name);
    let parameters = parameters(method, api).join(", ");
    text.line(1, format!("{name}({parameters}): {answer} {{"));
    let path = method.path.replace('{', "${");
    let path = if method.path_parameters.is_empty() {
        format!("\"{path}\"")
    } else {
        format!("path`{path}`")
    };
    let mut request = vec![format!("path: {path}")];
    if !matches!(method.answer, Answer::List(_)) {
        request.insert(0, format!("method: \"{}\"", method.verb));
    }
    request.extend(method.query.as_ref().map(|_| "query".to_owned()));
    request.extend(method.body.as_ref().map(|_| "body".to_owned()));
    let request = request.join(", ");
    text.line(
        2,
        format!("return this.#transport.{call}({{ {request} }}, options);"),
    );
    text.line(1, "}");
}

fn parameters(method: &Method, api: &Api) -> Vec<String> {
    let path = method.path_parameters.iter();
    let path = path.map(|(name, _)| format!("{}: string", names::camel(name)));
    let query = method.query.as_ref().map(|query| {
        let fields = api.definition(query).map(Definition::fields);
        let required = fields.is_some_and(|fields| fields.iter().any(|field| field.required));
        format!("query: {query}{}", if required { "" } else { " = {}" })
    });
    let body = method
        .body
        .as_ref()
        .map(|Body { of, required }| format!("body{}: {of}", if *required { "" } else { "?" }));
    let options = "options?: CallOptions".to_owned();
    path.chain(query).chain(body).chain([options]).collect()
}

fn doc(text: &mut Text, depth: usize, words: &str) {
    match wrapped(words, 94 - 2 * depth).as_slice() {
        [] => {}
        [line] => text.line(depth, format!("/** {line} */")),
        lines => {
            text.line(depth, "/**");
            for line in lines {
                text.line(depth, format!(" * {line}"));
            }
            text.line(depth, " */");
        }
    }
}
