//! How an endpoint's requests authenticate at the receiver: as callers give it, what is refused, how it is shown.

use std::sync::Arc;

use nuncio_domain::{ClientAuth, Endpoint, EndpointAuth, MASK, OAuthClient, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{patch::Patch, problem::Problem},
    resources::endpoints::{
        auth_rules::{
            AUDIENCE_CHARS_MAX, LINE_CHARS_MAX, NAME_CHARS_MAX, SECRET_CHARS_MAX,
            check_private_key, check_scopes, check_text, check_visible, refused,
        },
        exposure::Exposure,
    },
};

/// How requests authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuthType {
    /// A user name and a password (RFC 7617).
    Basic,
    /// A fixed bearer token (RFC 6750).
    Bearer,
    /// A key in a header of its own.
    Header,
    /// OAuth 2.0 client credentials (RFC 6749 section 4.4).
    #[serde(rename = "oauth2")]
    OAuth2,
}

/// How an OAuth client authenticates at its authorization server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OAuthClientAuth)]
pub(crate) enum ClientAuthField {
    /// The secret as the password of HTTP Basic.
    ClientSecretBasic,
    /// The secret in the form.
    ClientSecretPost,
    /// A JWT signed by the private key (RFC 7523).
    PrivateKeyJwt,
}

/// How requests authenticate at the receiver, in addition to their signature. Secrets are shown as `***`; sent back
/// like that, they stay as they are, as long as the origins of `url` and `token_url` do not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = EndpointAuth)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthFields {
    /// `basic` takes `username` and `password`; `bearer` takes `token`; `header` takes `name` and `value`; `oauth2` takes
    /// `token_url`, `client_id` and `client_secret` or `private_key`.
    #[serde(rename = "type", default)]
    #[schema(required, value_type = AuthType)]
    kind: Option<AuthType>,
    /// The user name: no colon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    password: Option<String>,
    /// The token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    token: Option<String>,
    /// The header's name, such as `X-Api-Key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The header's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    value: Option<String>,
    /// Where tokens are requested. The same rules as for `url` apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_url: Option<String>,
    /// The client's id at the authorization server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// The client's secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    client_secret: Option<String>,
    /// The scopes to request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
    /// The audience to request, where the authorization server needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    /// How the client authenticates; `client_secret_basic` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_auth: Option<ClientAuthField>,
    /// The client's private key in PEM, for `private_key_jwt`: RSA (RS256), ECDSA (ES256, ES384, ES512) or Ed25519.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    private_key: Option<String>,
}

impl AuthFields {
    /// Where tokens would be asked for.
    pub(crate) fn token_url(&self) -> Option<&str> {
        self.token_url.as_deref()
    }

    /// The same with a checked token URL.
    pub(crate) fn set_token_url(&mut self, url: String) {
        self.token_url = Some(url);
    }

    /// The settings, and whether their secret is the one that there was: given as the mask.
    fn over(&self, current: Option<&EndpointAuth>) -> Result<(EndpointAuth, bool), Problem> {
        let kind = self.kind.ok_or_else(|| {
            refused(
                "type",
                "is missing: `basic`, `bearer`, `header` or `oauth2`",
            )
        })?;
        self.refuse_others(kind)?;
        let old = current.filter(|old| old.kind() == word(kind));
        let old_secret = |fits: bool| old.filter(|_| fits).map(EndpointAuth::secret);
        let (auth, kept) = match kind {
            AuthType::Basic => {
                let username = needed("username", self.username.as_ref(), word(kind))?;
                check_text("username", username, 0..=NAME_CHARS_MAX)?;
                if username.contains(':') {
                    return Err(refused(
                        "username",
                        "has a colon, which HTTP Basic does not allow",
                    ));
                }
                let given = needed("password", self.password.as_ref(), word(kind))?;
                let (password, kept) = secret("password", given, old_secret(true))?;
                check_text("password", password.expose(), 0..=SECRET_CHARS_MAX)?;
                let username = username.clone();
                (EndpointAuth::Basic { username, password }, kept)
            }
            AuthType::Bearer => {
                let given = needed("token", self.token.as_ref(), word(kind))?;
                let (token, kept) = secret("token", given, old_secret(true))?;
                check_visible("token", token.expose(), LINE_CHARS_MAX)?;
                (EndpointAuth::Bearer { token }, kept)
            }
            AuthType::Header => {
                let name = needed("name", self.name.as_ref(), word(kind))?;
                let given = needed("value", self.value.as_ref(), word(kind))?;
                let (value, kept) = secret("value", given, old_secret(true))?;
                if value.expose().is_empty() {
                    return Err(refused("value", "is empty"));
                }
                let name = name.clone();
                (EndpointAuth::Header { name, value }, kept)
            }
            AuthType::OAuth2 => {
                let old = old.and_then(EndpointAuth::oauth);
                let (client, kept) = self.client(old)?;
                (EndpointAuth::OAuth2(client), kept)
            }
        };
        Ok((auth, kept))
    }

    fn client(&self, old: Option<&OAuthClient>) -> Result<(OAuthClient, bool), Problem> {
        let kind = "oauth2";
        let client_auth = match self.client_auth {
            None | Some(ClientAuthField::ClientSecretBasic) => ClientAuth::ClientSecretBasic,
            Some(ClientAuthField::ClientSecretPost) => ClientAuth::ClientSecretPost,
            Some(ClientAuthField::PrivateKeyJwt) => ClientAuth::PrivateKeyJwt,
        };
        let token_url = needed("token_url", self.token_url.as_ref(), kind)?;
        let client_id = needed("client_id", self.client_id.as_ref(), kind)?;
        check_text("client_id", client_id, 1..=NAME_CHARS_MAX)?;
        let by_key = client_auth == ClientAuth::PrivateKeyJwt;
        let (field, given, other) = match by_key {
            true => (
                "private_key",
                &self.private_key,
                ("client_secret", &self.client_secret),
            ),
            false => (
                "client_secret",
                &self.client_secret,
                ("private_key", &self.private_key),
            ),
        };
        if other.1.is_some() {
            let rule = format!("does not belong to `{}`", client_auth.as_str());
            return Err(refused(other.0, rule));
        }
        let given = needed(field, given.as_ref(), client_auth.as_str())?;
        let fits = |old: &&OAuthClient| (old.client_auth == ClientAuth::PrivateKeyJwt) == by_key;
        let (secret, kept) = secret(field, given, old.filter(fits).map(|old| &old.secret))?;
        match by_key {
            true => check_private_key(secret.expose())?,
            false => check_text(field, secret.expose(), 1..=SECRET_CHARS_MAX)?,
        }
        let scopes = self.scopes.clone().unwrap_or_default();
        check_scopes(&scopes)?;
        if let Some(audience) = &self.audience {
            check_text("audience", audience, 1..=AUDIENCE_CHARS_MAX)?;
        }
        let client = OAuthClient {
            token_url: token_url.clone(),
            client_id: client_id.clone(),
            client_auth,
            secret,
            scopes,
            audience: self.audience.clone(),
        };
        Ok((client, kept))
    }

    fn refuse_others(&self, kind: AuthType) -> Result<(), Problem> {
        use AuthType::{Basic, Bearer, Header, OAuth2};
        let fields = [
            ("username", self.username.is_some(), Basic),
            ("password", self.password.is_some(), Basic),
            ("token", self.token.is_some(), Bearer),
            ("name", self.name.is_some(), Header),
            ("value", self.value.is_some(), Header),
            ("token_url", self.token_url.is_some(), OAuth2),
            ("client_id", self.client_id.is_some(), OAuth2),
            ("client_secret", self.client_secret.is_some(), OAuth2),
            ("scopes", self.scopes.is_some(), OAuth2),
            ("audience", self.audience.is_some(), OAuth2),
            ("client_auth", self.client_auth.is_some(), OAuth2),
            ("private_key", self.private_key.is_some(), OAuth2),
        ];
        let stray = fields.iter().find(|(_, given, of)| *given && *of != kind);
        stray.map_or(Ok(()), |(name, ..)| {
            Err(refused(
                name,
                format!("does not belong to `{}`", word(kind)),
            ))
        })
    }

    /// As answers show it: the secret is masked.
    pub(crate) fn masked(auth: &EndpointAuth) -> Self {
        let mask = || Some(MASK.to_owned());
        match auth {
            EndpointAuth::Basic { username, .. } => Self {
                kind: Some(AuthType::Basic),
                username: Some(username.clone()),
                password: mask(),
                ..Self::default()
            },
            EndpointAuth::Bearer { .. } => Self {
                kind: Some(AuthType::Bearer),
                token: mask(),
                ..Self::default()
            },
            EndpointAuth::Header { name, .. } => Self {
                kind: Some(AuthType::Header),
                name: Some(name.clone()),
                value: mask(),
                ..Self::default()
            },
            EndpointAuth::OAuth2(client) => {
                let by_key = client.client_auth == ClientAuth::PrivateKeyJwt;
                Self {
                    kind: Some(AuthType::OAuth2),
                    token_url: Some(client.token_url.clone()),
                    client_id: Some(client.client_id.clone()),
                    client_secret: mask().filter(|_| !by_key),
                    private_key: mask().filter(|_| by_key),
                    client_auth: Some(match client.client_auth {
                        ClientAuth::ClientSecretBasic => ClientAuthField::ClientSecretBasic,
                        ClientAuth::ClientSecretPost => ClientAuthField::ClientSecretPost,
                        ClientAuth::PrivateKeyJwt => ClientAuthField::PrivateKeyJwt,
                    }),
                    scopes: Some(client.scopes.clone()),
                    audience: client.audience.clone(),
                    ..Self::default()
                }
            }
        }
    }
}

const fn word(kind: AuthType) -> &'static str {
    match kind {
        AuthType::Basic => "basic",
        AuthType::Bearer => "bearer",
        AuthType::Header => "header",
        AuthType::OAuth2 => "oauth2",
    }
}

/// The settings of a new endpoint.
pub(crate) fn given(fields: Option<&AuthFields>) -> Result<Option<Arc<EndpointAuth>>, Problem> {
    let Some(fields) = fields else {
        return Ok(None);
    };
    let (auth, _) = fields.over(None)?;
    Ok(Some(Arc::new(auth)))
}

/// The settings that an endpoint will have.
///
/// # Errors
/// When a secret would go to another origin than it was given for, or something is not valid.
pub(crate) fn after(
    change: &Patch<AuthFields>,
    current: &Endpoint,
    exposure: Exposure,
) -> Result<Option<Arc<EndpointAuth>>, Problem> {
    let old = current.auth.as_ref();
    let (auth, kept) = match change {
        Patch::Clear => return Ok(None),
        Patch::Keep => match old {
            None => return Ok(None),
            Some(old) => (Arc::clone(old), true),
        },
        Patch::Set(fields) => {
            let (auth, kept) = fields.over(old.map(|old| &**old))?;
            (Arc::new(auth), kept)
        }
    };
    match kept && exposure.moves_auth() {
        false => Ok(Some(auth)),
        true => Err(refused(
            secret_field(&auth),
            "was given for another origin (scheme, host and port): give it again, or null for `auth` to remove it",
        )),
    }
}

fn secret_field(auth: &EndpointAuth) -> &'static str {
    match auth {
        EndpointAuth::Basic { .. } => "password",
        EndpointAuth::Bearer { .. } => "token",
        EndpointAuth::Header { .. } => "value",
        EndpointAuth::OAuth2(client) => match client.client_auth {
            ClientAuth::PrivateKeyJwt => "private_key",
            ClientAuth::ClientSecretBasic | ClientAuth::ClientSecretPost => "client_secret",
        },
    }
}

fn needed<'f>(
    name: &'static str,
    field: Option<&'f String>,
    by: &str,
) -> Result<&'f String, Problem> {
    field.ok_or_else(|| refused(name, format!("is missing: `{by}` needs it")))
}

/// A secret as it is given, or the one that there is where the mask is given.
fn secret(
    name: &'static str,
    given: &str,
    old: Option<&Secret>,
) -> Result<(Secret, bool), Problem> {
    match (given == MASK, old) {
        (false, _) => Ok((Secret::new(given.to_owned()), false)),
        (true, Some(old)) => Ok((old.clone(), true)),
        (true, None) => Err(refused(
            name,
            "is `***`, which keeps the stored value, but there is none: give the value itself",
        )),
    }
}
