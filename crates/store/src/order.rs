//! Which deliveries of an endpoint come one after the other?

use nuncio_domain::OrderingKey;
use sha2::{Digest, Sha256};

/// The queue of an ordering key at an endpoint: a small number in place of the key. Should two keys of a tenant ever
/// have the same one, their events share a queue: some wait that need not, and none comes too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderingHash(pub i64);

impl OrderingHash {
    /// The first eight bytes of the key's SHA-256.
    pub fn of(key: &OrderingKey) -> Self {
        let digest: [u8; 32] = Sha256::digest(key.as_str()).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_same_number_for_ever() {
        let key = OrderingKey::parse("abc").unwrap();
        assert_eq!(
            OrderingHash::of(&key),
            OrderingHash(i64::from_be_bytes([
                0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea
            ]))
        );
    }
}
