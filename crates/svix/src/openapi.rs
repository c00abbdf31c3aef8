//! The document that describes this API: its operations and what they take and give, in short.

use serde_json::{Map, Value, json};

/// Operations: method, path, name, summary.
const OPERATIONS: &[(&str, &str, &str, &str)] = &[
    ("get", "/app", "v1.application.list", "List applications"),
    (
        "post",
        "/app",
        "v1.application.create",
        "Create an application",
    ),
    (
        "get",
        "/app/{app_id}",
        "v1.application.get",
        "Get an application",
    ),
    (
        "put",
        "/app/{app_id}",
        "v1.application.update",
        "Replace or create an application",
    ),
    (
        "patch",
        "/app/{app_id}",
        "v1.application.patch",
        "Change an application",
    ),
    (
        "delete",
        "/app/{app_id}",
        "v1.application.delete",
        "Delete an application",
    ),
    (
        "get",
        "/app/{app_id}/endpoint",
        "v1.endpoint.list",
        "List endpoints",
    ),
    (
        "post",
        "/app/{app_id}/endpoint",
        "v1.endpoint.create",
        "Create an endpoint",
    ),
    (
        "get",
        "/app/{app_id}/endpoint/{endpoint_id}",
        "v1.endpoint.get",
        "Get an endpoint",
    ),
    (
        "put",
        "/app/{app_id}/endpoint/{endpoint_id}",
        "v1.endpoint.update",
        "Replace or create an endpoint",
    ),
    (
        "patch",
        "/app/{app_id}/endpoint/{endpoint_id}",
        "v1.endpoint.patch",
        "Change an endpoint",
    ),
    (
        "delete",
        "/app/{app_id}/endpoint/{endpoint_id}",
        "v1.endpoint.delete",
        "Delete an endpoint",
    ),
    (
        "get",
        "/app/{app_id}/endpoint/{endpoint_id}/secret",
        "v1.endpoint.get-secret",
        "Get the signing secret",
    ),
    (
        "post",
        "/app/{app_id}/endpoint/{endpoint_id}/secret/rotate",
        "v1.endpoint.rotate-secret",
        "Rotate the signing secret",
    ),
    (
        "get",
        "/app/{app_id}/endpoint/{endpoint_id}/headers",
        "v1.endpoint.get-headers",
        "Get custom headers",
    ),
    (
        "put",
        "/app/{app_id}/endpoint/{endpoint_id}/headers",
        "v1.endpoint.update-headers",
        "Replace custom headers",
    ),
    (
        "patch",
        "/app/{app_id}/endpoint/{endpoint_id}/headers",
        "v1.endpoint.patch-headers",
        "Change custom headers",
    ),
    (
        "get",
        "/app/{app_id}/endpoint/{endpoint_id}/stats",
        "v1.endpoint.get-stats",
        "Count attempts",
    ),
    (
        "post",
        "/app/{app_id}/endpoint/{endpoint_id}/recover",
        "v1.endpoint.recover",
        "Send failed messages again",
    ),
    (
        "post",
        "/app/{app_id}/endpoint/{endpoint_id}/replay-missing",
        "v1.endpoint.replay-missing",
        "Send messages that were never attempted",
    ),
    (
        "post",
        "/app/{app_id}/endpoint/{endpoint_id}/bulk-replay",
        "v1.endpoint.bulk-replay",
        "Send all messages of a time span again",
    ),
    (
        "post",
        "/app/{app_id}/endpoint/{endpoint_id}/send-example",
        "v1.endpoint.send-example",
        "Send an example message",
    ),
    (
        "get",
        "/app/{app_id}/endpoint/{endpoint_id}/msg",
        "v1.message-attempt.list-attempted-messages",
        "List attempted messages",
    ),
    (
        "get",
        "/event-type",
        "v1.event-type.list",
        "List event types",
    ),
    (
        "post",
        "/event-type",
        "v1.event-type.create",
        "Create an event type",
    ),
    (
        "get",
        "/event-type/{event_type_name}",
        "v1.event-type.get",
        "Get an event type",
    ),
    (
        "put",
        "/event-type/{event_type_name}",
        "v1.event-type.update",
        "Replace or create an event type",
    ),
    (
        "patch",
        "/event-type/{event_type_name}",
        "v1.event-type.patch",
        "Change an event type",
    ),
    (
        "delete",
        "/event-type/{event_type_name}",
        "v1.event-type.delete",
        "Archive or delete an event type",
    ),
    (
        "post",
        "/event-type/import/openapi",
        "v1.event-type.import-openapi",
        "Import event types",
    ),
    (
        "get",
        "/app/{app_id}/msg",
        "v1.message.list",
        "List messages",
    ),
    (
        "post",
        "/app/{app_id}/msg",
        "v1.message.create",
        "Send a message",
    ),
    (
        "get",
        "/app/{app_id}/msg/{msg_id}",
        "v1.message.get",
        "Get a message",
    ),
    (
        "delete",
        "/app/{app_id}/msg/{msg_id}/content",
        "v1.message.expunge-content",
        "Erase a message's payload",
    ),
    (
        "post",
        "/app/{app_id}/msg/precheck/active",
        "v1.message.precheck",
        "Check whether a message would be sent",
    ),
    (
        "get",
        "/app/{app_id}/attempt/endpoint/{endpoint_id}",
        "v1.message-attempt.list-by-endpoint",
        "List an endpoint's attempts",
    ),
    (
        "get",
        "/app/{app_id}/attempt/msg/{msg_id}",
        "v1.message-attempt.list-by-msg",
        "List a message's attempts",
    ),
    (
        "get",
        "/app/{app_id}/msg/{msg_id}/attempt/{attempt_id}",
        "v1.message-attempt.get",
        "Get an attempt",
    ),
    (
        "delete",
        "/app/{app_id}/msg/{msg_id}/attempt/{attempt_id}/content",
        "v1.message-attempt.expunge-content",
        "Erase an attempt's response",
    ),
    (
        "get",
        "/app/{app_id}/msg/{msg_id}/endpoint",
        "v1.message-attempt.list-attempted-destinations",
        "List attempted endpoints",
    ),
    (
        "post",
        "/app/{app_id}/msg/{msg_id}/endpoint/{endpoint_id}/resend",
        "v1.message-attempt.resend",
        "Resend a message",
    ),
    (
        "post",
        "/auth/app-portal-access/{app_id}",
        "v1.authentication.app-portal-access",
        "Get portal access",
    ),
    (
        "post",
        "/auth/logout",
        "v1.authentication.logout",
        "Log out",
    ),
    (
        "get",
        "/auth/whoami",
        "v1.authentication.whoami",
        "Show whose token it is",
    ),
    (
        "get",
        "/background-task/{task_id}",
        "v1.background-task.get",
        "Get a background task",
    ),
    (
        "get",
        "/health",
        "v1.health.get",
        "Check the server's health",
    ),
    (
        "get",
        "/health/ping",
        "v1.health.ping",
        "Check that the server answers",
    ),
];

/// The OpenAPI 3.1 document as JSON.
pub fn openapi_json() -> String {
    let mut paths = Map::new();
    for (method, path, id, summary) in OPERATIONS {
        let path = format!("/api/v1{path}");
        let parameters: Vec<Value> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        let mut operation = json!({
            "operationId": id,
            "summary": summary,
            "parameters": parameters,
            "responses": {"default": {"description": "The result, or an error"}},
        });
        if matches!(*method, "post" | "put" | "patch") {
            operation["requestBody"] =
                json!({"content": {"application/json": {"schema": {"type": "object"}}}});
        }
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[*method] = operation;
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Nuncio: Svix-compatible API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The operations that clients of the Svix server use. docs/svix.md says what differs.",
        },
        "paths": paths,
        "components": {"securitySchemes": {"HTTPBearer": {"type": "http", "scheme": "bearer"}}},
        "security": [{"HTTPBearer": []}],
    });
    document.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_every_operation_once() {
        let document: Value = serde_json::from_str(&openapi_json()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let count: usize = paths
            .values()
            .map(|item| item.as_object().unwrap().len())
            .sum();
        assert_eq!(count, OPERATIONS.len());
        let one = &paths["/api/v1/app/{app_id}/endpoint/{endpoint_id}"]["get"];
        assert_eq!(one["parameters"].as_array().unwrap().len(), 2);
    }
}
