//! Standard Webhooks 1.0.0 signatures, written out by hand: what the bench compares with must not come from
//! the library that it measures.

use anyhow::Context;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::http::Message;

/// The secret of every endpoint of a bench.
pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The bytes behind a `whsec_…` secret.
#[derive(Clone)]
pub(super) struct Key(Vec<u8>);

impl Key {
    /// Reads a secret.
    ///
    /// # Errors
    /// It is no `whsec_` with base64 after it.
    pub(super) fn parse(secret: &str) -> anyhow::Result<Self> {
        let encoded = secret.strip_prefix("whsec_");
        let encoded = encoded.context("the endpoint's secret does not start with whsec_")?;
        Ok(Self(STANDARD.decode(encoded)?))
    }

    /// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
    pub(super) fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// Whether a request carries a good signature among those of its list.
    pub(super) fn verifies(&self, request: &Message<'_>) -> bool {
        let header = |name| request.header(name).unwrap_or_default();
        let expected = self.sign(
            header("webhook-id"),
            header("webhook-timestamp"),
            request.body,
        );
        // Timing tells an attacker nothing here: there is none on this loopback connection.
        header("webhook-signature")
            .split(' ')
            .any(|one| one == expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_comes_out() {
        let key = Key::parse(SECRET).unwrap();
        let body = br#"{"test": 2432232314}"#;
        assert_eq!(
            key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_request_verifies_as_a_whole_or_not_at_all() {
        let key = Key::parse(SECRET).unwrap();
        let head = b"POST / HTTP/1.1\r\nWebhook-Id: msg_1\r\nwebhook-timestamp: 7\r\nwebhook-signature: v1,x ";
        let head = [head, key.sign("msg_1", "7", b"{}").as_bytes(), b"\r\n\r\n"].concat();
        let check = |body: &[u8], expected: bool| {
            let message = Message { head: &head, body };
            assert_eq!(key.verifies(&message), expected);
        };
        check(b"{}", true);
        check(b"[]", false);
    }
}
