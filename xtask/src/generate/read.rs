//! What does `openapi.json` say that a client needs? Reads it into the [`Api`]; whatever it does not understand is an
//! error, so that a new construct is noticed here and not by a caller.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use super::api::{Answer, Api, Body, Definition, Field, Method, Resource, Shape, Type};
use super::{names, schema};

/// Types that each client has written by hand, since its errors are made of them.
pub(super) const WRITTEN_BY_HAND: &[&str] = &["Problem", "Fault", "Place"];
/// What the transport adds by itself.
const HEADERS_OF_THE_TRANSPORT: &[&str] = &["Nuncio-Project", "Idempotency-Key"];
/// Resources that are another's under the name that vendors' customers know: the prefix of their operations' ids.
const ALIASES: &[(&str, &str)] = &[("webhooks", "webhooks_")];
/// What programs have no use for: the name under which only some vendors' customers call, a page to read, and how
/// browsers sign in.
const LEFT_OUT: &[&str] = &["webhook", "guide", "session"];
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// Reads the document.
///
/// # Errors
/// When it holds something that clients can't have.
pub(super) fn api(document: &Value) -> Result<Api> {
    let schemas = &document["components"]["schemas"];
    let mut api = Api {
        types: Vec::new(),
        queries: Vec::new(),
        resources: Vec::new(),
    };
    for (path, item) in object(&document["paths"], "paths")? {
        let Some(resource) = resource_of(path) else {
            continue;
        };
        for verb in VERBS {
            if let Some(operation) = item.get(verb) {
                let method = method(&mut api, resource, verb, path, operation)
                    .with_context(|| format!("{verb} {path}"))?;
                add(&mut api.resources, resource, method)?;
            }
        }
    }
    api.types = types(&api, schemas)?;
    Ok(api)
}

/// The resource that a path belongs to; none if it is nothing for clients.
fn resource_of(path: &str) -> Option<&str> {
    let resource = path.strip_prefix("/v1/")?.split('/').next()?;
    (!LEFT_OUT.contains(&resource)).then_some(resource)
}

fn add(resources: &mut Vec<Resource>, name: &str, method: Method) -> Result<()> {
    let known = resources.iter_mut().find(|resource| resource.name == name);
    let Some(resource) = known else {
        resources.push(Resource {
            name: name.to_owned(),
            methods: vec![method],
        });
        return Ok(());
    };
    let is_new = resource.methods.iter().all(|m| m.name != method.name);
    ensure!(is_new, "{name} has two methods called {}", method.name);
    resource.methods.push(method);
    Ok(())
}

fn method(
    api: &mut Api,
    resource: &str,
    verb: &str,
    path: &str,
    operation: &Value,
) -> Result<Method> {
    let id = operation["operationId"]
        .as_str()
        .context("no operationId")?;
    let alias = ALIASES.iter().find(|(name, _)| *name == resource);
    let id = alias.map_or(id, |(_, prefix)| id.strip_prefix(prefix).unwrap_or(id));
    let query = query(id, operation)?;
    let name = query.as_ref().map(|query| query.name.clone());
    if let Some(query) = query {
        match api.definition(&query.name) {
            None => api.queries.push(query),
            Some(known) => ensure!(*known == query, "two queries called {}", query.name),
        }
    }
    Ok(Method {
        name: method_name(id, resource),
        doc: sentences(operation),
        verb: verb.to_uppercase(),
        path: path.to_owned(),
        path_parameters: path_parameters(operation)?,
        query: name,
        body: body(operation)?,
        answer: answer(operation)?,
    })
}

/// The operation's id without the words that the resource says already: `list_endpoint_events` of endpoints is
/// `list_events`.
fn method_name(id: &str, resource: &str) -> String {
    let alias_of = if resource == "webhooks" {
        "endpoints"
    } else {
        resource
    };
    let plural = names::snake(alias_of);
    let id = format!("_{id}_");
    let without = |id: &str, words: &str| id.replacen(&format!("_{words}_"), "_", 1);
    let shorter = match without(&id, &plural) {
        same if same == id => without(&id, &names::singular(&plural)),
        shorter => shorter,
    };
    shorter.trim_matches('_').to_owned()
}

fn parameters<'a>(operation: &'a Value, place: &str) -> Vec<&'a Value> {
    let all = operation["parameters"].as_array();
    let there = |parameter: &&Value| parameter["in"].as_str() == Some(place);
    all.into_iter().flatten().filter(there).collect()
}

fn path_parameters(operation: &Value) -> Result<Vec<(String, String)>> {
    let headers = parameters(operation, "header");
    for name in headers.iter().filter_map(|header| header["name"].as_str()) {
        ensure!(
            HEADERS_OF_THE_TRANSPORT.contains(&name),
            "unknown header {name}"
        );
    }
    parameters(operation, "path")
        .into_iter()
        .map(|parameter| Ok((text(parameter, "name")?, doc(parameter))))
        .collect()
}

fn query(id: &str, operation: &Value) -> Result<Option<Definition>> {
    let named = parameters(operation, "query");
    // Beside an endpoint's uid alone: who calls it by its id needs none.
    let only_tenant = named.len() == 1 && text(named[0], "name")? == "tenant";
    if only_tenant && !parameters(operation, "path").is_empty() {
        return Ok(None);
    }
    let fields: Vec<Field> = named
        .into_iter()
        .map(|parameter| {
            let (holds, nullable) = schema::read(&parameter["schema"])?;
            Ok(Field {
                name: text(parameter, "name")?,
                doc: doc(parameter),
                holds,
                required: parameter["required"].as_bool().unwrap_or_default(),
                nullable,
                is_secret: false,
            })
        })
        .collect::<Result<_>>()?;
    let definition = Definition {
        name: format!("{}Query", names::pascal(id)),
        doc: format!("Parameters of `{id}`."),
        shape: Shape::Fields(fields.clone()),
        is_input: true,
        is_output: false,
        clears_with_null: false,
    };
    Ok((!fields.is_empty()).then_some(definition))
}

fn body(operation: &Value) -> Result<Option<Body>> {
    let Some(body) = operation.get("requestBody") else {
        return Ok(None);
    };
    let schema = &body["content"]["application/json"]["schema"];
    match schema::read(schema)? {
        (Type::Named(of), nullable) => Ok(Some(Body {
            of,
            required: !nullable && body["required"].as_bool().unwrap_or_default(),
        })),
        (other, _) => bail!("a body must have a name, not {other:?}"),
    }
}

fn answer(operation: &Value) -> Result<Answer> {
    let responses = object(&operation["responses"], "responses")?;
    let good = responses.iter().find(|(status, _)| status.starts_with('2'));
    let (_, response) = good.context("no good answer")?;
    let Some(content) = response.get("content") else {
        return Ok(Answer::Nothing);
    };
    match schema::read(&content["application/json"]["schema"])?.0 {
        Type::Named(name) => Ok(match name.strip_prefix("List_") {
            Some(item) => Answer::List(item.to_owned()),
            None => Answer::One(name),
        }),
        other => bail!("an answer must have a name, not {other:?}"),
    }
}

/// The types that methods mention, and those that these mention.
fn types(api: &Api, schemas: &Value) -> Result<Vec<Definition>> {
    let methods = || api.resources.iter().flat_map(|resource| &resource.methods);
    let bodies = |wanted: &dyn Fn(&Method) -> bool| -> Vec<String> {
        let some = methods().filter(|method| wanted(method));
        some.filter_map(|method| Some(method.body.as_ref()?.of.clone()))
            .collect()
    };
    let in_queries = api.queries.iter().flat_map(|query| mentioned(&query.shape));
    let inputs = reached(bodies(&|_| true).into_iter().chain(in_queries), schemas)?;
    let changes = bodies(&|method| ["PUT", "PATCH"].contains(&method.verb.as_str()));
    let changes = reached(changes.into_iter(), schemas)?;
    let answers = methods().filter_map(|method| match &method.answer {
        Answer::Nothing => None,
        Answer::One(name) | Answer::List(name) => Some(name.clone()),
    });
    let outputs = reached(answers, schemas)?;
    let all: BTreeSet<&String> = inputs.union(&outputs).collect();
    all.into_iter()
        .map(|name| {
            let is_output = outputs.contains(name);
            Ok(Definition {
                name: name.clone(),
                doc: doc(&schemas[name]),
                shape: schema::shape(&schemas[name], schemas).with_context(|| name.clone())?,
                is_input: inputs.contains(name),
                is_output,
                // What comes out with a null may be sent back as it is: there, null says nothing.
                clears_with_null: changes.contains(name) && !is_output,
            })
        })
        .collect()
}

fn reached(names: impl Iterator<Item = String>, schemas: &Value) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut left: Vec<String> = names.collect();
    while let Some(name) = left.pop() {
        if WRITTEN_BY_HAND.contains(&name.as_str()) || found.contains(&name) {
            continue;
        }
        ensure!(schemas.get(&name).is_some(), "there is no schema {name}");
        let shape = schema::shape(&schemas[&name], schemas).with_context(|| name.clone())?;
        left.extend(mentioned(&shape));
        found.insert(name);
    }
    Ok(found)
}

fn mentioned(shape: &Shape) -> Vec<String> {
    let fields: Vec<&Field> = match shape {
        Shape::Words(_) => Vec::new(),
        Shape::Fields(fields) => fields.iter().collect(),
        Shape::Either(alternatives) => alternatives.iter().flatten().collect(),
    };
    fields
        .into_iter()
        .filter_map(|field| named(&field.holds))
        .collect()
}

fn named(of: &Type) -> Option<String> {
    match of {
        Type::Named(name) => Some(name.clone()),
        Type::List(of) | Type::Map { of, .. } => named(of),
        Type::Text
        | Type::Time
        | Type::Integer { .. }
        | Type::Number
        | Type::Boolean
        | Type::Any => None,
    }
}

/// An operation's summary as a sentence, and its description.
fn sentences(operation: &Value) -> String {
    let summary = operation["summary"].as_str().unwrap_or_default();
    match operation["description"].as_str() {
        Some(description) => format!("{summary}. {description}"),
        None => format!("{summary}."),
    }
}

fn doc(value: &Value) -> String {
    value["description"].as_str().unwrap_or_default().to_owned()
}

fn text(value: &Value, key: &str) -> Result<String> {
    let text = value[key].as_str();
    Ok(text.with_context(|| format!("no text {key}"))?.to_owned())
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>> {
    value
        .as_object()
        .with_context(|| format!("no object {what}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn method_does_not_repeat_its_resource() {
        fn check(id: &str, resource: &str, expected: &str) {
            assert_eq!(method_name(id, resource), expected);
        }
        check("list_dead_letters", "dead-letters", "list");
        check("retry_delivery", "deliveries", "retry");
        check("retry_many_deliveries", "deliveries", "retry_many");
        check("list_endpoint_events", "endpoints", "list_events");
        check("list_endpoint_events", "webhooks", "list_events");
        check("publish_batch", "events", "publish_batch");
        check("list_event_types", "event-types", "list");
    }

    fn document(method: Value) -> Value {
        let tenant = json!({"properties": {"id": {"type": "string"}}, "required": ["id"]});
        json!({
            "paths": {"/healthz": {}, "/v1/tenants/{tenant}": {"put": method}},
            "components": {"schemas": {"Tenant": tenant, "Unmentioned": {"properties": {}}}},
        })
    }

    #[test]
    fn operation_becomes_a_method_with_the_types_that_it_mentions() {
        let schema = json!({"$ref": "#/components/schemas/Tenant"});
        let content = json!({"application/json": {"schema": schema}});
        let api = api(&document(json!({
            "operationId": "put_tenant",
            "parameters": [{"name": "tenant", "in": "path"}],
            "requestBody": {"content": content, "required": true},
            "responses": {"200": {"content": content}},
        })))
        .expect("it is understood");
        let [resource] = api.resources.as_slice() else {
            panic!("one resource below /v1");
        };
        assert_eq!(resource.methods[0].name, "put");
        let [tenant] = api.types.as_slice() else {
            panic!("one type is mentioned");
        };
        assert!(tenant.is_input && tenant.is_output && !tenant.clears_with_null);
    }

    #[test]
    fn unknown_header_and_unnamed_body_are_errors() {
        let responses = json!({"204": {}});
        for method in [
            json!({"operationId": "a", "responses": responses, "parameters": [{"name": "X", "in": "header"}]}),
            json!({"operationId": "a", "responses": responses,
                "requestBody": {"content": {"application/json": {"schema": {"type": "string"}}}}}),
        ] {
            assert!(api(&document(method)).is_err());
        }
    }
}
