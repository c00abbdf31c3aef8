//! What events have besides their data, and what follows from it: channels, retention; and schedules of types.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    Channel, DisabledBecause, Endpoint, EndpointId, EventId, EventType, Extras, Job, JobKind,
    JobState, Meeting, Project, Recovery, Retry, Selection, SendAgain, Timestamp, Which,
    WhileDisabled, Why,
};
use nuncio_store::{EventQuery, NewEvent, Page, StoreError};

use super::{
    Harness,
    world::{World, all, at, put_type, type_name},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn channels(names: &[&str]) -> Vec<Channel> {
    let names = names.iter();
    names.map(|name| Channel::parse(name).unwrap()).collect()
}

impl<H: Harness> World<H> {
    fn event_with(&self, extras: Extras) -> NewEvent {
        NewEvent {
            extras: Some(Arc::new(extras)),
            ..self.new_event("acme", "a")
        }
    }

    /// An event of the tenant's on these channels.
    async fn on(&self, names: &[&str]) -> EventId {
        let extras = Extras {
            channels: channels(names),
            ..Extras::default()
        };
        self.append(self.event_with(extras)).await.unwrap().id
    }

    /// An endpoint of the tenant's with these channels.
    async fn endpoint_on(&self, names: &[&str]) -> EndpointId {
        let endpoint = Endpoint {
            channels: channels(names),
            ..self.new_endpoint("acme", &["*"])
        };
        let id = endpoint.id;
        self.node()
            .create_endpoint(self.project, endpoint, 50, None)
            .await
            .unwrap();
        self.notices().await;
        id
    }

    /// An event of the tenant's that is kept for so many days; what became of its delivery says `next`.
    async fn kept_for(&self, days: u32) -> EventId {
        let extras = Extras {
            retention_days: Some(days),
            ..Extras::default()
        };
        self.append(self.event_with(extras)).await.unwrap().id
    }

    async fn has(&self, event: EventId) -> bool {
        match self.node().event(&self.whole(), event).await {
            Ok(_) => true,
            Err(StoreError::NotFound) => false,
            Err(error) => panic!("{error}"),
        }
    }

    async fn went_to(&self, event: EventId) -> Vec<EndpointId> {
        let rows = self
            .node()
            .event_deliveries(&self.whole(), event, all())
            .await;
        let mut endpoints: Vec<_> = rows.unwrap().items.iter().map(|row| row.endpoint).collect();
        endpoints.sort_unstable();
        endpoints
    }

    async fn why(&self, event: EventId, endpoint: EndpointId) -> Why {
        let explained = self.node().explain(&self.whole(), event).await.unwrap();
        let met = explained
            .results
            .iter()
            .find(|met| met.id == endpoint)
            .unwrap();
        let meeting = Meeting {
            event: &explained.event,
            endpoint: met.endpoint.as_deref(),
            matched: met.matched,
            skipped: met.skipped,
            sent_later: met.sent_later,
        };
        meeting.why()
    }

    async fn recover_missing(&self, endpoint: EndpointId) -> Job {
        let job = Job {
            id: self.job_id(),
            kind: JobKind::Recover(Recovery {
                endpoint,
                which: Which::Missing,
                again: SendAgain::Scheduled,
                since: at(0),
                until: at(1_000_000),
            }),
            state: JobState::Running,
            done: 0,
            total: 0,
            created_at: self.now(),
            finished_at: None,
            error: None,
        };
        let job = self
            .node()
            .start_job(&self.reach(), job, None)
            .await
            .unwrap();
        self.carry_out(job.id).await;
        self.node().job(&self.reach(), job.id).await.unwrap()
    }

    async fn set_while_disabled(&self, rule: WhileDisabled) {
        let change = Box::new(move |project: &mut Project| {
            project.policy.while_disabled = Some(rule);
            Ok(())
        });
        let changed = self.node().update_project(self.project, change).await;
        changed.unwrap();
    }

    async fn put_type(&self, name: &str, retry: Option<Retry>) {
        let event_type = EventType {
            retry,
            ..EventType::named(type_name(name), at(0))
        };
        put_type(self, event_type).await;
    }
}

pub(crate) async fn an_event_on_channels_goes_where_one_of_them_is<H: Harness>() {
    let world = World::<H>::new().await;
    let every = world.endpoint_on(&[]).await;
    let eu = world.endpoint_on(&["eu"]).await;
    let both = world.endpoint_on(&["eu", "us"]).await;
    let check = async |names: &[&str], expected: &[EndpointId]| {
        let event = world.on(names).await;
        assert_eq!(world.went_to(event).await, expected, "{names:?}");
        event
    };
    check(&["eu"], &[every, eu, both]).await;
    check(&["us", "asia"], &[every, both]).await;
    check(&["asia"], &[every]).await;
    let without = check(&[], &[every]).await;
    assert_eq!(world.why(without, every).await, Why::Matched);
    assert_eq!(world.why(without, eu).await, Why::Channel);
}

pub(crate) async fn lists_are_narrowed_by_channel<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint_on(&[]).await;
    let (eu, both) = (world.on(&["eu"]).await, world.on(&["us", "eu"]).await);
    world.on(&["us"]).await;
    world.publish("a").await;
    for limit in [1, 50] {
        let selection = Selection {
            channel: Some(channels(&["eu"]).remove(0)),
            ..Selection::default()
        };
        let rows = world.list(&world.reach(), selection, limit).await;
        let events: Vec<_> = rows.iter().map(|row| row.event).collect();
        assert_eq!(events, [both, eu], "{limit}");
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let query = EventQuery {
                channel: Some(channels(&["eu"]).remove(0)),
                ..EventQuery::default()
            };
            let page = Page::after(after, limit);
            let slice = world
                .node()
                .events(&world.reach(), query, page)
                .await
                .unwrap();
            found.extend(slice.items.iter().map(|event| event.id));
            after = slice.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, [both, eu], "{limit}");
    }
}

pub(crate) async fn a_recovery_keeps_to_channels<H: Harness>() {
    let world = World::<H>::new().await;
    let eu = world.on(&["eu"]).await;
    world.on(&["us"]).await;
    world.publish("a").await;
    let late = world.endpoint_on(&["eu"]).await;
    assert_eq!(world.recover_missing(late).await.done, 1);
    assert_eq!(world.went_to(eu).await, [late]);
}

pub(crate) async fn extras_come_back_until_the_payload_is_erased<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let extras = Extras {
        channels: channels(&["eu"]),
        metadata: serde_json::from_str(r#"{"plan":"pro","n":[1]}"#).unwrap(),
        headers: vec![("X-Trace".to_owned(), "7".to_owned())],
        retention_days: Some(3),
    };
    let event = world.event_with(extras.clone());
    let id = event.id;
    let (owner, _) = world.owner_of(&world.tenant).await;
    owner.store.append(vec![event], None).await.unwrap();
    let fresh = world.notices().await.fresh;
    assert_eq!(fresh[0].event.extras.as_deref(), Some(&extras));
    let key = world
        .node()
        .endpoint_key(world.project, endpoint)
        .await
        .unwrap();
    let due = world.look(key, world.now(), 9).await;
    assert_eq!(due.due[0].event.extras.as_deref(), Some(&extras));
    let kept = async || {
        let event = world.node().event(&world.reach(), id).await.unwrap();
        event.extras.as_deref().cloned()
    };
    assert_eq!(kept().await, Some(extras.clone()));
    let (store, reach, now) = (world.node(), world.reach(), world.now());
    store.erase_payload(&reach, id, now).await.unwrap();
    assert_eq!(kept().await, Some(extras.erased()));
    let plain = world.publish("a").await;
    let plain = world.node().event(&world.reach(), plain).await.unwrap();
    assert_eq!(plain.extras, None);
}

pub(crate) async fn a_skipped_endpoint_is_explained_and_can_be_recovered<H: Harness>() {
    let world = World::<H>::new().await;
    let goes = world.endpoint().await;
    let disabled = world.endpoint().await;
    let before = world.publish("a").await;
    let set = |disabled_because| world.set_disabled(disabled, disabled_because);
    set(Some(DisabledBecause::Requested)).await;
    let held = world.publish("a").await;
    assert_eq!(world.went_to(held).await, [goes, disabled]);
    world.set_while_disabled(WhileDisabled::Skip).await;
    let accepted = world.append(world.new_event("acme", "a")).await.unwrap();
    assert_eq!(accepted.deliveries, 1);
    let skipped = accepted.id;
    assert_eq!(world.went_to(skipped).await, [goes]);
    set(None).await;
    // Whatever it is like now, that is why.
    assert_eq!(world.why(skipped, disabled).await, Why::EndpointDisabled);
    assert_eq!(world.why(before, disabled).await, Why::Matched);
    let later = world.publish("a").await;
    assert_eq!(world.went_to(later).await, [goes, disabled]);
    assert_eq!(world.recover_missing(disabled).await.done, 1);
    assert_eq!(world.went_to(skipped).await, [goes, disabled]);
    assert_eq!(world.why(skipped, disabled).await, Why::Replayed);
}

pub(crate) async fn a_time_of_its_own_ends_an_event_and_its_dead_letters<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    use nuncio_domain::{DeadReason, Next};
    let mut short = Vec::new();
    for next in [Next::Succeed, Next::Die(DeadReason::Exhausted)] {
        short.push(world.kept_for(2).await);
        let piece = world.fresh().await.remove(0);
        world.finish(&piece, next).await;
    }
    let usual = world.succeeded("a").await;
    let usual = world.row(usual).await.event;
    world.advance(DAY + DAY / 2);
    world.prune().await;
    assert!(world.has(short[0]).await && world.has(short[1]).await);
    world.advance(DAY);
    world.prune().await;
    assert!(!world.has(short[0]).await && !world.has(short[1]).await);
    assert!(world.has(usual).await);
    assert!(world.in_state("dead").await.is_empty());
    assert_eq!(world.in_state("succeeded").await.len(), 1);
}

pub(crate) async fn a_longer_time_of_its_own_keeps_an_event<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let long = world.kept_for(100).await;
    let piece = world.fresh().await.remove(0);
    world.finish(&piece, nuncio_domain::Next::Succeed).await;
    world.advance(60 * DAY);
    world.prune().await;
    assert_eq!(world.went_to(long).await, [endpoint]);
    world.advance(60 * DAY);
    world.prune().await;
    assert!(!world.has(long).await);
}

pub(crate) async fn what_is_pending_keeps_its_event_past_its_time<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let waiting = world.kept_for(1).await;
    let put_off = NewEvent {
        deliver_at: Some(world.now() + 10 * DAY),
        due: world.now() + 10 * DAY,
        ..world.event_with(Extras {
            retention_days: Some(1),
            ..Extras::default()
        })
    };
    let put_off = world.append(put_off).await.unwrap().id;
    world.advance(3 * DAY);
    world.prune().await;
    assert!(world.has(waiting).await && world.has(put_off).await);
    // It is given up where nobody knows when it could go on.
    world
        .set_disabled(endpoint, Some(DisabledBecause::Requested))
        .await;
    world.prune().await;
    assert!(!world.has(waiting).await && world.has(put_off).await);
    world.advance(9 * DAY);
    world.prune().await;
    assert!(!world.has(put_off).await);
}

pub(crate) async fn a_types_schedule_is_that_of_its_deliveries<H: Harness>() {
    let mut world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let own = Endpoint {
        retry: Some(Retry::Delays { delays_s: vec![7] }),
        ..world.new_endpoint("acme", &["x"])
    };
    let with_own = own.id;
    let store = world.node();
    let made = store.create_endpoint(world.project, own, 50, None).await;
    made.unwrap();
    drop(store);
    world.notices().await;
    let key = async |world: &World<H>, id| {
        let key = world.node().endpoint_key(world.project, id).await;
        key.unwrap()
    };
    let retry = Retry::Delays {
        delays_s: vec![60, 60],
    };
    let of = async |world: &World<H>, id| {
        let sending = world.node().sending(key(world, id).await).await.unwrap();
        sending.retry_of(&type_name("a")).clone()
    };
    let projects = of(&world, endpoint).await;
    world.put_type("a", Some(retry.clone())).await;
    assert!(
        world
            .notices()
            .await
            .changed
            .contains(&key(&world, endpoint).await)
    );
    for _ in 0..2 {
        assert_eq!(of(&world, endpoint).await, retry);
        let sending = world
            .node()
            .sending(key(&world, endpoint).await)
            .await
            .unwrap();
        assert_eq!(*sending.retry_of(&type_name("b")), projects);
        let delays_s = vec![7];
        assert_eq!(of(&world, with_own).await, Retry::Delays { delays_s });
        world.restart().await;
    }
    world.publish("a").await;
    world.publish("b").await;
    // The first delay of its type's schedule.
    assert_eq!(world.fresh().await.len(), 1);
    let due: Timestamp = world.now() + Duration::from_secs(60);
    let first = key(&world, endpoint).await;
    assert_eq!(
        world.due(first, due - Duration::from_secs(1)).await.len(),
        1
    );
    assert_eq!(world.due(first, due).await.len(), 2);
    world.put_type("a", None).await;
    assert_eq!(of(&world, endpoint).await, projects);
    world.put_type("a", Some(retry)).await;
    let store = world.node();
    let gone = store
        .delete_event_type(world.project, &type_name("a"))
        .await;
    gone.unwrap();
    assert_eq!(of(&world, endpoint).await, projects);
}

pub(crate) async fn everything_extra_is_there_after_a_restart<H: Harness>() {
    let mut world = World::<H>::new().await;
    let eu = world.endpoint_on(&["eu"]).await;
    let kept = world.kept_for(2).await;
    world.crash().await;
    let event = world.on(&["eu"]).await;
    assert_eq!(world.went_to(event).await, [eu]);
    world.advance(3 * DAY);
    world.prune().await;
    assert!(!world.has(kept).await);
}
