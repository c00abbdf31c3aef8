//! What of many times is worth telling: the middle, and the slow ends.

use super::figures::{Figures, Unit};

/// Half of the values are at most `p50`, 99 of a hundred at most `p99`, and so on; in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Percentiles {
    /// The median.
    pub(super) p50: f64,
    /// The slowest one in a hundred starts here.
    pub(super) p99: f64,
    /// The slowest one in a thousand starts here.
    pub(super) p999: f64,
    /// The slowest.
    pub(super) max: f64,
}

impl Percentiles {
    /// Of microseconds (nearest rank); all 0 for none.
    pub(super) fn of_us(mut us: Vec<u64>) -> Self {
        us.sort_unstable();
        let rank = |share: f64| {
            let rank = (us.len() as f64 * share).ceil() as usize;
            us.get(rank.saturating_sub(1))
                .map_or(0.0, |us| *us as f64 / 1_000.0)
        };
        Self {
            p50: rank(0.50),
            p99: rank(0.99),
            p999: rank(0.999),
            max: rank(1.0),
        }
    }

    /// Adds p50, p99 and p99.9 under a name, such as `publish`.
    pub(super) fn tell(self, name: &str, figures: &mut Figures) {
        for (rank, value) in [("p50", self.p50), ("p99", self.p99), ("p999", self.p999)] {
            figures.add(format!("{name}_{rank}_ms"), Unit::Ms, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let check = |us: Vec<u64>, [p50, p99, p999, max]: [f64; 4]| {
            let expected = Percentiles {
                p50,
                p99,
                p999,
                max,
            };
            assert_eq!(Percentiles::of_us(us), expected);
        };
        check(
            (1..=1_000).rev().map(|n| n * 1_000).collect(),
            [500.0, 990.0, 999.0, 1_000.0],
        );
        check(vec![7_000], [7.0; 4]);
        check(Vec::new(), [0.0; 4]);
    }
}
