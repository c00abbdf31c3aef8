//! JSON Web Tokens (RFC 7519) signed with a shared secret: an organization's, and an application's that is made here.

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use nuncio_domain::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Sha256, Sha384, Sha512};

/// Clocks may differ by so much, seconds.
const LEEWAY_S: i64 = 15 * 60;
/// How long an organization's token is good, seconds: ten years.
const ORGANIZATION_S: i64 = 87_600 * 60 * 60;
/// How long an application's token is good, seconds: 28 days.
const APPLICATION_S: i64 = 28 * 24 * 60 * 60;
/// The organization of tokens that name none.
const DEFAULT_ORGANIZATION: &str = "org_23rb8YdGqMT0qIzpgGwdXfHirMu";
/// Who makes tokens, as that server calls itself: some of its users look at it.
const ISSUER: &str = "svix-server";

/// A key that no token can be checked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the JWT secret can't be used with {algorithm}: {reason}")]
pub struct UnusableKey {
    algorithm: String,
    reason: String,
}

/// The algorithms of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Hs256,
    Hs384,
    Hs512,
}

impl Algorithm {
    const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    fn sign(self, secret: &[u8], text: &[u8]) -> Option<Vec<u8>> {
        fn with<M: Mac + KeyInit>(secret: &[u8], text: &[u8]) -> Option<Vec<u8>> {
            let mut mac = <M as KeyInit>::new_from_slice(secret).ok()?;
            mac.update(text);
            Some(mac.finalize().into_bytes().to_vec())
        }
        match self {
            Self::Hs256 => with::<Hmac<Sha256>>(secret, text),
            Self::Hs384 => with::<Hmac<Sha384>>(secret, text),
            Self::Hs512 => with::<Hmac<Sha512>>(secret, text),
        }
    }

    /// Compares in a time that says nothing of where the two differ.
    fn fits(self, secret: &[u8], text: &[u8], signature: &[u8]) -> bool {
        fn with<M: Mac + KeyInit>(secret: &[u8], text: &[u8], signature: &[u8]) -> bool {
            let Ok(mut mac) = <M as KeyInit>::new_from_slice(secret) else {
                return false;
            };
            mac.update(text);
            mac.verify_slice(signature).is_ok()
        }
        match self {
            Self::Hs256 => with::<Hmac<Sha256>>(secret, text, signature),
            Self::Hs384 => with::<Hmac<Sha384>>(secret, text, signature),
            Self::Hs512 => with::<Hmac<Sha512>>(secret, text, signature),
        }
    }
}

/// What tokens are signed and checked with.
#[derive(Clone)]
pub struct SvixKeys {
    algorithm: Algorithm,
    secret: Arc<str>,
}

impl fmt::Debug for SvixKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SvixKeys");
        shown
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// The first part of a token.
#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(default)]
    typ: Option<String>,
    alg: String,
}

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    #[serde(default)]
    iat: i64,
    #[serde(default)]
    nbf: i64,
    exp: i64,
    #[serde(default)]
    iss: String,
    /// Whose it is: an organization's id, or an application's.
    pub(crate) sub: String,
    /// The organization of an application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) org: Option<String>,
    /// Which event types with a flag its holder sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) feature_flags: Option<Vec<String>>,
}

impl SvixKeys {
    /// From a secret, a text of your choice, for `HS256`, `HS384` or `HS512`.
    ///
    /// # Errors
    /// The algorithm is another one, or the secret is empty.
    pub fn new(algorithm: &str, secret: &str) -> Result<Self, UnusableKey> {
        let fault = |reason: &str| UnusableKey {
            algorithm: algorithm.to_owned(),
            reason: reason.to_owned(),
        };
        let mut all = Algorithm::ALL.into_iter();
        let known = all.find(|known| known.as_str() == algorithm);
        let known = known.ok_or_else(|| fault("use HS256, HS384 or HS512"))?;
        if secret.is_empty() {
            return Err(fault("it is empty"));
        }
        Ok(Self {
            algorithm: known,
            secret: secret.into(),
        })
    }

    /// A token of an organization: its id, or that of a project of this server; without one the default organization's.
    ///
    /// # Errors
    /// It can't be written.
    pub fn organization_token(
        &self,
        organization: Option<&str>,
        now: Timestamp,
    ) -> Result<String, UnusableKey> {
        let named = organization.unwrap_or(DEFAULT_ORGANIZATION);
        let sub = match named.strip_prefix("proj_") {
            Some(rest) => format!("org_{rest}"),
            None => named.to_owned(),
        };
        self.sign(&Claims::new(sub, ORGANIZATION_S, now))
    }

    /// A token of an application.
    ///
    /// # Errors
    /// It can't be written.
    pub(crate) fn application_token(
        &self,
        organization: &str,
        application: &str,
        feature_flags: Vec<String>,
        now: Timestamp,
    ) -> Result<String, UnusableKey> {
        self.sign(&Claims {
            org: Some(organization.to_owned()),
            feature_flags: (!feature_flags.is_empty()).then_some(feature_flags),
            ..Claims::new(application.to_owned(), APPLICATION_S, now)
        })
    }

    fn sign(&self, claims: &Claims) -> Result<String, UnusableKey> {
        let fault = || UnusableKey {
            algorithm: self.algorithm.as_str().to_owned(),
            reason: "the token can't be written".to_owned(),
        };
        let header = Header {
            typ: Some("JWT".to_owned()),
            alg: self.algorithm.as_str().to_owned(),
        };
        let header = serde_json::to_vec(&header).map_err(|_| fault())?;
        let claims = serde_json::to_vec(claims).map_err(|_| fault())?;
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let text = format!("{}.{}", encode(&header), encode(&claims));
        let secret = self.secret.as_bytes();
        let signature = self.algorithm.sign(secret, text.as_bytes());
        let signature = signature.ok_or_else(fault)?;
        Ok(format!("{text}.{}", encode(&signature)))
    }

    /// What a token says, if it is one of ours and in force at `now`.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let (text, signature) = token.rsplit_once('.')?;
        let (header, claims) = text.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
        let (secret, signature) = (self.secret.as_bytes(), decode(signature)?);
        let is_ours = header.alg == self.algorithm.as_str()
            && self.algorithm.fits(secret, text.as_bytes(), &signature);
        if !is_ours {
            return None;
        }
        let claims: Claims = serde_json::from_slice(&decode(claims)?).ok()?;
        let (now_s, leeway) = (now.ms().div_euclid(1_000), LEEWAY_S);
        let is_in_force =
            claims.exp.saturating_add(leeway) > now_s && claims.nbf.saturating_sub(leeway) <= now_s;
        is_in_force.then_some(claims)
    }

    /// Whether a text is the secret itself.
    pub(crate) fn is_secret(&self, text: &str) -> bool {
        *self.secret == *text
    }
}

impl Claims {
    fn new(sub: String, seconds: i64, now: Timestamp) -> Self {
        let now_s = now.ms().div_euclid(1_000);
        Self {
            iat: now_s,
            nbf: now_s,
            exp: now_s.saturating_add(seconds),
            iss: ISSUER.to_owned(),
            sub,
            org: None,
            feature_flags: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn keys(algorithm: &str, secret: &str) -> SvixKeys {
        SvixKeys::new(algorithm, secret).unwrap()
    }

    #[test]
    fn a_token_says_whose_it_is_until_it_ends() {
        let keys = keys("HS256", "a secret");
        let token = keys.organization_token(Some("org_1"), AT).unwrap();
        let check = |later_s: i64, expected: Option<&str>| {
            let read = keys.read(&token, Timestamp::from_ms(AT.ms() + later_s * 1_000));
            assert_eq!(
                read.map(|claims| claims.sub).as_deref(),
                expected,
                "{later_s}"
            );
        };
        let (leeway, end) = (LEEWAY_S, ORGANIZATION_S);
        check(0, Some("org_1"));
        check(-leeway, Some("org_1"));
        check(-leeway - 1, None);
        check(end + leeway - 1, Some("org_1"));
        check(end + leeway, None);
    }

    #[test]
    fn a_token_of_another_secret_or_algorithm_is_none() {
        let token = keys("HS256", "one").organization_token(None, AT).unwrap();
        let claims = keys("HS256", "one").read(&token, AT).unwrap();
        assert_eq!(claims.sub, DEFAULT_ORGANIZATION);
        assert!(keys("HS256", "two").read(&token, AT).is_none());
        assert!(keys("HS512", "one").read(&token, AT).is_none());
        assert!(keys("HS256", "one").read("x.y.z", AT).is_none());
        assert!(keys("HS256", "one").is_secret("one"));
    }

    #[test]
    fn a_project_is_named_by_its_id() {
        let keys = keys("HS384", "one");
        let id = "proj_01M8ZZZZZZZZZZZZZZZZZZZZZZ";
        let token = keys.organization_token(Some(id), AT).unwrap();
        assert_eq!(
            keys.read(&token, AT).unwrap().sub,
            "org_01M8ZZZZZZZZZZZZZZZZZZZZZZ"
        );
    }

    #[test]
    fn what_is_no_key_says_so_and_not_what_it_was() {
        for (algorithm, secret) in [
            ("HS256", ""),
            ("none", "hunter2"),
            ("RS256", "hunter2"),
            ("EdDSA", "hunter2"),
            ("ES256", "hunter2"),
        ] {
            let error = SvixKeys::new(algorithm, secret).unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_application_has_an_organization_and_flags() {
        let keys = keys("HS256", "one");
        let flags = vec!["beta".to_owned()];
        let token = keys
            .application_token("org_1", "app_1", flags.clone(), AT)
            .unwrap();
        let claims = keys.read(&token, AT).unwrap();
        assert_eq!(
            (claims.sub.as_str(), claims.org.as_deref()),
            ("app_1", Some("org_1"))
        );
        assert_eq!(claims.feature_flags, Some(flags));
    }
}
