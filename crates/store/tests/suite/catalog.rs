//! Projects, tenants, keys, event types, dialects.

use std::sync::Arc;

use nuncio_dialect::{Dialect, builtin_named};
use nuncio_domain::{
    ApiKey, EventType, KeyId, KeyKind, Project, ProjectId, Scope, Selection, Tenant,
};
use nuncio_store::{EventQuery, Reach, StoreError};

use super::{
    Harness,
    world::{World, all, at, both_ways, put_type, tenant_id, type_name},
};

pub(crate) fn event_type(name: &str, at_s: i64) -> EventType {
    EventType {
        description: "something happened".to_owned(),
        schema: Some(serde_json::json!({"type": "object"})),
        ..EventType::named(type_name(name), at(at_s))
    }
}

fn key<H: Harness>(world: &World<H>, kind: KeyKind) -> ApiKey {
    ApiKey {
        id: KeyId::new(world.now().ms(), world.ten()),
        name: "a key".to_owned(),
        kind,
        scope: Scope::Full,
        created_at: at(0),
        expires_at: None,
        last_used_at: None,
    }
}

pub(crate) async fn a_project_comes_back_with_its_event_types<H: Harness>() {
    let world = World::<H>::new().await;
    let id = ProjectId::new(1, [9; 10]);
    let project = world.project_of("grantiva", id);
    let types = vec![event_type("order.paid", 0), event_type("order.lost", 0)];
    let created = world
        .node()
        .create_project(project.clone(), types, None)
        .await
        .unwrap();
    assert_eq!(*created, project);
    assert_eq!(*world.node().project(id).await.unwrap().unwrap(), project);
    let names: Vec<_> = world
        .node()
        .event_types(id, all())
        .await
        .unwrap()
        .items
        .iter()
        .map(|item| item.name.to_string())
        .collect();
    assert_eq!(names, ["order.lost", "order.paid"]);
}

pub(crate) async fn a_project_id_is_taken_once<H: Harness>() {
    let world = World::<H>::new().await;
    let again = world.project_of("standard", world.project);
    let refused = world.node().create_project(again, Vec::new(), None).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
}

pub(crate) async fn a_refused_change_changes_nothing<H: Harness>() {
    let world = World::<H>::new().await;
    let before = world.node().project(world.project).await.unwrap().unwrap();
    let change = Box::new(|project: &mut Project| {
        project.name = "another".to_owned();
        Err("no".to_owned())
    });
    let refused = world.node().update_project(world.project, change).await;
    assert!(matches!(refused, Err(StoreError::Conflict(why)) if why == "no"));
    assert_eq!(
        world.node().project(world.project).await.unwrap().unwrap(),
        before
    );
}

pub(crate) async fn the_same_tenant_id_in_two_projects_is_two_tenants<H: Harness>() {
    let world = World::<H>::new().await;
    let other = world.another_project("standard").await;
    for (project, plan) in [(world.project, "free"), (other, "business")] {
        let change = Box::new(move |tenant: &mut Tenant| {
            tenant.plan = Some(plan.to_owned());
            Ok(())
        });
        world
            .node()
            .put_tenant(project, tenant_id("acme"), at(1), change)
            .await
            .unwrap();
    }
    let plan = |tenant: Option<Arc<Tenant>>| tenant.unwrap().plan.clone().unwrap();
    let id = tenant_id("acme");
    let of = async |project| world.node().tenant(project, &id).await.unwrap();
    assert_eq!(plan(of(world.project).await), "free");
    assert_eq!(plan(of(other).await), "business");
    let job = world.job_id();
    let store = world.node();
    store.delete_tenant(other, &id, job, at(2)).await.unwrap();
    assert!(of(other).await.is_none());
    assert!(of(world.project).await.is_some());
}

pub(crate) async fn a_tenant_keeps_what_a_change_does_not_name<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let (project, id) = (world.project, tenant_id("acme"));
    let name = Box::new(|tenant: &mut Tenant| {
        tenant.name = Some("Acme".to_owned());
        Ok(())
    });
    store
        .put_tenant(project, id.clone(), at(1), name)
        .await
        .unwrap();
    let plan = Box::new(|tenant: &mut Tenant| {
        tenant.plan = Some("business".to_owned());
        Ok(())
    });
    let tenant = store
        .put_tenant(project, id.clone(), at(2), plan)
        .await
        .unwrap();
    assert_eq!(tenant.name.as_deref(), Some("Acme"));
    assert_eq!(tenant.plan.as_deref(), Some("business"));
    assert_eq!((tenant.created_at, tenant.updated_at), (at(1), at(2)));
}

pub(crate) async fn keys_are_found_by_their_hash_until_they_are_deleted<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let project = world.project;
    let of_project = key(&world, KeyKind::Project { project });
    let admin = key(&world, KeyKind::Admin);
    store
        .create_key(of_project.clone(), [1; 32], None)
        .await
        .unwrap();
    store
        .create_key(admin.clone(), [2; 32], None)
        .await
        .unwrap();
    assert_eq!(*store.key(&[1; 32]).await.unwrap().unwrap(), of_project);
    assert_eq!(*store.key(&[2; 32]).await.unwrap().unwrap(), admin);
    assert!(store.key(&[3; 32]).await.unwrap().is_none());
    assert_eq!(store.keys(project, all()).await.unwrap().items.len(), 1);
    let again = key(&world, KeyKind::Admin);
    let refused = store.create_key(again, [1; 32], None).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    store.delete_key(project, of_project.id).await.unwrap();
    assert!(store.key(&[1; 32]).await.unwrap().is_none());
    let gone = store.delete_key(project, of_project.id).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}

pub(crate) async fn the_use_of_a_key_is_noted<H: Harness>() {
    let mut world = World::<H>::new().await;
    let project = world.project;
    let key = key(&world, KeyKind::Project { project });
    let store = world.node();
    let created = store.create_key(key, [1; 32], None).await.unwrap();
    store.touch_key(created.id, at(100));
    store.touch_key(created.id, at(101));
    drop(store);
    world.restart().await;
    let used = world
        .node()
        .key(&[1; 32])
        .await
        .unwrap()
        .unwrap()
        .last_used_at;
    assert_eq!(used, Some(at(100)));
}

pub(crate) async fn an_event_type_put_again_keeps_its_birthday<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    for seconds in [1, 2] {
        put_type(&world, event_type("order.paid", seconds)).await;
    }
    let name = type_name("order.paid");
    let kept = store
        .event_type(world.project, &name)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kept.created_at, kept.updated_at), (at(1), at(2)));
    store.delete_event_type(world.project, &name).await.unwrap();
    assert!(
        store
            .event_type(world.project, &name)
            .await
            .unwrap()
            .is_none()
    );
    let gone = store.delete_event_type(world.project, &name).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}

/// A dialect of a project's own: the default under another name.
pub(crate) fn own_dialect(comment: &str) -> Arc<Dialect> {
    let source = builtin_named("standard").unwrap().source();
    let source = source.replacen("name = \"standard\"", "name = \"own\"", 1);
    let source = format!("# {comment}\n{source}");
    Arc::new(Dialect::parse(&source, "own.toml").unwrap())
}

pub(crate) async fn a_new_text_is_a_new_version_of_a_dialect<H: Harness>() {
    let mut world = World::<H>::new().await;
    let store = world.node();
    let put = |text: &'static str| store.put_dialect(world.project, own_dialect(text), at(1));
    let first = put("one").await.unwrap().version;
    assert_eq!(put("one").await.unwrap().version, first);
    let second = put("two").await.unwrap().version;
    assert_ne!(first, second);
    drop(store);
    world.restart().await;
    let store = world.node();
    let newest = store.dialect(world.project, "own").await.unwrap().unwrap();
    assert_eq!(newest.version, second);
    assert!(!newest.builtin);
    let older = store.dialect_version(first).await.unwrap().unwrap();
    assert_eq!(older.dialect.source(), own_dialect("one").source());
    let names: Vec<_> = store
        .dialects(Some(world.project))
        .await
        .unwrap()
        .iter()
        .map(|version| version.dialect.name().to_owned())
        .collect();
    assert!(names.contains(&"own".to_owned()) && names.contains(&"standard".to_owned()));
    let other = world.another_project("standard").await;
    assert!(store.dialect(other, "own").await.unwrap().is_none());
}

pub(crate) async fn a_built_in_dialects_name_is_taken<H: Harness>() {
    let world = World::<H>::new().await;
    let dialect = Arc::clone(builtin_named("standard").unwrap());
    let refused = world
        .node()
        .put_dialect(world.project, dialect, at(1))
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
}

pub(crate) async fn a_deleted_project_is_gone_at_once_and_its_rows_in_pieces<H: Harness>() {
    let mut world = World::<H>::new().await;
    let store = world.node();
    world.endpoint().await;
    let project = world.project;
    let key = key(&world, KeyKind::Project { project });
    store.create_key(key, [1; 32], None).await.unwrap();
    let event = world.publish("order.paid").await;
    let job = world.job_id();
    store.delete_project(project, job, at(9)).await.unwrap();
    assert!(store.project(project).await.unwrap().is_none());
    assert!(store.key(&[1; 32]).await.unwrap().is_none());
    let gone = store.event(&world.whole(), event).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
    assert!(world.notices().await.jobs);
    drop(store);
    world.crash().await;
    assert!(world.node().project(project).await.unwrap().is_none());
    assert_eq!(world.running_jobs().await, [job]);
    assert!(world.carry_out(job).await > 1);
    assert!(world.running_jobs().await.is_empty());
}

pub(crate) async fn a_deleted_tenant_takes_endpoints_and_keys_along<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let endpoint = world.endpoint().await;
    let kind = KeyKind::Tenant {
        project: world.project,
        tenant: world.tenant.clone(),
    };
    let key = key(&world, kind);
    store.create_key(key, [1; 32], None).await.unwrap();
    let job = world.job_id();
    store
        .delete_tenant(world.project, &world.tenant, job, at(9))
        .await
        .unwrap();
    assert!(
        store
            .endpoint(&world.whole(), endpoint)
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.key(&[1; 32]).await.unwrap().is_none());
    let gone = store
        .delete_tenant(world.project, &world.tenant, job, at(9))
        .await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}

pub(crate) async fn a_tenant_made_again_sees_nothing_of_the_old_one<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    world.endpoint().await;
    world.publish("order.paid").await;
    let job = world.job_id();
    store
        .delete_tenant(world.project, &world.tenant, job, at(9))
        .await
        .unwrap();
    let event = world.publish("order.lost").await;
    let events = store
        .events(&world.reach(), EventQuery::default(), all())
        .await
        .unwrap();
    assert_eq!(events.items.len(), 1);
    assert_eq!(events.items[0].id, event);
    let rows = world.list(&world.reach(), Selection::default(), 10).await;
    assert!(rows.is_empty());
    let whole = store
        .events(&world.whole(), EventQuery::default(), all())
        .await
        .unwrap();
    assert_eq!(whole.items.len(), 2);
}

pub(crate) async fn catalog_pages_hold_everything_once<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(world.endpoint_of(&format!("t{}", n % 2), &["*"]).await);
    }
    let other = Reach {
        project: world.another_project("standard").await,
        tenant: None,
    };
    for (reach, expected) in [(world.whole(), 7), (world.reach_of("t0"), 4), (other, 0)] {
        let found = both_ways(2, async |page| {
            let slice = store.endpoints(&reach, page).await.unwrap();
            slice.map(|endpoint| endpoint.id)
        })
        .await;
        assert_eq!(found.len(), expected);
        assert!(found.is_sorted() && found.iter().all(|id| ids.contains(id)));
    }
    let tenants = both_ways(1, async |page| {
        let tenants = store.tenants(world.project, page).await.unwrap();
        tenants.map(|tenant| tenant.id.clone())
    })
    .await;
    assert_eq!(tenants.len(), 2);
}

pub(crate) async fn everything_is_there_after_a_restart<H: Harness>() {
    let mut world = World::<H>::new().await;
    let store = world.node();
    let endpoint = world.endpoint().await;
    let project = world.project;
    let key = key(&world, KeyKind::Project { project });
    store.create_key(key, [1; 32], None).await.unwrap();
    put_type(&world, event_type("order.paid", 1)).await;
    let before = (
        store.project(project).await.unwrap(),
        store.tenant(project, &world.tenant).await.unwrap(),
        store.key(&[1; 32]).await.unwrap(),
        store.event_types(project, all()).await.unwrap(),
        store.endpoint(&world.whole(), endpoint).await.unwrap(),
    );
    drop(store);
    world.restart().await;
    let store = world.node();
    let after = (
        store.project(project).await.unwrap(),
        store.tenant(project, &world.tenant).await.unwrap(),
        store.key(&[1; 32]).await.unwrap(),
        store.event_types(project, all()).await.unwrap(),
        store.endpoint(&world.whole(), endpoint).await.unwrap(),
    );
    assert_eq!(before, after);
    assert!(after.4.is_some());
}

/// Whether it is kept in memory or not makes no difference.
pub(crate) async fn a_tenant_without_endpoints_is_a_tenant_like_any<H: Harness>() {
    let mut world = World::<H>::new().await;
    let id = tenant_id("quiet");
    let event = world.new_event("quiet", "a");
    let event = world.append(event).await.unwrap().id;
    let name = |text: &'static str| -> nuncio_store::Change<Tenant> {
        Box::new(move |tenant: &mut Tenant| {
            tenant.name = Some(text.to_owned());
            Ok(())
        })
    };
    let put = async |world: &World<H>, text| {
        let change = name(text);
        let id = tenant_id("quiet");
        let store = world.node();
        let put = store.put_tenant(world.project, id, at(1), change).await;
        put.unwrap()
    };
    let made = put(&world, "one").await.created_at;
    let found = async |world: &World<H>| {
        let id = tenant_id("quiet");
        world.node().tenant(world.project, &id).await.unwrap()
    };
    assert_eq!(found(&world).await.unwrap().name.as_deref(), Some("one"));
    let reach = world.reach_of("quiet");
    assert!(world.node().event(&reach, event).await.is_ok());
    let query = nuncio_store::EventQuery::default();
    let events = world.node().events(&reach, query, all()).await.unwrap();
    assert_eq!(events.items.len(), 1);
    // An endpoint comes and goes.
    let endpoint = world.endpoint_of("quiet", &["*"]).await;
    assert_eq!(put(&world, "two").await.created_at, made);
    assert_eq!(found(&world).await.unwrap().name.as_deref(), Some("two"));
    let job = world.job_id();
    let store = world.node();
    store
        .delete_endpoint(&reach, endpoint, job, at(2))
        .await
        .unwrap();
    drop(store);
    world.restart().await;
    assert_eq!(found(&world).await.unwrap().name.as_deref(), Some("two"));
    // Its keys and its portal go with it.
    let project = world.project;
    let kinds = [
        KeyKind::Tenant {
            project,
            tenant: id.clone(),
        },
        KeyKind::Portal {
            project,
            tenant: id.clone(),
        },
    ];
    for (number, kind) in (1..).zip(kinds) {
        let mut key = key(&world, kind);
        key.expires_at = Some(at(1_000));
        world
            .node()
            .create_key(key, [number; 32], None)
            .await
            .unwrap();
    }
    world.restart().await;
    assert!(world.node().key(&[1; 32]).await.unwrap().is_some());
    assert!(world.node().key(&[2; 32]).await.unwrap().is_some());
    let job = world.job_id();
    let deleted = world.node().delete_tenant(project, &id, job, at(3)).await;
    deleted.unwrap();
    for _ in 0..2 {
        assert!(found(&world).await.is_none());
        assert!(world.node().key(&[1; 32]).await.unwrap().is_none());
        assert!(world.node().key(&[2; 32]).await.unwrap().is_none());
        world.restart().await;
    }
    let whole = world.node().event(&world.whole(), event).await;
    assert!(whole.is_ok());
    assert!(world.node().event(&reach, event).await.is_err());
}
