//! The OpenAPI 3.1 document: what the handlers say of themselves, and what holds for all of them.

use utoipa::{
    Modify, OpenApi, PartialSchema, ToSchema,
    openapi::{
        Content, OpenApi as Document, Ref, RefOr, Required, Response,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        security::{
            ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
        },
    },
};

use crate::{
    access::session_cookie,
    http::{
        operations::operations,
        path::names_endpoint,
        problem::{Fault, ProblemBody},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Nuncio",
        description = "Webhooks in your dialect: publish events, and they are signed, delivered and retried.\n\nErrors are problem documents (RFC 9457). Fields and parameters that are not listed here are refused.",
        version = "1",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemBody<'static>, Fault)),
    modifiers(&KeyScheme)
)]
struct Frame;

/// The problems that routes answer with: status code, name in the document, description.
const PROBLEMS: &[(&str, &str, &str)] = &[
    (
        "400",
        "Malformed",
        "Malformed JSON, or an admin key that names no project",
    ),
    (
        "401",
        "Unauthorized",
        "The key is missing, unknown or expired",
    ),
    (
        "403",
        "Forbidden",
        "This key has no permission, or the tenant's plan does not include it",
    ),
    (
        "404",
        "NotFound",
        "Nothing with this id is visible to the key",
    ),
    ("409", "Conflict", "Conflicts with the current state"),
    ("413", "TooLarge", "Over a limit, which the response names"),
    ("415", "MediaType", "The body is not application/json"),
    (
        "422",
        "Invalid",
        "An invalid value, or an unknown field or parameter",
    ),
    (
        "503",
        "Unavailable",
        "The store is temporarily unavailable: nothing was changed",
    ),
];

struct KeyScheme;

impl Modify for KeyScheme {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "An API key (admin, project or tenant) or a portal token",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme));
        let description = "A browser's sign-in session, in the cookie that `POST /v1/session` sets \
            (`__Host-nuncio_session` over HTTPS). Requests that change something must come from the server's own pages";
        let cookie = ApiKeyValue::with_description(session_cookie::name(false), description);
        let session = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        components.add_security_scheme("session", session);
        for (_, name, description) in PROBLEMS {
            let response = RefOr::T(problem(description));
            components.responses.insert((*name).to_owned(), response);
        }
    }
}

/// The document that the routes are added to.
pub(crate) fn frame() -> Document {
    Frame::openapi()
}

/// Adds what holds for all routes: the key, the project's header, the idempotency key, the problems.
pub(crate) fn complete(document: &mut Document) {
    for (path, item) in &mut document.paths.paths {
        if !path.starts_with("/v1/") && !path.starts_with("/webhook/") {
            continue;
        }
        for (method, operation) in operations(item) {
            complete_operation(path, method, operation);
        }
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Operation) {
    let by = |scheme| SecurityRequirement::new::<_, [&str; 0], &str>(scheme, []);
    operation
        .security
        .get_or_insert_with(|| vec![by("key"), by("session")]);
    let takes_body = operation.request_body.is_some();
    let parameters = operation.parameters.get_or_insert_default();
    if names_endpoint(path) {
        parameters.push(RefOr::T(parameter(
            "tenant",
            ParameterIn::Query,
            "The endpoint's tenant, by its id or uid. Required where the endpoint is named by its uid and the key is not \
             the tenant's own",
        )));
    }
    if !path.starts_with("/v1/projects") {
        parameters.push(RefOr::T(header(
            "Nuncio-Project",
            "The project. Required with an admin key, otherwise optional",
        )));
    }
    // A preview changes nothing; a sign-in is one for each browser.
    let once = method == "POST" && !matches!(path, "/v1/dialects/preview" | "/v1/session");
    if once {
        parameters.push(RefOr::T(header(
            "Idempotency-Key",
            "A repeated request with the same key gets the same response and has no effect: 1 to 255 printable characters",
        )));
    }
    for (status, name, _) in PROBLEMS {
        let given = match *status {
            "409" => method != "GET",
            "413" | "415" => takes_body,
            _ => true,
        };
        if given {
            let responses = &mut operation.responses.responses;
            responses
                .entry((*status).to_owned())
                .or_insert_with(|| RefOr::Ref(Ref::from_response_name(*name)));
        }
    }
}

fn header(name: &str, description: &str) -> Parameter {
    parameter(name, ParameterIn::Header, description)
}

fn parameter(name: &str, place: ParameterIn, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(String::schema()))
        .build()
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name(ProblemBody::<'static>::name());
    let mut response = Response::new(description);
    response.content.insert(
        "application/problem+json".to_owned(),
        RefOr::T(Content::new(Some(RefOr::Ref(schema)))),
    );
    response
}

/// Gives the operations of an alias ids of their own.
pub(crate) fn rename(document: &mut Document, prefix: &str) {
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            if let Some(id) = &mut operation.operation_id {
                id.insert_str(0, prefix);
            }
        }
    }
}
