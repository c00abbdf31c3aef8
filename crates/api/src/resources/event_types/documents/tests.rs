use nuncio_domain::Timestamp;
use serde_json::json;

use super::*;

fn types() -> Vec<EventType> {
    let named =
        |name: &str| EventType::named(EventTypeName::parse(name).unwrap(), Timestamp::default());
    vec![
        EventType {
            description: "An order was paid.".to_owned(),
            group: Some("Orders".to_owned()),
            schema: Some(json!({
                "type": "object",
                "properties": {
                    "id": {"$ref": "#/$defs/id"}, "parent": {"$ref": "#"}, "a/b~c": {"$ref": "#/properties/id"},
                    "default": {"$ref": "#/$defs/a%20b"}
                },
                "$defs": {"id": {"type": "string", "enum": ["$ref"]}, "a b": {"type": "null"}},
                "default": {"$ref": "#/$defs/id"}
            })),
            example: Some(json!({"id": "$ref"})),
            ..named("order.paid")
        },
        EventType {
            schema: Some(json!(true)),
            deprecated: true,
            ..named("orders/create")
        },
        named("Order was paid"),
        EventType {
            schema: Some(json!({"type": ["null", "object"]})),
            example: Some(json!({})),
            ..named("order:paid")
        },
        EventType {
            schema: Some(json!({"type": "string"})),
            ..named("order_paid")
        },
    ]
}

fn told(one: &EventType) -> Value {
    json!([
        one.name,
        one.description,
        one.schema,
        one.group,
        one.example,
        one.deprecated
    ])
}

#[test]
fn what_was_exported_is_imported_as_it_was() {
    let types = types();
    let about = About {
        title: "Shop",
        dialect: "standard",
    };
    for format in [DocumentFormat::Openapi, DocumentFormat::Asyncapi] {
        let document = write(format, &about, &types.iter().collect::<Vec<_>>());
        let document = serde_json::to_value(document).unwrap();
        let as_text = Value::String(document.to_string());
        for document in [document, as_text] {
            let (found, described) = read(&document).unwrap();
            assert_eq!(found, format);
            let described: Vec<_> = described
                .into_iter()
                .map(|one| {
                    json!([
                        one.name,
                        one.description,
                        one.schema,
                        one.group,
                        one.example,
                        one.deprecated
                    ])
                })
                .collect();
            let expected: Vec<_> = types.iter().map(told).collect();
            assert_eq!(described, expected, "{format:?}");
        }
    }
}

const OPENAPI: &str = r##"
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths: {}
webhooks:
  order.paid:
    $ref: '#/components/pathItems/paid'
  order.lost:
    post:
      summary: An order was lost.
      requestBody:
        content:
          application/vnd.shop+json; charset=utf-8:
            schema:
              properties:
                order: {$ref: '#/components/schemas/Order'}
                reason: {type: string}
            examples:
              one: {value: {reason: thunder}}
components:
  pathItems:
    paid:
      post:
        description: An order was paid.
        tags: [Orders, Money]
        deprecated: true
        requestBody: {$ref: '#/components/requestBodies/order'}
  requestBodies:
    order:
      content:
        application/json: {schema: {$ref: '#/components/schemas/Order'}}
  schemas:
    Order:
      type: object
      example: {id: 7}
      properties:
        id: {type: integer}
        lines: {type: array, items: {$ref: '#/components/schemas/Line'}}
    Line:
      properties:
        order: {$ref: '#/components/schemas/Order'}
        part: {$ref: '#/components/schemas/Line/properties/price'}
        price: {$ref: '#/components/schemas/Money'}
    Money: {type: string}
"##;

#[test]
fn references_of_an_openapi_document_come_along() {
    let (_, types) = read(&json!(OPENAPI)).unwrap();
    let [paid, lost] = &types[..] else {
        panic!("{types:?}")
    };
    assert_eq!(paid.name.as_str(), "order.paid");
    assert_eq!(paid.description, "An order was paid.");
    assert_eq!(paid.group.as_deref(), Some("Orders"));
    assert!(paid.deprecated && !lost.deprecated);
    assert_eq!(paid.example, Some(json!({"id": 7})));
    let line = json!({"properties": {
        "order": {"$ref": "#"}, "part": {"$ref": "#/$defs/Line/properties/price"}, "price": {"$ref": "#/$defs/Money"}
    }});
    let order = json!({
        "type": "object",
        "example": {"id": 7},
        "properties": {"id": {"type": "integer"}, "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}}},
        "$defs": {"Line": line, "Money": {"type": "string"}}
    });
    assert_eq!(paid.schema, Some(order));
    assert_eq!(lost.description, "An order was lost.");
    assert_eq!(lost.example, Some(json!({"reason": "thunder"})));
    let schema = lost.schema.as_ref().unwrap();
    assert_eq!(
        schema["properties"]["order"],
        json!({"$ref": "#/$defs/Order"})
    );
    assert_eq!(
        schema["$defs"]["Order"]["properties"]["lines"]["items"],
        json!({"$ref": "#/$defs/Line"})
    );
    assert_eq!(
        schema["$defs"]["Line"]["properties"]["order"],
        json!({"$ref": "#/$defs/Order"})
    );
    for schema in [paid, lost] {
        nuncio_schema::Schema::compile(schema.schema.as_ref().unwrap()).unwrap();
    }
}

const ASYNCAPI: &str = r##"
asyncapi: 3.0.0
info: {title: Shop, version: '1'}
channels:
  orders: {$ref: '#/components/channels/orders'}
  again:
    messages: {paid: {$ref: '#/components/messages/paid'}}
components:
  channels:
    orders:
      messages:
        paid: {$ref: '#/components/messages/paid'}
        order.lost:
          summary: An order was lost.
          payload:
            schemaFormat: application/schema+json;version=draft-07
            schema: {$ref: '#/components/schemas/Order'}
  messages:
    paid:
      name: order.paid
      tags: [{$ref: '#/components/tags/orders'}]
      payload: {$ref: '#/components/schemas/Order'}
      examples: [{payload: {id: 7}}]
  tags:
    orders: {name: Orders}
  schemas:
    Order: {type: object}
"##;

#[test]
fn messages_of_an_asyncapi_document_are_event_types() {
    let (_, types) = read(&json!(ASYNCAPI)).unwrap();
    let told: Vec<_> = types
        .iter()
        .map(|one| {
            json!([
                one.name,
                one.description,
                one.schema,
                one.group,
                one.example
            ])
        })
        .collect();
    let order = json!({"type": "object"});
    let expected = vec![
        json!(["order.paid", "", order, "Orders", {"id": 7}]),
        json!(["order.lost", "An order was lost.", order, null, null]),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_is_wrong_with_a_document_has_a_place() {
    let check = |document: Value, pointer: &str, words: &str| {
        let fault = read(&document).unwrap_err();
        assert_eq!(fault.pointer, pointer, "{}", fault.detail);
        assert!(fault.detail.contains(words), "{}", fault.detail);
    };
    let webhook = |schema: Value| {
        let content = json!({"application/json": {"schema": schema}});
        json!({"openapi": "3.1.0", "webhooks": {"a": {"post": {"requestBody": {"content": content}}}}})
    };
    let at = "/webhooks/a/post/requestBody/content/application~1json/schema";
    check(json!({}), "", "neither");
    check(json!(7), "", "neither");
    check(json!("a: ["), "", "line 2, column 1");
    check(
        json!({"openapi": "3.0.3"}),
        "/openapi",
        "3.0.3 is not supported",
    );
    check(
        json!({"asyncapi": "2.6.0"}),
        "/asyncapi",
        "2.6.0 is not supported",
    );
    check(
        json!({"openapi": "3.1.0", "paths": {}}),
        "",
        "no `webhooks`",
    );
    check(
        json!({"openapi": "3.1.0", "webhooks": {"a*": {"post": {}}}}),
        "/webhooks/a*",
        "not a valid event type",
    );
    check(
        json!({"openapi": "3.1.0", "webhooks": {"a": {}}}),
        "/webhooks/a",
        "no operation",
    );
    check(
        webhook(json!({"$ref": "other.json#/a"})),
        &format!("{at}/$ref"),
        "out of the document",
    );
    check(
        webhook(json!({"items": {"$ref": "#/nowhere"}})),
        at,
        "leads nowhere",
    );
    check(webhook(json!({"$id": "x"})), at, "address of its own");
    let mut round = webhook(json!({"$ref": "#/components/schemas/a"}));
    round["components"] = json!({"schemas": {"a": {"$ref": "#/components/schemas/b"}, "b": {"$ref": "#/components/schemas/a"}}});
    let fault = read(&round).unwrap_err();
    assert!(fault.detail.contains("lead to one another"), "{fault:?}");
    let form = json!({"openapi": "3.1.0", "webhooks": {"a": {"post": {"requestBody": {"content": {"text/plain": {}}}}}}});
    check(form, "/webhooks/a/post/requestBody/content", "no JSON");
    let avro = json!({"asyncapi": "3.0.0", "components": {"messages": {"a": {
        "payload": {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": {}}
    }}}});
    check(avro, "/components/messages/a/payload/schemaFormat", "avro");
    let many: serde_json::Map<String, Value> = (0..1_001)
        .map(|n| (format!("t{n}"), json!({"post": {}})))
        .collect();
    check(
        json!({"openapi": "3.1.0", "webhooks": many}),
        "",
        "at most 1000",
    );
}

#[test]
fn references_that_repeat_the_document_come_to_an_end() {
    let large: Vec<_> = (0..2_000).map(|n| json!({ "minLength": n })).collect();
    let webhooks: serde_json::Map<String, Value> = (0..900)
        .map(|n| {
            let schema = json!({"$ref": "#/components/schemas/large", "title": n});
            (format!("t{n}"), json!({"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}))
        })
        .collect();
    let document = json!({
        "openapi": "3.1.0", "webhooks": webhooks, "components": {"schemas": {"large": {"anyOf": large}}}
    });
    let fault = read(&document).unwrap_err();
    assert!(fault.detail.contains("repeat too much"), "{fault:?}");
}
