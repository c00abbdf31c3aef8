//! What the audit log tells of a change to how an endpoint authenticates: everything but secrets; of those, that they
//! are others.

use nuncio_domain::{CertificateFacts, Endpoint, EndpointAuth, EndpointTls};
use serde_json::{Map, Value, json};

/// Adds what changed of `auth` and `tls`.
pub(crate) fn add_changes(
    before: Option<&Endpoint>,
    after: Option<&Endpoint>,
    changes: &mut Map<String, Value>,
) {
    let auth = |endpoint: Option<&Endpoint>| endpoint.and_then(|endpoint| endpoint.auth.clone());
    let (was, is) = (auth(before), auth(after));
    if was != is {
        let told = |auth: Option<&EndpointAuth>| auth.map_or(Value::Null, auth_without_secrets);
        let difference = difference(told(was.as_deref()), told(is.as_deref()));
        changes.insert("auth".to_owned(), difference);
    }
    let tls = |endpoint: Option<&Endpoint>| endpoint.and_then(|endpoint| endpoint.tls.clone());
    let (was, is) = (tls(before), tls(after));
    if was != is {
        let told = |tls: Option<&EndpointTls>| tls.map_or(Value::Null, tls_without_secrets);
        let difference = difference(told(was.as_deref()), told(is.as_deref()));
        changes.insert("tls".to_owned(), difference);
    }
}

/// From and to; where all that may be told is the same, the secret is another.
fn difference(from: Value, to: Value) -> Value {
    match from == to {
        true => json!({"from": "previous credentials", "to": "new credentials"}),
        false => json!({"from": from, "to": to}),
    }
}

fn auth_without_secrets(auth: &EndpointAuth) -> Value {
    match auth {
        EndpointAuth::Basic { username, .. } => json!({"type": "basic", "username": username}),
        EndpointAuth::Bearer { .. } => json!({"type": "bearer"}),
        EndpointAuth::Header { name, .. } => json!({"type": "header", "name": name}),
        EndpointAuth::OAuth2(client) => json!({
            "type": "oauth2",
            "token_url": client.token_url,
            "client_id": client.client_id,
            "client_auth": client.client_auth.as_str(),
            "scopes": client.scopes,
            "audience": client.audience,
        }),
    }
}

fn tls_without_secrets(tls: &EndpointTls) -> Value {
    let facts = |facts: &CertificateFacts| {
        json!({
            "subject": facts.subject,
            "names": facts.names,
            "expires_at": facts.expires_at,
        })
    };
    let ca = tls.ca.as_ref();
    json!({
        "client_cert": tls.client.as_ref().map(|client| facts(&client.facts)),
        "ca": ca.map(|ca| ca.facts.iter().map(facts).collect::<Vec<_>>()),
        "pins": tls.pin_sha256.len(),
    })
}
