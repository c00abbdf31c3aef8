//! How durations are distributed, in a few bytes: counts in fixed buckets that grow with the value.

use std::time::Duration;

/// Buckets for each power of two, as a power of two: a bucket is at most an eighth as wide as its values are large,
/// so that a quantile, read from its middle, is off by 6.25 % at most.
const SPLIT_BITS: u32 = 3;
const SPLIT: u64 = 1 << SPLIT_BITS;

/// A distribution of durations, to the microsecond below 16 µs and to 6.25 % above. Two of them add up without loss,
/// so that minutes make hours and endpoints make tenants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Bucket and count, by bucket; no count is zero.
    counts: Vec<(u16, u64)>,
}

impl Histogram {
    /// Counts a duration, in microseconds.
    pub fn add(&mut self, us: u64) {
        self.add_to(bucket(us), 1);
    }

    /// Counts all that the other one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            self.add_to(*bucket, *count);
        }
    }

    /// How many durations were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The duration that this share of all does not exceed, `0.99` for the 99th percentile; `None` when there is
    /// none. Nearest rank: of few durations, a high share is the longest.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let total = self.total();
        let rank = ((share * total as f64).ceil() as u64).clamp(1, total.max(1));
        let mut seen = 0;
        self.counts
            .iter()
            .find(|(_, count)| {
                seen += count;
                seen >= rank
            })
            .map(|(bucket, _)| Duration::from_micros(middle(*bucket)))
    }

    fn add_to(&mut self, bucket: u16, more: u64) {
        match self.counts.binary_search_by_key(&bucket, |(at, _)| *at) {
            Ok(place) => self.counts[place].1 = self.counts[place].1.saturating_add(more),
            Err(place) => self.counts.insert(place, (bucket, more)),
        }
    }

    /// As it is stored: for each bucket its distance from the one before and its count, both in LEB128.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.counts.len() * 3);
        let mut before = 0;
        for (bucket, count) in &self.counts {
            put_number(&mut bytes, u64::from(bucket - before));
            put_number(&mut bytes, *count);
            before = *bucket;
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) has written; `None` if that can't be.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut histogram = Self::default();
        let mut bucket = 0_u16;
        while !bytes.is_empty() {
            let distance = u16::try_from(take_number(&mut bytes)?).ok()?;
            bucket = bucket.checked_add(distance)?;
            histogram.add_to(bucket, take_number(&mut bytes)?);
        }
        let possible = histogram
            .counts
            .last()
            .is_none_or(|(last, _)| *last <= bucket_max());
        possible.then_some(histogram)
    }
}

const fn bucket(us: u64) -> u16 {
    if us < SPLIT {
        return us as u16;
    }
    let exponent = us.ilog2() - SPLIT_BITS;
    // Fits: there are fewer than 64 exponents of eight buckets each.
    (exponent as u64 * SPLIT + (us >> exponent)) as u16
}

const fn bucket_max() -> u16 {
    bucket(u64::MAX)
}

const fn middle(bucket: u16) -> u64 {
    let bucket = bucket as u64;
    if bucket < SPLIT {
        return bucket;
    }
    let exponent = bucket / SPLIT - 1;
    let low = (bucket % SPLIT + SPLIT) << exponent;
    low + ((1 << exponent) - 1) / 2
}

fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(durations: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        durations.iter().for_each(|us| histogram.add(*us));
        histogram
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        let check = |durations: &[u64], share, expected: Option<u64>| {
            let quantile = of(durations).quantile(share);
            assert_eq!(
                quantile,
                expected.map(Duration::from_micros),
                "{share} of {durations:?}"
            );
        };
        check(&[], 0.5, None);
        check(&[7], 0.0, Some(7));
        check(&[7], 1.0, Some(7));
        check(&[1, 2, 3, 4], 0.5, Some(2));
        check(&[1, 2, 3, 4], 0.51, Some(3));
        check(&[1, 2, 3, 4], 0.99, Some(4));
        check(&[1, 1, 1, 9], 0.75, Some(1));
    }

    #[test]
    fn the_longest_duration_has_a_bucket() {
        assert_eq!(bucket_max(), 495);
        assert!(middle(bucket_max()) > u64::MAX / 16 * 15);
    }

    #[test]
    fn damaged_bytes_are_told_apart() {
        let check = |bytes: &[u8]| assert_eq!(Histogram::decode(bytes), None, "{bytes:?}");
        check(&[1]);
        check(&[0x80]);
        check(&[0xff, 0xff, 0x7f, 1]);
        check(&[0xff; 12]);
    }

    proptest! {
        #[test]
        fn a_bucket_is_near_its_values(us in any::<u64>()) {
            let off = middle(bucket(us)).abs_diff(us);
            prop_assert!(off <= us / 16, "{} off", off);
        }

        #[test]
        fn buckets_are_in_the_order_of_their_values(a in any::<u64>(), b in any::<u64>()) {
            prop_assert!(bucket(a.min(b)) <= bucket(a.max(b)));
        }

        #[test]
        fn what_is_encoded_comes_back(durations in prop::collection::vec(any::<u64>(), 0..50)) {
            let histogram = of(&durations);
            prop_assert_eq!(Histogram::decode(&histogram.encode()), Some(histogram));
        }

        #[test]
        fn parts_add_up_to_the_whole(
            durations in prop::collection::vec(0_u64..100_000, 0..50),
            cut in 0_usize..50,
        ) {
            let (one, other) = durations.split_at(cut.min(durations.len()));
            let mut merged = of(one);
            merged.merge(&of(other));
            prop_assert_eq!(merged, of(&durations));
        }
    }
}
