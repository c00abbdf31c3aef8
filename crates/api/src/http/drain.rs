//! A refused request may still be on its way: who hears the refusal?
//!
//! A server that answers and closes while the client is still sending makes the client's system throw the answer away
//! with the connection (RFC 9112, 9.6). So what a handler left unread is read and dropped, up to a bound, before the
//! answer goes out. A client that asked for `100 Continue` has sent nothing yet and is answered at once. So is whoever
//! has shown no key: of theirs, only what has come already is dropped.

use std::{
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::header,
};
use futures_util::FutureExt;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::oneshot;

use crate::http::body_turns::{BodyTurns, InTurns};

/// Twice the largest request that is ever accepted: those who send more by mistake still hear of it, and nobody can
/// make the server read for nothing without end.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Ample for that much over a slow line; a client that trickles is not waited for.
const TIME_MAX: Duration = Duration::from_secs(10);

/// What is dropped of a stranger's body, so that a small one costs no new connection.
const STRANGERS_BYTES_MAX: usize = 64 * 1024;

/// What a handler leaves unread of a request's body.
pub(crate) struct Rest(Option<oneshot::Receiver<Body>>);

/// The same request, with a body whose unread rest is handed on instead of dropped.
pub(crate) fn watch(request: Request) -> (Request, Rest) {
    let nothing_to_come = http_body::Body::is_end_stream(request.body());
    if nothing_to_come || request.headers().contains_key(header::EXPECT) {
        return (request, Rest(None));
    }
    let (hand_on, rest) = oneshot::channel();
    let watched = request.map(|body| {
        Body::new(Watched {
            body,
            hand_on: Some(hand_on),
        })
    });
    (watched, Rest(Some(rest)))
}

impl Rest {
    /// Reads what is left, once the request has been handled. However it ends, the answer goes out next. Says whether
    /// nothing is left: otherwise the connection ends with the answer, which should tell so.
    pub(crate) async fn read(self, of_stranger: bool, turns: &BodyTurns) -> bool {
        let Some(Ok(body)) = self.0.map(|mut rest| rest.try_recv()) else {
            return true;
        };
        let all = match of_stranger {
            // Never waits.
            true => read(body, STRANGERS_BYTES_MAX, turns).now_or_never(),
            false => {
                let read = tokio::time::timeout(TIME_MAX, read(body, BYTES_MAX, turns));
                read.await.ok()
            }
        };
        all.unwrap_or_default()
    }
}

/// Whether the body has ended within so many bytes.
async fn read(mut body: Body, bytes_max: usize, turns: &BodyTurns) -> bool {
    let mut turns = InTurns::new(turns);
    let mut bytes = 0;
    loop {
        turns.take().await;
        let mut frame = pin!(body.frame());
        let frame = match frame.as_mut().now_or_never() {
            Some(frame) => frame,
            None => {
                turns.give_back();
                frame.await
            }
        };
        let frame = match frame {
            Some(Ok(frame)) => frame,
            Some(Err(_)) => return false,
            None => return true,
        };
        let length = frame.data_ref().map_or(0, Bytes::len);
        turns.read(length);
        bytes += length;
        if bytes > bytes_max {
            return false;
        }
    }
}

struct Watched {
    body: Body,
    hand_on: Option<oneshot::Sender<Body>>,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(hand_on) = self.hand_on.take()
            && !http_body::Body::is_end_stream(&self.body)
        {
            let _ = hand_on.send(std::mem::take(&mut self.body));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    };

    use super::*;

    /// A request whose body has so many frames, and counts those that are taken.
    fn request(frames: usize) -> (Request, Arc<AtomicUsize>) {
        let taken = Arc::new(AtomicUsize::new(0));
        let body = Counted {
            left: frames,
            taken: Arc::clone(&taken),
        };
        (Request::new(Body::new(body)), taken)
    }

    struct Counted {
        left: usize,
        taken: Arc<AtomicUsize>,
    }

    const FRAME: &[u8] = &[b'x'; 64 * 1024];

    impl http_body::Body for Counted {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            if self.left == 0 {
                return Poll::Ready(None);
            }
            self.left -= 1;
            self.taken.fetch_add(1, Relaxed);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(FRAME)))))
        }
    }

    #[tokio::test]
    async fn what_a_handler_leaves_is_read_up_to_the_bound() {
        let check = async |frames: usize, of_stranger: bool, expected: usize| {
            let (request, taken) = request(frames);
            let (request, rest) = watch(request);
            drop(request);
            rest.read(of_stranger, &BodyTurns::default()).await;
            assert_eq!(taken.load(Relaxed), expected);
        };
        check(40, false, 40).await;
        check(10_000, false, BYTES_MAX / FRAME.len() + 1).await;
        check(1, true, 1).await;
        check(10_000, true, STRANGERS_BYTES_MAX / FRAME.len() + 1).await;
    }

    #[tokio::test]
    async fn a_body_that_was_read_leaves_nothing() {
        let (request, taken) = request(3);
        let (request, rest) = watch(request);
        let body = request.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body.len(), 3 * FRAME.len());
        rest.read(false, &BodyTurns::default()).await;
        assert_eq!(taken.load(Relaxed), 3);
    }

    #[tokio::test]
    async fn a_client_that_waits_to_be_asked_is_not_asked() {
        let (mut request, taken) = request(3);
        let expect = axum::http::HeaderValue::from_static("100-continue");
        request.headers_mut().insert(header::EXPECT, expect);
        let (request, rest) = watch(request);
        drop(request);
        rest.read(false, &BodyTurns::default()).await;
        assert_eq!(taken.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn nobody_waits_for_a_stranger() {
        struct Never;
        impl http_body::Body for Never {
            type Data = Bytes;
            type Error = axum::Error;
            fn poll_frame(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
                Poll::Pending
            }
        }
        let (request, rest) = watch(Request::new(Body::new(Never)));
        drop(request);
        assert!(
            rest.read(true, &BodyTurns::default())
                .now_or_never()
                .is_some()
        );
    }
}
