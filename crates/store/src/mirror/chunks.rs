//! An ordered map whose copies share what is the same in both.
//!
//! A copy costs a pointer for each hundred entries or so, and a change after it the copy of one chunk: so there can be a
//! snapshot of a large catalog for every change.

use std::sync::Arc;

/// Entries in one chunk at most: a change copies as many.
const CHUNK_MAX: usize = 128;

/// The map. No chunk is empty, and all are in the order of their keys.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<K, V> {
    chunks: Vec<Arc<Vec<(K, V)>>>,
}

impl<K, V> Default for Chunks<K, V> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<K: Ord, V> Chunks<K, V> {
    /// The chunk that a key is in, or belongs in.
    fn chunk(&self, key: &K) -> usize {
        let behind = self.chunks.partition_point(|chunk| chunk[0].0 <= *key);
        behind.saturating_sub(1)
    }

    /// Where a key is; `Err` where it belongs.
    fn place(&self, key: &K) -> Result<(usize, usize), (usize, usize)> {
        let n = self.chunk(key);
        let Some(chunk) = self.chunks.get(n) else {
            return Err((0, 0));
        };
        match chunk.binary_search_by(|(other, _)| other.cmp(key)) {
            Ok(at) => Ok((n, at)),
            Err(at) => Err((n, at)),
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let (n, at) = self.place(key).ok()?;
        Some(&self.chunks[n][at].1)
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries(0, 0)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The entries behind a key; all of them without one.
    pub(crate) fn after(&self, key: Option<&K>) -> impl Iterator<Item = (&K, &V)> {
        let (n, at) = match key.map(|key| self.place(key)) {
            Some(Ok((n, at))) => (n, at + 1),
            Some(Err(place)) => place,
            None => (0, 0),
        };
        self.entries(n, at)
    }

    /// The entries from a key on down to the first one, the key's own first.
    pub(crate) fn down_from(&self, key: &K) -> impl Iterator<Item = (&K, &V)> {
        let (n, end) = match self.place(key) {
            Ok((n, at)) => (n, at + 1),
            Err(place) => place,
        };
        let first = self.chunks.get(n).and_then(|chunk| chunk.get(..end));
        let rest = self.chunks.iter().take(n).rev();
        first
            .into_iter()
            .chain(rest.map(|chunk| &chunk[..]))
            .flat_map(|chunk| chunk.iter().rev())
            .map(|(key, value)| (key, value))
    }

    fn entries(&self, n: usize, at: usize) -> impl Iterator<Item = (&K, &V)> {
        let first = self.chunks.get(n).and_then(|chunk| chunk.get(at..));
        let rest = self.chunks.iter().skip(n + 1);
        first
            .into_iter()
            .chain(rest.map(|chunk| &chunk[..]))
            .flatten()
            .map(|(key, value)| (key, value))
    }
}

impl<K: Ord + Clone, V: Clone> Chunks<K, V> {
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (n, at) = self.place(key).ok()?;
        Some(&mut Arc::make_mut(&mut self.chunks[n])[at].1)
    }

    /// The value of a key, which is put in first if it is not there.
    pub(crate) fn get_or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let (n, at) = match self.place(&key) {
            Ok(place) => place,
            Err(place) => self.insert_at(place, key, value()),
        };
        &mut Arc::make_mut(&mut self.chunks[n])[at].1
    }

    /// Puts a value in, and returns the one that it takes the place of.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok((n, at)) => {
                let old = &mut Arc::make_mut(&mut self.chunks[n])[at].1;
                Some(std::mem::replace(old, value))
            }
            Err(place) => {
                self.insert_at(place, key, value);
                None
            }
        }
    }

    fn insert_at(&mut self, (n, at): (usize, usize), key: K, value: V) -> (usize, usize) {
        let full = self
            .chunks
            .get(n)
            .is_none_or(|chunk| chunk.len() == CHUNK_MAX);
        if !full {
            Arc::make_mut(&mut self.chunks[n]).insert(at, (key, value));
            return (n, at);
        }
        // What comes in its order leaves full chunks behind.
        if at == CHUNK_MAX || self.chunks.is_empty() {
            let n = (n + 1).min(self.chunks.len());
            self.chunks.insert(n, Arc::new(vec![(key, value)]));
            return (n, 0);
        }
        let upper = Arc::make_mut(&mut self.chunks[n]).split_off(CHUNK_MAX / 2);
        self.chunks.insert(n + 1, Arc::new(upper));
        let (n, at) = match at.checked_sub(CHUNK_MAX / 2) {
            Some(at) if at > 0 => (n + 1, at),
            _ => (n, at),
        };
        Arc::make_mut(&mut self.chunks[n]).insert(at, (key, value));
        (n, at)
    }

    /// Takes a value out.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let (n, at) = self.place(key).ok()?;
        let (_, value) = Arc::make_mut(&mut self.chunks[n]).remove(at);
        self.tidy(n);
        Some(value)
    }

    /// Takes out what does not stay.
    pub(crate) fn retain(&mut self, mut stays: impl FnMut(&K, &V) -> bool) {
        let gone: Vec<_> = self
            .iter()
            .filter(|(key, value)| !stays(key, value))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.remove(&key);
        }
    }

    /// Drops a chunk that is empty, and puts a small one to its neighbour.
    fn tidy(&mut self, n: usize) {
        if self.chunks[n].is_empty() {
            self.chunks.remove(n);
            return;
        }
        let Some(next) = self.chunks.get(n + 1) else {
            return;
        };
        if self.chunks[n].len() + next.len() <= CHUNK_MAX / 2 {
            let next = self.chunks.remove(n + 1);
            Arc::make_mut(&mut self.chunks[n]).extend(next.iter().cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn all(map: &Chunks<u16, u32>) -> Vec<(u16, u32)> {
        map.iter().map(|(key, value)| (*key, *value)).collect()
    }

    proptest! {
        #[test]
        fn it_does_what_a_tree_does(steps in prop::collection::vec((0_u16..600, any::<u32>(), 0_u8..8), 0..2_000)) {
            let mut map = Chunks::default();
            let mut tree = BTreeMap::new();
            for (key, value, what) in steps {
                match what {
                    0..=4 => prop_assert_eq!(map.insert(key, value), tree.insert(key, value)),
                    5 => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    6 => {
                        let (one, other) = (map.get_mut(&key), tree.get_mut(&key));
                        prop_assert_eq!(one.map(|one| std::mem::replace(one, value)),
                            other.map(|other| std::mem::replace(other, value)));
                    }
                    _ => {
                        let made = map.get_or_insert_with(key, || value);
                        prop_assert_eq!(*made, *tree.entry(key).or_insert(value));
                    }
                }
                prop_assert_eq!(map.get(&key), tree.get(&key));
                prop_assert_eq!(map.contains_key(&key), tree.contains_key(&key));
            }
            prop_assert!(map.chunks.iter().all(|chunk| (1..=CHUNK_MAX).contains(&chunk.len())));
            prop_assert_eq!(map.len(), tree.len());
            prop_assert_eq!(all(&map), tree.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>());
            for from in (0..600).step_by(37) {
                let behind: Vec<_> = map.after(Some(&from)).map(|(key, _)| *key).collect();
                prop_assert_eq!(behind, tree.range(from + 1..).map(|(key, _)| *key).collect::<Vec<_>>());
                let down: Vec<_> = map.down_from(&from).map(|(key, _)| *key).collect();
                prop_assert_eq!(down, tree.range(..=from).rev().map(|(key, _)| *key).collect::<Vec<_>>());
            }
            map.retain(|key, _| key % 3 == 0);
            tree.retain(|key, _| key % 3 == 0);
            prop_assert_eq!(all(&map), tree.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_copy_stays_as_it_was_and_shares_the_rest() {
        let mut map = Chunks::default();
        for key in 0..1_000_u16 {
            map.insert(key, u32::from(key));
        }
        let copy = map.clone();
        map.insert(500, 0);
        map.remove(&501);
        assert_eq!((copy.get(&500), copy.get(&501)), (Some(&500), Some(&501)));
        assert_eq!((map.get(&500), map.get(&501)), (Some(&0), None));
        let shared = copy.chunks.iter().zip(&map.chunks);
        let apart = shared.filter(|(one, other)| !Arc::ptr_eq(one, other));
        assert_eq!(apart.count(), 1);
    }
}
