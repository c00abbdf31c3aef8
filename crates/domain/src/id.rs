//! Ids: a prefix that names the noun, then 128 sortable bits in Crockford's base32 (26 characters).
//!
//! The bits are a UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then randomness. A delivery's id is a
//! UUIDv8: the milliseconds of its event, then a hash, so that it is the same whenever it is worked out.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS: usize = 26;

/// A string that is no id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a valid id here: expected `{prefix}_` and 26 base32 characters")]
pub struct IdError {
    /// What was given.
    pub value: String,
    /// The prefix that was wanted, without its underscore.
    pub prefix: &'static str,
}

/// Prefixes have four letters at most.
const TEXT_BYTES_MAX: usize = 5 + CHARS;

/// The text of an id, without an allocation.
#[derive(Clone, Copy)]
pub struct IdText {
    bytes: [u8; TEXT_BYTES_MAX],
    length: usize,
}

impl IdText {
    fn of(prefix: &str, bits: u128) -> Self {
        let mut bytes = [b'_'; TEXT_BYTES_MAX];
        let length = prefix.len() + 1 + CHARS;
        bytes[..prefix.len()].copy_from_slice(prefix.as_bytes());
        for (place, byte) in bytes[prefix.len() + 1..length].iter_mut().rev().enumerate() {
            *byte = ALPHABET[(bits >> (5 * place)) as usize & 31];
        }
        Self { bytes, length }
    }
}

impl std::ops::Deref for IdText {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).expect("it is ASCII")
    }
}

fn decode(prefix: &str, text: &str) -> Option<u128> {
    let digits = text.strip_prefix(prefix)?.strip_prefix('_')?.as_bytes();
    // 26 characters hold 130 bits: a first digit above 7 would not fit.
    if digits.len() != CHARS || digits[0] > b'7' {
        return None;
    }
    digits.iter().try_fold(0u128, |bits, byte| {
        let digit = ALPHABET.iter().position(|letter| letter == byte)?;
        Some((bits << 5) | digit as u128)
    })
}

fn stamp(bits: u128, version: u128) -> u128 {
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0b11 << 62;
    (bits & !VERSION & !VARIANT) | (version << 76) | (0b10 << 62)
}

fn uuid_v7(unix_ms: i64, entropy: [u8; 10]) -> u128 {
    let mut low = [0u8; 16];
    low[6..].copy_from_slice(&entropy);
    stamp(with_ms(unix_ms, u128::from_be_bytes(low)), 7)
}

fn with_ms(unix_ms: i64, low: u128) -> u128 {
    (((unix_ms as u128) & 0xffff_ffff_ffff) << 80) | (low & ((1 << 80) - 1))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {
        /// The prefixes of all kinds of ids, and what dialects call an event's, without their underscores.
        const PREFIXES: &[&str] = &["msg", $($prefix),*];
        $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The prefix, without its underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id of the given time (Unix milliseconds) and 80 random bits.
            pub fn new(unix_ms: i64, entropy: [u8; 10]) -> Self {
                Self(uuid_v7(unix_ms, entropy))
            }
            /// The id with exactly these bits, as they were stored.
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }
            /// The 128 bits; they sort as the text does.
            pub const fn bits(self) -> u128 {
                self.0
            }
            /// Unix milliseconds at which the id was made.
            pub const fn unix_ms(self) -> i64 {
                (self.0 >> 80) as i64
            }
            /// The smallest id of that millisecond, as a bound for searches by time.
            pub const fn floor(unix_ms: i64) -> Self {
                Self(((unix_ms as u128) & 0xffff_ffff_ffff) << 80)
            }
            /// This id if it is greater than `last`; else the next one after `last` of the same millisecond as `last`.
            /// A clock that was set back starts over instead: ids tell the time first.
            #[must_use]
            pub fn after(self, last: Self) -> Self {
                if self > last || self.unix_ms() < last.unix_ms() {
                    return self;
                }
                // The 62 random bits below the variant; so many do not fit into a millisecond.
                Self(last.0 + 1)
            }
            /// The id as text.
            pub fn text(self) -> IdText {
                IdText::of($prefix, self.0)
            }
            /// The same bits as a hyphenated UUID.
            pub fn uuid(self) -> String {
                uuid::Uuid::from_u128(self.0).hyphenated().to_string()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                decode($prefix, text)
                    .map(Self)
                    .ok_or_else(|| IdError { value: text.to_owned(), prefix: $prefix })
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        )*
    };
}

ids! {
    /// A project's id.
    ProjectId = "proj";
    /// An endpoint's id.
    EndpointId = "ep";
    /// An event's id, given by the server.
    EventId = "evt";
    /// A delivery's id, stable over all its attempts.
    DeliveryId = "del";
    /// An attempt's id.
    AttemptId = "att";
    /// The id of an API key (not the key).
    KeyId = "key";
    /// The id of a bulk operation.
    JobId = "job";
    /// The id of an entry of the audit log.
    AuditId = "aud";
}

/// Whether a text begins as an id does, whatever follows.
pub fn begins_like_an_id(text: &str) -> bool {
    text.split_once('_')
        .is_some_and(|(prefix, _)| PREFIXES.contains(&prefix))
}

impl EventId {
    /// The same bits as the id of a message, `msg_…`: what dialects call an event that do not have its publisher's id.
    pub fn message_text(self) -> IdText {
        IdText::of("msg", self.0)
    }
}

impl DeliveryId {
    /// The id of the delivery of `event` to `endpoint`; `generation` is 0 for the original and n for its
    /// n-th replay. The same three always give the same id, also after a crash that came before its row.
    pub fn derive(event: EventId, endpoint: EndpointId, generation: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(event.0.to_be_bytes());
        hash.update(endpoint.0.to_be_bytes());
        hash.update(generation.to_be_bytes());
        let mut low = [0u8; 16];
        low.copy_from_slice(&hash.finalize()[..16]);
        Self(stamp(with_ms(event.unix_ms(), u128::from_be_bytes(low)), 8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bits_are_the_same_id() {
        let id = EventId::new(1_777_206_896_123, [0xab; 10]);
        assert_eq!(id.to_string().parse::<EventId>(), Ok(id));
        assert_eq!(id.to_string().len(), 30);
        assert_eq!(id.unix_ms(), 1_777_206_896_123);
    }

    #[test]
    fn every_kind_of_id_has_its_text() {
        assert_eq!(
            &*ProjectId::from_bits(0).text(),
            "proj_00000000000000000000000000"
        );
        assert_eq!(
            &*EndpointId::from_bits(u128::MAX).text(),
            "ep_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
        );
    }

    #[test]
    fn ids_sort_by_time() {
        let early = EventId::new(1_000, [0xff; 10]);
        let late = EventId::new(1_001, [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
        assert!(EventId::floor(1_001) <= late && EventId::floor(1_001) > early);
    }

    #[test]
    fn ids_of_one_millisecond_ascend() {
        let (low, high) = (EventId::new(5, [0; 10]), EventId::new(5, [9; 10]));
        assert_eq!(high.after(low), high);
        let next = low.after(high);
        assert!(next > high && next.unix_ms() == 5 && &next.uuid()[14..15] == "7");
        assert_eq!(EventId::new(4, [0; 10]).after(high).unix_ms(), 4);
    }

    #[test]
    fn uuids_carry_version_and_variant() {
        let event = EventId::new(1_777_206_896_123, [0xff; 10]);
        assert_eq!(&event.uuid()[14..15], "7");
        let delivery = DeliveryId::derive(event, EndpointId::new(1, [1; 10]), 0);
        assert_eq!(&delivery.uuid()[14..15], "8");
        assert!("89ab".contains(&delivery.uuid()[19..20]));
        assert_eq!(delivery.unix_ms(), event.unix_ms());
    }

    #[test]
    fn each_generation_has_its_own_id() {
        let (event, endpoint) = (EventId::new(5, [1; 10]), EndpointId::new(6, [2; 10]));
        let original = DeliveryId::derive(event, endpoint, 0);
        assert_eq!(original, DeliveryId::derive(event, endpoint, 0));
        assert_ne!(original, DeliveryId::derive(event, endpoint, 1));
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "evt_",
            "evt_01HXYZ",
            "ep_00000000000000000000000000",
            "evt_80000000000000000000000000",
            "evt_0000000000000000000000000U",
        ] {
            assert!(text.parse::<EventId>().is_err(), "{text}");
        }
    }
}
