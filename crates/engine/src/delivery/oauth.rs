//! The client credentials grant (RFC 6749 section 4.4): what a token request looks like, and what its answer says. Pure.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use nuncio_domain::{ClientAuth, Headers, OAuthClient, Secret, Timestamp, basic};
use nuncio_egress::PrivateKey;
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::delivery::send::ReceiverResponse;

/// How long a token is used whose lifetime the server does not tell: what servers give at the least.
const LIFETIME_DEFAULT_S: u64 = 300;
/// Longer lifetimes count as this one: a token that was taken back is not used for ever.
const LIFETIME_MAX_S: u64 = 24 * 60 * 60;
/// How long a statement of the client's is valid (RFC 7523): it is used at once; the rest is for clocks that differ.
const STATEMENT_S: i64 = 60;
/// A signed token with many groups in it takes 4 to 6 KiB; web servers refuse header lines beyond 8.
const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// Characters of a server's words that are kept.
const WORDS_MAX: usize = 300;

/// A token request.
#[derive(Debug)]
pub(crate) struct TokenRequest {
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
}

/// A token and how long it is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssuedToken {
    pub(crate) secret: Secret,
    pub(crate) lifetime: Duration,
}

/// The request of a client at `now`; `nonce` makes its statement one of a kind.
pub(crate) fn request(
    client: &OAuthClient,
    user_agent: &str,
    now: Timestamp,
    nonce: [u8; 10],
) -> Result<TokenRequest, String> {
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/x-www-form-urlencoded");
    headers.push("Accept", "application/json");
    headers.push("User-Agent", user_agent);
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    if !client.scopes.is_empty() {
        form.append_pair("scope", &client.scopes.join(" "));
    }
    if let Some(audience) = &client.audience {
        form.append_pair("audience", audience);
    }
    match client.client_auth {
        ClientAuth::ClientSecretBasic => {
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let id = encoded(&client.client_id);
            let secret = zeroize::Zeroizing::new(encoded(client.secret.expose()));
            headers.push("Authorization", &basic(&id, &secret));
        }
        ClientAuth::ClientSecretPost => {
            form.append_pair("client_id", &client.client_id);
            form.append_pair("client_secret", client.secret.expose());
        }
        ClientAuth::PrivateKeyJwt => {
            form.append_pair("client_id", &client.client_id);
            form.append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            );
            form.append_pair("client_assertion", &statement(client, now, nonce)?);
        }
    }
    Ok(TokenRequest {
        headers,
        body: form.finish().into(),
    })
}

/// The client's own statement of who it is (RFC 7523 section 3).
fn statement(client: &OAuthClient, now: Timestamp, nonce: [u8; 10]) -> Result<String, String> {
    let key = PrivateKey::from_pem(client.secret.expose())
        .map_err(|error| format!("the endpoint's private key {error}"))?;
    let now_s = now.ms() / 1_000;
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({"alg": key.algorithm(), "typ": "JWT"}));
    let claims = part(json!({
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": client.token_url,
        "jti": URL_SAFE_NO_PAD.encode(nonce),
        "iat": now_s,
        "exp": now_s + STATEMENT_S,
    }));
    let signed = format!("{header}.{claims}");
    let signature = key
        .sign(signed.as_bytes())
        .ok_or("the endpoint's private key could not sign")?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A successful answer (RFC 6749 section 5.1).
#[derive(Deserialize)]
struct Success {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Option<Value>,
}

/// An error (RFC 6749 section 5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

/// The token of an answer, or why there is none, in words that quote the server's.
pub(crate) fn read(response: &ReceiverResponse) -> Result<IssuedToken, String> {
    if !(200..=299).contains(&response.status) {
        return Err(refusal(response));
    }
    if response.body_truncated {
        return Err("the authorization server's answer is too long".to_owned());
    }
    let Success {
        access_token,
        token_type,
        expires_in,
    } = serde_json::from_slice(&response.body).map_err(|_| {
        "the authorization server's answer has no `access_token` (RFC 6749 section 5.1)".to_owned()
    })?;
    let secret = Secret::new(access_token);
    if let Some(kind) = token_type.filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(format!(
            "the authorization server issued a token of type `{}`; only Bearer tokens can be sent",
            words(&kind)
        ));
    }
    let token = secret.expose();
    let is_visible = token.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    if token.is_empty() || token.len() > TOKEN_BYTES_MAX || !is_visible {
        return Err(format!(
            "the authorization server's `access_token` cannot be sent in a header: it has to be 1 to {TOKEN_BYTES_MAX} \
             visible ASCII characters"
        ));
    }
    let lifetime = lifetime_s(expires_in.as_ref()).min(LIFETIME_MAX_S);
    Ok(IssuedToken {
        secret,
        lifetime: Duration::from_secs(lifetime),
    })
}

/// Some servers write the number as text.
fn lifetime_s(expires_in: Option<&Value>) -> u64 {
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number
            .as_u64()
            .or_else(|| number.as_f64().map(|s| s as u64)),
        _ => None,
    };
    expires_in.and_then(number).unwrap_or(LIFETIME_DEFAULT_S)
}

fn refusal(response: &ReceiverResponse) -> String {
    let status = response.status;
    match serde_json::from_slice::<Refusal>(&response.body) {
        Ok(Refusal {
            error,
            error_description,
        }) => {
            let said = error_description.map(|text| format!(": {}", words(&text)));
            format!(
                "the authorization server answered {status} `{}`{}",
                words(&error),
                said.unwrap_or_default()
            )
        }
        Err(_) if (300..=399).contains(&status) => format!(
            "the authorization server answered {status}, a redirect, which is not followed: correct `token_url`"
        ),
        Err(_) => format!("the authorization server answered {status}"),
    }
}

/// A server's words, made fit to be shown.
fn words(text: &str) -> String {
    let visible = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(visible).take(WORDS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(client_auth: ClientAuth, secret: &str) -> OAuthClient {
        OAuthClient {
            token_url: "https://login.example/token".to_owned(),
            client_id: "a b".to_owned(),
            client_auth,
            secret: Secret::new(secret.to_owned()),
            scopes: vec!["one".to_owned(), "two".to_owned()],
            audience: Some("https://hooks.example/".to_owned()),
        }
    }

    fn written(client: &OAuthClient) -> (Headers, String) {
        let request = request(client, "Nuncio/test", Timestamp::from_ms(5_000), [7; 10]).unwrap();
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        (request.headers, body)
    }

    #[test]
    fn secrets_go_where_the_server_wants_them() {
        let scope =
            "grant_type=client_credentials&scope=one+two&audience=https%3A%2F%2Fhooks.example%2F";
        let (headers, body) = written(&client(ClientAuth::ClientSecretBasic, "p:w"));
        // base64("a+b:p%3Aw"): both are form-urlencoded first.
        let last = headers.iter().next_back();
        assert_eq!(last, Some(("Authorization", "Basic YStiOnAlM0F3")));
        assert_eq!(body, scope);
        let (headers, body) = written(&client(ClientAuth::ClientSecretPost, "p:w"));
        assert_eq!(headers.len(), 3);
        assert_eq!(body, format!("{scope}&client_id=a+b&client_secret=p%3Aw"));
        let not_a_key = client(ClientAuth::PrivateKeyJwt, "p:w");
        let fault = request(&not_a_key, "", Timestamp::default(), [0; 10]);
        assert!(fault.unwrap_err().contains("is not a private key"));
    }

    fn answer(status: u16, body: &str) -> Result<IssuedToken, String> {
        read(&ReceiverResponse {
            status,
            body: body.as_bytes().to_vec(),
            ..ReceiverResponse::default()
        })
    }

    #[test]
    fn a_token_has_its_lifetime() {
        let check = |rest: &str, lifetime_s| {
            let issued = answer(200, &format!(r#"{{"access_token":"t"{rest}}}"#)).unwrap();
            assert_eq!(issued.secret.expose(), "t");
            assert_eq!(issued.lifetime, Duration::from_secs(lifetime_s), "{rest}");
        };
        check(r#","token_type":"Bearer","expires_in":3600"#, 3_600);
        check(r#","token_type":"bearer","expires_in":"3599""#, 3_599);
        check(r#","expires_in":60.5"#, 60);
        check(r#","expires_in":null"#, LIFETIME_DEFAULT_S);
        check(r#","expires_in":-1"#, 0);
        check(r#","expires_in":99999999999"#, LIFETIME_MAX_S);
        check("", LIFETIME_DEFAULT_S);
    }

    #[test]
    fn what_is_no_token_is_told_in_the_servers_words() {
        let check = |status, body: &str, told: &str| {
            let fault = answer(status, body).unwrap_err();
            assert!(fault.contains(told), "{fault}");
        };
        check(
            401,
            r#"{"error":"invalid_client","error_description":"no\nsuch client"}"#,
            "answered 401 `invalid_client`: no such client",
        );
        check(400, r#"{"error":"invalid_scope"}"#, "`invalid_scope`");
        check(500, "oops", "answered 500");
        check(302, "", "a redirect, which is not followed");
        check(200, "<html>", "no `access_token`");
        check(200, r#"{"access_token":""}"#, "cannot be sent in a header");
        check(200, r#"{"access_token":"a\r\nb"}"#, "cannot be sent");
        let long = "x".repeat(TOKEN_BYTES_MAX + 1);
        check(200, &format!(r#"{{"access_token":"{long}"}}"#), "8192");
        check(
            200,
            r#"{"access_token":"t","token_type":"DPoP"}"#,
            "of type `DPoP`",
        );
    }
}
