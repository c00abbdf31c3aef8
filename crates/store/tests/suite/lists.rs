//! Lists: complete, disjoint, each row once.

use std::{collections::HashSet, time::Duration};

use nuncio_domain::{
    CancelReason, DeadReason, DeliveryId, Event, EventId, Next, Selection, SendAgain, SourceId,
    State,
};
use nuncio_store::{EventQuery, Page, Reach};

use super::{
    Harness,
    world::{World, all, both_ways, tenant_id, type_name},
};

/// All events of a query, page by page.
async fn events<H: Harness>(
    world: &World<H>,
    reach: &Reach,
    query: EventQuery,
    limit: usize,
) -> Vec<Event> {
    both_ways(limit, async |page| {
        let store = world.node();
        store.events(reach, query.clone(), page).await.unwrap()
    })
    .await
}

fn ids(events: &[Event]) -> Vec<EventId> {
    events.iter().map(|event| event.id).collect()
}

pub(crate) async fn states_are_disjoint_and_complete<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let mut made = HashSet::new();
    for n in 0..24 {
        world.publish("a").await;
        let piece = world.fresh().await.remove(0);
        made.insert(piece.delivery);
        match n % 4 {
            0 => world.finish(&piece, Next::Succeed).await,
            1 => world.finish(&piece, Next::Die(DeadReason::Exhausted)).await,
            2 => {
                world
                    .node()
                    .cancel(&world.reach(), piece.delivery, world.now(), None)
                    .await
                    .unwrap();
            }
            _ => {}
        }
    }
    let mut listed = Vec::new();
    for status in ["pending", "succeeded", "dead", "cancelled"] {
        let ids = world.in_state(status).await;
        assert_eq!(ids.len(), 6, "{status}");
        for id in &ids {
            assert_eq!(world.state(*id).await.as_str(), status);
        }
        listed.extend(ids);
    }
    assert_eq!(listed.len(), made.len());
    assert_eq!(listed.into_iter().collect::<HashSet<_>>(), made);
    assert!(world.in_state("no such state").await.is_empty());
}

pub(crate) async fn pages_under_concurrent_inserts_hold_each_row_once<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let mut before = HashSet::new();
    for _ in 0..25 {
        before.insert(world.publish("a").await);
    }
    let (mut deliveries, mut found) = (Vec::new(), Vec::new());
    let (mut after, mut after_event) = (None, None);
    loop {
        let page = Page::after(after, 4);
        let slice = world
            .node()
            .deliveries(&world.whole(), Selection::default(), page)
            .await
            .unwrap();
        deliveries.extend(slice.items.iter().map(|row| row.event));
        let page = Page::after(after_event, 4);
        let slice_of_events = world
            .node()
            .events(&world.whole(), EventQuery::default(), page)
            .await
            .unwrap();
        found.extend(ids(&slice_of_events.items));
        // Between the pages, more come in.
        world.publish("b").await;
        (after, after_event) = (slice.next, slice_of_events.next);
        assert_eq!(after.is_none(), after_event.is_none());
        if after.is_none() {
            break;
        }
    }
    for listed in [deliveries, found] {
        assert_eq!(listed.len(), before.len());
        assert_eq!(listed.into_iter().collect::<HashSet<_>>(), before);
    }
}

pub(crate) async fn windows_in_time_hold_each_row_once<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let mut bounds = Vec::new();
    let mut windows = Vec::new();
    for _ in 0..4 {
        bounds.push(world.now());
        let mut window = Vec::new();
        for _ in 0..3 {
            window.push(world.publish("a").await);
        }
        window.reverse();
        windows.push(window);
    }
    bounds.push(world.now());
    for (window, bounds) in windows.iter().zip(bounds.windows(2)) {
        let (since, until) = (Some(bounds[0]), Some(bounds[1]));
        let query = EventQuery {
            since,
            until,
            ..EventQuery::default()
        };
        assert_eq!(
            ids(&events(&world, &world.whole(), query, 2).await),
            *window
        );
        let selection = Selection {
            since,
            until,
            ..Selection::default()
        };
        let rows = world.list(&world.whole(), selection, 2).await;
        let found: Vec<_> = rows.iter().map(|row| row.event).collect();
        assert_eq!(found, *window);
    }
}

pub(crate) async fn selections_narrow<H: Harness>() {
    let world = World::<H>::new().await;
    let one = world.endpoint_of("acme", &["a", "both"]).await;
    let two = world.endpoint_of("acme", &["b", "both"]).await;
    world.endpoint_of("other", &["*"]).await;
    world.dead("a").await;
    world.succeeded("a").await;
    world.dead("b").await;
    world.publish("both").await;
    world
        .append(world.new_event("other", "both"))
        .await
        .unwrap();
    let any = Selection::default;
    let check = async |selection: Selection, count: usize| {
        for limit in [1, 250] {
            let rows = world.list(&world.whole(), selection.clone(), limit).await;
            assert_eq!(rows.len(), count, "{selection:?}");
            let distinct: HashSet<_> = rows.iter().map(|row| row.id).collect();
            assert_eq!(distinct.len(), count, "{selection:?}");
            assert!(rows.is_sorted_by(|a, b| a.id > b.id));
        }
    };
    let dead = || Some("dead".to_owned());
    check(any(), 6).await;
    check(
        Selection {
            endpoint: Some(one),
            ..any()
        },
        3,
    )
    .await;
    check(
        Selection {
            endpoint: Some(two),
            status: dead(),
            ..any()
        },
        1,
    )
    .await;
    check(
        Selection {
            status: dead(),
            ..any()
        },
        2,
    )
    .await;
    check(
        Selection {
            event_type: Some(type_name("both")),
            ..any()
        },
        3,
    )
    .await;
    check(
        Selection {
            event_type: Some(type_name("a")),
            status: dead(),
            ..any()
        },
        1,
    )
    .await;
    check(
        Selection {
            tenant: Some(tenant_id("acme")),
            ..any()
        },
        5,
    )
    .await;
    check(
        Selection {
            tenant: Some(tenant_id("acme")),
            status: dead(),
            ..any()
        },
        2,
    )
    .await;
    check(
        Selection {
            tenant: Some(tenant_id("nobody")),
            ..any()
        },
        0,
    )
    .await;
    check(
        Selection {
            tenant: Some(tenant_id("other")),
            endpoint: Some(one),
            ..any()
        },
        0,
    )
    .await;
    check(
        Selection {
            status_code: Some(500),
            ..any()
        },
        2,
    )
    .await;
    check(
        Selection {
            status_code: Some(200),
            ..any()
        },
        1,
    )
    .await;
    check(
        Selection {
            error: Some("status".to_owned()),
            ..any()
        },
        2,
    )
    .await;
    check(
        Selection {
            error: Some("dns".to_owned()),
            ..any()
        },
        0,
    )
    .await;
}

pub(crate) async fn events_are_found_by_what_they_are<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint_of("acme", &["a", "b"]).await;
    let succeeded = world.row(world.succeeded("a").await).await.event;
    let dead = world.row(world.dead("b").await).await.event;
    let unwanted = world.publish("c").await;
    let named = world
        .append(world.with_source("evt-1", 1))
        .await
        .unwrap()
        .id;
    let other = world
        .append(world.new_event("other", "a"))
        .await
        .unwrap()
        .id;
    let any = EventQuery::default;
    let check = async |query: EventQuery, expected: &[EventId]| {
        for limit in [1, 250] {
            let found = events(&world, &world.whole(), query.clone(), limit).await;
            assert_eq!(ids(&found), expected, "{query:?}");
            assert!(found.iter().all(|event| event.data.is_none()));
        }
    };
    check(any(), &[other, named, unwanted, dead, succeeded]).await;
    check(
        EventQuery {
            event_type: Some(type_name("a")),
            ..any()
        },
        &[other, succeeded],
    )
    .await;
    check(
        EventQuery {
            tenant: Some(tenant_id("other")),
            ..any()
        },
        &[other],
    )
    .await;
    check(
        EventQuery {
            tenant: Some(tenant_id("nobody")),
            ..any()
        },
        &[],
    )
    .await;
    check(
        EventQuery {
            endpoint: Some(endpoint),
            ..any()
        },
        &[dead, succeeded],
    )
    .await;
    let source_id = Some(SourceId::parse("evt-1").unwrap());
    check(
        EventQuery {
            source_id: source_id.clone(),
            ..any()
        },
        &[named],
    )
    .await;
    check(
        EventQuery {
            source_id,
            tenant: Some(tenant_id("other")),
            ..any()
        },
        &[],
    )
    .await;
    check(
        EventQuery {
            undelivered: true,
            ..any()
        },
        &[other, named, unwanted, dead],
    )
    .await;
    check(
        EventQuery {
            undelivered: true,
            endpoint: Some(endpoint),
            ..any()
        },
        &[dead],
    )
    .await;
    let tenants = events(&world, &world.reach_of("other"), any(), 9).await;
    assert_eq!(ids(&tenants), [other]);
}

pub(crate) async fn a_tenants_list_merges_its_endpoints<H: Harness>() {
    let world = World::<H>::new().await;
    for _ in 0..3 {
        world.endpoint().await;
    }
    world.endpoint_of("other", &["*"]).await;
    let mut expected = HashSet::new();
    for _ in 0..7 {
        world.publish("a").await;
        let event = world.new_event("other", "a");
        world.append(event).await.unwrap();
    }
    for piece in world.fresh().await {
        if world.row(piece.delivery).await.tenant == world.tenant {
            expected.insert(piece.delivery);
        }
    }
    for limit in [1, 4, 100] {
        let rows = world
            .list(&world.reach(), Selection::default(), limit)
            .await;
        let found: Vec<DeliveryId> = rows.iter().map(|row| row.id).collect();
        assert!(found.is_sorted_by(|a, b| a > b));
        assert_eq!(found.len(), 21);
        assert_eq!(found.into_iter().collect::<HashSet<_>>(), expected);
    }
}

pub(crate) async fn an_events_deliveries_are_paged<H: Harness>() {
    let world = World::<H>::new().await;
    for _ in 0..5 {
        world.endpoint().await;
    }
    let event = world.publish("a").await;
    world.publish("b").await;
    let now = world.now() + Duration::from_secs(1);
    world
        .node()
        .replay(&world.reach(), event, None, SendAgain::Scheduled, now, None)
        .await
        .unwrap();
    let found = both_ways(3, async |page| {
        let (store, reach) = (world.node(), world.reach());
        let deliveries = store.event_deliveries(&reach, event, page).await;
        deliveries.unwrap()
    })
    .await;
    assert_eq!(found.len(), 10);
    assert!(found.is_sorted_by(|a, b| a.id > b.id));
    assert!(found.iter().all(|row| row.event == event));
    assert!(
        found
            .iter()
            .all(|row| row.progress.state != State::Cancelled(CancelReason::Requested))
    );
    let whole = world
        .node()
        .event_deliveries(&world.whole(), event, all())
        .await
        .unwrap();
    assert_eq!(whole.items, found);
}
