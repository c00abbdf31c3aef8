//! The API as commands: a table that the binary reads, one entry an operation.

use serde_json::{Value, json};

use super::api::{Answer, Api, Definition, Field, Method, Resource, Shape, Type};
use super::{File, HEAD, names};

const PATH: &str = "crates/nuncio/src/commands/api/operations.json";
/// Another name of `endpoints`, for vendors' customers.
const LEFT_OUT: &str = "webhooks";
/// What a list shows first; what stands earlier comes first.
const COLUMNS: &[&str] = &[
    "id",
    "name",
    "uid",
    "type",
    "action",
    "actor",
    "target",
    "status",
    "health",
    "reason",
    "url",
    "tenant",
    "endpoint",
    "scope",
    "version",
    "number",
    "attempts",
    "status_code",
    "last_status_code",
    "error",
    "duration_ms",
    "description",
    "started_at",
    "next_attempt_at",
    "at",
    "created_at",
];
/// More do not fit into a terminal.
const COLUMNS_MAX: usize = 8;

/// The table.
pub(super) fn files(api: &Api) -> Vec<File> {
    let resources = api.resources.iter().filter(|one| one.name != LEFT_OUT);
    let resources: Vec<Value> = resources.map(|one| resource(one, api)).collect();
    let table = json!({ "comment": HEAD, "resources": resources });
    vec![File {
        path: PATH.to_owned(),
        text: format!("{table:#}\n"),
    }]
}

fn resource(resource: &Resource, api: &Api) -> Value {
    let operations = resource.methods.iter().map(|one| operation(one, api));
    json!({ "name": resource.name, "operations": operations.collect::<Vec<_>>() })
}

fn operation(method: &Method, api: &Api) -> Value {
    let path = method.path_parameters.iter();
    let arguments = path.map(|(name, doc)| json!({ "name": name, "doc": doc }));
    let query = method.query.as_deref();
    let body = method.body.as_ref();
    json!({
        "name": names::words(&method.name).join("-"),
        "doc": method.doc,
        "verb": method.verb,
        "path": method.path,
        "arguments": arguments.collect::<Vec<_>>(),
        "query": query.map_or_else(Vec::new, |name| flags(name, api)),
        "body": body.map(|body| json!({
            "required": body.required,
            "fields": flags(&body.of, api),
        })),
        "columns": columns(&method.answer, api),
    })
}

fn flags(name: &str, api: &Api) -> Vec<Value> {
    let fields = api.definition(name).map(Definition::fields);
    fields.iter().flatten().map(|one| flag(one, api)).collect()
}

fn flag(field: &Field, api: &Api) -> Value {
    let (kind, words) = kind(&field.holds, api);
    json!({
        "name": field.name,
        "doc": field.doc,
        "kind": kind,
        "words": words,
        "required": field.required && !field.nullable,
        "nullable": field.nullable,
    })
}

/// How a field is given on a command line, and the words that it can be.
fn kind(holds: &Type, api: &Api) -> (&'static str, Vec<String>) {
    let words = |name: &String| match api.definition(name).map(|of| &of.shape) {
        Some(Shape::Words(words)) => Some(words.clone()),
        _ => None,
    };
    let none = Vec::new();
    match holds {
        Type::Text | Type::Time => ("text", none),
        Type::Integer { .. } => ("integer", none),
        Type::Number => ("number", none),
        Type::Boolean => ("boolean", none),
        Type::Named(name) => words(name).map_or(("json", none), |words| ("text", words)),
        Type::List(of) => match kind(of, api) {
            ("text", words) => ("list", words),
            _ => ("json", none),
        },
        Type::Any | Type::Map { .. } => ("json", none),
    }
}

/// The columns of a list; none for anything else.
fn columns(answer: &Answer, api: &Api) -> Vec<&'static str> {
    let Answer::List(item) = answer else {
        return Vec::new();
    };
    let fields = api
        .definition(item)
        .map_or_else(Vec::new, Definition::fields);
    let is_shown = |name: &&&str| {
        let field = fields.iter().find(|field| field.name == ***name);
        field.is_some_and(|field| !matches!(kind(&field.holds, api).0, "json" | "list"))
    };
    let shown = COLUMNS.iter().filter(is_shown).copied();
    shown.take(COLUMNS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, holds: Type) -> Field {
        Field {
            name: name.to_owned(),
            doc: String::new(),
            holds,
            required: true,
            nullable: false,
            is_secret: false,
        }
    }

    fn named(name: &str, shape: Shape) -> Definition {
        Definition {
            name: name.to_owned(),
            doc: String::new(),
            shape,
            is_input: true,
            is_output: true,
            clears_with_null: false,
        }
    }

    #[test]
    fn objects_are_given_as_json_and_words_by_name() {
        let api = Api {
            types: vec![
                named("Status", Shape::Words(vec!["dead".to_owned()])),
                named(
                    "Item",
                    Shape::Fields(vec![
                        field("url", Type::Text),
                        field("id", Type::Text),
                        field("retry", Type::Any),
                    ]),
                ),
            ],
            queries: Vec::new(),
            resources: Vec::new(),
        };
        let status = Type::Named("Status".to_owned());
        assert_eq!(kind(&status, &api), ("text", vec!["dead".to_owned()]));
        assert_eq!(kind(&Type::List(Box::new(Type::Text)), &api).0, "list");
        assert_eq!(kind(&Type::Named("Item".to_owned()), &api).0, "json");
        assert_eq!(
            columns(&Answer::List("Item".to_owned()), &api),
            ["id", "url"]
        );
        assert!(columns(&Answer::One("Item".to_owned()), &api).is_empty());
    }
}
