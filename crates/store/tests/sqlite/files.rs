//! Files: who may read them, and what a copy that fails leaves behind.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use nuncio_domain::SeededEntropy;
use nuncio_store::{
    Sealer, StoreError,
    sqlite::{self, FolderError, OpenError},
};
use tempfile::TempDir;

use crate::{
    MASTER_KEY, Sqlite, open,
    suite::{Harness, World},
};

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn sealer() -> Sealer {
    Sealer::new(MASTER_KEY, std::sync::Arc::new(SeededEntropy::new(4)))
}

#[tokio::test]
async fn nobody_else_may_read_what_the_store_writes() {
    let mut world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    let dir = world.harness.dir.path().to_owned();
    let check = |what: &str| {
        let names = names(&dir);
        assert!(names.contains(&"nuncio.db-wal".to_owned()), "{names:?}");
        for name in names {
            assert_eq!(mode(&dir.join(&name)), 0o600, "{what}: {name}");
        }
    };
    check("new");
    // As an earlier version has left them, some of them while it was killed.
    for name in names(&dir) {
        fs::set_permissions(dir.join(name), Permissions::from_mode(0o644)).unwrap();
    }
    world.crash().await;
    world.publish("a").await;
    check("taken over");

    let elsewhere = TempDir::new().unwrap();
    let file = elsewhere.path().join("copy.db");
    sqlite::back_up(&dir, &file).unwrap();
    assert_eq!(mode(&file), 0o600);
    let restored = elsewhere.path().join("data");
    fs::create_dir(&restored).unwrap();
    sqlite::restore(&file, &restored).unwrap();
    for name in names(&restored) {
        assert_eq!(mode(&restored.join(&name)), 0o600, "{name}");
    }
    assert_eq!(names(elsewhere.path()), ["copy.db", "data"]);
}

#[tokio::test]
async fn a_restored_folder_is_in_order_before_its_first_start() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let id = world.publish("a").await;
    // An erasure that could not be worked off here is none of the copy's.
    let other = rusqlite::Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    other
        .execute_batch("INSERT INTO erasures (at) VALUES (1)")
        .unwrap();
    let elsewhere = TempDir::new().unwrap();
    let file = elsewhere.path().join("copy.db");
    sqlite::back_up(world.harness.dir.path(), &file).unwrap();
    sqlite::restore(&file, elsewhere.path()).unwrap();
    let findings = sqlite::look(elsewhere.path(), &sealer()).unwrap();
    assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
    let store = open(&elsewhere, MASTER_KEY).unwrap();
    let event = nuncio_store::Log::event(&*store, &world.whole(), id).await;
    assert!(event.is_ok());
}

#[tokio::test]
async fn a_copy_that_fails_leaves_nothing_and_the_next_one_succeeds() {
    let world = World::<Sqlite>::new().await;
    world.publish("a").await;
    let dir = world.harness.dir.path();
    let elsewhere = TempDir::new().unwrap();
    let file = elsewhere.path().join("copy.db");
    // A database that can't be copied: nothing is left of the try.
    let broken = TempDir::new().unwrap();
    fs::write(broken.path().join("nuncio.db"), vec![7; 8_192]).unwrap();
    let refused = sqlite::back_up(broken.path(), &file);
    assert!(
        matches!(refused, Err(FolderError::Failed(_))),
        "{refused:?}"
    );
    assert!(names(elsewhere.path()).is_empty());
    // What a killed one left is used again.
    fs::write(elsewhere.path().join("copy.db.part"), "half a database").unwrap();
    sqlite::back_up(dir, &file).unwrap();
    assert_eq!(names(elsewhere.path()), ["copy.db"]);
    // Nothing is written over, and the refusal leaves nothing either.
    let refused = sqlite::back_up(dir, &file).unwrap_err();
    assert!(refused.to_string().contains("already"), "{refused}");
    assert_eq!(names(elsewhere.path()), ["copy.db"]);
    // While one is being written, another is told so.
    let second = elsewhere.path().join("second.db");
    let part = fs::File::create(elsewhere.path().join("second.db.part")).unwrap();
    part.lock().unwrap();
    let refused = world.harness.sqlite().backup_to(&second).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict(_))),
        "{refused:?}"
    );
    drop(part);
    world.harness.sqlite().backup_to(&second).await.unwrap();
    let nowhere = sqlite::back_up(dir, &elsewhere.path().join("no/such/folder.db"));
    assert!(nowhere.unwrap_err().to_string().contains("no/such"));
}

#[tokio::test]
async fn a_wrong_master_key_is_refused_before_anything_is_written() {
    let harness = Sqlite::start().await;
    harness.sqlite().shutdown().await.unwrap();
    let dir = harness.dir.path();
    let contents = || {
        let names = names(dir).into_iter();
        names
            .map(|name| (fs::read(dir.join(&name)).unwrap(), name))
            .collect::<Vec<_>>()
    };
    // As a restored or older database would be: there is something that a start would change.
    let conn = rusqlite::Connection::open(dir.join("nuncio.db")).unwrap();
    conn.execute_batch(
        "DROP TABLE erasures; PRAGMA user_version = 5; PRAGMA journal_mode = DELETE;",
    )
    .unwrap();
    drop(conn);
    let before = contents();
    let wrong = open(&harness.dir, [8; 32]);
    assert!(
        matches!(wrong, Err(OpenError::WrongMasterKey(_))),
        "{wrong:?}"
    );
    assert!(contents() == before, "{:?}", names(dir));
}
