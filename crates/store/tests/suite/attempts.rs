//! Attempts by themselves: listed by their own time, found by id, their answers erased one by one.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{AttemptId, Channel, DeadReason, ErrorClass, Extras, Next};
use nuncio_store::{AttemptQuery, AttemptRow, NewEvent, Reach, StoreError};

use super::{
    Harness, Piece, World,
    world::{both_ways, type_name},
};

impl<H: Harness> World<H> {
    async fn attempts(&self, reach: &Reach, query: &AttemptQuery) -> Vec<AttemptRow> {
        both_ways(3, async |page| {
            let store = self.node();
            let attempts = store.attempts(reach, query.clone(), page).await;
            attempts.unwrap()
        })
        .await
    }

    async fn attempt(&self, piece: &Piece, next: Next) -> AttemptId {
        let record = self.outcome(piece, next);
        let id = record.attempt.id;
        self.record(record).await;
        id
    }

    async fn published(&self, tenant: &str, kind: &str) -> Vec<Piece> {
        let event = self.new_event(tenant, kind);
        self.append(event).await.unwrap();
        self.fresh().await
    }
}

fn ids(rows: &[AttemptRow]) -> Vec<AttemptId> {
    rows.iter().map(|row| row.attempt.id).collect()
}

const DIE: Next = Next::Die(DeadReason::Exhausted);

pub(crate) async fn attempts_come_newest_first_however_old_their_events_are<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let old = world.published("acme", "a").await.remove(0);
    let mut made = vec![world.attempt(&old, Next::RetryAt(world.now())).await];
    for _ in 0..7 {
        let piece = world.published("acme", "a").await.remove(0);
        made.push(world.attempt(&piece, Next::Succeed).await);
    }
    let again = world.due_anywhere(world.now()).await.remove(0);
    made.push(world.attempt(&again, Next::Succeed).await);
    made.reverse();
    let any = AttemptQuery::default();
    let of_endpoint = AttemptQuery {
        endpoint: Some(endpoint),
        ..any.clone()
    };
    for (reach, query) in [
        (world.whole(), &any),
        (world.reach(), &any),
        (world.whole(), &of_endpoint),
    ] {
        assert_eq!(ids(&world.attempts(&reach, query).await), made);
    }
    let row = &world.attempts(&world.whole(), &any).await[0];
    assert_eq!((row.delivery, row.endpoint), (old.delivery, endpoint));
    assert_eq!((row.attempt.number, &row.event_type), (2, &type_name("a")));
    assert!(row.attempt.response_body.is_empty());
}

pub(crate) async fn attempts_are_narrowed<H: Harness>() {
    let world = World::<H>::new().await;
    let one = world.endpoint_of("acme", &["a"]).await;
    let two = world.endpoint_of("acme", &["*"]).await;
    let other = world.endpoint_of("other", &["*"]).await;
    let both = world.published("acme", "a").await;
    let event = both[0].delivery;
    let failed = world.attempt(&both[0], DIE).await;
    let succeeded = world.attempt(&both[1], Next::Succeed).await;
    let to_one = world.row(event).await.endpoint == one;
    world.advance(Duration::from_secs(5));
    let middle = world.now();
    let piece = world.published("acme", "b").await.remove(0);
    let mut record = world.outcome(&piece, DIE);
    record.attempt.status_code = None;
    record.attempt.error = Some(ErrorClass::of("timeout"));
    let timeout = record.attempt.id;
    world.record(record).await;
    let foreign = world.published("other", "b").await.remove(0);
    let foreign = world.attempt(&foreign, Next::Succeed).await;
    let any = AttemptQuery::default;
    let event = world.row(event).await.event;
    let delivery = both[1].delivery;
    let (first, second) = if to_one {
        (failed, succeeded)
    } else {
        (succeeded, failed)
    };
    let checks: [(AttemptQuery, Vec<AttemptId>); 15] = [
        (any(), vec![foreign, timeout, succeeded, failed]),
        (
            AttemptQuery {
                endpoint: Some(one),
                ..any()
            },
            vec![first],
        ),
        (
            AttemptQuery {
                endpoint: Some(two),
                ..any()
            },
            vec![timeout, second],
        ),
        (
            AttemptQuery {
                endpoint: Some(other),
                ..any()
            },
            vec![foreign],
        ),
        (
            AttemptQuery {
                tenant: Some(world.tenant.clone()),
                ..any()
            },
            vec![timeout, succeeded, failed],
        ),
        (
            AttemptQuery {
                event: Some(event),
                ..any()
            },
            vec![succeeded, failed],
        ),
        (
            AttemptQuery {
                event: Some(event),
                failed: Some(true),
                ..any()
            },
            vec![failed],
        ),
        (
            AttemptQuery {
                event: Some(event),
                endpoint: Some(other),
                ..any()
            },
            vec![],
        ),
        (
            AttemptQuery {
                delivery: Some(delivery),
                ..any()
            },
            vec![succeeded],
        ),
        (
            AttemptQuery {
                failed: Some(true),
                ..any()
            },
            vec![timeout, failed],
        ),
        (
            AttemptQuery {
                failed: Some(false),
                ..any()
            },
            vec![foreign, succeeded],
        ),
        (
            AttemptQuery {
                status_class: Some(5),
                ..any()
            },
            vec![failed],
        ),
        (
            AttemptQuery {
                error: Some("timeout".to_owned()),
                ..any()
            },
            vec![timeout],
        ),
        (
            AttemptQuery {
                event_type: Some(type_name("a")),
                ..any()
            },
            vec![succeeded, failed],
        ),
        (
            AttemptQuery {
                since: Some(middle),
                ..any()
            },
            vec![foreign, timeout],
        ),
    ];
    for (query, expected) in checks {
        let found = world.attempts(&world.whole(), &query).await;
        assert_eq!(ids(&found), expected, "{query:?}");
    }
    let until = AttemptQuery {
        until: Some(middle),
        tenant: Some(world.tenant.clone()),
        failed: Some(true),
        ..any()
    };
    assert_eq!(ids(&world.attempts(&world.whole(), &until).await), [failed]);
}

pub(crate) async fn attempts_out_of_reach_are_not_found<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let piece = world.published("acme", "a").await.remove(0);
    let id = world.attempt(&piece, Next::Succeed).await;
    let elsewhere = Reach {
        project: world.another_project("standard").await,
        tenant: None,
    };
    let store = world.node();
    assert_eq!(
        store.attempt(&world.reach(), id).await.unwrap().attempts[0].id,
        id
    );
    let event = world.row(piece.delivery).await.event;
    for reach in [world.reach_of("other"), elsewhere] {
        let erased = store.erase_answer(&reach, id, world.now()).await;
        assert!(matches!(erased, Err(StoreError::NotFound)));
        let found = store.attempt(&reach, id).await;
        assert!(matches!(found, Err(StoreError::NotFound)));
        let any = AttemptQuery::default;
        for query in [
            any(),
            AttemptQuery {
                endpoint: Some(endpoint),
                ..any()
            },
            AttemptQuery {
                delivery: Some(piece.delivery),
                ..any()
            },
            AttemptQuery {
                event: Some(event),
                ..any()
            },
            AttemptQuery {
                tenant: Some(world.tenant.clone()),
                ..any()
            },
        ] {
            assert!(world.attempts(&reach, &query).await.is_empty(), "{query:?}");
        }
    }
}

pub(crate) async fn one_answer_is_erased_and_the_others_stay<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let piece = world.published("acme", "a").await.remove(0);
    let first = world.attempt(&piece, Next::RetryAt(world.now())).await;
    let again = world.due_anywhere(world.now()).await.remove(0);
    let second = world.attempt(&again, Next::Succeed).await;
    let (store, reach) = (world.node(), world.reach());
    store
        .erase_answer(&reach, first, world.now())
        .await
        .unwrap();
    let log = store
        .delivery(&reach, piece.delivery)
        .await
        .unwrap()
        .attempts;
    assert_eq!([log[0].id, log[1].id], [first, second]);
    assert!(log[0].response_body.is_empty() && log[0].response_headers.iter().next().is_none());
    assert_eq!(
        (log[0].error_detail.as_deref(), log[0].status_code),
        (None, Some(500))
    );
    assert_eq!(log[1].response_body, b"answered-body");
    // Its event and its payload are as they were.
    assert!(
        store
            .attempt(&reach, first)
            .await
            .unwrap()
            .event
            .data
            .is_some()
    );
}

pub(crate) async fn attempts_of_events_on_a_channel_are_found<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let mut made = Vec::new();
    for channels in [&["eu", "beta"][..], &["us"], &[], &["eu"]] {
        let channels = channels.iter();
        let extras = Extras {
            channels: channels.map(|one| Channel::parse(one).unwrap()).collect(),
            ..Extras::default()
        };
        let event = NewEvent {
            extras: (!extras.is_empty()).then(|| Arc::new(extras)),
            ..world.new_event("acme", "a")
        };
        world.append(event).await.unwrap();
        let piece = world.fresh().await.remove(0);
        made.push((piece.delivery, world.attempt(&piece, DIE).await));
    }
    let on = |channel: &str| AttemptQuery {
        channel: Some(Channel::parse(channel).unwrap()),
        ..AttemptQuery::default()
    };
    let of_endpoint = AttemptQuery {
        endpoint: Some(endpoint),
        failed: Some(true),
        ..on("eu")
    };
    for (query, expected) in [
        (on("eu"), vec![made[3].1, made[0].1]),
        (on("beta"), vec![made[0].1]),
        (on("nowhere"), vec![]),
        (of_endpoint, vec![made[3].1, made[0].1]),
    ] {
        let found = world.attempts(&world.whole(), &query).await;
        assert_eq!(ids(&found), expected, "{query:?}");
    }
    for (channel, expected) in [("eu", 1), ("us", 0)] {
        let query = AttemptQuery {
            delivery: Some(made[0].0),
            ..on(channel)
        };
        let found = world.attempts(&world.whole(), &query).await;
        assert_eq!(found.len(), expected, "{query:?}");
    }
}
