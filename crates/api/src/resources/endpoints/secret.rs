//! An endpoint's secret: brought by the customer or made here, whichever its dialect says.

use nuncio_dialect::{ChosenBy, Dialect};
use nuncio_domain::{Secret, Secrets};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::problem::Problem;

/// What an endpoint signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Signing {
    /// A shared secret.
    Hmac,
    /// A key pair, whose public half receivers verify with.
    Ed25519,
}

/// The secret of a new endpoint, or the next one of an old endpoint: the given one if the dialect can sign with it, else
/// one made of `entropy`.
pub(crate) fn new_secret(
    dialect: &Dialect,
    given: Option<String>,
    signing: Option<Signing>,
    entropy: &[u8; 64],
) -> Result<Secret, Problem> {
    let Some(given) = given else {
        return generated(dialect, signing.unwrap_or(Signing::Hmac), entropy);
    };
    let kept = dialect
        .register_secret(&given)
        .map_err(|error| Problem::invalid("/secret", error))?;
    let pair = dialect.secret_rules().pair.as_ref();
    let is_pair = pair.is_some_and(|pair| kept.starts_with(&pair.private));
    match signing {
        Some(Signing::Ed25519) if !is_pair => Err(Problem::invalid(
            "/secret",
            "is a shared secret, but signing is `ed25519`: leave it out to generate a key pair",
        )),
        Some(Signing::Hmac) if is_pair => Err(Problem::invalid(
            "/secret",
            "is a private key, but signing is `hmac`",
        )),
        Some(_) | None => Ok(Secret::new(kept)),
    }
}

fn generated(dialect: &Dialect, signing: Signing, entropy: &[u8; 64]) -> Result<Secret, Problem> {
    let name = dialect.name();
    match (signing, dialect.secret_rules().chosen_by) {
        (Signing::Ed25519, _) => dialect
            .generate_pair(entropy)
            .map(Secret::new)
            .ok_or_else(|| {
                let detail = format!("dialect `{name}` does not sign with key pairs");
                Problem::invalid("/signing", detail)
            }),
        (Signing::Hmac, ChosenBy::Server) => Ok(Secret::new(dialect.generate_secret(entropy))),
        (Signing::Hmac, ChosenBy::Customer) => Err(Problem::invalid(
            "/secret",
            format!(
                "dialect `{name}` lets the customer choose the secret: give one of 8 to 256 characters"
            ),
        )),
    }
}

/// How the current secret signs: what a rotation without a given secret goes on with.
pub(crate) fn signing(dialect: &Dialect, secrets: &Secrets) -> Signing {
    match public_key(dialect, secrets) {
        Some(_) => Signing::Ed25519,
        None => Signing::Hmac,
    }
}

/// The public half of the current key, where it is a pair.
pub(crate) fn public_key(dialect: &Dialect, secrets: &Secrets) -> Option<String> {
    let pair = dialect.secret_rules().pair.as_ref()?;
    let secret = secrets.current.expose();
    if !secret.starts_with(&pair.private) {
        return None;
    }
    dialect.stored_key(secret).ok()?.public_key()
}

#[cfg(test)]
mod tests {
    use nuncio_dialect::builtin_named;

    use super::*;

    const ENTROPY: [u8; 64] = [7; 64];

    fn made(
        dialect: &str,
        given: Option<&str>,
        signing: Option<Signing>,
    ) -> Result<Secret, Problem> {
        let dialect = builtin_named(dialect).unwrap();
        new_secret(dialect, given.map(str::to_owned), signing, &ENTROPY)
    }

    #[test]
    fn the_dialect_says_who_chooses() {
        assert!(
            made("standard", None, None)
                .unwrap()
                .expose()
                .starts_with("whsec_")
        );
        assert!(made("deiterate", None, None).is_err());
        assert!(made("deiterate", Some("my-own-secret"), None).is_ok());
        assert!(made("standard", Some("my-own-secret"), None).is_ok());
        assert!(made("standard", Some("short"), None).is_err());
    }

    #[test]
    fn a_secret_without_its_prefix_is_kept_as_receivers_will_read_it() {
        let kept = |dialect, given| made(dialect, Some(given), None).unwrap();
        let bare = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert_eq!(kept("standard", bare).expose(), format!("whsec_{bare}"));
        assert_eq!(kept("svix", bare).expose(), format!("whsec_{bare}"));
        // Where the whole string is the key, nothing is added to it; nor to what is no base64.
        assert_eq!(kept("stripe", bare).expose(), bare);
        assert_eq!(kept("standard", "my own secret").expose(), "my own secret");
        assert!(
            made(
                "standard",
                Some(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                None
            )
            .is_err()
        );
    }

    #[test]
    fn pairs_are_made_where_the_dialect_has_them() {
        let secret = made("standard", None, Some(Signing::Ed25519)).unwrap();
        let secrets = Secrets::new(secret.clone());
        let dialect = builtin_named("standard").unwrap();
        assert_eq!(signing(dialect, &secrets), Signing::Ed25519);
        assert!(public_key(dialect, &secrets).unwrap().starts_with("whpk_"));
        assert!(made("standard", Some(secret.expose()), Some(Signing::Hmac)).is_err());
        assert!(made("standard", Some("my-own-secret"), Some(Signing::Ed25519)).is_err());
        assert!(made("grantiva", None, Some(Signing::Ed25519)).is_err());
    }
}
