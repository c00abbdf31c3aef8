//! A project's own dialects: versions from 1, and deletion while nobody uses them.

use nuncio_domain::Endpoint;
use nuncio_store::StoreError;

use super::{
    Harness,
    catalog::own_dialect,
    world::{World, all, at, both_ways},
};

pub(crate) async fn versions_of_a_dialect_count_from_one<H: Harness>() {
    let mut world = World::<H>::new().await;
    let other = world.another_project("standard").await;
    let put = async |world: &World<H>, project, text: &str| {
        let store = world.node();
        let put = store.put_dialect(project, own_dialect(text), at(1)).await;
        put.unwrap().number
    };
    let project = world.project;
    assert_eq!(put(&world, project, "one").await, 1);
    assert_eq!(put(&world, project, "one").await, 1);
    assert_eq!(put(&world, other, "one").await, 1);
    assert_eq!(put(&world, project, "two").await, 2);
    world.restart().await;
    let newest = world.node().dialect(project, "own").await.unwrap().unwrap();
    assert_eq!(newest.number, 2);
    let older = world.node().dialect_version(newest.version - 2).await;
    assert_eq!(older.unwrap().unwrap().number, 1);
    for builtin in world.node().dialects(None).await.unwrap() {
        assert_eq!(builtin.number, 1, "{builtin:?}");
    }
    // Deleted, it goes on counting: a number never stands for two texts.
    let store = world.node();
    store.delete_dialect(project, "own", at(2)).await.unwrap();
    drop(store);
    world.restart().await;
    assert_eq!(put(&world, project, "two").await, 3);
}

pub(crate) async fn a_dialect_is_deleted_only_while_nobody_uses_it<H: Harness>() {
    let mut world = World::<H>::new().await;
    let (store, project) = (world.node(), world.project);
    let delete = async |world: &World<H>| {
        let store = world.node();
        store.delete_dialect(project, "own", at(5)).await
    };
    assert!(matches!(delete(&world).await, Err(StoreError::NotFound)));
    let put = store.put_dialect(project, own_dialect("one"), at(1)).await;
    let version = put.unwrap().version;
    let endpoint = world.endpoint().await;
    let set = async |dialect: Option<&'static str>| {
        let change = Box::new(move |endpoint: &mut Endpoint| {
            endpoint.dialect = dialect.map(str::to_owned);
            Ok(())
        });
        let reach = world.whole();
        world
            .node()
            .update_endpoint(&reach, endpoint, change, None)
            .await
    };
    set(Some("own")).await.unwrap();
    let refused = delete(&world).await.unwrap_err().to_string();
    assert!(refused.contains(&endpoint.to_string()), "{refused}");
    set(None).await.unwrap();
    delete(&world).await.unwrap();
    // Nobody begins to use it any more, even one who has just seen it.
    assert!(matches!(
        set(Some("own")).await,
        Err(StoreError::Conflict(_))
    ));
    drop(store);
    for _ in 0..2 {
        let store = world.node();
        assert!(store.dialect(project, "own").await.unwrap().is_none());
        assert!(store.dialect_version(version).await.unwrap().is_some());
        let names = store.dialects(Some(project)).await.unwrap();
        assert!(names.iter().all(|dialect| dialect.dialect.name() != "own"));
        assert!(matches!(delete(&world).await, Err(StoreError::NotFound)));
        drop(store);
        world.restart().await;
    }
    let builtin = world
        .node()
        .delete_dialect(project, "standard", at(6))
        .await;
    assert!(matches!(builtin, Err(StoreError::NotFound)));
}

pub(crate) async fn a_project_keeps_its_dialect<H: Harness>() {
    let world = World::<H>::new().await;
    let (store, project) = (world.node(), world.project);
    let put = store.put_dialect(project, own_dialect("one"), at(1)).await;
    put.unwrap();
    let change: nuncio_store::Change<nuncio_domain::Project> = Box::new(|project| {
        project.dialect = "own".to_owned();
        Ok(())
    });
    store.update_project(project, change).await.unwrap();
    let refused = store
        .delete_dialect(project, "own", at(2))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("the project"), "{refused}");
}

pub(crate) async fn versions_of_a_dialect_are_listed_both_ways<H: Harness>() {
    let mut world = World::<H>::new().await;
    let other = world.another_project("standard").await;
    for (n, project) in [world.project, other, world.project, world.project]
        .into_iter()
        .enumerate()
    {
        let dialect = own_dialect(&format!("text {n}"));
        let store = world.node();
        let put = store.put_dialect(project, dialect, at(n as i64));
        put.await.unwrap();
    }
    let versions = async |world: &World<H>, project, name: &'static str| {
        both_ways(2, async |page| {
            let versions = world.node().dialect_versions(project, name, page).await;
            versions.unwrap()
        })
        .await
    };
    for _ in 0..2 {
        let own = versions(&world, world.project, "own").await;
        let numbers: Vec<_> = own.iter().map(|version| version.number).collect();
        assert_eq!(numbers, [3, 2, 1]);
        assert!(own[2].dialect.source().contains("text 0"));
        assert_eq!(own[2].created_at, at(0));
        assert_eq!(versions(&world, other, "own").await.len(), 1);
        let builtin = versions(&world, other, "standard").await;
        assert!(builtin.len() == 1 && builtin[0].builtin);
        world.restart().await;
    }
    let unknown = world
        .node()
        .dialect_versions(other, "never-heard-of", all())
        .await;
    assert!(matches!(unknown, Err(StoreError::NotFound)));
}
