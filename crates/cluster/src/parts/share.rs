//! How many shards may this node have, and which of the free ones does it take?

use crate::Shard;

/// The share of the node at `place` among `count` of them: what does not divide goes to the first.
pub(crate) fn share(shards: usize, place: usize, count: usize) -> usize {
    if count == 0 {
        return 0;
    }
    shards / count + usize::from(place < shards % count)
}

/// `wanted` of the free ones, at most. Each node begins elsewhere, so that those who take at the same time seldom want the
/// same.
pub(crate) fn choose(free: &[Shard], wanted: usize, place: usize, count: usize) -> Vec<Shard> {
    let begin = free.len() * place / count.max(1);
    let (first, second) = free.split_at(begin.min(free.len()));
    let mut chosen: Vec<Shard> = second.iter().chain(first).take(wanted).copied().collect();
    // Whoever locks rows in the same order can't block one another for good.
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_even_and_come_to_the_whole() {
        for shards in [0, 2, 3, 256] {
            for count in 1..=9 {
                let all: Vec<usize> = (0..count)
                    .map(|place| share(shards, place, count))
                    .collect();
                assert_eq!(all.iter().sum::<usize>(), shards);
                assert!(all.iter().max().unwrap() - all.iter().min().unwrap() <= 1);
            }
        }
        assert_eq!(share(256, 0, 0), 0);
    }

    #[test]
    fn nodes_choose_apart_and_in_order() {
        let free: Vec<Shard> = (0..6).map(Shard::numbered).collect();
        let numbers = |place| -> Vec<u8> {
            let chosen = choose(&free, 2, place, 3);
            chosen.iter().map(|shard| shard.number()).collect()
        };
        assert_eq!(
            [numbers(0), numbers(1), numbers(2)],
            [[0, 1], [2, 3], [4, 5]]
        );
        let most = choose(&free, 9, 2, 3);
        assert_eq!(most, free, "all of them, ascending");
        assert!(choose(&[], 2, 1, 3).is_empty());
    }
}
