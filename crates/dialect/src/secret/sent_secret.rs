//! What of a secret does a dialect put on the wire? Nothing, unless it shows the secret in place of a signature.

use crate::dialect::Dialect;

impl Dialect {
    /// Whether requests carry the secret itself, as a bearer token or a password. Then it is a credential: whoever
    /// gets the request has it.
    pub fn sends_secret(&self) -> bool {
        let mut schemes = self
            .signatures
            .iter()
            .flat_map(|signature| &signature.schemes);
        schemes.any(|scheme| !scheme.algorithm.signs())
    }

    /// The texts, other than signatures, that requests hold because of this secret: the token, or the encoded
    /// credentials. None for a secret that does not fit the dialect.
    pub fn secret_as_sent(&self, secret: &str) -> Vec<String> {
        let Ok(key) = self.stored_key(secret) else {
            return Vec::new();
        };
        self.signatures
            .iter()
            .flat_map(|signature| &signature.schemes)
            .filter(|scheme| !scheme.algorithm.signs())
            .filter_map(|scheme| scheme.sign(&key, &[]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin_named;

    #[test]
    fn only_a_token_or_a_password_is_sent() {
        let token = builtin_named("cloudevents").unwrap();
        assert!(token.sends_secret());
        assert_eq!(token.secret_as_sent("my-own-token"), ["my-own-token"]);
        let hmac = builtin_named("standard").unwrap();
        assert!(!hmac.sends_secret() && hmac.secret_as_sent("my-own-token").is_empty());
    }
}
