//! What follows a commit: the catalog in memory, and what the engine is told.

use nuncio_domain::Timestamp;

use crate::{
    EndpointKey,
    effects::{Effects, MirrorChange},
    fail::Fail,
    relational::{rows::delivery, shared::Shared},
    sql::Sql,
};

/// Changed endpoints for which the writer itself looks when they have work again: one look is some ten microseconds, and a
/// change of a project's policy touches all that it has.
const LOOKED_UP_MAX: usize = 64;

/// Does what a committed change leaves to be done. Changes of the catalog come from one thread alone.
pub(crate) fn apply(shared: &Shared, effects: Effects, conn: Sql<'_>) {
    for change in effects.streaks {
        shared.streaks.apply(change);
    }
    let touched = apply_to_mirror(shared, effects.mirror);
    let feed = &shared.feed;
    // The engine looks what is due for whatever was changed. For a few it is told at once.
    let few = touched.len() <= LOOKED_UP_MAX;
    for key in touched {
        feed.changed(key);
        if shared.mirror().sending(key).is_none() {
            shared.streaks.drop(key);
        }
        if few && let Some(due) = due_again(shared, conn, key) {
            feed.due(key, due);
        }
    }
    effects
        .fresh
        .into_iter()
        .for_each(|fresh| feed.fresh(fresh));
    effects.due.iter().for_each(|(key, at)| feed.due(*key, *at));
    if effects.job {
        feed.job();
    }
    if let Some(at) = effects.erased {
        shared.erasures.add(at);
    }
}

/// Brings the catalog in memory up to date; returns the endpoints that are no longer as they were.
fn apply_to_mirror(shared: &Shared, changes: Vec<MirrorChange>) -> Vec<EndpointKey> {
    if changes.is_empty() {
        return Vec::new();
    }
    let mut next = shared.mirror().next();
    let touched = changes.into_iter().flat_map(|change| change(&mut next));
    let touched = touched.collect();
    shared.put_mirror(next);
    touched
}

/// When a changed endpoint has work again, if nothing keeps it waiting.
fn due_again(shared: &Shared, conn: Sql<'_>, key: EndpointKey) -> Option<Timestamp> {
    let free = shared
        .mirror()
        .sending(key)
        .is_some_and(|sending| sending.waiting.is_none());
    if !free {
        return None;
    }
    let due: Result<_, Fail> = delivery::earliest_due(conn, key);
    due.unwrap_or_else(|fail| {
        tracing::error!(?fail, "can't look for due deliveries");
        None
    })
}
