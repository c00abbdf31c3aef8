//! The audit log: an entry for each change, in its commit, that nobody changes again.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    Actor, ActorKind, AuditEntry, AuditId, Author, DisabledBecause, Endpoint, KeyId, Secret,
    Tenant, Via,
};
use nuncio_store::{AuditQuery, ByActor, Store, StoreError};
use serde_json::json;

use super::{
    Harness, World,
    world::{all, both_ways, tenant_id},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl<H: Harness> World<H> {
    fn author(&self, key: Option<KeyId>) -> Author {
        Author {
            actor: Actor {
                kind: match key {
                    Some(_) => ActorKind::Project,
                    None => ActorKind::Admin,
                },
                key,
                name: key.map(|_| "deploy".to_owned()),
                via: Via::Session,
            },
            at: self.now(),
            ip: Some([192, 0, 2, 7].into()),
            user_agent: Some("a browser".to_owned()),
            request_id: "req_1".to_owned(),
        }
    }

    /// The store, for one change by the admin.
    fn by_admin(&self) -> Arc<dyn Store> {
        let author = self.author(None);
        let id = AuditId::new(author.at.ms(), self.ten());
        self.node().by(id, author)
    }

    async fn name_tenant(&self, store: &dyn Store, name: &str) {
        let name = name.to_owned();
        let change = Box::new(move |tenant: &mut Tenant| {
            tenant.name = Some(name.clone());
            Ok(())
        });
        let now = self.now();
        store
            .put_tenant(self.project, self.tenant.clone(), now, change)
            .await
            .unwrap();
    }

    async fn entries(&self, query: AuditQuery) -> Vec<AuditEntry> {
        self.node().audit_entries(query, all()).await.unwrap().items
    }

    async fn actions(&self) -> Vec<String> {
        let entries = self.entries(AuditQuery::default()).await;
        entries.into_iter().map(|entry| entry.action).collect()
    }
}

pub(crate) async fn a_change_leaves_an_entry<H: Harness>() {
    let world = World::<H>::new().await;
    let key = KeyId::new(1, world.ten());
    let author = world.author(Some(key));
    let id = AuditId::new(author.at.ms(), world.ten());
    let store = world.node().by(id, author.clone());
    world.name_tenant(&*store, "Acme").await;
    let entries = world.entries(AuditQuery::default()).await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!((entry.id, &entry.author), (id, &author));
    assert_eq!(entry.action, "tenant.create");
    assert_eq!(entry.project, Some(world.project));
    assert_eq!(entry.tenant, Some(world.tenant.clone()));
    assert_eq!(entry.target.id.as_deref(), Some("acme"));
    let changes = serde_json::Value::Object(entry.changes.clone().unwrap());
    assert_eq!(changes, json!({"name": {"from": null, "to": "Acme"}}));
}

pub(crate) async fn what_nobody_is_known_to_do_leaves_none<H: Harness>() {
    let world = World::<H>::new().await;
    world.name_tenant(&*world.node(), "Acme").await;
    world.endpoint().await;
    world.publish("order.paid").await;
    assert_eq!(world.actions().await, Vec::<String>::new());
}

pub(crate) async fn what_fails_leaves_none<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let refuse = Box::new(|_: &mut Endpoint| Err("no".to_owned()));
    let refused = world
        .by_admin()
        .update_endpoint(&world.whole(), id, refuse, None)
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    assert_eq!(world.actions().await, Vec::<String>::new());
}

pub(crate) async fn switching_and_rotating_go_by_their_names<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let update = async |change: fn(&mut Endpoint)| {
        let change = Box::new(move |endpoint: &mut Endpoint| {
            change(endpoint);
            Ok(())
        });
        let store = world.by_admin();
        store
            .update_endpoint(&world.whole(), id, change, None)
            .await
            .unwrap();
    };
    update(|endpoint| endpoint.disabled = Some(DisabledBecause::Requested)).await;
    update(|endpoint| endpoint.disabled = None).await;
    update(|endpoint| endpoint.secrets.current = Secret::new("whsec_another".to_owned())).await;
    update(|endpoint| endpoint.headers[0].1 = "another-value".to_owned()).await;
    update(|_| ()).await;
    let expected = ["update", "update", "rotate_secret", "enable", "disable"];
    let expected = expected.map(|verb| format!("endpoint.{verb}"));
    assert_eq!(world.actions().await, expected);
    let entries = world.entries(AuditQuery::default()).await;
    assert_eq!(entries[0].changes, Some(serde_json::Map::new()));
    let told = format!("{entries:?}");
    for secret in ["whsec_", "another-value", "header-value-in-clear"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    assert!(told.contains("x-token"));
}

pub(crate) async fn entries_are_narrowed_and_paged<H: Harness>() {
    let world = World::<H>::new().await;
    world.name_tenant(&*world.by_admin(), "one").await;
    let key = KeyId::new(1, world.ten());
    let author = world.author(Some(key));
    let middle = author.at;
    let id = AuditId::new(middle.ms(), world.ten());
    world
        .name_tenant(&*world.node().by(id, author), "two")
        .await;
    let other = world.another_project("standard").await;
    let job = world.job_id();
    let now = world.now();
    world
        .by_admin()
        .delete_project(other, job, now)
        .await
        .unwrap();
    let count = async |query: AuditQuery| world.entries(query).await.len();
    let any = AuditQuery::default();
    assert_eq!(count(any.clone()).await, 3);
    let check = async |query: AuditQuery, expected: usize| {
        assert_eq!(count(query.clone()).await, expected, "{query:?}");
    };
    let narrow = |narrow: fn(&mut AuditQuery)| {
        let mut query = any.clone();
        narrow(&mut query);
        query
    };
    check(narrow(|q| q.action = Some("tenant.update".to_owned())), 1).await;
    check(narrow(|q| q.action = Some("tenant.*".to_owned())), 2).await;
    check(narrow(|q| q.action = Some("tenant".to_owned())), 0).await;
    let of = |targets: &[&str]| {
        let targets = targets.iter().map(|target| (*target).to_owned());
        AuditQuery {
            targets: Some(targets.collect()),
            ..any.clone()
        }
    };
    check(of(&["acme"]), 2).await;
    check(of(&["nobody"]), 0).await;
    check(of(&["nobody", "acme"]), 2).await;
    check(of(&[&other.to_string(), "acme"]), 3).await;
    check(narrow(|q| q.tenant = Some(tenant_id("acme"))), 2).await;
    check(narrow(|q| q.tenant = Some(tenant_id("other"))), 0).await;
    check(
        narrow(|q| q.actor = Some(ByActor::Kind(ActorKind::Admin))),
        2,
    )
    .await;
    let by_key = AuditQuery {
        actor: Some(ByActor::Key(key)),
        ..any.clone()
    };
    check(by_key, 1).await;
    let of_project = AuditQuery {
        project: Some(world.project),
        ..any.clone()
    };
    check(of_project, 2).await;
    // What was done to a project that is gone is what one wants to know of it.
    let of_deleted = AuditQuery {
        project: Some(other),
        ..any.clone()
    };
    check(of_deleted, 1).await;
    let since = AuditQuery {
        since: Some(middle),
        ..any.clone()
    };
    check(since, 2).await;
    let until = AuditQuery {
        until: Some(middle),
        ..any.clone()
    };
    check(until, 1).await;
    let seen = both_ways(1, async |page| {
        let entries = world.node().audit_entries(any.clone(), page).await;
        entries.unwrap().map(|entry| entry.id)
    })
    .await;
    assert_eq!(seen.len(), 3);
    assert!(seen.is_sorted_by(|a, b| a > b));
}

pub(crate) async fn entries_survive_a_crash<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.name_tenant(&*world.by_admin(), "one").await;
    world.crash().await;
    assert_eq!(world.actions().await, ["tenant.create"]);
}

pub(crate) async fn entries_are_kept_for_a_year<H: Harness>() {
    let world = World::<H>::new().await;
    let prune = async || {
        world.prune().await;
        world.actions().await.len()
    };
    world.name_tenant(&*world.by_admin(), "one").await;
    world.advance(399 * DAY);
    world.name_tenant(&*world.by_admin(), "two").await;
    assert_eq!(prune().await, 2);
    world.advance(2 * DAY);
    assert_eq!(prune().await, 1);
    // Where nothing happens, the last year stays.
    world.advance(1_000 * DAY);
    assert_eq!(prune().await, 1);
}

pub(crate) async fn what_the_server_does_by_itself_leaves_an_entry<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let gone = nuncio_domain::Next::Die(nuncio_domain::DeadReason::Gone);
    let mut record = world.outcome(&piece, gone);
    record.disable = Some(DisabledBecause::Gone);
    let ended = record.ended;
    world.record(record).await;
    world.flush().await;
    let entries = world.entries(AuditQuery::default()).await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!(entry.action, "endpoint.disable");
    assert_eq!(entry.target.id, Some(id.to_string()));
    assert_eq!(entry.tenant, Some(tenant_id("acme")));
    assert_eq!(entry.author.actor.kind, ActorKind::System);
    assert_eq!(entry.author.at, ended);
    let changes = entry.changes.clone().unwrap();
    assert_eq!(changes["disabled"], json!({"from": null, "to": "gone"}));
    let system = AuditQuery {
        actor: Some(ByActor::Kind(ActorKind::System)),
        ..AuditQuery::default()
    };
    assert_eq!(world.entries(system).await.len(), 1);
}
