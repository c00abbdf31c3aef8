//! Does the disk have what is answered as stored, also where there is nothing to write for it? Without the writer's
//! thread: nothing happens between two lines.

use std::path::Path;

use nuncio_domain::{
    Attempt, AttemptId, DeliveryId, Done, Headers, Next, SeededEntropy, Timings, Trigger,
};
use tempfile::TempDir;

use super::*;
use crate::{
    EndpointKey, Sealer,
    codec::headers::HeaderTexts,
    relational::{
        rows::failing,
        shared::Shared,
        store::load,
        write::{Work, Write},
    },
    sql::Sql,
    sqlite::{
        file::erasure,
        store::{migrate, open},
    },
    streaks::Streaks,
    tail::Tail,
};

const AT: Timestamp = Timestamp::from_ms(1_000_000);

fn writer(dir: &Path) -> Writer {
    let path = dir.join("nuncio.db");
    let mut conn = open::writer_connection(&path).expect("a database");
    migrate::migrate(&mut conn).expect("its tables");
    let sealer = Sealer::new([7; 32], Arc::new(SeededEntropy::new(1)));
    let mirror = load::load(Sql::from(&conn), &sealer).expect("an empty catalog");
    let streaks = Streaks::new(failing::load(Sql::from(&conn)).expect("no streaks"));
    // From here on it grows with each commit.
    let log = erasure::log_file(&path);
    assert!(erasure::empty_log(&conn, &log).expect("it is tried"));
    Writer {
        commits: Committer {
            conn,
            log,
            shared: Arc::new(Shared::new(mirror, streaks, sealer)),
            last_event: EventKey(0),
            tail: Tail::default(),
            failing: false,
            disk: Disk::Wait,
            unsynced: false,
        },
        queue: Arc::new(Queue::new(10, 1_000)),
        room: Arc::new(Semaphore::new(10)),
        ticked: Arc::default(),
        crashed: Arc::default(),
        settled: EventKey(0),
        held: Vec::new(),
        waiting: VecDeque::new(),
        arrivals: Arrivals::default(),
        touched: HashMap::new(),
        ticks: 0,
    }
}

/// An outcome of a delivery that is gone.
fn held() -> Held {
    let attempt = Attempt {
        id: AttemptId::new(AT.ms(), [0; 10]),
        number: 1,
        trigger: Trigger::Schedule,
        started_at: AT,
        url: "https://receiver.example/hook".to_owned(),
        dialect_version: 1,
        transform_version: None,
        body_metadata: serde_json::Map::new(),
        request_headers: Headers::default(),
        status_code: Some(200),
        response_headers: Headers::default(),
        response_body: Vec::new(),
        response_body_truncated: false,
        error: None,
        error_detail: None,
        timings: Timings::default(),
    };
    Held {
        headers: HeaderTexts::of(&attempt),
        record: Arc::new(Record {
            event_key: EventKey(1),
            endpoint_key: EndpointKey(1),
            delivery: DeliveryId::from_bits(1),
            generation: 0,
            ordering: None,
            attempt,
            done: Done {
                extra: false,
                began: AT,
                next: Next::Succeed,
            },
            ended: AT,
            disable: None,
            pause_until: None,
        }),
    }
}

/// The disk lacks something, and has it after `answered`.
fn check(answered: impl FnOnce(&mut Writer)) {
    let dir = TempDir::new().expect("a folder");
    let mut writer = writer(dir.path());
    writer
        .commits
        .transaction(Disk::DontWait, |_| Ok(()))
        .expect("it commits");
    assert!(writer.commits.unsynced);
    let before = log_bytes(&writer);
    answered(&mut writer);
    assert!(!writer.commits.unsynced && writer.commits.disk == Disk::Wait);
    assert!(log_bytes(&writer) > before, "the disk was written to");
}

fn log_bytes(writer: &Writer) -> u64 {
    let meta = std::fs::metadata(&writer.commits.log);
    meta.expect("the log is there").len()
}

#[test]
fn events_are_answered_once_the_disk_has_them() {
    check(|writer| {
        let (reply, mut answer) = oneshot::channel();
        writer.append(vec![Append {
            events: Vec::new(),
            once: None,
            authorship: None,
            reply,
        }]);
        assert!(answer.try_recv().is_ok_and(|answer| answer.is_ok()));
    });
}

#[test]
fn a_flush_is_answered_once_the_disk_has_everything() {
    check(|writer| {
        let (reply, mut answer) = oneshot::channel();
        writer.commit(Batch {
            flushes: vec![reply],
            ..Batch::default()
        });
        assert!(answer.try_recv().is_ok_and(|answer| answer.is_ok()));
    });
}

#[test]
fn a_change_is_answered_once_the_disk_has_it() {
    check(|writer| {
        let (task, mut answer) = Work::new(|_: &mut Write<'_>| Ok::<_, Fail>(()));
        writer.run_task(Needs::Nothing, Box::new(task));
        assert!(answer.try_recv().is_ok_and(|answer| answer.is_ok()));
    });
}

#[test]
fn outcomes_that_are_written_one_by_one_wait_for_the_disk() {
    check(|writer| {
        writer.held.push(held());
        writer.write_one_by_one();
        assert!(writer.held.is_empty());
    });
}

#[test]
fn outcomes_that_only_deliveries_wait_for_do_not_wait_for_the_disk_but_the_next_tick_does() {
    let dir = TempDir::new().expect("a folder");
    let mut writer = writer(dir.path());
    let goal = writer.commits.last_event;
    let done = writer.commit_piece(&[held()], FlushLevel::AwaitedOutcomes, goal);
    assert!(done.is_ok_and(|(written, _)| written == 1));
    assert!(writer.commits.unsynced);
    let before = log_bytes(&writer);
    writer.commit(Batch {
        tick: true,
        ..Batch::default()
    });
    assert!(!writer.commits.unsynced);
    assert!(log_bytes(&writer) > before, "the disk was written to");
}

#[test]
fn what_the_disk_has_is_not_written_again() {
    let dir = TempDir::new().expect("a folder");
    let mut writer = writer(dir.path());
    writer
        .commits
        .transaction(Disk::Wait, |_| Ok(()))
        .expect("it commits");
    let before = log_bytes(&writer);
    for disk in [Disk::Wait, Disk::DontWait] {
        writer
            .commits
            .transaction(disk, |_| Ok(()))
            .expect("it commits");
        assert_eq!(log_bytes(&writer), before);
    }
}
