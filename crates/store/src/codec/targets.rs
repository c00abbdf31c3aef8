//! To whom an event goes, in a few bytes of its row.

use crate::EndpointKey;

/// The endpoints that an event matched.
pub(crate) fn pack_targets(targets: impl Iterator<Item = EndpointKey>) -> Vec<u8> {
    targets.flat_map(|key| key.0.to_be_bytes()).collect()
}

pub(crate) fn unpack_targets(packed: &[u8]) -> impl Iterator<Item = EndpointKey> {
    packed
        .as_chunks::<8>()
        .0
        .iter()
        .map(|bytes| EndpointKey(i64::from_be_bytes(*bytes)))
}

/// Deliveries that came later: endpoint and generation.
pub(crate) fn pack_replayed(replayed: &[(EndpointKey, u32)]) -> Vec<u8> {
    replayed
        .iter()
        .flat_map(|(key, generation)| {
            key.0
                .to_be_bytes()
                .into_iter()
                .chain(generation.to_be_bytes())
        })
        .collect()
}

pub(crate) fn unpack_replayed(packed: &[u8]) -> Vec<(EndpointKey, u32)> {
    packed
        .as_chunks::<12>()
        .0
        .iter()
        .map(|&[a, b, c, d, e, f, g, h, i, j, k, l]| {
            (
                EndpointKey(i64::from_be_bytes([a, b, c, d, e, f, g, h])),
                u32::from_be_bytes([i, j, k, l]),
            )
        })
        .collect()
}

/// The generation of the newest delivery that an event has had to an endpoint; `None` if it never went there.
pub(crate) fn newest_generation(
    targets: &[u8],
    replayed: &[(EndpointKey, u32)],
    endpoint: EndpointKey,
) -> Option<u32> {
    let original = unpack_targets(targets).any(|key| key == endpoint);
    let later = replayed.iter().filter(|(key, _)| *key == endpoint);
    later.map(|(_, n)| *n).chain(original.then_some(0)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_lists_come_back() {
        let targets = [EndpointKey(1), EndpointKey(i64::MAX)];
        let packed = pack_targets(targets.into_iter());
        assert_eq!(unpack_targets(&packed).collect::<Vec<_>>(), targets);
        let replayed = vec![(EndpointKey(3), 0), (EndpointKey(4), u32::MAX)];
        assert_eq!(unpack_replayed(&pack_replayed(&replayed)), replayed);
    }

    #[test]
    fn the_newest_generation_counts() {
        let packed = pack_targets([EndpointKey(1)].into_iter());
        let replayed = [
            (EndpointKey(1), 1),
            (EndpointKey(2), 0),
            (EndpointKey(1), 3),
        ];
        let check = |replayed: &[_], endpoint, expected| {
            assert_eq!(
                newest_generation(&packed, replayed, EndpointKey(endpoint)),
                expected
            );
        };
        check(&replayed, 1, Some(3));
        check(&[], 1, Some(0));
        check(&replayed, 2, Some(0));
        check(&replayed, 9, None);
    }
}
