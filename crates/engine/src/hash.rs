//! Maps by the store's own numbers and by ids, on the hot path.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, BuildHasherDefault, Hash, Hasher},
};

/// A map whose keys are numbers that nobody outside can choose.
pub(crate) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

/// A set of such numbers.
pub(crate) type IdSet<K> = HashSet<K, BuildHasherDefault<IdHasher>>;

/// Something that is another number for each key, and always the same for one.
pub(crate) fn salt(key: impl Hash) -> u64 {
    BuildHasherDefault::<IdHasher>::default().hash_one(key)
}

/// Hashes by one multiplication. Keys are row numbers or ids derived by SHA-256, so there is no crafted input to
/// defend against.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IdHasher(u64);

/// 2⁶⁴ divided by the golden ratio: spreads neighbouring numbers over all bits (Fibonacci hashing).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number.wrapping_mul(SPREAD);
    }
    fn write_i64(&mut self, number: i64) {
        self.write_u64(number as u64);
    }
    fn write_u128(&mut self, number: u128) {
        self.write_u64(number as u64);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}
