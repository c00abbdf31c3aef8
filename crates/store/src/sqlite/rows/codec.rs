//! How values look in columns.

use nuncio_domain::{
    CancelReason, DeadReason, DeliveryId, EventId, EventTypeName, OrderingKey, Progress, SourceId,
    State, TenantId, Timestamp, Trigger,
};
use rusqlite::Row;

use super::fail::{Fail, damaged};
use crate::EndpointKey;

/// The code of a pending delivery; the partial indexes are made for these numbers.
pub(crate) const PENDING: i64 = 0;
pub(crate) const SUCCEEDED: i64 = 1;
pub(crate) const DEAD: i64 = 2;
pub(crate) const CANCELLED: i64 = 3;

/// An id as a column: big-endian, so that it sorts as the id does.
pub(crate) const fn blob(bits: u128) -> [u8; 16] {
    bits.to_be_bytes()
}

pub(crate) fn delivery_id(row: &Row<'_>, column: usize) -> rusqlite::Result<DeliveryId> {
    Ok(DeliveryId::from_bits(u128::from_be_bytes(row.get(column)?)))
}

pub(crate) fn event_id(row: &Row<'_>, column: usize) -> rusqlite::Result<EventId> {
    Ok(EventId::from_bits(u128::from_be_bytes(row.get(column)?)))
}

pub(crate) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_ms(row.get(column)?))
}

pub(crate) fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_ms))
}

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

/// The number for a state.
pub(crate) const fn state_code(state: State) -> i64 {
    match state {
        State::Pending { .. } => PENDING,
        State::Succeeded => SUCCEEDED,
        State::Dead(_) => DEAD,
        State::Cancelled(_) => CANCELLED,
    }
}

/// The number for a state's word.
pub(crate) fn state_code_of(word: &str) -> Option<i64> {
    match word {
        "pending" => Some(PENDING),
        "succeeded" => Some(SUCCEEDED),
        "dead" => Some(DEAD),
        "cancelled" => Some(CANCELLED),
        _ => None,
    }
}

/// The time that a pending delivery's schedule is due at.
pub(crate) const fn scheduled_due(progress: &Progress) -> Option<i64> {
    match progress.state {
        State::Pending { due } => Some(due.ms()),
        State::Succeeded | State::Dead(_) | State::Cancelled(_) => None,
    }
}

/// Reads the eight columns that [`PROGRESS`] names, from `first` on.
pub(crate) fn progress(row: &Row<'_>, first: usize) -> Result<Progress, Fail> {
    let reason: Option<String> = row.get(first + 1)?;
    let reason = reason.as_deref().unwrap_or_default();
    let state = match row.get::<_, i64>(first)? {
        PENDING => State::Pending {
            due: time(row, first + 2)?,
        },
        SUCCEEDED => State::Succeeded,
        DEAD => State::Dead(DeadReason::from_word(reason).ok_or_else(|| damaged("reason"))?),
        CANCELLED => {
            State::Cancelled(CancelReason::from_word(reason).ok_or_else(|| damaged("reason"))?)
        }
        _ => return Err(damaged("state")),
    };
    let trigger = row.get_ref(first + 7)?.as_str().unwrap_or_default();
    Ok(Progress {
        state,
        extra: optional_time(row, first + 3)?,
        attempts: row.get(first + 4)?,
        scheduled: row.get(first + 5)?,
        first_began: optional_time(row, first + 6)?,
        trigger: Trigger::from_word(trigger).ok_or_else(|| damaged("trigger"))?,
    })
}

pub(crate) fn source_id(text: Option<&str>) -> Result<Option<SourceId>, Fail> {
    text.map(|text| SourceId::parse(text).map_err(|_| damaged("source_id")))
        .transpose()
}

pub(crate) fn ordering_key(text: Option<&str>) -> Result<Option<OrderingKey>, Fail> {
    text.map(|text| OrderingKey::parse(text).map_err(|_| damaged("ordering_key")))
        .transpose()
}

pub(crate) fn tenant_id(text: &str) -> Result<TenantId, Fail> {
    TenantId::parse(text).map_err(|_| damaged("tenant"))
}

pub(crate) fn event_type(text: &str) -> Result<EventTypeName, Fail> {
    EventTypeName::parse(text).map_err(|_| damaged("type"))
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
}
