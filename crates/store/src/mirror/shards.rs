//! A map without an order whose copies share what is the same in both: for what is looked up with every request.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use nuncio_domain::KeyId;

use crate::EndpointKey;

/// A copy costs as many pointers, and a change after it the copy of one of so many parts.
const SHARDS: usize = 256;

/// The map.
#[derive(Clone, Debug)]
pub(crate) struct Shards<K, V> {
    shards: Vec<Arc<HashMap<K, V>>>,
}

/// A key that says in which part it is.
pub(crate) trait ShardKey: Eq + Hash + Clone {
    /// A byte that is spread evenly.
    fn shard(&self) -> u8;
}

impl ShardKey for [u8; 32] {
    fn shard(&self) -> u8 {
        self[0]
    }
}

impl ShardKey for EndpointKey {
    fn shard(&self) -> u8 {
        self.0 as u8
    }
}

impl ShardKey for i64 {
    fn shard(&self) -> u8 {
        *self as u8
    }
}

impl ShardKey for KeyId {
    fn shard(&self) -> u8 {
        // The low bits are random.
        self.bits() as u8
    }
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        let empty = Arc::new(HashMap::new());
        Self {
            shards: vec![empty; SHARDS],
        }
    }
}

impl<K: ShardKey, V> Shards<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.shards[usize::from(key.shard())].get(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards.iter().flat_map(|shard| shard.iter())
    }
}

impl<K: ShardKey, V: Clone> Shards<K, V> {
    fn part(&mut self, key: &K) -> &mut HashMap<K, V> {
        Arc::make_mut(&mut self.shards[usize::from(key.shard())])
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.part(key).get_mut(key)
    }

    /// The value of a key, which is put in first if it is not there.
    pub(crate) fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        self.part(&key).entry(key).or_insert_with(value)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.part(&key).insert(key, value)
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.part(key).remove(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stays_as_it_was_and_shares_the_rest() {
        let mut map = Shards::default();
        for key in 0..1_000_i64 {
            map.insert(key, key);
        }
        let copy = map.clone();
        assert_eq!(map.insert(7, 0), Some(7));
        assert_eq!(map.remove(&263), Some(263));
        *map.get_mut(&519).unwrap() += 1;
        *map.get_or_insert_with(1_031, || 5) += 1;
        assert_eq!(
            (map.get(&7), map.get(&263), map.get(&519), map.get(&1_031)),
            (Some(&0), None, Some(&520), Some(&6))
        );
        assert_eq!(
            (
                copy.get(&7),
                copy.get(&263),
                copy.get(&519),
                copy.get(&1_031)
            ),
            (Some(&7), Some(&263), Some(&519), None)
        );
        assert_eq!((map.iter().count(), copy.iter().count()), (1_000, 1_000));
        let both = copy.shards.iter().zip(&map.shards);
        assert_eq!(
            both.filter(|(one, other)| !Arc::ptr_eq(one, other)).count(),
            1
        );
    }
}
