//! Each library accepts what the server sends: every kind of data, tests, retries, replays, and around a rotation.

use serde_json::json;

use crate::{
    ecosystem::Ecosystem,
    pair::{Pair, pairs},
    run::{Rig, Site},
    samples::samples,
    support::receiver::Judged,
    tampering, versions,
};

/// An overlap that does not end while the test runs.
const LONG_S: u64 = 3_600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn libraries_for_node_accept_and_refuse() {
    check(Ecosystem::Node).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn libraries_for_python_accept_and_refuse() {
    check(Ecosystem::Python).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn libraries_for_go_accept_and_refuse() {
    check(Ecosystem::Go).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn libraries_for_java_accept_and_refuse() {
    check(Ecosystem::Java).await;
}

async fn check(ecosystem: Ecosystem) {
    if let Some(why) = ecosystem.missing() {
        for pair in pairs(ecosystem) {
            versions::missing(ecosystem, pair, &why);
        }
        return;
    }
    let mut rig = Rig::start(ecosystem).await;
    for pair in pairs(ecosystem) {
        let path = format!("/{}", pair.slug());
        // One attempt: what is refused is over, and the next case begins.
        let once = json!({ "retry": { "delays_s": [0] } });
        let site = rig.site(pair, &path, json!({}), once).await;
        let mut seen = deliver(&mut rig, pair, &site).await;
        let retried = retry(&mut rig, pair).await;
        let accepted = seen.len() + retried;
        let genuine = seen.remove(0);
        let refused = tampering::check(&mut rig, pair, &site, &genuine).await;
        let rotated = rotate(&mut rig, pair, &site, seen.len() + 1).await;
        versions::tested(ecosystem, pair, accepted + rotated, refused);
    }
    rig.finish();
}

/// Every sample, a test event and a replay.
async fn deliver(rig: &mut Rig, pair: &Pair, site: &Site) -> Vec<Judged> {
    let contract = pair.contract();
    let samples = samples(contract);
    let mut seen = Vec::new();
    let mut first_event = None;
    // One after the other, so that each case is told from the others.
    for (n, sample) in samples.iter().enumerate() {
        let event = site.publish(contract.event_type, &sample.data).await;
        first_event.get_or_insert(event);
        seen = rig.receiver.judged(&site.path, n + 1).await;
        accepted(rig, pair, sample.case, seen.last(), contract.seen_type());
    }
    let path = format!("/v1/endpoints/{}/test", site.endpoint.id);
    site.project.post(&path, json!({})).await.expect(202);
    seen = rig.receiver.judged(&site.path, seen.len() + 1).await;
    accepted(rig, pair, "test event", seen.last(), contract.test_type);

    let event = first_event.expect("there are samples");
    let path = format!("/v1/events/{event}/replay");
    let replay = json!({ "endpoint": site.endpoint.id });
    site.project.post(&path, replay).await.expect(202);
    seen = rig.receiver.judged(&site.path, seen.len() + 1).await;
    accepted(rig, pair, "replay", seen.last(), contract.seen_type());
    let same = seen.last().map(|replay| &replay.body) == seen.first().map(|first| &first.body);
    rig.check(pair, "replay", same, "another body than the first time");
    site.settled().await;
    seen
}

/// A second attempt, signed anew, after the first was answered 500, to a tenant with metadata. Gives how many were accepted.
async fn retry(rig: &mut Rig, pair: &Pair) -> usize {
    let contract = pair.contract();
    let path = format!("/{}/flaky", pair.slug());
    let metadata = serde_json::from_str(contract.metadata).expect("JSON");
    let schedule = json!({ "retry": { "delays_s": [0, 1] } });
    let site = rig.site(pair, &path, metadata, schedule).await;
    let sample = &samples(contract)[0];
    site.publish(contract.event_type, &sample.data).await;
    let seen = rig.receiver.judged(&path, 2).await;
    rig.check(pair, "retry", seen[0].status == 500, &seen[0].message);
    accepted(rig, pair, "retry", seen.get(1), contract.seen_type());
    let same = seen[0].body == seen[1].body;
    rig.check(pair, "retry", same, "another body than the first time");
    for (name, value) in contract.of_retries {
        let of_each: Vec<_> = seen
            .iter()
            .map(|judged| judged.headers.get(*name))
            .collect();
        let as_it_should = of_each[0].is_none() && of_each[1].is_some_and(|found| found == value);
        let found = format!("{name} is {of_each:?}");
        rig.check(pair, "retry", as_it_should, &found);
    }
    for value in contract.shown {
        let in_header = seen[1].headers.values().any(|found| found == value);
        let shown = in_header || seen[1].text().contains(value);
        rig.check(pair, "metadata of the tenant", shown, value);
    }
    1
}

/// While a secret is rotated, and afterwards. Gives how many were accepted.
async fn rotate(rig: &mut Rig, pair: &Pair, site: &Site, mut count: usize) -> usize {
    let contract = pair.contract();
    let sample = &samples(contract)[0];
    // The copies that were forged meanwhile have been judged, too.
    count = rig.receiver.judged(&site.path, count).await.len();
    let before = count;

    let (new, signing) = site.rotate(pair, LONG_S, "the second of our secrets").await;
    let expected = if contract.both_sign {
        "both"
    } else {
        "previous"
    };
    rig.check(pair, "rotation", signing == expected, &signing);
    site.publish(contract.event_type, &sample.data).await;
    count += 1;
    let seen = rig.receiver.judged(&site.path, count).await;
    let case = "during rotation, with the old secret";
    accepted(rig, pair, case, seen.last(), contract.seen_type());
    if contract.both_sign {
        rig.learn(pair, site, &new);
        site.publish(contract.event_type, &sample.data).await;
        count += 1;
        let seen = rig.receiver.judged(&site.path, count).await;
        let case = "during rotation, with the new secret";
        accepted(rig, pair, case, seen.last(), contract.seen_type());
    }

    let (newest, signing) = site.rotate(pair, 0, "the third of our secrets").await;
    rig.check(pair, "rotation", signing == "current", &signing);
    rig.learn(pair, site, &newest);
    site.publish(contract.event_type, &sample.data).await;
    count += 1;
    let seen = rig.receiver.judged(&site.path, count).await;
    accepted(
        rig,
        pair,
        "after rotation",
        seen.last(),
        contract.seen_type(),
    );
    let genuine = seen.last().expect("judged above").clone();
    for (which, old) in [("first", &site.endpoint.secret), ("second", &new)] {
        rig.learn(pair, site, old);
        let status = rig.resend(&genuine).await;
        let case = format!("after rotation, with the {which} secret");
        rig.check(pair, &case, status != 200, "accepted");
    }
    count - before
}

/// Notes what is wrong with a delivery that should have been accepted as an event of a type.
fn accepted(rig: &mut Rig, pair: &Pair, case: &str, judged: Option<&Judged>, event_type: &str) {
    let judged = judged.expect("waited for it");
    let found = format!("{} {}", judged.status, judged.message);
    rig.check(pair, case, judged.accepted(), &found);
    if judged.accepted() {
        let found = format!("accepted as `{}`, not `{event_type}`", judged.message);
        rig.check(pair, case, judged.message == event_type, &found);
    }
}
