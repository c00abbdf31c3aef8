//! How an endpoint's requests show who sends them, beside their signature: what its receiver's gateway asks for.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Secret, secret::exposed};

/// The header that credentials go in, unless the endpoint names another.
const AUTHORIZATION: &str = "Authorization";

/// The credentials of an endpoint's requests. Serialized in clear: for sealing alone, never for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EndpointAuth {
    /// A name and a password (RFC 7617).
    Basic {
        /// The name: no colon.
        username: String,
        /// The password.
        #[serde(with = "exposed")]
        password: Secret,
    },
    /// A token that does not change (RFC 6750).
    Bearer {
        /// The token.
        #[serde(with = "exposed")]
        token: Secret,
    },
    /// A key in a header of its own.
    Header {
        /// The header's name.
        name: String,
        /// Its value.
        #[serde(with = "exposed")]
        value: Secret,
    },
    /// Tokens that an authorization server issues to a client (RFC 6749 section 4.4).
    #[serde(rename = "oauth2")]
    OAuth2(OAuthClient),
}

/// A client of an authorization server. Serialized in clear: for sealing alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthClient {
    /// Where tokens are asked for.
    pub token_url: String,
    /// The client's id.
    pub client_id: String,
    /// How it shows that it is this client.
    pub client_auth: ClientAuth,
    /// What it shows that by: its secret, or its private key as PEM.
    #[serde(with = "exposed")]
    pub secret: Secret,
    /// What the token is to allow, in order; empty leaves it to the server.
    pub scopes: Vec<String>,
    /// Whom the token is for, where the server wants to be told.
    pub audience: Option<String>,
}

/// How a client authenticates at its authorization server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// By its secret, as the password of HTTP Basic (RFC 6749 section 2.3.1).
    ClientSecretBasic,
    /// By its secret, in the form.
    ClientSecretPost,
    /// By a statement that its private key signs (RFC 7523).
    PrivateKeyJwt,
}

impl ClientAuth {
    /// The word in the API, which is the one that authorization servers use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

impl EndpointAuth {
    /// The word in the API.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Basic { .. } => "basic",
            Self::Bearer { .. } => "bearer",
            Self::Header { .. } => "header",
            Self::OAuth2(_) => "oauth2",
        }
    }

    /// The header that its credentials are sent in.
    pub fn header_name(&self) -> &str {
        match self {
            Self::Header { name, .. } => name,
            Self::Basic { .. } | Self::Bearer { .. } | Self::OAuth2(_) => AUTHORIZATION,
        }
    }

    /// The value of that header, where it is always the same.
    pub fn fixed_value(&self) -> Option<Zeroizing<String>> {
        match self {
            Self::Basic { username, password } => Some(basic(username, password.expose())),
            Self::Bearer { token } => Some(bearer(token)),
            Self::Header { value, .. } => Some(Zeroizing::new(value.expose().to_owned())),
            Self::OAuth2(_) => None,
        }
    }

    /// The one thing in it that no answer may show.
    pub const fn secret(&self) -> &Secret {
        match self {
            Self::Basic { password, .. } => password,
            Self::Bearer { token } => token,
            Self::Header { value, .. } => value,
            Self::OAuth2(client) => &client.secret,
        }
    }

    /// The client, where tokens have to be asked for.
    pub const fn oauth(&self) -> Option<&OAuthClient> {
        match self {
            Self::OAuth2(client) => Some(client),
            Self::Basic { .. } | Self::Bearer { .. } | Self::Header { .. } => None,
        }
    }
}

/// The value of `Authorization` for a name and a password.
pub fn basic(username: &str, password: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{username}:{password}"));
    Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
}

/// The value of `Authorization` for a token.
pub fn bearer(token: &Secret) -> Zeroizing<String> {
    Zeroizing::new(format!("Bearer {}", token.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn fixed_credentials_are_written_as_their_standards_say() {
        let check = |auth: EndpointAuth, name: &str, value: &str| {
            assert_eq!(auth.header_name(), name);
            assert_eq!(auth.fixed_value().unwrap().as_str(), value);
            let text = serde_json::to_string(&auth).unwrap();
            assert_eq!(serde_json::from_str::<EndpointAuth>(&text).unwrap(), auth);
            assert!(!format!("{auth:?}").contains("open sesame"));
        };
        // The example of RFC 7617.
        let basic = EndpointAuth::Basic {
            username: "Aladdin".to_owned(),
            password: secret("open sesame"),
        };
        check(basic, "Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        let token = secret("open sesame");
        check(
            EndpointAuth::Bearer { token },
            "Authorization",
            "Bearer open sesame",
        );
        let header = EndpointAuth::Header {
            name: "X-Api-Key".to_owned(),
            value: secret("open sesame"),
        };
        check(header, "X-Api-Key", "open sesame");
    }

    #[test]
    fn each_way_to_authenticate_has_a_word() {
        let check = |auth: ClientAuth, word: &str| {
            assert_eq!(auth.as_str(), word);
            assert_eq!(serde_json::to_value(auth).unwrap(), word);
        };
        check(ClientAuth::ClientSecretBasic, "client_secret_basic");
        check(ClientAuth::ClientSecretPost, "client_secret_post");
        check(ClientAuth::PrivateKeyJwt, "private_key_jwt");
    }

    #[test]
    fn each_kind_has_a_word_and_one_secret() {
        let client = OAuthClient {
            token_url: "https://login.example.com/token".to_owned(),
            client_id: "me".to_owned(),
            client_auth: ClientAuth::ClientSecretPost,
            secret: secret("open sesame"),
            scopes: Vec::new(),
            audience: None,
        };
        let basic = EndpointAuth::Basic {
            username: "me".to_owned(),
            password: secret("open sesame"),
        };
        let header = EndpointAuth::Header {
            name: "X-Api-Key".to_owned(),
            value: secret("open sesame"),
        };
        let token = secret("open sesame");
        for (auth, kind) in [
            (basic, "basic"),
            (EndpointAuth::Bearer { token }, "bearer"),
            (header, "header"),
            (EndpointAuth::OAuth2(client.clone()), "oauth2"),
        ] {
            assert_eq!(auth.kind(), kind);
            assert_eq!(auth.secret().expose(), "open sesame");
            assert_eq!(auth.oauth().is_some(), kind == "oauth2");
        }
    }

    #[test]
    fn a_client_is_kept_with_its_proof() {
        let client = OAuthClient {
            token_url: "https://login.example.com/token".to_owned(),
            client_id: "me".to_owned(),
            client_auth: ClientAuth::ClientSecretPost,
            secret: secret("open sesame"),
            scopes: vec!["hooks".to_owned()],
            audience: None,
        };
        let auth = EndpointAuth::OAuth2(client);
        let text = serde_json::to_string(&auth).unwrap();
        assert_eq!(serde_json::from_str::<EndpointAuth>(&text).unwrap(), auth);
        assert!(auth.fixed_value().is_none());
    }
}
