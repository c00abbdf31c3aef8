//! The figures of a run, and the medians of several.

use serde::Serialize;

/// What one run showed. Rates are a second, times are as the names say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Figures {
    /// Events answered 202.
    pub(super) accepted_per_s: f64,
    /// Events that arrived, from the first request to the last arrival.
    pub(super) delivered_per_s: f64,
    /// From sending an event to its 202.
    pub(super) publish_ms: Percentiles,
    /// From sending an event to its arrival at the receiver.
    pub(super) end_to_end_ms: Percentiles,
    /// CPU time of the server's process, user and system.
    pub(super) server_cpu_us_per_delivery: Option<f64>,
    /// The most memory that the server had resident.
    pub(super) server_rss_peak_mib: Option<f64>,
    /// What other programs took of all cores meanwhile: the figures are worth little if it is much.
    pub(super) others_share_of_cpu: Option<f64>,
    /// The same requests, signed and sent straight to the receiver.
    pub(super) limit_per_s: f64,
    /// `delivered_per_s` of `limit_per_s`.
    pub(super) share_of_limit: f64,
    /// Signatures that the receiver checked, all good.
    pub(super) signatures_checked: u64,
    /// Deliveries of an event that had arrived before.
    pub(super) duplicates: u64,
    /// Answers of 429 and 503.
    pub(super) busy_answers: u64,
}

/// Half of the values are at most `p50`, 99 of a hundred at most `p99`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Percentiles {
    /// The median.
    pub(super) p50: f64,
    /// The slowest one in a hundred starts here.
    pub(super) p99: f64,
}

impl Percentiles {
    /// Of microseconds, in milliseconds (nearest rank); sorts them on the way.
    pub(super) fn of_us(us: &mut [u64]) -> Self {
        us.sort_unstable();
        let rank = |share: f64| {
            let rank = (us.len() as f64 * share).ceil() as usize;
            us.get(rank.saturating_sub(1))
                .map_or(0.0, |us| *us as f64 / 1_000.0)
        };
        Self {
            p50: rank(0.50),
            p99: rank(0.99),
        }
    }
}

impl Figures {
    /// The median of each figure by itself; counts of trouble are sums.
    pub(super) fn median(runs: &[Self]) -> Self {
        let of =
            |figure: fn(&Self) -> f64| median(runs.iter().map(figure).collect()).unwrap_or(0.0);
        let known =
            |figure: fn(&Self) -> Option<f64>| median(runs.iter().filter_map(figure).collect());
        let sum = |count: fn(&Self) -> u64| runs.iter().map(count).sum();
        Self {
            accepted_per_s: of(|run| run.accepted_per_s),
            delivered_per_s: of(|run| run.delivered_per_s),
            publish_ms: Percentiles {
                p50: of(|run| run.publish_ms.p50),
                p99: of(|run| run.publish_ms.p99),
            },
            end_to_end_ms: Percentiles {
                p50: of(|run| run.end_to_end_ms.p50),
                p99: of(|run| run.end_to_end_ms.p99),
            },
            server_cpu_us_per_delivery: known(|run| run.server_cpu_us_per_delivery),
            server_rss_peak_mib: known(|run| run.server_rss_peak_mib),
            others_share_of_cpu: known(|run| run.others_share_of_cpu),
            limit_per_s: of(|run| run.limit_per_s),
            share_of_limit: of(|run| run.share_of_limit),
            signatures_checked: sum(|run| run.signatures_checked),
            duplicates: sum(|run| run.duplicates),
            busy_answers: sum(|run| run.busy_answers),
        }
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(match values.len() % 2 {
        0 => (values[values.len() / 2 - 1] + upper) / 2.0,
        _ => upper,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let mut us: Vec<u64> = (1..=100).rev().map(|n| n * 1_000).collect();
        assert_eq!(
            Percentiles::of_us(&mut us),
            Percentiles {
                p50: 50.0,
                p99: 99.0
            }
        );
        assert_eq!(
            Percentiles::of_us(&mut [7_000]),
            Percentiles { p50: 7.0, p99: 7.0 }
        );
        assert_eq!(
            Percentiles::of_us(&mut []),
            Percentiles { p50: 0.0, p99: 0.0 }
        );
    }

    #[test]
    fn the_median_stands_in_the_middle() {
        let check = |values: &[f64], expected| assert_eq!(median(values.to_vec()), expected);
        check(&[], None);
        check(&[3.0], Some(3.0));
        check(&[9.0, 1.0, 5.0], Some(5.0));
        check(&[4.0, 1.0, 2.0, 9.0], Some(3.0));
    }
}
