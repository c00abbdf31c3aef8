//! What the machine could do at most: sign and POST to the same kind of receiver, with no server and no storage
//! between. The server's figure is worth reading only next to this one.

use std::{net::SocketAddr, ops::Range, sync::Arc};

use super::{
    ledger::Ledger,
    load::{Pace, Requests, drive},
    payload,
    receiver::{Desk, Receiver},
    signature::Key,
    site,
};

/// Signed requests a second, over `connections` connections, of `events` events with data of `payload_bytes`.
///
/// # Errors
/// As the system says; a signature that the receiver finds wrong.
pub(super) async fn measure(
    events: u64,
    connections: u16,
    payload_bytes: usize,
) -> anyhow::Result<f64> {
    let ledger = Arc::new(Ledger::open(events, 1));
    let desk = Desk::new(Arc::clone(&ledger), site::key());
    let receiver = Receiver::start(&desk)?;
    let posts = (0..connections)
        .map(|_| SignedPosts::new(receiver.addr, site::key(), payload_bytes))
        .collect();
    let began_us = ledger.now_us();
    let all = 0..events;
    let sent = drive(receiver.addr, posts, all, None, Pace::Closed, &ledger).await?;
    ledger.wait(events).await?;
    desk.signatures()?;
    Ok(events as f64 * 1e6 / (sent.last_us - began_us) as f64)
}

/// Deliveries as the server would send them, made from one prepared body.
struct SignedPosts {
    key: Key,
    addr: SocketAddr,
    body: Vec<u8>,
    slot: Range<usize>,
    request: Vec<u8>,
}

impl SignedPosts {
    fn new(addr: SocketAddr, key: Key, payload_bytes: usize) -> Self {
        let data = payload::data(payload_bytes);
        let body = format!(
            r#"{{"type":"bench.event","timestamp":"2026-01-01T00:00:00.000Z","data":{data}}}"#
        );
        let body = body.into_bytes();
        let slot = payload::slot(&body).expect("the data has a slot");
        Self {
            key,
            addr,
            body,
            slot,
            request: Vec::new(),
        }
    }
}

impl Requests for SignedPosts {
    fn request(&mut self, number: u64) -> &[u8] {
        const TIMESTAMP: &str = "1767225600";
        payload::write(&mut self.body[self.slot.clone()], number);
        let id = format!("evt_{number:026}");
        let signature = self.key.sign(&id, TIMESTAMP, &self.body);
        let head = format!(
            "POST /hook HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             user-agent: nuncio-bench\r\nwebhook-id: {id}\r\nwebhook-timestamp: {TIMESTAMP}\r\n\
             webhook-signature: {signature}\r\n\r\n",
            self.addr,
            self.body.len(),
        );
        self.request.clear();
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(&self.body);
        &self.request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_signed_post_arrives_and_verifies() {
        let per_second = measure(500, 4, 256).await.unwrap();
        assert!(per_second > 0.0);
    }
}
