//! How values look in columns.

use nuncio_domain::{
    CancelReason, DeadReason, DeliveryId, EventId, EventTypeName, OrderingKey, Progress, SourceId,
    State, TenantId, Timestamp, Trigger,
};

use crate::{
    codec::states::{CANCELLED, DEAD, FAILED_TEST, PENDING, SUCCEEDED},
    fail::{Fail, damaged},
    sql::{self, Row},
};

/// An id as a column: big-endian, so that it sorts as the id does.
pub(crate) const fn blob(bits: u128) -> [u8; 16] {
    bits.to_be_bytes()
}

pub(crate) fn delivery_id(row: &Row<'_>, column: usize) -> sql::Result<DeliveryId> {
    Ok(DeliveryId::from_bits(u128::from_be_bytes(row.get(column)?)))
}

pub(crate) fn event_id(row: &Row<'_>, column: usize) -> sql::Result<EventId> {
    Ok(EventId::from_bits(u128::from_be_bytes(row.get(column)?)))
}

pub(crate) fn time(row: &Row<'_>, column: usize) -> sql::Result<Timestamp> {
    Ok(Timestamp::from_ms(row.get(column)?))
}

pub(crate) fn optional_time(row: &Row<'_>, column: usize) -> sql::Result<Option<Timestamp>> {
    Ok(row.get::<Option<i64>>(column)?.map(Timestamp::from_ms))
}

/// Reads the eight columns that [`PROGRESS`] names, from `first` on.
pub(crate) fn progress(row: &Row<'_>, first: usize) -> Result<Progress, Fail> {
    let reason: Option<String> = row.get(first + 1)?;
    let reason = reason.as_deref().unwrap_or_default();
    let state = match row.get::<i64>(first)? {
        PENDING => State::Pending {
            due: time(row, first + 2)?,
        },
        SUCCEEDED => State::Succeeded,
        DEAD | FAILED_TEST => {
            State::Dead(DeadReason::from_word(reason).ok_or_else(|| damaged("reason"))?)
        }
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
