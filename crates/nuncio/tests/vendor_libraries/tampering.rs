//! Copies of a genuine delivery, altered in one place each, are refused.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{
    contract::Body,
    pair::{Pair, Window},
    run::{Rig, Site},
    samples::MARK,
    signing::signed_by_nuncio,
    support::receiver::Judged,
};

/// The window of every vendor that has one.
const WINDOW_S: i64 = 300;
/// Room for the seconds that pass between signing and judging.
const ROOM_S: i64 = 60;

/// Gives how many copies were to be refused.
pub(crate) async fn check(rig: &mut Rig, pair: &Pair, site: &Site, genuine: &Judged) -> usize {
    let contract = pair.contract();
    let mut forger = Forger {
        rig,
        pair,
        genuine,
        refused: 0,
    };
    forger.accepts("untouched", |_| {}).await;
    if contract.body != Body::Unsigned {
        forger
            .refuses("another body", |copy| {
                let other = MARK.replace('8', "9");
                copy.body = copy.text().replace(MARK, &other).into_bytes();
                assert_ne!(copy.body, genuine.body, "the mark is there");
            })
            .await;
    }
    let of_signature = |change: fn(&str) -> String| {
        move |copy: &mut Judged| {
            let value = copy.headers.get_mut(contract.signature).expect("signed");
            *value = change(value);
        }
    };
    forger
        .refuses("another signature", of_signature(change_a_letter))
        .await;
    forger
        .refuses(
            "signature cut short",
            of_signature(|value| value[..value.len() - 6].to_owned()),
        )
        .await;
    let forget_weaker = |copy: &mut Judged| {
        if let Some(name) = contract.weaker {
            copy.headers.remove(name);
        }
    };
    forger
        .refuses("empty signature", |copy| {
            forget_weaker(copy);
            copy.headers
                .insert(contract.signature.to_owned(), String::new());
        })
        .await;
    forger
        .refuses("no signature", |copy| {
            forget_weaker(copy);
            copy.headers.remove(contract.signature);
        })
        .await;
    if let Some(header) = contract.timestamp {
        forger
            .refuses("another timestamp", |copy| {
                let value = copy.headers.get_mut(header).expect("sent");
                let time_s: i64 = value.parse().expect("Unix time");
                *value = (time_s - 1).to_string();
            })
            .await;
    }
    time(&mut forger, site).await;
    if matches!(contract.dialect, "square" | "twilio") {
        other_url(&mut forger, site).await;
    }
    forger.refused
}

/// Genuine but for their time: signed with the endpoint's own secret.
async fn time(forger: &mut Forger<'_>, site: &Site) {
    let window = forger.pair.window;
    if window == Window::None {
        return;
    }
    let signed_at = async |offset_s: i64| -> Judged {
        let headers = signed_by_nuncio(forger.pair, site, forger.genuine, now_s() + offset_s).await;
        let mut copy = forger.genuine.clone();
        copy.headers.extend(headers);
        copy
    };
    let recent = signed_at(-WINDOW_S + ROOM_S).await;
    let old = signed_at(-WINDOW_S - 1).await;
    let early = signed_at(WINDOW_S + ROOM_S).await;
    forger
        .accepts("four minutes old", |copy| *copy = recent)
        .await;
    forger
        .refuses("over five minutes old", |copy| *copy = old)
        .await;
    if window == Window::Both {
        forger
            .refuses("from the future", |copy| *copy = early)
            .await;
    }
}

/// A receiver at another address is not the one that was written to.
async fn other_url(forger: &mut Forger<'_>, site: &Site) {
    let other = site.url.replace("?from=", "/?from=");
    let (secret, pair) = (&site.endpoint.secret, forger.pair);
    let receiver = &mut forger.rig.receiver;
    receiver.expect(&site.path, pair.library, pair.dialect, (secret, &other));
    forger.refuses("another URL", |_| {}).await;
    let receiver = &mut forger.rig.receiver;
    receiver.expect(&site.path, pair.library, pair.dialect, (secret, &site.url));
}

fn now_s() -> i64 {
    #[allow(
        clippy::disallowed_methods,
        reason = "libraries judge by the machine's clock"
    )]
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("it fits")
}

/// Changes a letter in the middle of the last signature, where each counts.
fn change_a_letter(value: &str) -> String {
    let mut bytes = value.as_bytes().to_vec();
    let place = bytes.len() - 10;
    bytes[place] = if bytes[place] == b'a' { b'b' } else { b'a' };
    String::from_utf8(bytes).expect("signatures are ASCII")
}

/// Sends altered copies straight to the receiver.
struct Forger<'a> {
    rig: &'a mut Rig,
    pair: &'a Pair,
    genuine: &'a Judged,
    refused: usize,
}

impl Forger<'_> {
    async fn accepts(&mut self, what: &str, alter: impl FnOnce(&mut Judged)) {
        let status = self.status(alter).await;
        let found = status.to_string();
        self.rig.check(self.pair, what, status == 200, &found);
    }

    async fn refuses(&mut self, what: &str, alter: impl FnOnce(&mut Judged)) {
        self.refused += 1;
        let status = self.status(alter).await;
        let refused = (400..500).contains(&status);
        let found = format!("{status}, should be refused");
        self.rig.check(self.pair, what, refused, &found);
    }

    async fn status(&mut self, alter: impl FnOnce(&mut Judged)) -> u16 {
        let mut copy = self.genuine.clone();
        alter(&mut copy);
        self.rig.resend(&copy).await
    }
}
