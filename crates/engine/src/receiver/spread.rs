//! How long is a pause made, so that endpoints which failed together are not tried together?

use std::time::Duration;

/// A pause is longer by up to this part of it, so that endpoints which failed together are not tried together.
const SPREAD_PART: u64 = 10;

/// A fixed part of a tenth of the pause, another one for each salt (SplitMix64).
pub(crate) fn spread(pause: Duration, salt: u64) -> Duration {
    let mut word = salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word ^= word >> 27;
    let most_ms = pause.as_millis() as u64 / SPREAD_PART;
    Duration::from_millis(word % (most_ms + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_that_failed_together_are_not_tried_together() {
        let pause = Duration::from_secs(60);
        let spreads: Vec<_> = (0..20).map(|salt| spread(pause, salt)).collect();
        assert!(spreads.iter().all(|spread| *spread <= pause / 10));
        let mut different = spreads.clone();
        different.sort_unstable();
        different.dedup();
        assert!(different.len() > 15, "{spreads:?}");
    }
}
