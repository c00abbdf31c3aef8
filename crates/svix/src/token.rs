//! JSON Web Tokens: an organization's, and an application's that is made here.

use std::{fmt, sync::Arc};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use nuncio_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Clocks may differ by so much, seconds.
const LEEWAY_S: u64 = 15 * 60;
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

/// What tokens are signed and checked with.
#[derive(Clone)]
pub struct SvixKeys {
    algorithm: Algorithm,
    checks: Arc<DecodingKey>,
    /// None where only a public key is known.
    signs: Option<Arc<EncodingKey>>,
    /// The secret's own text, to tell somebody who sends it in place of a token.
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
    /// From a secret: a text of your choice for `HS256`, `HS384` and `HS512`; a key pair or a public key as PEM for `RS256`,
    /// `RS384`, `RS512` and `EdDSA`.
    ///
    /// # Errors
    /// The algorithm is unknown, or the secret is no key for it.
    pub fn new(algorithm: &str, secret: &str) -> Result<Self, UnusableKey> {
        let fault = |reason: &str| UnusableKey {
            algorithm: algorithm.to_owned(),
            reason: reason.to_owned(),
        };
        let known: Algorithm = algorithm
            .parse()
            .map_err(|_| fault("use HS256, HS384, HS512, RS256, RS384, RS512 or EdDSA"))?;
        if secret.is_empty() {
            return Err(fault("it is empty"));
        }
        let pem = secret.as_bytes();
        let (checks, signs) = match known {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => (
                DecodingKey::from_secret(pem),
                Some(EncodingKey::from_secret(pem)),
            ),
            Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 => {
                let pem = public_rsa(secret);
                let checks = DecodingKey::from_rsa_pem(pem.as_bytes())
                    .map_err(|_| fault("give an RSA public key as PEM"))?;
                (checks, EncodingKey::from_rsa_pem(secret.as_bytes()).ok())
            }
            Algorithm::EdDSA => {
                let checks = DecodingKey::from_ed_pem(pem)
                    .map_err(|_| fault("give an Ed25519 public key as PEM"))?;
                (checks, EncodingKey::from_ed_pem(pem).ok())
            }
            Algorithm::ES256
            | Algorithm::ES384
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512 => {
                return Err(fault(
                    "use HS256, HS384, HS512, RS256, RS384, RS512 or EdDSA",
                ));
            }
        };
        Ok(Self {
            algorithm: known,
            checks: Arc::new(checks),
            signs: signs.map(Arc::new),
            secret: secret.into(),
        })
    }

    /// A token of an organization: its id, or that of a project of this server; without one the default organization's.
    ///
    /// # Errors
    /// Only a public key is known.
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
        let fault = |reason: String| UnusableKey {
            algorithm: format!("{:?}", self.algorithm),
            reason,
        };
        let key = self.signs.as_ref();
        let key = key.ok_or_else(|| fault("a public key signs nothing".to_owned()))?;
        let header = Header::new(self.algorithm);
        encode(&header, claims, key).map_err(|error| fault(error.to_string()))
    }

    /// What a token says, if it is one of ours and in force at `now`.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let mut rules = Validation::new(self.algorithm);
        rules.validate_aud = false;
        // By the clock that everything here goes by.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        rules.required_spec_claims.clear();
        let claims = decode::<Claims>(token, &self.checks, &rules).ok()?.claims;
        let (now_s, leeway) = (now.ms().div_euclid(1_000), LEEWAY_S as i64);
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

/// The part of a PEM text that holds a public key, where there is one beside a private key; else all of it.
fn public_rsa(text: &str) -> &str {
    let begin = text.find("-----BEGIN PUBLIC KEY");
    begin
        .or_else(|| text.find("-----BEGIN RSA PUBLIC KEY"))
        .map_or(text, |at| &text[at..])
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
        let (leeway, end) = (LEEWAY_S as i64, ORGANIZATION_S);
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
